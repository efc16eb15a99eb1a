"""Two days, and two libraries, compared: classes of requests whose answer changes."""

from __future__ import annotations

import datetime

import pytest

from platelaw.dsl.syntax import Outcome
from platelaw.engine.decision import Engine
from platelaw.engine.diff.changes import Change, Difference, Direction, Side
from platelaw.engine.diff.comparing import Comparer
from platelaw.engine.diff.render_json import difference_json
from platelaw.engine.diff.render_text import difference_markdown, difference_text

from .small import ANY_USE, WORDS, decide_json, engine_of, owner, rule, state

pytest.importorskip("z3")

BEFORE, AFTER = datetime.date(2026, 9, 30), datetime.date(2026, 10, 1)
BARRED = "forbid search of alpr_data\nif request.purpose is a kind of barred"
NEW = "in force from 2026-10-01"


def between(engine: Engine) -> Difference:
    """What changes on the first of October."""
    return Comparer(Side("old", engine, BEFORE), Side("new", engine, AFTER)).difference()


def told(difference: Difference) -> set[tuple[str, str, str]]:
    """Each class by its answers and the rule that decides the stricter one."""
    return {(c.old.outcome.value, c.new.outcome.value, c.deciding.by) for c in difference.changes}


def of(difference: Difference, old: Outcome, new: Outcome) -> Change:
    """The class of two answers."""
    (found,) = (c for c in difference.changes if (c.old.outcome, c.new.outcome) == (old, new))
    return found


def test_where_no_law_starts_nothing_changes() -> None:
    found = between(engine_of(state(rule("barred", BARRED)), owner(ANY_USE)))
    assert (found.changes, found.doubts, found.rules) == ((), (), ())
    assert "no request changes its answer" in difference_text(found, found.changes)


def test_a_rule_that_starts_denies_and_holds_what_was_permitted() -> None:
    found = between(engine_of(state(rule("barred", BARRED, since=NEW)), owner(ANY_USE)))
    assert told(found) == {
        ("PERMIT", "DENY", "aa/act/barred"),
        ("PERMIT", "HOLD", "aa/act/barred"),
    }
    assert found.doubts == ()
    assert {change.direction for change in found.changes} == {Direction.TIGHTENED}


def test_a_witness_says_no_more_than_its_class_needs_and_is_decided_so_on_each_day() -> None:
    engine = engine_of(state(rule("barred", BARRED, since=NEW)), owner(ANY_USE))
    witness = of(between(engine), Outcome.PERMIT, Outcome.DENY).witness
    assert witness is not None
    assert list(witness.request["facts"]) == ["request.purpose"]
    answers = [
        decide_json(engine, {**witness.request, "at": day.isoformat()}, simulate=True).outcome
        for day in (BEFORE, AFTER)
    ]
    assert answers == [Outcome.PERMIT, Outcome.DENY]


def test_what_ends_is_more_permissive_and_names_the_old_rule() -> None:
    ends = "in force from 2020-01-01 until 2026-10-01"
    found = between(engine_of(state(rule("barred", BARRED, since=ends)), owner(ANY_USE)))
    assert told(found) == {
        ("DENY", "PERMIT", "aa/act/barred"),
        ("HOLD", "PERMIT", "aa/act/barred"),
    }
    assert {change.direction for change in found.changes} == {Direction.LOOSENED}


def test_a_rule_that_another_covers_says_something_else_and_changes_no_answer() -> None:
    wide = rule("all", "forbid search of alpr_data")
    found = between(engine_of(state(wide, rule("barred", BARRED, since=NEW)), owner(ANY_USE)))
    assert found.changes == ()
    assert [turned.id for turned in found.rules] == ["aa/act/barred"]


def test_an_exception_of_less_sure_wording_turns_a_permit_to_law_to_confirm() -> None:
    does = "forbid search of alpr_data\nunless open: case.open is yes"
    text = rule("barred", does, since=NEW, status="secondary")
    found = between(engine_of(state(text), owner(ANY_USE)))
    assert ("PERMIT", "HOLD", "law to confirm") in told(found)


def test_a_parameter_that_falls_is_a_change_of_the_rule_that_reads_it() -> None:
    parameter = (
        'parameter period is 30 days\n  cites "A" status verified\n'
        "  in force from 2020-01-01 until 2026-10-01\n"
        'parameter period is 21 days\n  cites "A" status verified\n'
        "  in force from 2026-10-01\n"
    )
    old = rule("old", "forbid search of alpr_data\nif data.age is over period")
    found = between(engine_of(state(parameter, old), owner(ANY_USE)))
    assert ("PERMIT", "DENY", "aa/act/old") in told(found)
    assert all(change.direction is Direction.TIGHTENED for change in found.changes)


def test_a_lexicon_that_starts_is_a_change_of_the_rule_that_reads_reasons() -> None:
    words = (
        WORDS + 'lexicon later indicates theft\n  plainly "larceny"\n  in force from 2026-10-01\n'
    )
    seen = rule("seen", "forbid search of alpr_data\nif reason.plainly includes theft")
    engine = engine_of(state(seen), owner(ANY_USE), words=words)
    found = of(between(engine), Outcome.PERMIT, Outcome.DENY)
    assert found.witness is not None
    assert found.witness.request["reason"] == "larceny"


def test_a_question_that_takes_too_long_is_unknown_and_never_nothing() -> None:
    engine = engine_of(state(rule("barred", BARRED, since=NEW)), owner(ANY_USE))
    sides = Side("old", engine, BEFORE), Side("new", engine, AFTER)
    found = Comparer(*sides, seconds=0.0000001).difference()
    assert found.doubts or found.changes
    if found.doubts:
        assert "UNKNOWN" in difference_text(found, found.changes)


def test_every_form_tells_rule_citation_status_and_witness() -> None:
    found = between(engine_of(state(rule("barred", BARRED, since=NEW)), owner(ANY_USE)))
    text = difference_text(found, found.changes)
    assert 'aa/act/barred  "barred"' in text
    assert "Law of barred (verified), in force from 2026-10-01" in text
    assert "PERMIT -> DENY: search of alpr_data" in text
    assert "There is no further class" in text
    page = difference_markdown(found, found.changes)
    assert "| tightened | `aa/act/barred` | PERMIT to DENY | search | alpr_data" in page
    told_ = difference_json(found, found.changes)
    assert {change["new"]["by"] for change in told_["changes"]} == {"aa/act/barred"}
    assert all(change["witness"]["request"] for change in told_["changes"])
