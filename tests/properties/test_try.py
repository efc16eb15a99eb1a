from hypothesis import given, settings, HealthCheck
import time
from .libraries import libraries
from .asking import requests
from .world import engine_of, decide
from .meeting import Met
from hypothesis import strategies as st
met=Met(); T={'lib':0.0,'dec':0.0,'exp':0.0,'n':0}
@st.composite
def cases(draw):
    lib=draw(libraries()); return lib,[draw(requests(lib)) for _ in range(3)]
@settings(max_examples=300,deadline=None,derandomize=True,suppress_health_check=list(HealthCheck),database=None)
@given(cases())
def run(case):
    lib,reqs=case
    t=time.process_time(); e=engine_of(lib.files()); T['lib']+=time.process_time()-t
    for r in reqs:
        t=time.process_time(); d=decide(e,r); T['dec']+=time.process_time()-t; T['n']+=1
        met.add(d)
        t=time.process_time(); decide(e,r,explained=True); T['exp']+=time.process_time()-t
def test_run():
    t=time.process_time()
    try: run()
    finally:
        print(T, time.process_time()-t); print(met.outcomes, met.states, met.missing()); print(met.effects)
