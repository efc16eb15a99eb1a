"""An answer as JSON and as text, for each of its three readers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from platelaw.engine.decision import Decision, Engine, not_understood
from platelaw.engine.render_json import View, decision_bytes, decision_json
from platelaw.engine.render_text import decision_text, explanation_text
from platelaw.engine.request import Reason
from platelaw.engine.schemas import schema_text
from platelaw.engine.values import Members, Range, Value

from .small import (
    ANY_USE,
    NOW,
    ask,
    decide_json,
    engine_of,
    owner,
    paper,
    plain,
    read,
    rule,
    state,
)

LAW = state(
    rule("words", "forbid search of alpr_data\nif reason.plainly includes barred\n"
         "on refusal must finding within 1 day by reviewer", title="What a reason says counts"),
    rule("read", "refer search of alpr_data to reviewer within 1 hour\n"
         "if reason.possibly includes barred", title="A person reads it"),
    rule("many", "forbid search of alpr_data\nif result.count is over 100",
         title="Not too much at once"),
    rule("listed", "limit search of alpr_data, for every recipient, to\n"
         "own: recipient.sovereign is AA\nseal: case.sealed is yes\nstage: case.stage is early",
         title="Who may have it"),
)  # fmt: skip
PRIVATE = ("reason.plainly", "reason.possibly", "evil", "grim", "barred", "result.count")
SCHEMA = Draft202012Validator(json.loads(schema_text("decision")))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of(LAW, owner(ANY_USE))


def answers(engine: Engine) -> dict[str, Decision]:
    """One answer of every sort."""
    few: dict[str, Value] = {"result.count": Range.exactly(3)}
    many: dict[str, Value] = {"result.count": Range.exactly(500)}
    abroad: dict[str, Value] = {"request.recipients": Members(("BB/pd",))}
    return {
        "permit": ask(engine, system=few),
        "many": ask(engine, system=many),
        "count": ask(engine),
        "words": ask(engine, reason=Reason("an evil deed"), system=few),
        "read": ask(engine, reason=Reason("a grim thing"), system=few),
        "hidden": ask(engine, reason=Reason(None), system=few),
        "unproven": ask(engine, abroad, system=few),
        "paper": ask(engine, abroad, papers=(paper(verified=False),)),
        "unknown": ask(engine, requester="ZZ/pd"),
        "outside": ask(engine, data=("image",)),
        "faults": not_understood(engine.library, read(engine, "{}"), NOW),
    }


@pytest.fixture(scope="module")
def all_answers(engine: Engine) -> dict[str, Decision]:
    return answers(engine)


NAMES = ("permit", "many", "count", "words", "read", "hidden", "unproven", "paper", "unknown",
         "outside", "faults")  # fmt: skip


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("name", NAMES)
def test_every_answer_fits_the_schema_in_every_view(
    all_answers: dict[str, Decision], name: str, view: View
) -> None:
    shown = decision_json(all_answers[name], view)
    assert [error.message for error in SCHEMA.iter_errors(shown)] == []
    assert json.loads(decision_bytes(all_answers[name], view)) == shown


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("name", NAMES)
def test_equal_requests_give_equal_bytes(
    all_answers: dict[str, Decision], name: str, view: View
) -> None:
    again = answers(engine_of(LAW, owner(ANY_USE)))[name]
    assert decision_bytes(again, view) == decision_bytes(all_answers[name], view)
    assert decision_text(again, view) == decision_text(all_answers[name], view)


def test_canonical_bytes_are_sorted_and_without_blanks(all_answers: dict[str, Decision]) -> None:
    data = decision_bytes(all_answers["permit"])
    assert (
        data
        == json.dumps(
            json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()
    )


def test_the_order_of_facts_in_a_request_changes_no_byte(engine: Engine) -> None:
    raw = plain({"case.stage": "early", "case.offense": "theft"})
    turned = {**dict(reversed(raw.items())), "facts": dict(reversed(raw["facts"].items()))}
    one, other = (decide_json(engine, form) for form in (raw, turned))
    assert decision_bytes(one) == decision_bytes(other)


# What a requester is not told ---------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_requester_sees_no_words_no_conditions_and_nothing_to_reword(
    all_answers: dict[str, Decision], name: str
) -> None:
    decision = all_answers[name]
    shown = decision_json(decision, View.REQUESTER)
    assert shown["not_stated"] == []
    assert shown["missing"] == {}
    rules = [rule for layer in shown["layers"] for rule in layer["rules"]]
    assert all("recipients" not in rule for rule in rules)
    text = decision_text(decision, View.REQUESTER)
    for word in PRIVATE:
        assert word not in text
        assert word not in json.dumps(shown)
    assert "not stated in the request" not in text


def test_the_owner_and_the_regulator_see_what_a_requester_does_not(
    all_answers: dict[str, Decision],
) -> None:
    for view in (View.OWNER, View.REGULATOR):
        shown = json.dumps(decision_json(all_answers["words"], view))
        assert "reason.plainly includes barred" in shown
        assert decision_json(all_answers["unproven"], view)["not_stated"] == ["case.stage"]
        assert "not stated in the request: case.stage" in decision_text(
            all_answers["unproven"], view
        )
        assert "result.count" in decision_text(all_answers["count"], view)


def test_a_requester_hears_of_a_rule_on_words_only_if_no_other_decides(engine: Engine) -> None:
    both: dict[str, Any] = {"reason": Reason("an evil deed"), "requester": "AA/other"}
    facts: dict[str, Value] = {"request.recipients": Members(("BB/pd",)), "case.sealed": False,
                               "case.stage": "late"}  # fmt: skip
    decision = ask(engine, facts, **both)
    shown = decision_json(decision, View.REQUESTER)
    assert [r["title"] for layer in shown["layers"] for r in layer["rules"]] == ["Who may have it"]
    owned = decision_json(decision, View.OWNER)
    titles = {r["title"] for layer in owned["layers"] for r in layer["rules"]}
    assert "What a reason says counts" in titles


# The text -----------------------------------------------------------------------------------


def test_the_text_begins_with_the_word_and_one_sentence(all_answers: dict[str, Decision]) -> None:
    for decision in all_answers.values():
        first, _, rest = decision_text(decision).partition("\n")
        assert first.startswith(f"{decision.outcome.value}: ")
        assert first.endswith(".")
        assert ("not a hold on a person or a vehicle" in rest) is (decision.outcome.value == "HOLD")


def test_a_simulated_answer_says_so(engine: Engine) -> None:
    assert "SIMULATED" in decision_text(decide_json(engine, plain(), simulate=True))
    assert "SIMULATED" not in decision_text(decide_json(engine, plain()))


def test_lines_are_short(all_answers: dict[str, Decision]) -> None:
    for decision in all_answers.values():
        for line in decision_text(decision).splitlines():
            assert len(line) <= 110 or " " not in line.strip()


def test_every_need_is_told_with_who_can_meet_it(all_answers: dict[str, Decision]) -> None:
    text = decision_text(all_answers["read"])
    assert "clears aa/act/read (by the reviewer)" in " ".join(text.split())
    assert "within 1 hour" in text


@pytest.mark.parametrize("letter", ["\x1b", "\x07", "\x00", "\x9b", "\u202e", "\r"])
def test_no_letter_of_a_request_commands_a_terminal(engine: Engine, letter: str) -> None:
    raw = plain({f"{letter}[2J": 1}, act=f"{letter}]0;x", user=f"a{letter}")
    reading = read(engine, raw)
    assert reading.request is None
    text = decision_text(not_understood(engine.library, reading, NOW))
    assert letter not in text
    assert all(character.isprintable() or character == "\n" for character in text)


def test_the_explanation_shows_every_rule_that_took_part(all_answers: dict[str, Decision]) -> None:
    text = explanation_text(all_answers["unproven"], all_rules=True)
    for name in ("words", "read", "many", "listed", "any-use"):
        assert f"/{name}: " in text
    assert "another recipient" not in text
    assert "for BB/pd: UNPROVEN" in text
    short = explanation_text(all_answers["unproven"])
    assert "aa/act/words: clear\n" in short
    assert len(short) < len(text)
