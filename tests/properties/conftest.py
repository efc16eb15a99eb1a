"""Settings and shared counts of the property tests."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from ..sizes import trials
from .cases import some_cases
from .chance import MODE
from .checks import Case
from .meeting import Met

# Stable by default: the same cases each time. PLATELAW_PROPERTIES=deep looks further, and afresh.
settings.register_profile(
    "properties",
    max_examples=2000 if MODE == "deep" else max(40, trials(100)),
    derandomize=MODE != "deep",
    database=None,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
)


@pytest.fixture(scope="session")
def met() -> Met:
    """What all the random cases of the run have met."""
    return Met()


@pytest.fixture(scope="session")
def corpus() -> list[Case]:
    """Some random cases, the same each time."""
    return some_cases(80)
