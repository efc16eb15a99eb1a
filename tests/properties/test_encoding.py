"""The formulas of a request whose facts are known have the outcome that the reference gives it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from platelaw.dsl import syntax as tree
from platelaw.dsl.model import Policy
from platelaw.engine.facts import Facts
from platelaw.engine.proving.conditions import NotCoveredError, Sources
from platelaw.engine.proving.encoding import Encoder
from platelaw.engine.proving.formulas import TRUE, Pair, Some, negated
from platelaw.engine.proving.solver import Found, Question
from platelaw.engine.reference import Case

from .asking import request as asked
from .cases import case, reference_cases
from .chance import MODE
from .world import REGISTRY, RefusedError

pytest.importorskip("z3")

LIBRARIES = 1500 if MODE == "deep" else 30


def asked_of(seeds: range) -> Iterator[Case]:
    """Random requests before random libraries."""
    for seed in seeds:
        try:
            found = case(random.Random(seed))
        except RefusedError:
            continue
        engine = found.engine()
        dice = random.Random(seed)
        for request in (*found.requests, asked(dice, found.library)):
            yield from reference_cases(engine, request)


def notices(seeds: range) -> bool:
    """Whether a random request is answered otherwise by the formulas than by the reference."""
    for known in asked_of(seeds):
        try:
            if outcomes(known) != {known.answer().outcome}:
                return True
        except NotCoveredError:
            continue
    return False


def outcomes(known: Case) -> set[tree.Outcome]:
    """The outcomes that the formulas leave possible for one request."""
    words = known.library.vocabularies.values()
    sources = Sources(
        [Facts(known.request, REGISTRY, vocabulary) for vocabulary in words], REGISTRY
    )
    encoded = Encoder(known, sources).encoded()
    possible: set[tree.Outcome] = set()
    for outcome, formula in encoded.outcome.items():
        question = Question(sources, len(known.facts.recipients().known))
        question.need(formula)
        question.close()
        question.pin_to(known)
        if question.found() is not Found.NONE:
            possible.add(outcome)
    return possible


def test_the_formulas_give_a_known_request_the_answer_of_the_reference() -> None:
    counts: Counter[tree.Outcome] = Counter()
    for known in asked_of(range(LIBRARIES)):
        try:
            found = outcomes(known)
        except NotCoveredError:
            continue
        outcome = known.answer().outcome
        assert found == {outcome}
        counts[outcome] += 1
    assert min(counts[outcome] for outcome in tree.Outcome) > 10


def _unproven_is_false(pair: Pair) -> Pair:
    return Pair(negated(pair.certain), negated(pair.certain))


def _somebody_unknown_is_left_out(_: Encoder, pair: Pair, *, capped: bool = False) -> Pair:
    del capped
    return Pair(Some(pair.certain), Some(pair.possible))


def _all_bind(_: Encoder, policy: Policy) -> Pair:
    del policy
    return TRUE


@pytest.mark.parametrize(
    ("of", "name", "fault"),
    [
        (Pair, "__invert__", _unproven_is_false),
        (Encoder, "anyone", _somebody_unknown_is_left_out),
        (Encoder, "bound", _all_bind),
    ],
)
def test_a_fault_planted_in_the_encoder_is_noticed(
    monkeypatch: pytest.MonkeyPatch, of: type, name: str, fault: object
) -> None:
    monkeypatch.setattr(of, name, fault)
    assert notices(range(LIBRARIES))
