"""The smallest sets of things that would turn a HOLD into a PERMIT: docs/semantics.md, section 8.

Worked out on the explanation: what would make this condition false, this exception true? All
candidates are then tried at once (``engine.trials``), so that a set offered does settle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from ..dsl import syntax as tree
from ..dsl.check.dead import Literal, exclude
from ..dsl.model import Policy
from ..dsl.truth import Truth
from .binding import OWNER_LAYERS
from .conditions import Leaf
from .explanation import Need, NeedKind, Node
from .reference import Answer, Case, RuleResult, RuleState, Turn
from .trials import Trial, outcomes

MAX_SETS = 64
MAX_SIZE = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One leaf to be settled one way, and what that takes."""

    need: Need
    leaf: Leaf | None
    wanted: Truth
    test: tree.Condition | None = field(compare=False)
    policy: Policy | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Settling:
    """One set that would settle the HOLD: what is needed, with the test that each must meet."""

    steps: tuple[Step, ...]

    @property
    def needs(self) -> tuple[Need, ...]:
        """What is needed, each once."""
        return tuple(sorted({step.need for step in self.steps}, key=str))

    @property
    def asserted(self) -> tuple[Need, ...]:
        """What only the requester's own word would add."""
        return tuple(need for need in self.needs if need.is_asserted)


# A set of steps is a whole number with a bit for each step, in the order in which they are found.
Ways = list[int]
NOTHING: Ways = [0]


def settling_sets(case: Case, answer: Answer) -> tuple[Settling, ...]:
    """The minimal sets that would turn this HOLD into a PERMIT, smallest first."""
    finder = _Finder()
    parts = [finder.rule_ways(result) for result in answer.results if _holds(result)]
    if answer.ground is Truth.UNPROVEN:
        parts.append(finder.ground_ways(answer))
    found = [steps for way in _all(parts) if _consistent(steps := finder.steps_of(way))]
    said = outcomes(case, answer, [_trial(steps) for steps in found])
    settle = [steps for steps, outcome in zip(found, said, strict=True)
              if outcome is tree.Outcome.PERMIT]  # fmt: skip
    return tuple(map(Settling, _minimal_by_need(settle)))


def _holds(result: RuleResult) -> bool:
    if result.rule.effect in (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN):
        return False
    return result.state in (RuleState.UNPROVEN, RuleState.REFERRED, RuleState.DUTY_FIRST)


@dataclass(slots=True)
class _Finder:
    """Finds the ways to settle conditions and rules; knows each step by its bit."""

    bits: dict[Step, int] = field(default_factory=dict[Step, int])

    def steps_of(self, way: int) -> tuple[Step, ...]:
        """The steps of a set, in the order in which they were found."""
        return tuple(step for step, bit in self.bits.items() if bit & way)

    def _step(self, step: Step) -> Ways:
        return [self.bits.setdefault(step, 1 << len(self.bits))]

    # What would clear one rule ---------------------------------------------------------------

    def rule_ways(self, result: RuleResult) -> Ways:
        """Ways to make a rule stand aside, its duties done."""
        quiet = _all(self._turn_ways(turn, result) for turn in result.turns)
        if result.state is RuleState.REFERRED:
            need = Need(NeedKind.REVIEW, result.rule.id, roles=_reviewer(result))
            quiet = _either([self._step(Step(need, None, Truth.TRUE, None)), quiet])
        if result.state is RuleState.DUTY_FIRST:
            silent = _all(self._condition_ways(turn, False, result) for turn in result.turns)
            return _either([self._done_ways(result), silent])
        return quiet

    def _turn_ways(self, turn: Turn, result: RuleResult) -> Ways:
        """Ways to keep a rule from biting for one recipient."""
        if turn.value is Truth.FALSE:
            return NOTHING
        branches = [self._ways(branch.node, True, result.policy) for branch in turn.branches]
        ways = _either([self._condition_ways(turn, False, result), *branches])
        if turn.recipient == "":
            others = self._of_somebody(result)
            ways = _either([self._no_others(result), [way for way in ways if not way & others]])
        return ways

    def _of_somebody(self, result: RuleResult) -> int:
        """The steps that ask for proof about a recipient whom nobody knows."""
        declared = result.policy.vocabulary.facts
        found = 0
        for step, bit in self.bits.items():
            fact = declared.get(step.need.name)
            if not step.need.about and fact is not None and fact.per_recipient:
                found |= bit
        return found

    def _no_others(self, result: RuleResult) -> Ways:
        """There is no further recipient: one step for each set that is open."""
        steps = (
            self._step(Step(leaf.need, (leaf.text, ""), Truth.FALSE, leaf.test, result.policy))
            for leaf in result.open_recipients
            if leaf.need is not None
        )
        return _all(steps)

    def _done_ways(self, result: RuleResult) -> Ways:
        """Ways to have every duty before the act done."""
        return _all(
            self._duty_ways(must, node, result)
            for must, done, node in result.duties
            if done is not Truth.TRUE
        )

    def _duty_ways(self, must: tree.Must, node: Node | None, result: RuleResult) -> Ways:
        if node is not None:
            return self._ways(node, True, result.policy)
        duty = result.policy.vocabulary.duties[must.duty.text]
        need = Need(NeedKind.DUTY, duty.name, roles=(duty.attested_by or "",))
        return self._step(Step(need, None, Truth.TRUE, None))

    def ground_ways(self, answer: Answer) -> Ways:
        """Ways to make one permit open."""
        return _either(
            [
                self._opening_ways(turn, result)
                for result in answer.results
                if result.rule.effect is tree.Effect.PERMIT and result.policy.layer in OWNER_LAYERS
                for turn in result.turns
                if turn.value is not Truth.FALSE
            ]
        )

    def _opening_ways(self, turn: Turn, result: RuleResult) -> Ways:
        silent = [self._ways(branch.node, False, result.policy) for branch in turn.branches]
        return _all([self._condition_ways(turn, True, result), *silent, self._done_ways(result)])

    # What would make a condition true or false -----------------------------------------------

    def _condition_ways(self, turn: Turn, wanted: bool, result: RuleResult) -> Ways:
        if turn.condition is None:
            return NOTHING if wanted else []
        return self._ways(turn.condition, wanted, result.policy)

    def _ways(self, node: Node, wanted: bool, policy: Policy) -> Ways:
        """The minimal sets of leaves that would give a condition a value."""
        if node.truth is not Truth.UNPROVEN:
            return NOTHING if (node.truth is Truth.TRUE) == wanted else []
        match node.operator:
            case "not":
                return self._ways(node.children[0], not wanted, policy)
            case "and" | "every":
                parts = [self._ways(child, wanted, policy) for child in node.children]
                return _all(parts) if wanted else _either(parts)
            case "or" | "some":
                parts = [self._ways(child, wanted, policy) for child in node.children]
                return _either(parts) if wanted else _all(parts)
            case _ if node.children:
                return self._ways(node.children[0], wanted, policy)
            case _:
                if node.need is None or node.need.kind is NeedKind.DATE:
                    return []
                leaf = node.text, node.about
                return self._step(Step(node.need, leaf, Truth.of(wanted), node.test, policy))


