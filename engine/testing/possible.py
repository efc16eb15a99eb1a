"""Which truth values a condition can have in this library, whatever is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...dsl import reading as names
from ...dsl import syntax as tree
from ...dsl.model import Policy, Rule
from ...dsl.truth import Truth, all_of, any_of

Truths = frozenset[Truth]

ALL: Truths = frozenset(Truth)
CERTAIN: Truths = frozenset({Truth.TRUE, Truth.FALSE})
_ON_FILE = frozenset({"sovereign", "kind"})  # what every body of the registry has


def possible(condition: tree.Condition | None, policy: Policy) -> Truths:
    """The values of a condition if its tests were free of one another; none is true."""
    match condition:
        case None:
            return frozenset({Truth.TRUE})
        case tree.And():
            return _folded(all_of, (possible(item, policy) for item in condition.items))
        case tree.Or():
            return _folded(any_of, (possible(item, policy) for item in condition.items))
        case tree.Not():
            return inverted(possible(condition.item, policy))
        case tree.Named():
            return _named(condition.name, policy)
        case tree.Quantified():
            of_none = Truth.of(condition.quantifier is tree.Quantifier.EVERY)
            return possible(condition.body, policy) | {of_none, Truth.UNPROVEN}
        case tree.Paper():
            return ALL
        case _:
            return _of_test(condition.subject)


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


def _of_test(subject: tree.Reference) -> Truths:
    """Requester and owner are on file, and a day is a day: tests of them are never unproven."""
    certain = subject.head in (names.REQUESTER, names.OWNER) and subject.tail in {"", *_ON_FILE}
    return CERTAIN if certain or subject.text == names.DATE else ALL
