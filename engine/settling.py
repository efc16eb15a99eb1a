"""The smallest sets of things that would turn a HOLD into a PERMIT: docs/semantics.md, section 8.

Worked out on the explanation: what would make this condition false, this exception true? Each
candidate is then tried on the reference evaluator, so that a set offered does settle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product

from ..dsl import syntax as tree
from ..dsl.check.dead import Literal, exclude
from ..dsl.model import Policy
from ..dsl.truth import Truth
from .binding import OWNER_LAYERS
from .conditions import Leaf
from .explanation import Need, NeedKind, Node
from .reference import Answer, Case, RuleResult, RuleState, Turn

MAX_SETS = 64
MAX_SIZE = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One leaf to be settled one way, and what that takes."""

    need: Need
    leaf: Leaf | None
    wanted: Truth
    test: tree.Condition | None
    policy: Policy | None = field(default=None, compare=False, repr=False)


Ways = list[frozenset[Step]]
NOTHING: Ways = [frozenset()]


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


def settling_sets(case: Case, answer: Answer) -> tuple[Settling, ...]:
    """The minimal sets that would turn this HOLD into a PERMIT, smallest first."""
    parts = [_rule_ways(result) for result in answer.results if _holds(result)]
    if answer.ground is Truth.UNPROVEN:
        parts.append(_ground_ways(answer))
    ways = NOTHING
    for part in parts:
        ways = _both(ways, part)
    found = [way for way in ways if _consistent(way) and _settles(case, way)]
    return tuple(Settling(tuple(sorted(way, key=str))) for way in _minimal_by_need(found))


def _holds(result: RuleResult) -> bool:
    if result.rule.effect in (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN):
        return False
    return result.state in (RuleState.UNPROVEN, RuleState.REFERRED, RuleState.DUTY_FIRST)


# What would clear one rule ------------------------------------------------------------------


def _rule_ways(result: RuleResult) -> Ways:
    """Ways to make a rule stand aside, its duties done."""
    quiet = NOTHING
    for turn in result.turns:
        quiet = _both(quiet, _turn_ways(turn, result))
    if result.state is RuleState.REFERRED:
        need = Need(NeedKind.REVIEW, result.rule.id, roles=_reviewer(result))
        quiet = _either([[frozenset({Step(need, None, Truth.TRUE, None)})], quiet])
    if result.state is RuleState.DUTY_FIRST:
        undone = NOTHING
        for must, done, node in result.duties:
            if done is not Truth.TRUE:
                undone = _both(undone, _duty_ways(must, node, result))
        silent = _all(_condition_ways(turn, False, result) for turn in result.turns)
        return _either([undone, silent])
    return quiet


def _reviewer(result: RuleResult) -> tuple[str, ...]:
    role = result.rule.node.refer_to
    return (role.text,) if role else ()


def _turn_ways(turn: Turn, result: RuleResult) -> Ways:
    """Ways to keep a rule from biting for one recipient."""
    if turn.value is Truth.FALSE:
        return NOTHING
    branches = [_ways(branch.node, True, result.policy) for branch in turn.branches]
    ways = _either([_condition_ways(turn, False, result), *branches])
    if turn.recipient == "":
        ways = _either([_no_others(result), [way for way in ways if not _of_somebody(way, result)]])
    return ways


def _of_somebody(way: frozenset[Step], result: RuleResult) -> bool:
    """Whether a set asks for proof about a recipient whom nobody knows."""
    declared = result.policy.vocabulary.facts
    facts = (declared.get(step.need.name) for step in way if not step.need.about)
    return any(fact is not None and fact.per_recipient for fact in facts)


def _no_others(result: RuleResult) -> Ways:
    """There is no further recipient: one step for each set that is open."""
    steps = {
        Step(leaf.need, (leaf.text, ""), Truth.FALSE, leaf.test, result.policy)
        for leaf in result.open_recipients
        if leaf.need is not None
    }
    return [frozenset(steps)]


def _condition_ways(turn: Turn, wanted: bool, result: RuleResult) -> Ways:
    if turn.condition is None:
        return NOTHING if wanted else []
    return _ways(turn.condition, wanted, result.policy)


def _duty_ways(must: tree.Must, node: Node | None, result: RuleResult) -> Ways:
    if node is not None:
        return _ways(node, True, result.policy)
    duty = result.policy.vocabulary.duties[must.duty.text]
    need = Need(NeedKind.DUTY, duty.name, roles=(duty.attested_by or "",))
    return [frozenset({Step(need, None, Truth.TRUE, None)})]


