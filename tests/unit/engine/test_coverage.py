"""What examples reach: each outcome counted once, by the trace of the reference evaluator."""

from __future__ import annotations

import pytest

from platelaw.engine.decision import Engine
from platelaw.engine.testing.coverage_page import coverage_page
from platelaw.engine.testing.coverage_report import coverage_text, shown
from platelaw.engine.testing.measuring import Coverage, measure
from platelaw.engine.testing.points import PointKind

from .small import ANY_USE, REGISTRY, library_of, owner, rule, state

EXAMPLE = """
example "{title}"
  on {day}
  given requester is agency:AA/pd, owner is agency:AA/pd, act is search, data is alpr_data,
    request.purpose is theft, request.reason is "stolen car", request.recipients is {{}},
    request.on_behalf_of is {{}}, user.directed_by is {{}}, request.instruments is {{}},
    request.claims is {{}}{more}
  expect PERMIT
"""


def measured(law: str, *more: str, day: str = "2026-11-03", own: str = ANY_USE) -> Coverage:
    """What examples that give ``more`` reach of one rule."""
    examples = [EXAMPLE.format(title=at, more=given, day=day) for at, given in enumerate(more)]
    library = library_of(state(law) + "".join(examples), owner(own))
    return measure(Engine(library, REGISTRY), library.examples, {"file1.policy"})


def outcomes(coverage: Coverage, kind: PointKind, text: str) -> dict[str, int]:
    """How many examples reach each outcome of what is written so."""
    mine = [p.key for p in coverage.points if p.key.kind is kind and p.key.text == text]
    return {key.outcome: coverage.reached[key] for key in mine}


STATED = rule("r", "forbid search of alpr_data\nif case.number is stated")


def test_each_outcome_of_a_condition_is_counted_by_example() -> None:
    coverage = measured(STATED, "", ', case.number is "1"', ', case.number is "2"')
    assert outcomes(coverage, PointKind.CONDITION, "case.number is stated") == {
        "true": 2, "false": 0, "unproven": 1,
    }  # fmt: skip
    assert outcomes(coverage, PointKind.RULE, "r") == {"acts": 2, "stays out": 0, "waits": 1}


def test_a_condition_that_decides_nothing_is_measured_all_the_same() -> None:
    law = rule("r", "forbid search of alpr_data\nif request.purpose is a kind of theft "
               "or case.number is stated")  # fmt: skip
    coverage = measured(law, ", case.number is blank")
    assert outcomes(coverage, PointKind.CONDITION, "case.number is stated")["false"] == 1


def test_what_the_registry_does_not_know_can_be_supposed() -> None:
    law = rule("r", "forbid search of alpr_data\nif account.shared is yes")
    coverage = measured(law, ", account.shared is yes unproven", ", account.shared is yes")
    assert outcomes(coverage, PointKind.CONDITION, "account.shared is yes") == {
        "true": 1, "false": 0, "unproven": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "text", "there_are"),
    [
        ("doubt", "doubt", {"unproven"}),
        ("likely", "likely", {"true"}),
        ("requester.sovereign is BB", "requester.sovereign is BB", {"true", "false"}),
        ("date is from 2026-12-01", "date is from 2026-12-01", {"true", "false"}),
        ("case.sealed is yes", "case.sealed is yes", {"true", "false", "unproven"}),
        ("requester.standing is on_file", "requester.standing is on_file", {"true", "false"}),
        (
            "some r in recipients has (r.standing is on_file)",
            "r.standing is on_file",
            {"true", "false"},
        ),
    ],
)
def test_outcomes_that_no_request_can_have_are_no_points(
    condition: str, text: str, there_are: set[str]
) -> None:
    coverage = measured(rule("r", f"refer search of alpr_data to reviewer\nif {condition}"))
    assert set(outcomes(coverage, PointKind.CONDITION, text)) == there_are


