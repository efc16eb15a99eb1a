from hypothesis import given, settings, HealthCheck, Phase
import time
from .kleene import questions, a_test_of_each_fact_once_is_exact, repeated_tests_are_safe
S=dict(deadline=None,derandomize=True,suppress_health_check=list(HealthCheck),database=None,phases=[Phase.generate])
@settings(max_examples=600, **S)
@given(questions(repeated=False))
def test_a(q): a_test_of_each_fact_once_is_exact(q)
@settings(max_examples=300, **S)
@given(questions(repeated=True))
def test_b(q): repeated_tests_are_safe(q)