def _reviewer(result: RuleResult) -> tuple[str, ...]:
    role = result.rule.node.refer_to
    return (role.text,) if role else ()


# Sets of steps ------------------------------------------------------------------------------


def _all(parts: Iterable[Ways]) -> Ways:
    """One way of each part together."""
    ways = NOTHING
    for part in parts:
        if part != NOTHING:
            ways = _minimal({one | other for one in ways for other in part})
    return ways


def _either(parts: Sequence[Ways]) -> Ways:
    """A way of any part."""
    return parts[0] if len(parts) == 1 else _minimal({way for part in parts for way in part})


def _minimal(ways: Iterable[int]) -> Ways:
    """The sets that hold no other, smallest first, at most a fixed number of a fixed size."""
    kept: Ways = []
    for size, way in sorted((way.bit_count(), way) for way in ways):
        if size > MAX_SIZE or len(kept) == MAX_SETS:
            break
        if not any(other & way == other for other in kept):
            kept.append(way)
    return kept


def _minimal_by_need(found: Iterable[tuple[Step, ...]]) -> Iterator[tuple[Step, ...]]:
    """The sets whose needs hold no other's: an instrument counts as one."""
    kept: list[frozenset[Need]] = []
    with_needs = [(frozenset(step.need for step in steps), steps) for steps in found]
    for needs, steps in sorted(with_needs, key=lambda each: (len(each[0]), len(each[1]))):
        if not any(other <= needs for other in kept):
            kept.append(needs)
            yield steps


def _consistent(steps: Iterable[Step]) -> bool:
    """Whether no two steps ask contrary things of one fact."""
    return not any(_contrary(one, other) for one, other in combinations(steps, 2))


def _contrary(one: Step, other: Step) -> bool:
    if one.need != other.need:
        return False
    if one.leaf is not None and one.leaf == other.leaf:
        return one.wanted != other.wanted
    if one.test is None or other.test is None or one.policy is None:
        return False
    return exclude(
        Literal(one.test, one.wanted is Truth.TRUE),
        Literal(other.test, other.wanted is Truth.TRUE),
        one.policy,
    )


def _trial(steps: Iterable[Step]) -> Trial:
    """What it is to have all steps of a set settled."""
    leaves = {step.leaf: step.wanted for step in steps if step.leaf is not None}
    granted = (Need(step.need.kind, step.need.name) for step in steps if step.leaf is None)
    return Trial(leaves, frozenset(granted))
