import time
from hypothesis import given, settings, HealthCheck, Phase
from .cases import cases
from .world import decide
from .meeting import Met
from collections import Counter
met=Met(); R=Counter(); G=Counter()
from .gaps import has_gap
@settings(max_examples=400,deadline=None,derandomize=True,suppress_health_check=list(HealthCheck),database=None,phases=[Phase.generate])
@given(cases())
def run(case):
    for r in case.requests:
        d=decide(case.engine(), r); met.add(d); R[d.reason]+=1; G[has_gap(case.library, r)]+=1
def test_it():
    t=time.process_time(); run(); print(time.process_time()-t, met.outcomes, met.states, met.missing(), R, G, met.effects)
    print(sorted(((v,k[0],k[1].name) for k,v in met.operators.items()))[:14])