def test_exceptions_and_grounds_are_counted_as_a_whole() -> None:
    law = rule("r", "limit search of alpr_data to\nopen: case.number is stated and likely\n"
               "other: doubt and case.offense is stated")  # fmt: skip
    coverage = measured(law, ', case.number is "1", case.offense is "theft"')
    assert outcomes(coverage, PointKind.GROUND, "open")["true"] == 1
    assert outcomes(coverage, PointKind.GROUND, "other") == {"false": 0, "unproven": 1}
    law = rule("r", "forbid search of alpr_data\nunless open: case.open is yes")
    assert outcomes(measured(law, ""), PointKind.EXCEPTION, "open")["false"] == 1


def test_duties_are_done_or_not_and_those_afterwards_owed() -> None:
    law = rule("r", "require search of alpr_data\nmust note_case before search\n"
               "must report within 3 days of search")  # fmt: skip
    coverage = measured(law, ', case.number is "1"')
    assert outcomes(coverage, PointKind.DUTY, "note_case") == {"done": 1, "not done": 0}
    assert outcomes(coverage, PointKind.DUTY, "report") == {"owed": 1}


def test_a_date_needs_an_example_on_either_side() -> None:
    law = rule("r", "forbid search of alpr_data\nif case.number is stated",
               since="in force from 2026-10-01")  # fmt: skip
    for day, before, since in (("2026-09-30", 1, 0), ("2026-10-01", 0, 1)):
        coverage = measured(law, "", day=day)
        assert outcomes(coverage, PointKind.DATE, "r") == {
            "before 2026-10-01": before, "from 2026-10-01": since,
        }  # fmt: skip


def test_the_first_day_of_an_agencys_own_policy_needs_no_example_before_it() -> None:
    first, later = (
        rule(name, "permit search of alpr_data", since=f"in force from {day}")
        for name, day in (("first", "2025-01-01"), ("later", "2026-10-01"))
    )
    library = library_of(state(STATED), owner(first, later))
    coverage = measure(Engine(library, REGISTRY), (), {"file2.policy"})
    assert outcomes(coverage, PointKind.DATE, "first").keys() == {"from 2025-01-01"}
    assert outcomes(coverage, PointKind.DATE, "later").keys() == {
        "before 2026-10-01", "from 2026-10-01",
    }  # fmt: skip


def test_a_value_of_a_parameter_is_reached_where_a_rule_reads_it() -> None:
    number = (
        'parameter most is 3\n  agencies may lower\n  cites "Law" status verified\n'
        "  in force from 2020-01-01\n"
    )
    reads = rule("r", "forbid search of alpr_data\nif case.count is over most")
    assert outcomes(measured(number + reads, ""), PointKind.PARAMETER, "most") == {"read": 1}
    other = rule("q", "forbid share of alpr_data\nif case.count is over most")
    assert outcomes(measured(number + other, ""), PointKind.PARAMETER, "most") == {"read": 0}


def test_without_examples_nothing_is_reached_and_all_is_told() -> None:
    coverage = measured(STATED)
    assert coverage.of()[0] == 0
    lines = [" ".join(line.split()) for line in coverage_text(coverage).splitlines()]
    assert "conditions 0 5 0.0 %" in lines
    assert any(line.endswith("rule r: acts, stays out, waits") for line in lines)
    assert any(line.startswith("`waits`: what the rule asks is not stated") for line in lines)


def test_a_percentage_is_never_rounded_up_to_all() -> None:
    assert (shown(9999, 10000), shown(1, 1), shown(0, 0)) == ("99.9 %", "100.0 %", "100.0 %")
    assert (shown(8, 9), shown(13, 17)) == ("88.9 %", "76.5 %")


def test_the_page_marks_the_text_and_loads_nothing() -> None:
    page = coverage_page(measured(STATED, ', case.number is "1"'))
    assert '<mark class="part" title="condition: ' in page
    assert "case.number is stated<sup>never " in page
    assert "http:" not in page
    assert "https:" not in page
    assert "forbid search of alpr_data" in page
