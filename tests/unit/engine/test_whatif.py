"""What-ifs change what they say and nothing else; the nearest PERMIT is one, or there is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from platelaw.dsl import syntax as tree
from platelaw.engine.decision import Decision, Engine
from platelaw.engine.whatif.changes import How
from platelaw.engine.whatif.comparing import compared
from platelaw.engine.whatif.nearest import Finder, Nearest, Verdict
from platelaw.engine.whatif.reading import read_instrument, read_what_ifs
from platelaw.engine.whatif.suppositions import engine_for, supposed

from .small import ANY_USE, NOW, engine_of, owner, plain, read, rule, state

BARRED = rule("barred-use", "forbid search of alpr_data\nif request.purpose is a kind of barred")
OPEN_CASE = rule("open-case", "limit search of alpr_data to\nopen: case.open is yes")
CHECKED = rule("checked", "limit search of alpr_data to\nchecked: case.checked is yes")
NO_BUREAU = rule(
    "no-bureau",
    "forbid search of alpr_data, for every recipient\nif recipient.kind is a kind of bureau",
)
WARRANT = rule(
    "warrant",
    "limit search of alpr_data to\nwarrant: some i in request.instruments is a warrant from a court"
    " of {AA} with probable_cause, covering the request, unexpired",
)
TRAINED = rule("trained", "permit search of alpr_data\nmust train before search")


def after(engine: Engine, raw: Mapping[str, Any], *texts: str) -> Decision:
    """The answer with everything supposed; a fault fails the test."""
    reading = read(engine, raw)
    assert reading.request is not None, reading.faults
    words = engine.vocabulary_for(reading.request, reading.registry)
    found = read_what_ifs(texts, reading.request, words, reading.registry, engine.library)
    assert found.faults == ()
    request, registry = supposed(reading.request, reading.registry, found.changes)
    return engine_for(engine, registry).decide(request, decided_at=NOW)


def faults(*texts: str) -> list[tuple[str, str]]:
    """What is wrong with what-ifs, and the mend."""
    engine = engine_of(state(BARRED, OPEN_CASE), owner(ANY_USE))
    reading = read(engine, plain())
    assert reading.request is not None
    words = engine.vocabulary_for(reading.request, reading.registry)
    found = read_what_ifs(texts, reading.request, words, reading.registry, engine.library)
    return [(fault.message, fault.help) for fault in found.faults]


def nearest(raw: Mapping[str, Any], *policies: str) -> Nearest:
    """The nearest PERMIT of a request under some policies."""
    engine = engine_of(*policies)
    reading = read(engine, raw)
    assert reading.request is not None
    decision = engine.decide(reading.request, decided_at=NOW, registry=reading.registry)
    return Finder(engine, reading.request, reading.registry, NOW).find(decision)


@pytest.mark.parametrize("answer", ["yes", "true"])
def test_a_yes_may_be_written_as_a_policy_or_as_a_request_file_has_it(answer: str) -> None:
    engine = engine_of(state(OPEN_CASE), owner(ANY_USE))
    assert after(engine, plain(), f"case.open is {answer}").outcome is tree.Outcome.PERMIT


@pytest.mark.parametrize("form", ["request.purpose is barred", "request.purpose = barred"])
def test_a_fact_is_supposed_with_is_or_with_an_equals_sign(form: str) -> None:
    engine = engine_of(state(BARRED), owner(ANY_USE))
    assert after(engine, plain(), form).outcome is tree.Outcome.DENY


def test_what_is_stated_becomes_proven_and_nothing_else_does() -> None:
    engine = engine_of(state(OPEN_CASE, CHECKED), owner(ANY_USE))
    raw = plain({"case.open": True, "case.checked": True, "request.claims": ["case.open"]})
    assert after(engine, raw).outcome is tree.Outcome.HOLD
    half = after(engine, raw, "case.open is proven")
    assert [result.rule.node.name.text for result in half.deciding()] == ["checked"]
    both = after(engine, raw, "case.open is proven", "case.checked is proven")
    assert both.outcome is tree.Outcome.PERMIT


def test_a_claimed_fact_that_is_supposed_is_claimed_and_left_out_it_is_not() -> None:
    engine = engine_of(state(OPEN_CASE), owner(ANY_USE))
    assert after(engine, plain(), "case.open is yes").outcome is tree.Outcome.PERMIT
    raw = plain({"request.claims": ["case.open"]})
    assert after(engine, raw, "case.open is unproven").outcome is tree.Outcome.HOLD
    assert after(engine, raw, "case.open left out").outcome is tree.Outcome.DENY


def test_what_is_on_file_of_a_body_can_be_supposed_and_both_evaluators_go_by_it() -> None:
    engine = engine_of(state(NO_BUREAU), owner(ANY_USE))
    for text in ("requester.kind is bureau", "kind of agency:AA/pd is bureau"):
        assert after(engine, plain(), text).outcome is tree.Outcome.DENY


def test_duties_reviews_and_reasons_can_be_supposed() -> None:
    refer = rule(
        "read", "refer search of alpr_data to reviewer\nif reason.possibly includes barred"
    )
    engine = engine_of(state(refer), owner(TRAINED))
    raw = plain(reason="a grim matter")
    assert after(engine, raw, "train is done").outcome is tree.Outcome.HOLD
    done = ("train is done", "aa/act/read is cleared")
    assert after(engine, raw, *done).outcome is tree.Outcome.PERMIT
    refused = after(engine, raw, "train is done", "read is refused")
    assert refused.outcome is tree.Outcome.DENY
    assert after(engine, raw, "train is done", 'reason = "theft"').outcome is tree.Outcome.PERMIT


def test_an_instrument_is_added_from_a_file() -> None:
    engine = engine_of(state(WARRANT), owner(ANY_USE))
    reading = read(engine, plain())
    assert reading.request is not None
    words = engine.vocabulary_for(reading.request, reading.registry)
    paper = {"kind": "warrant", "from": "AA/court", "issued_to": "AA/pd", "probable_cause": True,
             "covers": True, "expires": "2026-12-01"}  # fmt: skip
    found = read_instrument(json.dumps(paper), words, reading.registry)
    request, registry = supposed(reading.request, reading.registry, found.changes)
    assert engine.decide(request, decided_at=NOW, registry=registry).outcome is tree.Outcome.PERMIT
    wrong = read_instrument('{"kind": "warant"}', words, reading.registry)
    assert [fault.help for fault in wrong.faults] == ["did you mean `warrant`?"]


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        ("case.opn is yes", "no fact is called `case.opn`", "did you mean `case.open`"),
        ("request.purpose is thef", "no kind of purpose is called `thef`", "did you mean `theft`"),
        ("case.open is 3", "`case.open` is a yes/no", "write `yes` or `no`"),
        ("case.count is many", "`case.count` is a count", "write a whole number"),
        ("request.recipients is AA/pd", "`request.recipients` is a set", "as `{A, B}`"),
        ("kind of agency:AA/pdd is bureau", "has the key or ORI `AA/pdd`", "`AA/pd`"),
        ("recipient.kind is bureau", "of which body?", "kind of agency:KEY"),
        ("requester.kind is unproven", "the registry is complete", "FACT is VALUE"),
        ("case.stage is proven", "no value of it that could be proven", "FACT is VALUE"),
        ("case.number of agency:AA/pd is proven", "same for every recipient", "leave `of ...`"),
        ("trian is done", "no duty is called `trian`", "`train`"),
        ("barred-us is cleared", "no rule is called `barred-us`", "`barred-use`"),
        ("request.instruments is {warrant}", "is not typed here", "--add-instrument"),
        ("case.open", "it is no what-if", "FACT is VALUE"),
    ],
)  # fmt: skip
def test_a_what_if_that_cannot_be_gone_by_says_what_is_wrong_and_the_mend(
    text: str, message: str, help_: str
) -> None:
    ((said, mend),) = faults(text)
    assert message in said
    assert help_ in mend


def test_what_ifs_that_contradict_each_other_are_refused() -> None:
    assert faults("case.open is yes", "case.open = no") == [
        ("`case.open is yes` speaks of it too", "suppose each thing once")
    ]
    ((said, _),) = faults("case.open is yes", "request.claims is {}")
    assert "supposed without it" in said


def test_two_answers_side_by_side_mark_the_first_condition_that_moved() -> None:
    engine = engine_of(state(BARRED, OPEN_CASE), owner(ANY_USE))
    raw = plain()
    before = after(engine, raw, "case.open is yes")
    found = compared(before, after(engine, raw, "case.open is yes", "request.purpose is barred"))
    (moved,) = found.moved
    assert moved.rule == "aa/act/barred-use"
    (first,) = [step for step in moved.steps if step.decides]
    assert first.text == "if request.purpose is a kind of barred (it is theft, then barred)"
    assert (first.expected, first.actual) == ("false", "true")


def test_a_recipient_who_is_new_is_what_moved_a_rule() -> None:
    engine = engine_of(state(NO_BUREAU), owner(ANY_USE))
    change = "request.recipients is {US/bureau}"
    found = compared(after(engine, plain()), after(engine, plain(), change))
    (moved,) = found.moved
    assert [(step.text, step.expected) for step in moved.steps][1] == (
        "for US/bureau",
        "no recipient",
    )


# The nearest PERMIT -------------------------------------------------------------------------


def test_a_hold_is_settled_by_evidence_and_says_by_whom_without_the_solver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    raw = plain({"case.checked": True})
    found = nearest(raw, state(CHECKED), owner(ANY_USE))
    assert found.verdict is Verdict.FOUND
    (change,) = found.changes
    assert (change.how, change.words) == (How.EVIDENCE, "case.checked is yes")
    assert change.roles == ("custodian", "supervisor")
    assert change.level is tree.Level.ATTESTATION
    assert found.after is not None
    assert found.after.outcome is tree.Outcome.PERMIT


def test_a_permit_is_the_nearest_already() -> None:
    assert nearest(plain(), state(BARRED), owner(ANY_USE)).verdict is Verdict.ALREADY


def test_what_would_have_to_be_otherwise_is_of_the_world_and_names_all_that_would_do() -> None:
    pytest.importorskip("z3")
    found = nearest(plain({"request.purpose": "barred"}), state(BARRED), owner(ANY_USE))
    (change,) = found.changes
    assert change.how is How.WORLD
    assert change.others == ("robbery", "theft", "upkeep")
    assert change.now == "barred"


def test_what_can_be_supplied_comes_before_what_would_have_to_be_otherwise() -> None:
    pytest.importorskip("z3")
    either = rule(
        "either",
        "limit search of alpr_data to\nopen: case.open is yes\n"
        "warrant: some i in request.instruments is a warrant from a court",
    )
    found = nearest(plain(), state(either), owner(TRAINED))
    assert [change.how for change in found.changes] == [How.EVIDENCE, How.EVIDENCE]
    assert {change.words for change in found.changes} == {
        "train is done",
        "a warrant from AA/court is presented",
    }


def test_where_nothing_would_do_there_is_a_proof_of_it() -> None:
    pytest.importorskip("z3")
    found = nearest(plain(requester="US/bureau"), state(NO_BUREAU), owner(ANY_USE))
    assert found.verdict is Verdict.NONE


def test_an_open_question_of_law_is_named_where_only_its_answer_would_do() -> None:
    pytest.importorskip("z3")
    doubtful = rule("doubtful", "limit search of alpr_data to\ndoubt: doubt")
    found = nearest(plain(), state(doubtful), owner(ANY_USE))
    assert found.verdict is Verdict.FOUND
    (change,) = found.changes
    assert (change.how, change.reading, change.answer) == (How.LAW, "doubt", True)
    assert found.after is not None
    assert found.after.outcome is tree.Outcome.PERMIT


def test_the_words_of_a_reason_are_never_a_change() -> None:
    pytest.importorskip("z3")
    words = rule("words", "forbid search of alpr_data\nif reason.plainly includes barred")
    found = nearest(plain(reason="an evil deed"), state(words), owner(ANY_USE))
    assert found.verdict is Verdict.NONE
