"""What must hold of every answer: proved, refuted by a request, or unknown."""

from __future__ import annotations

import json

import pytest

from platelaw.dsl import syntax as tree
from platelaw.engine.proving.proving import Proof, Prover, Verdict
from platelaw.engine.proving.render import proof_text
from platelaw.engine.proving.searching import MOST_RECIPIENTS
from platelaw.engine.proving.solver import Found, Question
from platelaw.engine.request_json import read_request

from .small import ANY_USE, NOW, WORDS, engine_of, owner, rule, state

pytest.importorskip("z3")

NO_BUREAU = rule(
    "no-bureau",
    "forbid search of alpr_data, for every recipient\nif recipient.kind is a kind of bureau\n"
    "unless judge: some i in request.instruments is a warrant from a court covering the request",
)
NEVER_BUREAU = """never bureau "The bureau gets nothing without a judge"
  PERMIT search of alpr_data, for every recipient
  if recipient.kind is a kind of bureau
  unless judge: {}
"""
SHARES = "fact switch.partners : set of agency complete proven by system"
OUTSIDE = "some p in switch.partners has (p.sovereign is not AA)"
PAPER = "some i in request.instruments is a {}"


def proved(*texts: str, seconds: float = 20.0) -> Proof:
    """What became of the only statement of some policies."""
    engine = engine_of(*texts)
    (invariant,) = engine.library.invariants
    return Prover(engine, seconds).prove(invariant)


def stated(text: str, *rules: str) -> Proof:
    """What became of a statement of the state, beside rules of it and an owner who permits all."""
    return proved(state(*rules, text), owner(ANY_USE))


def test_what_a_rule_of_the_state_forbids_is_proved_for_every_request() -> None:
    same = PAPER.format("warrant from a court covering the request")
    assert stated(NEVER_BUREAU.format(same), NO_BUREAU).verdict is Verdict.PROVED


def test_a_statement_that_asks_for_less_of_a_paper_is_proved_too() -> None:
    for less in ("judges_paper from a court covering the request", "warrant", "judges_paper"):
        found = stated(NEVER_BUREAU.format(PAPER.format(less)), NO_BUREAU)
        assert found.verdict is Verdict.PROVED, less


def test_a_statement_that_asks_for_more_of_a_paper_is_refuted() -> None:
    more = PAPER.format("warrant from a court covering the request, unexpired")
    found = stated(NEVER_BUREAU.format(more), NO_BUREAU)
    assert found.verdict is not Verdict.PROVED


def test_a_refutation_is_a_request_that_the_engine_permits() -> None:
    engine = engine_of(state(NEVER_BUREAU.format(PAPER.format("warrant"))), owner(ANY_USE))
    (invariant,) = engine.library.invariants
    witness = Prover(engine).prove(invariant).witness
    assert witness is not None
    reading = read_request(json.dumps(witness.request), engine, now=NOW, simulate=True)
    assert reading.request is not None
    again = engine.decide(reading.request, decided_at=NOW, registry=reading.registry)
    assert again.outcome is tree.Outcome.PERMIT
    recipients = witness.request["facts"].get("request.recipients", ())
    assert "US/bureau" in (witness.request["requester"], *recipients)


def test_a_planted_loosening_in_an_exception_is_refuted() -> None:
    loose = NO_BUREAU + "  unless early: case.stage is early\n"
    found = stated(NEVER_BUREAU.format(PAPER.format("warrant")), loose)
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None
    assert found.witness.request["facts"]["case.stage"] == "early"


def test_a_day_without_law_is_found() -> None:
    since = "in force from 2026-10-01"
    late = rule(
        "no-bureau",
        "forbid search of alpr_data, for every recipient\nif recipient.kind is a kind of bureau",
        since=since,
    )
    never = NEVER_BUREAU.format("case.checked is yes")
    found = stated(never, late)
    assert found.witness is not None
    assert found.witness.request["at"] < "2026-10-01T04:00"
    dated = never.replace("  PERMIT", f"  {since}\n  PERMIT")
    assert stated(dated, late).verdict is Verdict.PROVED
    early = dated.replace("10-01", "09-30")
    assert stated(early, late).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("bound", "verdict"), [("20", "refuted"), ("21", "proved"), ("22", "proved")]
)
def test_numbers_are_compared_as_the_reference_does(bound: str, verdict: str) -> None:
    old = rule("old", "forbid search of alpr_data\nif data.age is over 21 days")
    never = (
        'never old-reads "None so old"\n  PERMIT search of alpr_data\n'
        f"  if data.age is over {bound} days\n"
    )
    assert stated(never, old).verdict.value == verdict


@pytest.mark.parametrize(
    ("barred", "governments"), [(OUTSIDE, set[str]()), (f"not {OUTSIDE}", {"BB"})]
)
def test_bodies_of_a_set_that_the_platform_tells_are_named_in_a_request(
    barred: str, governments: set[str]
) -> None:
    asked = rule("who", f"forbid search of alpr_data\nif {barred}\n  or result.count is over 0")
    words = WORDS.replace("fact result.count", f"{SHARES}\nfact result.count")
    never = 'never so "So"\n  PERMIT search of alpr_data\n'
    engine = engine_of(state(asked, never), owner(ANY_USE), words=words)
    found = Prover(engine, 20.0).prove(engine.library.invariants[0])
    assert found.witness is not None, found.why
    partners = found.witness.request["simulate"]["system"]["switch.partners"]
    assert {engine.registry.bodies[key].sovereign for key in partners} == governments


