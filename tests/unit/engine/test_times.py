"""Law has dates: from when, until when, enjoined or not, known or not; and a day has a zone."""

from __future__ import annotations

import datetime

import pytest

from platelaw.dsl import syntax as tree
from platelaw.engine.decision import Engine
from platelaw.engine.explanation import NeedKind
from platelaw.engine.values import Span

from .small import ANY_USE, answer_of, ask, deciding, engine_of, owner, rule, state

BARS = "forbid search of alpr_data\nif request.purpose is a kind of inquiry"


def on(day: str) -> Span:
    return Span.of_day(datetime.date.fromisoformat(day))


def at(moment: str) -> Span:
    return Span.at(datetime.datetime.fromisoformat(moment))


def outcome(engine: Engine, when: Span) -> str:
    return ask(engine, at=when, since=None).outcome.value


@pytest.mark.parametrize(
    ("since", "answers"),
    [
        (
            "in force from 2026-10-01",
            {"2026-09-30": "PERMIT", "2026-10-01": "DENY", "2027-10-01": "DENY"},
        ),
        (
            "in force from 2026-10-01 until 2026-12-01",
            {"2026-09-30": "PERMIT", "2026-11-30": "DENY", "2026-12-01": "PERMIT"},
        ),
        (
            "in force from 2026-07-01 at the earliest, 2026-10-01 at the latest",
            {"2026-06-30": "PERMIT", "2026-07-01": "HOLD", "2026-09-30": "HOLD",
             "2026-10-01": "DENY"},
        ),
        (
            'in force from 2020-01-01\n  enjoined from 2026-05-01 until 2026-06-01 by "A v. B"',
            {"2026-04-30": "DENY", "2026-05-01": "PERMIT", "2026-05-31": "PERMIT",
             "2026-06-01": "DENY"},
        ),
        (
            'in force from 2020-01-01\n  enjoined from 2026-05-01 by "A v. B"',
            {"2026-04-30": "DENY", "2026-05-01": "PERMIT", "2030-01-01": "PERMIT"},
        ),
    ],
)  # fmt: skip
def test_a_rule_counts_on_the_days_of_its_period(since: str, answers: dict[str, str]) -> None:
    engine = engine_of(state(rule("bar", BARS, since=since)), owner(ANY_USE))
    assert {day: outcome(engine, on(day)) for day in answers} == answers


def test_an_uncertain_day_is_told_and_no_fact_settles_it() -> None:
    since = "in force from 2026-07-01 at the earliest, 2026-10-01 at the latest"
    engine = engine_of(state(rule("bar", BARS, since=since)), owner(ANY_USE))
    decision = ask(engine, at=on("2026-08-01"), since=None)
    assert answer_of(decision) == ("HOLD", "unproven")
    assert decision.settling == ()
    assert any("took effect" in note for note in decision.notes)
    (result,) = decision.deciding()
    assert [need.kind for need in result.part_needs] == [NeedKind.DATE]


def test_the_day_is_civil_in_the_zone_of_the_policy() -> None:
    """Midnight of 1 October comes at 4:00 UTC in New York, at 10:00 in Honolulu."""
    bar = rule("bar", BARS, since="in force from 2026-10-01")
    east = engine_of(state(bar), owner(ANY_USE))
    west = engine_of(state(bar, zone="Pacific/Honolulu"), owner(ANY_USE))
    for moment, one, other in (
        ("2026-10-01T03:59:59+00:00", "PERMIT", "PERMIT"),
        ("2026-10-01T04:00:00+00:00", "DENY", "PERMIT"),
        ("2026-10-01T09:59:59+00:00", "DENY", "PERMIT"),
        ("2026-10-01T10:00:00+00:00", "DENY", "DENY"),
    ):
        assert (outcome(east, at(moment)), outcome(west, at(moment))) == (one, other)


def test_a_date_without_a_time_is_that_day_everywhere() -> None:
    bar = rule("bar", BARS, since="in force from 2026-10-01")
    for zone in ("Pacific/Honolulu", "America/New_York", "Pacific/Auckland"):
        engine = engine_of(state(bar, zone=zone), owner(ANY_USE))
        assert outcome(engine, on("2026-09-30")) == "PERMIT"
        assert outcome(engine, on("2026-10-01")) == "DENY"


