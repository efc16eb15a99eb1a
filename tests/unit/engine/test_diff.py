"""Two days, and two libraries, compared: classes of requests whose answer changes."""

from __future__ import annotations

import datetime

import pytest

from platelaw.dsl.syntax import Outcome
from platelaw.engine.decision import Engine
from platelaw.engine.diff.changes import Change, Difference, Direction, Side
from platelaw.engine.diff.comparing import Comparer
from platelaw.engine.diff.exchanging import Exchange, widest_owner
from platelaw.engine.diff.render_json import difference_json
from platelaw.engine.diff.render_page import page_markdown, page_text
from platelaw.engine.diff.render_text import difference_markdown, difference_text

from .small import ANY_USE, REGISTRY, WORDS, decide_json, engine_of, owner, policy, rule, state

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
    (turned,) = found.rules
    assert (turned.id, turned.decides) == ("aa/act/barred", False)
    assert (turned.old, turned.new is None) == (None, False)
    assert "turning no answer: barred." in page_text(found, found.changes)


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


def test_a_page_tells_a_rule_by_what_it_cites_with_one_request_on_a_line() -> None:
    found = between(engine_of(state(rule("barred", BARRED, since=NEW)), owner(ANY_USE)))
    page = page_text(found, found.changes)
    assert "LESS PERMISSIVE UNDER NEW: 1 PERMIT -> HOLD, 1 PERMIT -> DENY" in page
    assert "Law of barred (verified): barred [barred]: search\n" in page
    assert "    PERMIT -> DENY: AA/pd: search its own data for barred\n" in page
    assert all(len(line) <= 100 for line in page.splitlines())
    lines = page_markdown(found, found.changes).splitlines()
    assert "**Law of barred (verified)**" in lines
    assert "  - PERMIT -> DENY: AA/pd: search its own data for barred" in lines


def test_what_a_page_has_no_room_for_is_an_agencys_own_rule_by_its_name() -> None:
    own = rule("own", "forbid share of alpr_data", since=NEW)
    law = state(rule("barred", BARRED, since=NEW))
    found = between(engine_of(law, owner(ANY_USE, own)))
    assert "Agencies' own rules: agency/pd/own" in page_text(found, found.changes)


@pytest.mark.parametrize(("count", "together"), [(3, False), (4, True)])
def test_many_rules_about_acts_on_other_data_stand_together_by_what_they_cite(
    count: int, together: bool
) -> None:
    words = WORDS.replace("act search,", "act configure, search,") + "data settings final\n"
    words += "".join(f"fact settings.f{n} : yes/no proven by assertion\n" for n in range(4))
    others = [
        rule(f"set{n}", f"forbid configure of settings\nif settings.f{n} is yes", since=NEW)
        for n in range(count)
    ]
    bars = ("theft", "robbery", "upkeep", "barred", "joint")
    usual = [rule(f"no-{use}", BARRED.replace("barred", use), since=NEW) for use in bars]
    opens = rule("opens", "permit configure of settings")
    found = between(engine_of(state(*usual, *others), owner(ANY_USE, opens), words=words))
    page, review = (
        " ".join(form(found, found.changes).split()) for form in (page_text, page_markdown)
    )
    line = "Law of set0 (verified): set0; Law of set1 (verified): set1; "
    assert (line in page, line in review) == (together, together)
    assert ("[set0]" in page) is not together
    assert "[no-theft]: search" in page


def test_a_witness_has_the_owner_ask_where_nobody_else_is_needed() -> None:
    found = between(engine_of(state(rule("barred", BARRED, since=NEW)), owner(ANY_USE)))
    witnesses = [change.witness for change in found.changes if change.witness is not None]
    assert {each.request["requester"] for each in witnesses} == {"AA/pd"}


def test_a_papers_ground_in_an_agencys_own_words_follows_that_of_the_law_above_it() -> None:
    paper = "unless paper: some i in request.instruments is a {} from a court covering the request"
    law = rule("above", f"forbid search of alpr_data\n{paper.format('warrant')}", since=NEW)
    own = rule("own", f"forbid search of alpr_data\n{paper.format('judges_paper')}",
               since="in force from 2020-01-01 until 2026-10-01")  # fmt: skip
    words = "vocabulary pd 1 extends core 1\nkind parking under upkeep\n"
    found = between(engine_of(words, state(law), owner(ANY_USE, own, uses="pd 1")))
    assert ("DENY", "PERMIT", "agency/pd/own") not in told(found)
    assert found.changes


