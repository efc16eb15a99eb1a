"""Conditions that contradict themselves: an exception that can never apply, a rule that never does.

A condition is spread into alternatives (a disjunctive normal form, cut off where it grows too
large); an alternative is impossible if two of its tests of one fact exclude each other. What is
not found impossible here may still be: this check never calls a live condition dead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from .. import syntax as tree
from ..codes import Code
from ..model import Policy
from ..units import comparable
from .faults import Faults

_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Literal:
    """One test, or its contrary."""

    test: tree.Condition
    positive: bool


Alternatives = list[frozenset[Literal]]


def check_dead(
    policies: Iterable[Policy], settled: Mapping[str, Collection[str]], faults: Faults
) -> None:
    """Note rules and branches that can never apply; of settled texts it is known that they can."""
    for policy in policies:
        texts = settled.get(policy.name, ())
        for rule in policy.rules:
            if not rule.adopted_from and not (texts and rule.node.span.text in texts):
                _check_rule(rule.node, policy, faults)


def _check_rule(node: tree.Rule, policy: Policy, faults: Faults) -> None:
    when = (
        [frozenset[Literal]()] if node.condition is None else _spread(node.condition, True, policy)
    )
    if when is None:
        return
    live = [alternative for alternative in when if _possible(alternative, node, policy)]
    if not live:
        faults.add(
            Code.DEAD_RULE,
            node.name.span,
            f"the condition of `{node.name.text}` can never be true",
            "two of its tests exclude each other; `or` may be meant",
        )
        return
    for branch, what in (
        *((g, "ground") for g in node.grounds),
        *((e, "exception") for e in node.exceptions),
    ):
        _check_branch(branch, what, live, node, policy, faults)


def _check_branch(
    branch: tree.Branch,
    what: str,
    when: Alternatives,
    node: tree.Rule,
    policy: Policy,
    faults: Faults,
) -> None:
    spread = _spread(branch.condition, True, policy)
    if spread is None or len(spread) * len(when) > _LIMIT * _LIMIT:
        return
    if not any(_possible(one | other, node, policy) for one in spread for other in when):
        faults.add(
            Code.DEAD_BRANCH,
            branch.label.span,
            f"{what} `{branch.label.text}` can never apply",
            "it contradicts itself, the rule's condition, its dates or a reading; mend or "
            "remove it",
        )


def _spread(condition: tree.Condition, positive: bool, policy: Policy) -> Alternatives | None:
    """The alternatives under which a condition is true (or false); None if too many."""
    match condition:
        case tree.Not():
            return _spread(condition.item, not positive, policy)
        case tree.And() | tree.Or():
            parts = [_spread(item, positive, policy) for item in condition.items]
            joins = isinstance(condition, tree.And) == positive
            return _joined(parts) if joins else _either(parts)
        case tree.Named() if condition.name in policy.defines:
            return _spread(policy.defines[condition.name], positive, policy)
        case tree.Named():
            answer = policy.vocabulary.readings[condition.name].answer
            known = answer is not None
            return [frozenset()] if not known or answer == positive else []
        case _:
            return [frozenset({Literal(condition, positive)})]


def _joined(parts: list[Alternatives | None]) -> Alternatives | None:
    result: Alternatives = [frozenset()]
    for part in parts:
        if part is None or len(result) * len(part) > _LIMIT:
            return None
        result = [one | other for one in result for other in part]
    return result


def _either(parts: list[Alternatives | None]) -> Alternatives | None:
    result: Alternatives = []
    for part in parts:
        if part is None or len(result) + len(part) > _LIMIT:
            return None
        result += part
    return result


def _possible(literals: frozenset[Literal], node: tree.Rule, policy: Policy) -> bool:
    """Whether no two tests exclude each other and none lies outside the rule's dates."""
    return not any(
        exclude(one, other, policy) for one, other in combinations(sorted(literals, key=repr), 2)
    ) and not any(_outside(literal, node.in_force) for literal in literals)


def exclude(one: Literal, other: Literal, policy: Policy) -> bool:
    """Whether two tests can never hold together."""
    if one.test == other.test:
        return one.positive != other.positive
    match one.test, other.test:
        case tree.KindTest(), tree.KindTest() if one.test.subject == other.test.subject:
            return _kinds_exclude(one, other, policy)
        case tree.Equals(), tree.Equals() if one.test.subject == other.test.subject:
            return _values_exclude(one, other)
        case tree.Compare(), tree.Compare() if one.test.subject == other.test.subject:
            return _bounds_exclude(one, other)
        case _:
            return False


def _kinds_exclude(one: Literal, other: Literal, policy: Policy) -> bool:
    assert isinstance(one.test, tree.KindTest)
    assert isinstance(other.test, tree.KindTest)
    kinds = policy.vocabulary.kinds
    first, second = one.test.kind.text, other.test.kind.text
    if one.positive and other.positive:
        return not kinds.related(first, second)
    if one.positive != other.positive:
        inner, outer = (first, second) if one.positive else (second, first)
        return outer in kinds.above(inner)
    return False


def _values_exclude(one: Literal, other: Literal) -> bool:
    assert isinstance(one.test, tree.Equals)
    assert isinstance(other.test, tree.Equals)
    answers = isinstance(one.test.value, tree.YesNo) and isinstance(other.test.value, tree.YesNo)
    if answers:
        return one.positive == other.positive
    fixed = not isinstance(one.test.value, tree.Reference) and not isinstance(
        other.test.value, tree.Reference
    )
    return fixed and one.positive and other.positive


def _bounds_exclude(one: Literal, other: Literal) -> bool:
    """Whether two bounds leave no number between them."""
    first, second = _interval(one), _interval(other)
    if first is None or second is None or first[0] != second[0]:
        return False
    low = max(first[1], second[1])
    high = min(first[2], second[2])
    return low > high


def _interval(literal: Literal) -> tuple[str, float, float] | None:
    """The whole numbers that a comparison admits, on the scale of its bound."""
    test = literal.test
    assert isinstance(test, tree.Compare)
    if isinstance(test.bound, tree.Date):
        day = test.bound.day.toordinal()
        after = (test.relation is tree.Relation.FROM) == literal.positive
        return ("date", day, float("inf")) if after else ("date", float("-inf"), day - 1)
    scale = comparable(test.bound)
    if scale is None:
        return None
    low: dict[tree.Relation, tuple[float, float]] = {
        tree.Relation.OVER: (scale[1] + 1, float("inf")),
        tree.Relation.AT_LEAST: (scale[1], float("inf")),
        tree.Relation.UNDER: (float("-inf"), scale[1] - 1),
        tree.Relation.AT_MOST: (float("-inf"), scale[1]),
    }
    start, end = low[test.relation]
    if not literal.positive:
        start, end = (float("-inf"), start - 1) if end == float("inf") else (end + 1, float("inf"))
    return scale[0], start, end


def _outside(literal: Literal, in_force: tree.InForce | None) -> bool:
    """Whether a test of the date excludes the days on which the rule is in force."""
    test = literal.test
    if in_force is None or not isinstance(test, tree.Compare) or test.subject.text != "date":
        return False
    bounds = _interval(literal)
    assert bounds is not None
    last = in_force.end.toordinal() - 1 if in_force.end else float("inf")
    return bounds[1] > last or bounds[2] < in_force.start.toordinal()
