from hypothesis import given, settings, HealthCheck, Phase
import time, traceback
from collections import Counter
from .libraries import libraries
from .asking import requests
from .world import engine_of, decide
from .meeting import Met
from hypothesis import strategies as st
met=Met(); T={'lib':0.0,'dec':0.0,'exp':0.0,'n':0,'dead':0}; err=Counter(); reasons=Counter(); slow=[]
@st.composite
def cases(draw):
    lib=draw(libraries()); return lib,[draw(requests(lib)) for _ in range(3)]
@settings(max_examples=300,deadline=None,derandomize=True,suppress_health_check=list(HealthCheck),database=None,phases=[Phase.generate])
@given(cases())
def run(case):
    lib,reqs=case
    t=time.process_time()
    try: e=engine_of(lib.files())
    except AssertionError as x: err[str(x)[:300]]+=1; return
    except BaseException as x: T['dead']+=1; return
    T['lib']+=time.process_time()-t
    for r in reqs:
        try:
            t=time.process_time(); d=decide(e,r); T['dec']+=time.process_time()-t; T['n']+=1
            met.add(d); reasons[d.reason]+=1
            t=time.process_time(); x=decide(e,r,explained=True); t=time.process_time()-t; T['exp']+=t; slow.append((t,len(x.settling)))
        except Exception as x: err[traceback.format_exc()[-400:]]+=1
def test_run():
    t=time.process_time()
    try: run()
    finally:
        print(T, time.process_time()-t); print(met.outcomes, met.states, met.missing()); print(met.effects, reasons); print(sorted(slow)[-10:])
        for k,v in err.most_common(): print(v,k)
