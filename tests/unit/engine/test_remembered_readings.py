"""A text that stands in for a reading: both evaluators see what was seen, and no more."""

from __future__ import annotations

import json

import pytest

from platelaw.dsl.lexicon import Reading
from platelaw.engine.compiled.wire import JsonRequests
from platelaw.engine.decision import Engine
from platelaw.engine.reasons import MAX_TEXTS, layer_of

from .small import ANY_USE, DAY, NOW, decide_json, engine_of, owner, plain, rule, state

REFER = rule("read", "refer search of alpr_data to reviewer\nif reason.possibly includes barred")
BAR = rule("bar", "forbid search of alpr_data\nif reason.plainly includes barred")
NOTHING = frozenset[str]()
BARRED = frozenset({"barred"})


@pytest.fixture
def engine() -> Engine:
    return engine_of(state(REFER, BAR), owner(ANY_USE))


def tell(engine: Engine, text: str, *, plainly: frozenset[str], possibly: frozenset[str]) -> None:
    """Let the one layer of these words read a text as said."""
    (vocabulary,) = engine.library.vocabularies.values()
    layer = layer_of(vocabulary.edition, vocabulary, DAY)
    engine.matchers.remember(layer, text, Reading(plainly, possibly, ()))


@pytest.mark.parametrize(
    ("plainly", "possibly", "outcome"),
    [(NOTHING, NOTHING, "PERMIT"), (NOTHING, BARRED, "HOLD"), (BARRED, NOTHING, "DENY")],
)
def test_both_evaluators_judge_by_a_remembered_reading(
    engine: Engine, plainly: frozenset[str], possibly: frozenset[str], outcome: str
) -> None:
    tell(engine, "stand-in", plainly=plainly, possibly=possibly)
    asked = plain({"case.number": None}, reason="stand-in", user="")
    decision = decide_json(engine, asked)
    quick = JsonRequests(engine.compiled).answer(json.dumps(asked).encode(), now=NOW)
    assert (decision.outcome.value, quick.outcome.value) == (outcome, outcome)


def test_a_remembered_reading_counts_even_if_the_words_themselves_are_in_a_lexicon(
    engine: Engine,
) -> None:
    tell(engine, "evil deed", plainly=NOTHING, possibly=NOTHING)
    assert decide_json(engine, plain(reason="evil deed")).outcome.value == "PERMIT"


def test_a_remembered_reading_outlasts_the_texts_that_were_read(engine: Engine) -> None:
    tell(engine, "stand-in", plainly=BARRED, possibly=NOTHING)
    (vocabulary,) = engine.library.vocabularies.values()
    layer = layer_of(vocabulary.edition, vocabulary, DAY)
    for number in range(MAX_TEXTS + 1):
        engine.matchers.read(layer, str(number))
    assert engine.matchers.read(layer, "stand-in").plainly == BARRED
