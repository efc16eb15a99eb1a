import time, pytest
from hypothesis import given, settings, HealthCheck, Phase
from .faults import FAULTS
from .cases import cases
from . import checks
from .test_definition_table import TABLE
from .definitions import differs
corpus=[]
@settings(max_examples=100,deadline=None,derandomize=True,suppress_health_check=list(HealthCheck),database=None,phases=[Phase.generate])
@given(cases())
def run(case): corpus.append(case)
def test_matrix():
    run()
    for row in TABLE: assert differs(row) is None, row.says
    t0=time.process_time()
    for c in corpus:
        for ck in checks.CHECKS: ck(c)
    print("clean", time.process_time()-t0)
    for f in FAULTS:
        with pytest.MonkeyPatch.context() as m:
            f.plant(m); t=time.process_time()
            bad=[]
            for row in TABLE:
                try: d=differs(row)
                except Exception as x: d=repr(x)
                if d: bad.append(row.says)
            tt=time.process_time()-t; found={}
            for ck in checks.CHECKS:
                for i,c in enumerate(corpus):
                    try: ck(c)
                    except AssertionError: found[ck.__name__]=i; break
                    except Exception as x: found[ck.__name__+' '+type(x).__name__]=i; break
            print(f"{f.does}: table {len(bad)} {bad[:2]} ({tt:.2f}s) props {found} {time.process_time()-t:.1f}")
