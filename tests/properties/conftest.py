"""Settings and shared counts of the property tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from .cases import cases
from .checks import Case
from .meeting import Met

# Stable by default: the same cases each time. PLATELAW_PROPERTIES=deep looks further, and afresh.
DEEP = os.environ.get("PLATELAW_PROPERTIES") == "deep"
settings.register_profile(
    "properties",
    max_examples=1500 if DEEP else 60,
    derandomize=not DEEP,
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
    found: list[Case] = []

    @settings(settings.get_profile("properties"), derandomize=True, max_examples=60,
              phases=[Phase.generate])  # fmt: skip
    @given(cases())
    def collect(case: Case) -> None:
        found.append(case)

    collect()
    return found
