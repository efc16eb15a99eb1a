"""Where an example and the answer part: the rule, and the first step that came out otherwise."""

from __future__ import annotations

import pytest

from platelaw.engine.decision import Engine
from platelaw.engine.examples import run_example
from platelaw.engine.testing.differences import RuleDifference, differences

from .small import ANY_USE, REGISTRY, library_of, owner, rule, state

EXAMPLE = """
example "One"
  on 2026-11-03
  given requester is agency:AA/pd, owner is agency:AA/pd, act is search, data is alpr_data,
    request.purpose is theft, request.reason is "stolen car", request.recipients is {},
    request.on_behalf_of is {}, user.directed_by is {}, request.instruments is {},
    request.claims is {}"""


def found(law: str, expect: str, more: str = "", own: str = ANY_USE) -> tuple[RuleDifference, ...]:
    """The differences of one example under one rule; what it gives of a case, it claims."""
    example = f"{EXAMPLE}{more}\n  {expect}\n"
    if "case.open" in more:
        example = example.replace("claims is {}", "claims is {case.open}")
    library = library_of(state(law) + example, owner(own))
    return differences(run_example(Engine(library, REGISTRY), library.examples[0]))


def first(differences: tuple[RuleDifference, ...]) -> tuple[str, str, str]:
    """The step that is marked in the first difference."""
    step = next(step for step in differences[0].steps if step.decides)
    return step.text, step.expected, step.actual


def test_an_example_that_passes_has_no_difference() -> None:
    assert found(rule("no", "forbid share of alpr_data"), "expect PERMIT") == ()


@pytest.mark.parametrize(
    ("does", "expect", "more", "step"),
    [
        ("forbid search of alpr_data\nif request.purpose is a kind of theft "
         "and case.number is stated", "expect DENY by r", ", case.number is blank",
         ("case.number is stated (it is blank)", "true", "false")),
        ("forbid search of alpr_data\nif request.purpose is a kind of barred "
         "or case.number is stated", "expect DENY by r", "",
         ("case.number is stated (it is not stated)", "true", "unproven")),
        ("forbid search of alpr_data\nunless open: case.open is yes", "expect DENY by r",
         ", case.open is yes", ("unless open: case.open is yes (it is yes)", "false", "true")),
        ("forbid search of alpr_data\nif request.purpose is a kind of inquiry", "expect PERMIT",
         "", ("if request.purpose is a kind of inquiry (it is theft)", "false", "true")),
        ("forbid search of alpr_data\nif not case.number is stated", "expect PERMIT",
         ", case.number is blank", ("if case.number is blank", "false", "true")),
        ("refer search of alpr_data to reviewer\nif case.number is stated",
         'expect HOLD by r "referred"', ", case.number is blank",
         ("if case.number is stated (it is blank)", "true", "false")),
        ("limit search of alpr_data to\nopen: case.number is stated", "expect PERMIT",
         ", case.number is blank",
         ("to open: case.number is stated (it is blank)", "true", "false")),
        ("forbid share of alpr_data", "expect DENY by r", "",
         ("rule r", "decides", "no part: not of that day, act or data, or it does not bind them")),
    ],
)  # fmt: skip
def test_the_first_step_that_came_out_otherwise_is_marked(
    does: str, expect: str, more: str, step: tuple[str, str, str]
) -> None:
    assert first(found(rule("r", does), expect, more)) == step


def test_a_rule_that_was_to_be_untouched_is_told() -> None:
    law = rule("r", "forbid search of alpr_data\nif request.purpose is a kind of theft")
    step = first(found(law, "expect DENY\n  untouched by r"))
    assert step == ("if request.purpose is a kind of theft (it is theft)", "false", "true")


def test_a_rule_that_was_to_take_part_is_told_and_one_that_does_is_not() -> None:
    law = rule("r", "require search of alpr_data\nmust report within 1 day by reviewer")
    expect = "expect PERMIT\n  touched by r"
    assert found(law, expect) == ()
    text, expected, actual = first(found(law.replace("search", "share"), expect))
    assert (text, expected) == ("rule r", "decides")
    assert actual.startswith("no part")


def test_without_a_ground_the_rules_that_might_open_are_told() -> None:
    own = rule("opens", "permit search of alpr_data\nif request.purpose is a kind of robbery")
    found_ = found(rule("no", "forbid share of alpr_data"), "expect PERMIT", own=own)
    assert first(found_) == (
        "if request.purpose is a kind of robbery (it is theft)",
        "true",
        "false",
    )


def test_a_duty_that_is_not_done_is_told() -> None:
    own = rule("opens", "permit search of alpr_data\nmust note_case before search")
    found_ = found(rule("no", "forbid share of alpr_data"), "expect PERMIT by opens",
                   ", case.number is blank", own=own)  # fmt: skip
    assert found_[0].rule == "agency/pd/opens"
    assert first(found_) == (
        "before: note case, done by case.number is stated (it is blank)", "true", "false",
    )  # fmt: skip


def test_readings_of_the_law_are_blamed_last() -> None:
    law = rule("r", "forbid search of alpr_data\nif likely and request.purpose is a kind of theft")
    assert (
        first(found(law, "expect PERMIT"))[0] == "request.purpose is a kind of theft (it is theft)"
    )