def test_a_time_that_may_fall_on_two_days_holds_what_differs_between_them() -> None:
    bar = rule("bar", BARS, since="in force from 2026-10-01")
    engine = engine_of(state(bar), owner(ANY_USE))
    before, after = at("2026-10-01T03:00:00+00:00"), at("2026-10-01T05:00:00+00:00")
    assert outcome(engine, Span(before.earliest, after.latest)) == "HOLD"
    assert outcome(engine, Span(before.earliest, before.latest)) == "PERMIT"


def test_an_owners_policy_that_begins_on_one_of_two_days_holds() -> None:
    engine = engine_of(
        owner(rule("own", "permit search of alpr_data", since="in force from 2026-10-01"))
    )
    before, after = at("2026-10-01T03:00:00+00:00"), at("2026-10-01T05:00:00+00:00")
    either = Span(before.earliest, after.latest)
    assert answer_of(ask(engine, at=either, since=None)) == ("HOLD", "unproven")
    assert answer_of(ask(engine, at=before, since=None)) == ("DENY", "no law of that day")


def test_a_lexicon_has_dates_too() -> None:
    words = 'vocabulary town 1 extends core 1\nlexicon new indicates barred\n  plainly "gloom"\n' \
            "  in force from 2026-10-01\n"  # fmt: skip
    read = rule("read", "forbid search of alpr_data\nif reason.plainly includes barred")
    engine = engine_of(words, state(read, uses="town 1"), owner(ANY_USE))
    from platelaw.engine.request import Reason

    gloom = Reason("gloom")
    for day, expected in (("2026-09-30", "PERMIT"), ("2026-10-01", "DENY")):
        assert ask(engine, at=on(day), since=None, reason=gloom).outcome.value == expected


# A condition on the date --------------------------------------------------------------------


def test_a_condition_may_ask_for_the_date() -> None:
    bar = rule("bar", "forbid search of alpr_data\nif date is from 2026-10-01")
    engine = engine_of(state(bar), owner(ANY_USE))
    assert outcome(engine, on("2026-09-30")) == "PERMIT"
    assert outcome(engine, on("2026-10-01")) == "DENY"


# How long an answer lasts -------------------------------------------------------------------


def ends(engine: Engine, day: str) -> str | None:
    decision = ask(engine, at=on(day), since=None)
    assert decision.outcome is tree.Outcome.PERMIT
    return decision.valid_until.isoformat() if decision.valid_until else None


UPKEEP = "forbid search of alpr_data\nif request.purpose is a kind of upkeep"


def test_an_answer_lasts_until_the_next_change_of_a_rule_that_may_matter() -> None:
    bar = rule("bar", UPKEEP, since="in force from 2026-10-01 until 2027-01-01")
    other = rule("other", UPKEEP.replace("search", "share"), since="in force from 2026-09-15")
    engine = engine_of(state(bar, other), owner(ANY_USE))
    assert ends(engine, "2026-09-01") == "2026-10-01"
    assert ends(engine, "2026-10-01") == "2027-01-01"
    assert ends(engine, "2027-01-01") is None


def test_an_answer_lasts_until_the_next_change_of_a_parameter_or_a_lexicon() -> None:
    words = 'vocabulary town 1 extends core 1\nlexicon new indicates barred\n  plainly "gloom"\n' \
            "  in force from 2026-10-01\n"  # fmt: skip
    numbers = "".join(
        f'parameter longest is {days} days\n  agencies may lower\n  cites "Law" status verified\n'
        f"  in force from {period}\n"
        for days, period in ((30, "2020-01-01 until 2026-12-01"), (21, "2026-12-01"))
    )
    old = rule("old", "forbid search of alpr_data\nif request.purpose is a kind of upkeep\n"
                      "and data.age is over longest")  # fmt: skip
    engine = engine_of(words, state(numbers, old, uses="town 1"), owner(ANY_USE, uses="town 1"))
    assert ends(engine, "2026-09-01") == "2026-10-01"
    assert ends(engine, "2026-10-01") == "2026-12-01"
    assert ends(engine, "2026-12-01") is None


def test_a_rule_of_the_same_name_may_follow_another() -> None:
    first = rule("bar", BARS, since="in force from 2020-01-01 until 2026-10-01")
    second = rule("bar", BARS.replace("inquiry", "theft"), since="in force from 2026-10-01")
    engine = engine_of(state(first, second), owner(ANY_USE))
    for day, purpose, expected in (
        ("2026-09-30", "robbery", ["bar"]),
        ("2026-10-01", "robbery", ["any-use"]),
        ("2026-10-01", "theft", ["bar"]),
    ):
        decision = ask(engine, {"request.purpose": purpose}, at=on(day), since=None)
        assert deciding(decision) == expected
