"""The formulas of a request whose facts are known have the outcome that the reference gives it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from platelaw.dsl import syntax as tree
from platelaw.engine.facts import Facts
from platelaw.engine.proving.conditions import NotCoveredError, Sources
from platelaw.engine.proving.encoding import Encoder
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
