"""Which truth values a condition can have in this library, whatever is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from ...dsl import reading as names
from ...dsl import syntax as tree
from ...dsl.model import Policy, Rule
from ...dsl.truth import Truth, all_of, any_of

Truths = frozenset[Truth]
Test: TypeAlias = (
    tree.KindTest
    | tree.Equals
    | tree.OneOf
    | tree.Compare
    | tree.Within
    | tree.Includes
    | tree.Stated
    | tree.Empty
)

ALL: Truths = frozenset(Truth)
CERTAIN: Truths = frozenset({Truth.TRUE, Truth.FALSE})
_AGENCY = "agency"
_NO_BODIES: frozenset[str] = frozenset()


def possible(
    condition: tree.Condition | None, policy: Policy, bodies: frozenset[str] = _NO_BODIES
) -> Truths:
    """The values of a condition if its tests were free of one another; none is true.

    Args:
        condition: The condition.
        policy: Whose it is.
        bodies: The variables around it that stand for bodies of a set.
    """
    match condition:
        case None:
            return frozenset({Truth.TRUE})
        case tree.And():
            return _folded(all_of, (possible(item, policy, bodies) for item in condition.items))
        case tree.Or():
            return _folded(any_of, (possible(item, policy, bodies) for item in condition.items))
        case tree.Not():
            return inverted(possible(condition.item, policy, bodies))
        case tree.Named():
            return _named(condition.name, policy)
        case tree.Quantified():
            of_none = Truth.of(condition.quantifier is tree.Quantifier.EVERY)
            within = bodies | bodies_of(condition, policy)
            return possible(condition.body, policy, within) | {of_none, Truth.UNPROVEN}
        case tree.Paper():
            return ALL
        case _:
            return _of_test(condition, policy, bodies)


def bodies_of(condition: tree.Quantified, policy: Policy) -> frozenset[str]:
    """The variable of a quantified condition, if it stands for a body."""
    named = condition.collection.text
    fact = policy.vocabulary.facts.get(named)
    is_of_bodies = named == names.RECIPIENTS or (fact is not None and fact.type.word == _AGENCY)
    return frozenset({condition.variable} if is_of_bodies else ())


def of_rule(rule: Rule, policy: Policy) -> Truths:
    """Whether a rule can bite or open, stay out, or wait."""
    node = rule.node
    lifting = [possible(branch.condition, policy) for branch in (*node.grounds, *node.exceptions)]
    applies = possible(node.condition, policy)
    if rule.effect is tree.Effect.REQUIRE:
        return applies
    parts = [applies, inverted(_folded(any_of, lifting))] if lifting else [applies]
    if rule.effect is tree.Effect.PERMIT and any(must.before for must in node.musts):
        parts.append(frozenset({Truth.TRUE, Truth.UNPROVEN}))
    return _folded(all_of, parts)


def inverted(truths: Truths) -> Truths:
    """Each value turned round."""
    return frozenset(~truth for truth in truths)


def _folded(join: Callable[[Iterable[Truth]], Truth], parts: Iterable[Truths]) -> Truths:
    first, *rest = parts
    for part in rest:
        first = frozenset(join((one, other)) for one in first for other in part)
    return first


def _named(name: str, policy: Policy) -> Truths:
    """A definition is its condition; a reading has the one answer that the library goes by."""
    if name in policy.defines:
        return possible(policy.defines[name], policy)
    return frozenset({Truth.of(policy.vocabulary.readings[name].answer)})


def _of_test(condition: Test, policy: Policy, bodies: frozenset[str]) -> Truths:
    """What stands on file is whole, and a day is a day: tests of them are never unproven.

    Requester, owner and each known body of a set are on file, and the registry is complete of
    them; a set of the registry is whole.
    """
    subject = condition.subject
    if subject.text == names.DATE or subject.head in {names.REQUESTER, names.OWNER, *bodies}:
        return CERTAIN
    fact = policy.vocabulary.facts.get(subject.text)
    whole = fact is not None and fact.level is tree.Level.REGISTRY and fact.type.is_set
    return CERTAIN if whole and isinstance(condition, tree.Empty) else ALL
