"""``platelaw diff``: two days of a library on the command line."""

from __future__ import annotations

import importlib
import json

import pytest

from ..engine.small import rule, state
from .conftest import Desk, Run

pytest.importorskip("z3")

LATER = state(
    rule("later", "forbid search of alpr_data\nif request.purpose is a kind of theft",
         since="in force from 2026-10-01"),
).replace("policy aa/act", "policy aa/later")  # fmt: skip
DAYS = ("2026-09-30", "2026-10-01")


@pytest.fixture
def changed(desk: Desk) -> Desk:
    """A library in which a rule starts in October."""
    (desk.library / "later.policy").write_text(LATER)
    return desk


def test_what_changes_between_two_days_is_told_with_exit_code_1(changed: Desk, run: Run) -> None:
    result = run("diff", *DAYS, *changed.options)
    assert result.exit_code == 1
    assert 'aa/later/later  "later"' in result.stdout
    assert "PERMIT -> DENY: search of alpr_data" in result.stdout


def test_where_nothing_changes_the_exit_code_is_0(changed: Desk, run: Run) -> None:
    result = run("diff", "2026-09-29", "2026-09-30", *changed.options)
    assert result.exit_code == 0
    assert "no request changes its answer" in result.stdout


def test_only_what_loosens_fails_if_that_is_asked_for(changed: Desk, run: Run) -> None:
    assert run("diff", *DAYS, "--fail-on", "loosened", *changed.options).exit_code == 0
    back = (*reversed(DAYS), "--fail-on", "loosened")
    assert run("diff", *back, *changed.options).exit_code == 1


def test_a_witness_in_json_is_a_request_for_decide(changed: Desk, run: Run) -> None:
    result = run("diff", *DAYS, "--json", "--only", "later", *changed.options)
    found = json.loads(result.stdout)
    change = next(c for c in found["changes"] if c["new"]["outcome"] == "DENY")
    request = changed.write("witness.json", {**change["witness"]["request"], "at": DAYS[1]})
    assert run("decide", "--simulate", *changed.options, request).exit_code == 4


def test_a_day_that_is_none_is_refused_in_clear_words(changed: Desk, run: Run) -> None:
    result = run("diff", "2026-13-01", "2026-10-01", *changed.options)
    assert result.exit_code == 2
    assert "2026-13-01" in result.stderr


def test_without_the_solver_the_extra_is_named(
    changed: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    result = run("diff", *DAYS, *changed.options)
    assert result.exit_code == 2
    assert "platelaw[solver]" in result.stderr
