"""The checks before a policy is published: what each finds, and what it leaves alone."""

from __future__ import annotations

import pytest

from platelaw.dsl import syntax as tree
from platelaw.engine.proving.checks.checking import Checked, Checks
from platelaw.engine.proving.checks.findings import Check
from platelaw.engine.proving.solver import Found, Question

from .small import ANY_USE, WORDS, engine_of, owner, rule, state

pytest.importorskip("z3")

THEFT = "forbid search of alpr_data\nif request.purpose is a kind of theft"
LISTED = rule(
    "listed",
    "limit search of alpr_data to\nthefts: request.purpose is a kind of theft\n"
    "robberies: request.purpose is a kind of robbery",
)
NOTED = rule("noted", "require search of alpr_data\nmust note_case before search")


def of(*texts: str, seconds: float = 20.0) -> Checked:
    """What the checks find in some policies."""
    return Checks(engine_of(*texts), seconds, lambda rule: True).checked()


def names(found: Checked) -> list[tuple[Check, str]]:
    """What is found, by check and name."""
    assert not found.doubts
    return [(finding.place.check, finding.place.name) for finding in found.findings]


def test_rules_that_each_matter_are_left_alone() -> None:
    late = rule("late", THEFT + "\nunless judge: some i in request.instruments is a warrant")
    assert names(of(state(late, LISTED, NOTED), owner(ANY_USE))) == []


def test_an_exception_that_another_makes_needless_is_dead() -> None:
    both = rule("both", THEFT + "\nunless paper: some i in request.instruments is a judges_paper"
                "\nunless warrant: some i in request.instruments is a warrant")  # fmt: skip
    assert names(of(state(both), owner(ANY_USE))) == [
        (Check.DEAD_EXCEPTION, "aa/act/both unless warrant")
    ]


def test_an_exception_that_is_met_whenever_its_rule_applies_swallows_it() -> None:
    swallowed = rule("swallowed", THEFT + "\nunless inquiry: request.purpose is a kind of inquiry")
    found = of(state(swallowed), owner(ANY_USE))
    assert names(found) == [(Check.SWALLOWED_RULE, "aa/act/swallowed")]
    (shown,) = found.findings[0].shown
    assert shown.witness.request["facts"]["request.purpose"] == "theft"
    deciding = [result.rule.id for result in shown.witness.decision.deciding()]
    assert "aa/act/swallowed" not in deciding


def test_a_ground_that_other_rules_forbid_is_unreachable() -> None:
    assert names(of(state(rule("no", THEFT), LISTED), owner(ANY_USE))) == [
        (Check.UNREACHABLE_GROUND, "aa/act/listed to thefts")
    ]


def test_a_permit_that_the_state_forbids_is_shadowed_act_by_act() -> None:
    thefts = rule(
        "thefts", "permit search, share of alpr_data\nif request.purpose is a kind of theft"
    )
    found = of(state(rule("no", THEFT)), owner(thefts))
    assert names(found) == [(Check.SHADOWED_PERMIT, "agency/pd/thefts for search")]
    (shown,) = found.findings[0].shown
    assert shown.witness.decision.outcome is tree.Outcome.DENY
    assert "aa/act/no" in shown.what


def test_a_permit_that_a_later_law_shadows_is_told_from_that_day() -> None:
    late = rule("no", "forbid share of alpr_data", since="in force from 2027-01-01")
    (finding,) = of(state(late), owner(ANY_USE)).findings
    assert finding.place.name == "agency/pd/any-use for share"
    assert finding.says.startswith("from 2027-01-01 on")


def test_duties_that_exclude_each_other_are_found() -> None:
    words = "\n".join(
        ("", *(f"duty stage_{word} done by case.stage is {word}" for word in ("early", "late")), "")
    )
    two = (
        rule("early", "require search of alpr_data\nmust stage_early before search"),
        rule("late", "require search of alpr_data\nmust stage_late before search"),
    )
    engine = engine_of(state(*two), owner(ANY_USE), words=WORDS + words)
    (finding,) = Checks(engine, 20.0, lambda rule: rule.id.startswith("aa")).checked().findings
    assert finding.place.check is Check.DUTIES_AT_ODDS
    assert finding.place.name == "aa/act/early must stage_early and aa/act/late must stage_late"
    assert finding.shown[0].witness.decision.outcome is tree.Outcome.HOLD


def parameter(direction: str, relation: str) -> str:
    """A state's parameter and a rule that reads it."""
    stated = (
        f"\nparameter period is 21 days\n  agencies may {direction}\n"
        '  cites "Law" status verified\n  in force from 2020-01-01\n\n'
    )
    old = rule("old", f"forbid search of alpr_data\nif data.age is {relation} period")
    return state(stated, old)


@pytest.mark.parametrize(
    ("direction", "relation", "loosens"),
    [("lower", "over", False), ("raise", "over", True), ("lower", "under", True)],
)
def test_a_parameter_that_may_be_moved_to_the_milder_side_is_found(
    direction: str,
    relation: str,
    loosens: bool,
) -> None:
    found = of(parameter(direction, relation), owner(ANY_USE))
    assert names(found) == [
        (Check.LOOSENING_PARAMETER, "aa/act period in aa/act/old") for _ in range(loosens)
    ]
    for finding in found.findings:
        assert finding.shown[0].witness.decision.outcome is tree.Outcome.DENY
        assert finding.shown[0].what.endswith("would be PERMIT")


def test_a_rule_whose_successor_begins_on_the_day_leaves_no_gap() -> None:
    first = rule("first", THEFT, since="in force from 2020-01-01 until 2026-01-01")
    second = rule("second", THEFT, since="in force from 2026-01-01")
    assert names(of(state(first, second), owner(ANY_USE))) == []


def test_a_rule_that_is_repealed_for_good_leaves_no_gap() -> None:
    first = rule("first", THEFT, since="in force from 2020-01-01 until 2026-01-01")
    assert names(of(state(first), owner(ANY_USE))) == []


def test_no_time_is_unknown_and_never_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def timeout(*_: object) -> Found:
        return Found.TIMEOUT

    monkeypatch.setattr(Question, "able", timeout)
    monkeypatch.setattr(Question, "found", timeout)
    both = rule("both", THEFT + "\nunless early: case.stage is early")
    found = of(state(both, rule("no", THEFT)), owner(ANY_USE))
    assert not found.findings
    assert found.doubts
    assert all("did not finish in 20 seconds" in doubt.why for doubt in found.doubts)
