"""Each of some small faults of the evaluator is found by the table, the properties, or both."""

from __future__ import annotations

import pytest

from .checks import CHECKS, Case
from .definitions import differs
from .faults import FAULTS, Fault
from .test_definition_table import TABLE

BY_NAME = {check.__name__: check for check in CHECKS}


def _rows_that_find_it() -> list[str]:
    return [found for row in TABLE if (found := _outcome_of_row(row)) is not None]


def _outcome_of_row(row: object) -> str | None:
    try:
        return differs(row)  # type: ignore[arg-type]
    except Exception as fault:
        return repr(fault)


def _case_that_finds_it(name: str, corpus: list[Case]) -> int | None:
    """The number of the first case on which a property fails."""
    for at, case in enumerate(corpus):
        try:
            BY_NAME[name](case)
        except AssertionError:
            return at
    return None


@pytest.mark.parametrize("name", BY_NAME)
def test_without_a_fault_nothing_is_found(name: str, corpus: list[Case]) -> None:
    assert _case_that_finds_it(name, corpus) is None


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.does for fault in FAULTS])
def test_a_planted_fault_is_found(fault: Fault, corpus: list[Case]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        found = _rows_that_find_it()
        if fault.broken:
            at = _case_that_finds_it(fault.broken, corpus)
            assert at is not None, f"`{fault.broken}` does not find it; the table: {found}"
            found.append(f"{fault.broken}, case {at}")
    assert found, f"nothing finds that {fault.does}"