# Two owners --------------------------------------------------------------------------------------

AA_WORDS = "vocabulary aa 1 extends core 1\nact stop\n"
BB_WORDS = (
    "vocabulary bb 1 extends core 1\n"
    "fact theft.suspected : yes/no claimed proven by attestation from supervisor\n"
)
OPEN = rule("any-use", "permit search of alpr_data")
LAW_OF_AA = state(
    rule("barred", f"{BARRED}\nunless order: some i in request.instruments is a judges_paper "
         "from a court of {AA, US} covering the request"),
    uses="aa 1",
)  # fmt: skip
LAW_OF_BB = policy(
    "bb/act", "state",
    rule("thefts", "forbid search of alpr_data\nif request.purpose is a kind of theft\n"
         "unless suspected: theft.suspected is yes"),
    rule("strangers", "limit search of alpr_data, for every recipient, to\n"
         "own: recipient.sovereign is BB"),
    binds="owner.sovereign is BB", uses="bb 1",
)  # fmt: skip


@pytest.fixture(scope="module")
def two() -> tuple[Engine, Difference]:
    """The law of AA and that of BB for one owner."""
    other = policy("agency/bb", "owner", OPEN, binds="owner is agency:BB/pd", uses="bb 1")
    engine = engine_of(
        AA_WORDS, BB_WORDS, LAW_OF_AA, LAW_OF_BB, owner(OPEN, uses="aa 1"), other
    )  # fmt: skip
    bodies = REGISTRY.bodies
    exchange = Exchange(bodies["AA/pd"], bodies["BB/pd"], REGISTRY, law_alone=True)
    there = Engine(exchange.library(engine.library), REGISTRY)
    sides = Side("AA", engine, AFTER), Side("BB", there, AFTER)
    return engine, Comparer(*sides, exchange=exchange).difference()


def test_two_laws_for_one_owner_tell_what_only_one_of_them_permits(
    two: tuple[Engine, Difference],
) -> None:
    _, found = two
    assert found.doubts == ()
    assert told(found) == {
        ("PERMIT", "DENY", "bb/act/thefts"),
        ("PERMIT", "HOLD", "bb/act/thefts"),
        ("PERMIT", "DENY", "bb/act/strangers"),
        ("PERMIT", "HOLD", "bb/act/strangers"),
        ("DENY", "PERMIT", "aa/act/barred"),
        ("HOLD", "PERMIT", "aa/act/barred"),
    }


def test_a_request_to_two_owners_is_told_as_it_is_put_to_each_and_decided_so(
    two: tuple[Engine, Difference],
) -> None:
    engine, found = two
    told_ = [w for change in found.changes if (w := change.witness) is not None]
    assert len(told_) >= len(found.changes) - 1  # a paper that covers recipients not known is none
    for witness in told_:
        for side in (witness.old, witness.new):
            if side.request is not None:
                assert decide_json(engine, side.request, simulate=True).outcome is side.outcome
    placed = {w.new.request["owner"] for w in told_ if w.new.request is not None}
    assert placed == {"BB/pd"}


def test_a_page_of_two_owners_names_the_words_that_have_no_counterpart(
    two: tuple[Engine, Difference],
) -> None:
    _, found = two
    page = page_text(found, found.changes)
    assert "ONLY AA ALLOWS: " in page
    assert "ONLY BB ALLOWS: " in page
    assert "No counterpart of AA's stop." in page
    assert "No counterpart of BB's theft.suspected." in page
    assert "DENY -> PERMIT: the owner: search its own data for barred" in page
    told_ = difference_json(found, found.changes)
    assert told_["owners"] == {"old": "AA/pd", "new": "BB/pd"}


def test_the_owner_of_a_government_is_the_one_whose_policy_opens_most(
    two: tuple[Engine, Difference],
) -> None:
    engine, _ = two
    found = [widest_owner(engine.library, REGISTRY, sovereign) for sovereign in ("AA", "BB", "US")]
    assert [body.key if body is not None else "" for body in found] == ["AA/pd", "BB/pd", ""]