def test_what_is_unproven_breaks_a_never_and_no_always() -> None:
    asked = rule("closed", "forbid search of alpr_data\nif case.stage is late")
    since = "  in force from 2020-01-01\n"
    may = f'never late "No"\n{since}  PERMIT search of alpr_data\n  if case.stage is late\n'
    must = f'always late "Yes"\n{since}  DENY search of alpr_data\n  if case.stage is late\n'
    for text in (may, must):
        assert stated(text, asked).verdict is Verdict.PROVED
    opened = owner(rule("early", "permit search of alpr_data\nif case.stage is early"))
    assert proved(state(must), opened).verdict is Verdict.PROVED
    held = 'always early "Early"\n  PERMIT search of alpr_data\n  if case.stage is early\n'
    assert proved(state(held), opened).verdict is Verdict.REFUTED  # other owners have no policy


def test_many_recipients_are_no_way_around_a_statement() -> None:
    """A permit that needs one recipient, and a statement about another."""
    needs = rule(
        "with-court",
        "permit search of alpr_data\n"
        "if some r in recipients is a kind of court and some r in recipients is a kind of bureau "
        "and some r in recipients is a kind of person",
    )
    never = (
        'never other "Nobody of BB"\n  PERMIT search of alpr_data\n'
        "  if owner is agency:AA/pd and some r in recipients has (r is agency:BB/pd)\n"
    )
    found = proved(state(never), owner(needs))
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None
    asked = found.witness.request
    assert len({asked["requester"], *asked["facts"]["request.recipients"]}) == 4


def test_more_recipients_than_are_looked_at_are_unknown() -> None:
    several = " and ".join(
        f"some r in recipients has (r.kind is a kind of {kind} and r.sovereign is {place})"
        for kind in ("court", "police", "person")
        for place in ("AA", "BB", "US")
    )
    needs = rule("all", f"permit search of alpr_data\nif {several}")
    found = proved(state('never any "Never"\n  PERMIT search of alpr_data\n'), owner(needs))
    assert found.verdict is Verdict.UNKNOWN
    assert "recipients that matter at once" in found.why
    assert several.count("some r") > MOST_RECIPIENTS - 1


def test_a_loop_inside_a_loop_is_unknown_and_named() -> None:
    nested = rule(
        "nested",
        "forbid search of alpr_data\nif some a in recipients has "
        "(some b in recipients has (a is a kind of court and b is a kind of bureau))",
    )
    found = stated('never any "Never"\n  PERMIT search of alpr_data\n', nested)
    assert found.verdict is Verdict.UNKNOWN
    assert "a loop inside a loop" in found.why


def test_no_time_is_never_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    def timeout(_: Question) -> Found:
        return Found.TIMEOUT

    monkeypatch.setattr(Question, "found", timeout)
    found = stated(NEVER_BUREAU.format(PAPER.format("warrant")), NO_BUREAU)
    assert found.verdict is Verdict.UNKNOWN
    assert "did not finish in 20 seconds" in found.why


def test_a_statement_of_a_bill_is_unknown() -> None:
    bill = state('never any "Never"\n  PERMIT search of alpr_data\n', more='  proposed by "B"\n')
    assert proved(bill, owner(ANY_USE)).verdict is Verdict.UNKNOWN


def test_a_date_that_only_the_statement_names_parts_the_days() -> None:
    """Else all days of one law would count as one of them."""
    closed = rule("closed", "forbid search of alpr_data\nif case.stage is late")
    said = (
        'always shut "Shut from that day"\n  DENY search of alpr_data\n'
        "  if date is from 2024-06-16\n  unless later: date is from 2030-01-01\n"
    )
    assert stated(said, closed).verdict is Verdict.REFUTED


def test_a_request_that_plainly_breaks_a_statement_is_shown_where_there_is_one() -> None:
    never = 'never lead "No"\n  PERMIT search of alpr_data\n  if case.lead is agency:BB/pd\n'
    found = stated(never)
    assert found.witness is not None
    assert found.witness.request["facts"] == {"case.lead": "BB/pd"}


def test_a_refuted_statement_says_what_counts_as_possibly_true() -> None:
    never = 'never open "No"\n  PERMIT search of alpr_data\n  if case.stage is late and doubt\n'
    found = stated(never, rule("late", "forbid search of alpr_data\nif case.stage is late"))
    assert found.verdict is Verdict.PROVED
    found = stated(never)
    assert found.witness is not None
    assert "case.stage" not in found.witness.request["facts"]
    assert found.because[:2] == (
        "`case.stage is late` counts as possibly true: case.stage is not stated",
        "`doubt` counts as possibly true: it is an open question of law",
    )


def test_a_refutation_is_small_and_names_which_rules_stood_aside() -> None:
    old = rule(
        "old",
        "refer search of alpr_data to reviewer within 1 days\nif data.age is over 7 days\n"
        "unless early: case.stage is early",
    )
    others = rule(
        "others", "refer search of alpr_data to reviewer within 1 days\nif owner is agency:AA/other"
    )
    never = (
        'never old-reads "None so old"\n  PERMIT search of alpr_data\n'
        "  if data.age is over 7 days\n"
    )
    found = stated(never, old, others)
    assert found.witness is not None
    assert found.witness.request["requester"] == found.witness.request["owner"]
    cleared = [review["rule"] for review in found.witness.request.get("reviews", ())]
    assert cleared in (["aa/act/old"], [])  # no review of a rule that has no part in it
    early = "rule aa/act/old stood aside: its exception `early` is true (case.stage is early)"
    review = "rule aa/act/old stood aside: it is cleared on review"
    assert (review if cleared else early) in found.because
    assert "rule agency/pd/any-use permits it" in found.because
    told = proof_text(found)
    assert "\n    data.age is 7 days and 1 minute\n" in told
    assert "\n  Why:\n    rule agency/pd/any-use permits it\n" in told
