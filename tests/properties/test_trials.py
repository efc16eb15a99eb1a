"""Trials on an explanation come out as the reference evaluator has them, asked anew each time."""

# pyright: basic, reportPrivateUsage=false
# Plants faults in what is private, on purpose.

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from platelaw.dsl import syntax as tree
from platelaw.dsl.truth import Truth
from platelaw.engine import trials
from platelaw.engine.explanation import Need, NeedKind, Node
from platelaw.engine.reference import RESTRICTING, Answer, Case, RuleState
from platelaw.engine.trials import Trial

from .cases import reference_cases, some_cases
from .meeting import nodes_of

CASES = 150
TRIALS = 12


def all_cases(count: int = CASES) -> Iterator[tuple[Case, Answer, random.Random]]:
    """Random cases with their answers."""
    for found in some_cases(count):
        for request in found.requests:
            for case in reference_cases(found.engine(), request):
                yield case, case.answer(), found.dice()


def leaves_of(answer: Answer) -> list[Node]:
    """The leaves that are open, and every reading."""
    nodes = [node for result in answer.results for node in nodes_of(result)]
    nodes += [node for result in answer.results for node in result.open_recipients]
    return [
        node for node in nodes
        if not node.children and (node.need is not None or node.operator == "reading")
    ]  # fmt: skip


def drawn(answer: Answer, dice: random.Random) -> list[Trial]:
    """Trials of this answer: a few leaves each, and a review or a duty here and there."""
    leaves = leaves_of(answer)
    granted = [Need(NeedKind.REVIEW, result.rule.id) for result in answer.results]
    granted += [
        Need(NeedKind.DUTY, must.duty.text)
        for result in answer.results
        for must, _, _ in result.duties
    ]
    found: list[Trial] = []
    for _ in range(TRIALS):
        chosen = dice.sample(leaves, min(len(leaves), dice.randrange(5)))
        values = {(n.text, n.about): Truth.of(dice.random() < 0.5) for n in chosen}
        needs = dice.sample(granted, min(len(granted), dice.randrange(3)))
        found.append(Trial(values, frozenset(needs)))
    return found


def anew(case: Case, trial: Trial) -> Answer:
    """What the reference says of a trial."""
    return replace(case, assumed=dict(trial.leaves), granted=trial.granted).answer()


def differences(count: int = CASES) -> Iterator[object]:
    """Outcomes of trials, and states of single rules in them, that differ from the reference."""
    for case, answer, dice in all_cases(count):
        drawn_trials = drawn(answer, dice)
        wanted = [anew(case, trial) for trial in drawn_trials]
        found = trials.outcomes(case, answer, drawn_trials)
        yield from ((a, b) for a, b in zip(found, wanted, strict=True) if a is not b.outcome)
        if answer.left_open is Truth.FALSE and not any(w.left_open for w in wanted):
            yield from _states_that_differ(case, answer, drawn_trials, wanted)


def _states_that_differ(
    case: Case, answer: Answer, tried: list[Trial], wanted: list[Answer]
) -> Iterator[object]:
    said = [{(r.policy.name, r.rule.id): r.state for r in again.results} for again in wanted]
    for result in answer.results:
        if result.rule.effect in RESTRICTING:
            found = trials.states(case, result, tried)
            key = result.policy.name, result.rule.id
            truth = [states.get(key, RuleState.CLEAR) for states in said]
            yield from ((key, a, b) for a, b in zip(found, truth, strict=True) if a is not b)


def test_trials_come_out_as_the_reference_has_them() -> None:
    assert next(differences(), None) is None


def test_trials_meet_every_outcome_and_turn_many() -> None:
    """Else little would have been compared."""
    counts: Counter[tree.Outcome] = Counter()
    turned = 0
    for case, answer, dice in all_cases():
        found = trials.outcomes(case, answer, drawn(answer, dice))
        counts.update(found)
        turned += sum(outcome is not answer.outcome for outcome in found)
    assert min(counts[outcome] for outcome in tree.Outcome) >= counts.total() / 20
    assert turned >= counts.total() / 20


def _somebody_is_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(trials._Sheet, "_nobody_else", lambda self: 0)


def _duties_are_as_they_were(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(trials._Sheet, "_done", lambda self, result: self.every)


def _nothing_is_left_open(patch: pytest.MonkeyPatch) -> None:
    original = trials._Sheet._turn

    def turn(self: Any, one: Any, result: Any) -> Any:
        self.left_open = trials.NEVER
        return original(self, one, result)

    patch.setattr(trials._Sheet, "_turn", turn)


def _not_keeps_its_sides(patch: pytest.MonkeyPatch) -> None:
    def not_(self: Any, pair: Any) -> Any:
        return tuple(self.every & ~side for side in pair)

    patch.setattr(trials._Sheet, "_not", not_)


@pytest.mark.parametrize(
    "plant",
    [_somebody_is_nobody, _duties_are_as_they_were, _nothing_is_left_open, _not_keeps_its_sides],
)
def test_a_planted_fault_of_trials_is_found(plant: Callable[[pytest.MonkeyPatch], None]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        assert next(differences(), None) is not None
