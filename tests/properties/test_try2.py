from hypothesis import given, settings, HealthCheck, Phase
import time, traceback, os
from collections import Counter
from .cases import cases
from . import checks
err={}; n=Counter()
@settings(max_examples=int(os.environ.get('N','300')),deadline=None,derandomize=True,suppress_health_check=list(HealthCheck),database=None,phases=[Phase.generate])
@given(cases())
def run(case):
    try: case.engine()
    except AssertionError as x: n['bad']+=1; err.setdefault(str(x)[:100],[]).append(0); return
    except BaseException: n['dead']+=1; return
    for name in os.environ['CHECK'].split(','):
        t=time.process_time()
        try: getattr(checks,name)(case); n[name+' ok']+=1
        except AssertionError as x: err.setdefault(name,[]).append((len(str(case.library)),str(x).split('\nassert')[0], case)); n[name]+=1
        except Exception as x: err.setdefault(name+traceback.format_exc()[-700:],[]).append((0,'',case)); n[name+' err']+=1
        except BaseException as x: n[name+type(x).__name__]+=1
        n['t '+name]+=time.process_time()-t
def test_run():
    t=time.process_time()
    try: run()
    finally:
        print(n, time.process_time()-t)
        for k,v in err.items():
            print('=====',k,len(v))
            v=sorted([x for x in v if x],key=lambda x:x[0])
            for x in v[:int(os.environ.get('SHOW','2'))]:
                print(x[1][:3000]); print('\n'.join(x[2].library.files().values()) if os.environ.get('LIB') else '')
