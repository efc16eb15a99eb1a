"""No random request breaks a statement that is proved of a random library."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from platelaw.dsl.model import Invariant
from platelaw.dsl.truth import Truth
from platelaw.engine.decision import Engine
from platelaw.engine.proving.proving import Prover, Verdict, as_rule
from platelaw.engine.reference import Case

from .asking import request as asked
from .cases import reference_cases
from .chance import MODE
from .conditions import CLOSED_PURPOSES, Place, condition
from .libraries import library
from .texts import LibraryText
from .world import DECIDED, RefusedError, engine_of

pytest.importorskip("z3")

LIBRARIES = 600 if MODE == "deep" else 12
REQUESTS = 60


def stating(dice: random.Random) -> tuple[LibraryText, Engine]:
    """A random library whose state says something of every answer.

    Raises:
        RefusedError: It was drawn so that the checker must refuse it.
    """
    made = library(dice)
    each = dice.randint(0, 1) == 0
    place = Place(purposes=CLOSED_PURPOSES, words="st", each=each)
    word, outcome = dice.choice((("never", "PERMIT"), ("never", "DENY"), ("always", "DENY")))
    text = f'{word} said "Said"\n  {outcome} search of reads'
    text += ", for every recipient\n" if each else "\n"
    text += f"  if {condition(dice, place).written()}\n"
    text += f"  unless e: {condition(dice, place, 1).written()}\n"
    first = made.policies[0]
    policies = (replace(first, more=first.more + text), *made.policies[1:])
    made = replace(made, policies=policies)
    return made, engine_of(made.files())


def breaks(invariant: Invariant, engine: Engine, case: Case) -> bool:
    """Whether a request breaks a statement, by the reference alone."""
    policy = next(p for p in engine.library.policies if p.name == invariant.policy)
    result = case.result_of(policy, as_rule(invariant), Truth.FALSE)
    value = result.value if result is not None else Truth.FALSE
    alone = replace(case.request, data=(case.data,))
    outcome = engine.decide(alone, decided_at=DECIDED, explained=False).outcome
    if invariant.node.always:
        return value is Truth.TRUE and outcome is not invariant.node.outcome
    return value is not Truth.FALSE and outcome is invariant.node.outcome


def verdicts(seeds: range) -> Iterator[tuple[Verdict, bool]]:
    """The verdict on each statement, and whether a random request breaks it."""
    for seed in seeds:
        dice = random.Random(seed)
        try:
            made, engine = stating(dice)
        except RefusedError:
            continue
        (invariant,) = engine.library.invariants
        verdict = Prover(engine).prove(invariant).verdict
        requests = (replace(asked(dice, made), act="search") for _ in range(REQUESTS))
        cases = (case for request in requests for case in reference_cases(engine, request))
        yield verdict, any(breaks(invariant, engine, case) for case in cases)


def test_no_request_breaks_what_is_proved() -> None:
    counts = Counter(verdicts(range(LIBRARIES)))
    assert counts[Verdict.PROVED, True] == 0
    assert counts[Verdict.PROVED, False] > 0
    assert counts[Verdict.REFUTED, True] + counts[Verdict.REFUTED, False] > 0
