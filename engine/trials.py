"""What an answer would be if some of its leaves had other values: many trials at once.

An explanation holds every step of an answer, so a trial needs no fact: its leaves get their
values, and the steps above them are worked out again (docs/semantics.md, sections 5 to 8). A
value is a pair (certain, possible) of bit sets with one bit for each trial: ``and``, ``or`` and
``not`` are single operations on whole numbers, whatever the number of trials.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ..dsl import syntax as tree
from ..dsl.truth import Truth
from .binding import OWNER_LAYERS
from .conditions import Leaf, another_member
from .explanation import Need, NeedKind, Node
from .reference import (
    BITING,
    HOLDING,
    RESTRICTING,
    Answer,
    Case,
    RuleResult,
    RuleState,
    Turn,
)

# Whether something is certain, and whether it is possible: a bit for each trial.
Pair: TypeAlias = tuple[int, int]
NEVER: Pair = (0, 0)


@dataclass(frozen=True, slots=True)
class Trial:
    """Leaves that get other values, and reviews and duties that are granted."""

    leaves: Mapping[Leaf, Truth]
    granted: frozenset[Need] = frozenset()


def outcomes(case: Case, answer: Answer, trials: Sequence[Trial]) -> list[tree.Outcome]:
    """The outcome of each trial, as the reference evaluator would give it.

    Args:
        case: The case.
        answer: Its answer.
        trials: What to try. A leaf gets true or false, never unproven.
    """
    if answer.left_open is Truth.TRUE:
        return [_by_reference(case, trial) for trial in trials]  # rules of lower layers are missing
    return _Sheet.of(case, trials).outcomes(answer)


def states(case: Case, result: RuleResult, trials: Sequence[Trial]) -> list[RuleState]:
    """What one rule that restricts would do in each trial, all other rules as they are."""
    found = _Sheet.of(case, trials).states(result)
    return [
        next((state for state, where in found.items() if where >> at & 1), RuleState.CLEAR)
        for at in range(len(trials))
    ]


def moves(case: Case, answer: Answer, trials: Sequence[Trial]) -> list[bool]:
    """Whether any condition, exception, ground or duty of any rule is another in each trial.

    Where nothing moves, the answer and what it rests on are the same.
    """
    moved = _Sheet.of(case, trials).moves(answer)
    return [bool(moved >> at & 1) for at in range(len(trials))]


def _by_reference(case: Case, trial: Trial) -> tree.Outcome:
    assumed = {**case.assumed, **trial.leaves}
    return replace(case, assumed=assumed, granted=case.granted | trial.granted).answer().outcome


@dataclass(slots=True)
class _Sheet:
    """All trials side by side."""

    case: Case
    every: int
    leaves: dict[Leaf, Pair] = field(default_factory=dict[Leaf, Pair])
    granted: dict[Need, int] = field(default_factory=dict[Need, int])
    left_open: Pair = NEVER

    @classmethod
    def of(cls, case: Case, trials: Sequence[Trial]) -> _Sheet:
        """The sheet of some trials; of each leaf it keeps where it is true and where false."""
        sheet = cls(case, (1 << len(trials)) - 1)
        for at, trial in enumerate(trials):
            for leaf, truth in trial.leaves.items():
                true, false = sheet.leaves.get(leaf, NEVER)
                is_true = truth is Truth.TRUE
                sheet.leaves[leaf] = true | is_true << at, false | (not is_true) << at
            for need in trial.granted:
                sheet.granted[need] = sheet.granted.get(need, 0) | 1 << at
        return sheet

    def outcomes(self, answer: Answer) -> list[tree.Outcome]:
        """Sections 6 and 7: the strictest of all layers and the owner's ground."""
        denied = held = 0
        permits: list[Pair] = []
        left_open: list[Pair] = []
        for result in answer.results:  # in the order of layers, the federal one first
            match result.rule.effect:
                case tree.Effect.LEAVE_OPEN:
                    left_open.append(self._value(result))
                    if result.policy.layer is tree.Layer.FEDERAL:
                        self.left_open = _any(left_open)
                case tree.Effect.PERMIT if result.policy.layer in OWNER_LAYERS:
                    permits.append(self._value(result))
                case tree.Effect.PERMIT:
                    pass
                case _:
                    for state, where in self.states(result).items():
                        denied |= where if state in BITING else 0
                        held |= where if state in HOLDING else 0
        certain, possible = _any([*permits, self.left_open] if answer.on_file else [self.left_open])
        denied |= self.every & ~possible
        held |= possible & ~certain
        return [_outcome(denied >> at & 1, held >> at & 1) for at in range(self.every.bit_length())]

    def moves(self, answer: Answer) -> int:
        """The trials in which a part of a rule is not what it is."""
        moved = 0
        for node in (node for result in answer.results for node in _nodes(result)):
            certain, possible = self._node(node)
            was_certain, was_possible = self._constant(node.truth)
            moved |= (certain ^ was_certain) | (possible ^ was_possible)
        return moved

    # Section 5: what one rule does -----------------------------------------------------------

    def states(self, result: RuleResult) -> dict[RuleState, int]:
        """What a rule that restricts does, and in which trials; in the others it is clear."""
        turns = [self._turn(turn, result) for turn in result.turns]
        applies, (certain, possible) = _any(a for a, _ in turns), _any(v for _, v in turns)
        found: dict[RuleState, int] = {}
        match result.rule.effect:
            case tree.Effect.REFER:
                found |= self._reviewed(result, (certain, possible))
            case tree.Effect.REQUIRE:
                pass
            case _:
                found |= {RuleState.BITES: certain, RuleState.UNPROVEN: possible & ~certain}
        undone = self.every & ~self._done(result)
        passes = self.every & ~sum(found.values())
        found[RuleState.DUTY_FIRST] = undone & applies[1] & passes
        if result.rule.effect is tree.Effect.REQUIRE:
            found[RuleState.REQUIRES] = applies[1] & ~found[RuleState.DUTY_FIRST]
        return found

    def _reviewed(self, result: RuleResult, value: Pair) -> dict[RuleState, int]:
        """A referral: refused by a reviewer, cleared by him or as granted, or held."""
        certain, possible = value
        match self.case.review_of(result.rule):
            case False:
                return {RuleState.REFUSED: certain, RuleState.UNPROVEN: possible & ~certain}
            case True:
                return {}
            case None:
                cleared = self.granted.get(Need(NeedKind.REVIEW, result.rule.id), 0)
                return {RuleState.REFERRED: possible & ~cleared}

    def _value(self, result: RuleResult) -> Pair:
        """Whether a rule opens; a permit waits for its duties."""
        certain, possible = _any(self._turn(turn, result)[1] for turn in result.turns)
        if result.rule.effect is tree.Effect.PERMIT:
            certain &= self._done(result)  # a duty is done or not shown to be done
        return certain, possible

    def _turn(self, turn: Turn, result: RuleResult) -> tuple[Pair, Pair]:
        """Whether a rule applies to a recipient, and whether it bites or opens."""
        applies = self._constant(result.live)
        for node in result.bounds:
            applies = _both(applies, self._node(node))
        if result.rule.effect in RESTRICTING and result.policy.layer is not tree.Layer.FEDERAL:
            applies = _both(applies, self._not(self.left_open))
        if turn.condition is not None:
            applies = _both(applies, self._node(turn.condition))
        barred = _any(self._node(branch.node) for branch in turn.branches)
        certain, possible = _both(applies, self._not(barred))
        if turn.recipient == "":  # somebody not known may be one it lets in, or nobody at all
            certain, possible = 0, possible & ~self._nobody_else()
        return applies, (certain, possible)

    def _nobody_else(self) -> int:
        """The trials in which there are no recipients but the known ones."""
        alone = self.every
        for name in self.case.facts.open_recipient_sets():
            alone &= self.leaves.get(another_member(name), NEVER)[1]
        return alone

    def _done(self, result: RuleResult) -> int:
        """The trials in which every duty of a rule is done."""
        done = self.every
        for must, truth, node in result.duties:
            fulfilled = self._constant(truth) if node is None else self._node(node)
            done &= fulfilled[0] | self.granted.get(Need(NeedKind.DUTY, must.duty.text), 0)
        return done

    # Section 3: conditions -------------------------------------------------------------------

    def _node(self, node: Node) -> Pair:
        """A step of an explanation in every trial."""
        match node.operator:
            case "not":
                return self._not(self._node(node.children[0]))
            case "and" | "every" if node.children:
                certain = possible = self.every
                for child in node.children:
                    true, open_ = self._node(child)
                    certain, possible = certain & true, possible & open_
                return certain, possible
            case _ if node.children:
                return _any(map(self._node, node.children))
            case _:
                certain, possible = self._constant(node.truth)
                true, false = self.leaves.get((node.text, node.about), NEVER)
                return (certain | true) & ~false, (possible | true) & ~false

    def _constant(self, truth: Truth) -> Pair:
        return (NEVER, (0, self.every), (self.every, self.every))[truth]

    def _not(self, pair: Pair) -> Pair:
        certain, possible = pair
        return self.every & ~possible, self.every & ~certain


def _nodes(result: RuleResult) -> Iterator[Node]:
    """Every condition of a rule as it came out."""
    yield from result.bounds
    for turn in result.turns:
        if turn.condition is not None:
            yield turn.condition
        yield from (branch.node for branch in turn.branches)
    yield from (node for _, _, node in result.duties if node is not None)


def _both(one: Pair, other: Pair) -> Pair:
    return one[0] & other[0], one[1] & other[1]


def _any(pairs: Iterable[Pair]) -> Pair:
    certain = possible = 0
    for true, open_ in pairs:
        certain, possible = certain | true, possible | open_
    return certain, possible


def _outcome(denied: int, held: int) -> tree.Outcome:
    if denied:
        return tree.Outcome.DENY
    return tree.Outcome.HOLD if held else tree.Outcome.PERMIT