def _ground_ways(answer: Answer) -> Ways:
    """Ways to make one permit open."""
    ways: list[Ways] = []
    for result in answer.results:
        if result.rule.effect is not tree.Effect.PERMIT or result.policy.layer not in OWNER_LAYERS:
            continue
        for turn in result.turns:
            mine = _condition_ways(turn, True, result)
            for branch in turn.branches:
                mine = _both(mine, _ways(branch.node, False, result.policy))
            for must, done, node in result.duties:
                if done is not Truth.TRUE:
                    mine = _both(mine, _duty_ways(must, node, result))
            if turn.value is not Truth.FALSE:
                ways.append(mine)
    return _either(ways)


# What would make a condition true or false --------------------------------------------------


def _ways(node: Node, wanted: bool, policy: Policy) -> Ways:
    """The minimal sets of leaves that would give a condition a value."""
    if node.truth is not Truth.UNPROVEN:
        return NOTHING if (node.truth is Truth.TRUE) == wanted else []
    match node.operator:
        case "not":
            return _ways(node.children[0], not wanted, policy)
        case "and" | "every":
            parts = [_ways(child, wanted, policy) for child in node.children]
            return _all(parts) if wanted else _either(parts)
        case "or" | "some":
            parts = [_ways(child, wanted, policy) for child in node.children]
            return _either(parts) if wanted else _all(parts)
        case _ if node.children:
            return _ways(node.children[0], wanted, policy)
        case _:
            if node.need is None or node.need.kind is NeedKind.DATE:
                return []
            step = Step(node.need, (node.text, node.about), Truth.of(wanted), node.test, policy)
            return [frozenset({step})]


def _both(one: Ways, other: Ways) -> Ways:
    joined = [a | b for a, b in product(one, other) if len(a | b) <= MAX_SIZE]
    return _minimal(joined)


def _all(parts: Iterable[Ways]) -> Ways:
    result = NOTHING
    for part in parts:
        result = _both(result, part)
    return result


def _either(parts: Sequence[Ways]) -> Ways:
    return _minimal([way for part in parts for way in part])


def _minimal(ways: Ways) -> Ways:
    """The sets that hold no other, smallest first, at most a fixed number."""
    kept: Ways = []
    for way in sorted(set(ways), key=lambda steps: (len(steps), sorted(map(str, steps)))):
        if not any(other <= way for other in kept):
            kept.append(way)
        if len(kept) == MAX_SETS:
            break
    return kept


def _minimal_by_need(ways: Ways) -> Ways:
    """The sets whose needs hold no other's: an instrument counts as one."""
    kept: list[tuple[frozenset[Need], frozenset[Step]]] = []
    for way in sorted(ways, key=lambda steps: (len({s.need for s in steps}), len(steps),
                                               sorted(map(str, steps)))):  # fmt: skip
        needs = frozenset(step.need for step in way)
        if not any(other <= needs for other, _ in kept):
            kept.append((needs, way))
    return [way for _, way in kept]


# Trying a set -------------------------------------------------------------------------------


def _consistent(way: frozenset[Step]) -> bool:
    """Whether no two steps ask contrary things of one fact."""
    by_need: dict[Need, list[Step]] = {}
    for step in way:
        by_need.setdefault(step.need, []).append(step)
    return not any(
        _contrary(one, other) for steps in by_need.values() for one, other in combinations(steps, 2)
    )


def _contrary(one: Step, other: Step) -> bool:
    if one.leaf is not None and one.leaf == other.leaf:
        return one.wanted != other.wanted
    if one.test is None or other.test is None or one.policy is None:
        return False
    return exclude(
        Literal(one.test, one.wanted is Truth.TRUE),
        Literal(other.test, other.wanted is Truth.TRUE),
        one.policy,
    )


def _settles(case: Case, way: frozenset[Step]) -> bool:
    """Whether the reference evaluator answers PERMIT once these are settled so."""
    assumed = {step.leaf: step.wanted for step in way if step.leaf is not None}
    granted = frozenset(_plain(step.need) for step in way if step.leaf is None)
    tried = replace(case, assumed={**case.assumed, **assumed}, granted=case.granted | granted)
    return tried.answer().outcome is tree.Outcome.PERMIT


def _plain(need: Need) -> Need:
    """A review or duty as the evaluator looks it up."""
    return Need(need.kind, need.name)
