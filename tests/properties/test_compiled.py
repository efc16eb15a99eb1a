"""The compiled evaluator says what the reference says, on random libraries and requests."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from platelaw.dsl import syntax as tree
from platelaw.dsl.model import Policy
from platelaw.dsl.truth import Truth
from platelaw.engine.compiled import Compiled, Prepared, Ruling
from platelaw.engine.compiled.trace import TRUTHS, Row, conditions_of
from platelaw.engine.decision import Decision, Engine
from platelaw.engine.explanation import Node
from platelaw.engine.reference import Answer
from platelaw.engine.request import Request
from platelaw.engine.values import Cause, Span

from ..sizes import trials
from .asking import request as asked
from .cases import case, reference_cases
from .chance import MODE
from .compiled_faults import FAULTS, Fault
from .world import DECIDED, REGISTRY, RefusedError, engine_of

LIBRARIES = 4000 if MODE == "deep" else max(150, trials(400))
REQUESTS = 8


def ruled(decision: Decision) -> Ruling:
    """The ruling that an answer of the reference comes to."""
    rules = tuple(result.rule.id for result in decision.deciding())
    return Ruling(decision.outcome, decision.reason, rules, decision.data)


def asked_of(seed: int) -> Iterator[tuple[Engine, Request]]:
    """A random library and requests for it; none if the checker refuses the library."""
    try:
        found = case(random.Random(seed))
    except RefusedError:
        return
    library = found.library
    if seed % 3 == 0:  # else no answer would hang on a reading
        strict = (replace(policy, rests="verified") if policy.rests else policy
                  for policy in library.policies)  # fmt: skip
        library = replace(library, policies=tuple(strict))
    engine = engine_of(library.files())
    dice = random.Random(seed)
    requests = [*found.requests, *(asked(dice, found.library) for _ in range(REQUESTS))]
    for request in (*requests, *near(requests[0], dice), *near(requests[-1], dice)):
        yield engine, request


def near(request: Request, dice: random.Random) -> Iterator[Request]:
    """The same request around midnight of a day on which law changes, and of a user unknown."""
    for hours in dice.sample(range(48), 3):
        when = MIDNIGHT + datetime.timedelta(hours=hours)
        yield replace(request, at=Span.at(when))
    yield replace(request, absent={**request.absent, "user.deputy_of": Cause.NEVER_RECORDED})


MIDNIGHT = datetime.datetime(2024, 6, 15, tzinfo=datetime.UTC)


def differences(seeds: range) -> Iterator[tuple[Ruling, Ruling]]:
    """What the reference says and what the compiled evaluator says, where they differ."""
    for seed in seeds:
        compiled: Compiled | None = None
        for engine, request in asked_of(seed):
            compiled = compiled or Compiled(engine.library, REGISTRY)
            said = ruled(engine.decide(request, decided_at=DECIDED, explained=False))
            found = compiled.decide(compiled.prepare(request))
            if said != found:
                yield said, found


def test_the_compiled_evaluator_equals_the_reference() -> None:
    assert next(differences(range(LIBRARIES)), None) is None


def test_each_answer_is_common_enough_to_matter() -> None:
    counts: Counter[tree.Outcome] = Counter()
    for seed in range(60):
        for engine, request in asked_of(seed):
            counts[engine.decide(request, decided_at=DECIDED, explained=False).outcome] += 1
    assert min(counts[outcome] for outcome in tree.Outcome) >= counts.total() / 10


def test_most_requests_are_decided_by_generated_code() -> None:
    """Else the comparison would be of the reference with itself."""
    generated = 0
    total = 0
    for seed in range(60):
        compiled: Compiled | None = None
        for engine, request in asked_of(seed):
            compiled = compiled or Compiled(engine.library, REGISTRY)
            generated += bool(compiled.prepare(request).plan.rules)
            total += 1
    assert generated > 0.75 * total


def traced(seeds: range) -> Iterator[tuple[object, object]]:
    """Every value of a trace beside that of the same step of the reference's tree."""
    for seed in seeds:
        for engine, request in asked_of(seed):
            compiled = engine.compiled
            for asked_for in reference_cases(engine, request):
                prepared = compiled.prepare(replace(asked_for.request, data=(asked_for.data,)))
                if prepared.plan.rules:
                    yield from _beside(prepared, compiled.trace(prepared), asked_for.answer())


def _beside(
    prepared: Prepared, rows: Iterable[Row], answer: Answer
) -> Iterator[tuple[object, object]]:
    """The rows of the rules that took part, turn by turn."""
    results = {(result.policy.name, result.rule.id): result for result in answer.results}
    waiting = iter(rows)
    for part in prepared.plan.rules:
        turns = len(prepared.who[1]) if part.rule.node.per_recipient else 1
        found = [next(waiting) for _ in range(turns)]
        result = results.get((part.policy.name, part.rule.id))
        for row, turn in zip(found, result.turns if result else (), strict=result is not None):
            conditions = [turn.condition] if turn.condition is not None else []
            nodes = [*conditions, *(branch.node for branch in turn.branches)]
            values = list(row)
            for condition, node in zip(conditions_of(part), nodes, strict=True):
                yield from _step(condition, node, part.policy, values)
            assert values == []
    assert next(waiting, None) is None


def _step(
    condition: tree.Condition, node: Node, policy: Policy, values: list[Any]
) -> Iterator[tuple[object, object]]:
    """The value of a step, then of its parts; what is asked of the reference whole has none."""
    yield TRUTHS[values.pop(0)], node.truth
    match condition:
        case tree.And() | tree.Or():
            for item, child in zip(condition.items, node.children, strict=True):
                yield from _step(item, child, policy, values)
        case tree.Not():
            yield from _step(condition.item, node.children[0], policy, values)
        case tree.Named() if condition.name in policy.defines:
            inner = policy.defines[condition.name]
            yield from _step(inner, node.children[0], policy, values)
        case tree.Quantified() if values and isinstance(values[0], list):
            for row, child in zip(values.pop(0), node.children, strict=False):
                yield from _step(condition.body, child.children[0], policy, list(row))
        case _:
            pass


def test_a_trace_has_the_values_of_the_explanation() -> None:
    pairs = list(traced(range(LIBRARIES // 4)))
    assert len(pairs) > 10_000
    assert [pair for pair in pairs if pair[0] is not pair[1]] == []


def test_traces_meet_every_value() -> None:
    counts = Counter(found for found, _ in traced(range(40)))
    assert min(counts[truth] for truth in Truth) >= counts.total() / 20


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.does for fault in FAULTS])
def test_a_planted_fault_of_the_compiler_is_found(fault: Fault) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        assert next(differences(range(200)), None) is not None
