"""Walking over the conditions of a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...dsl import syntax as tree
from ...dsl.model import Policy


def conditions_of(policy: Policy) -> Iterator[tree.Condition]:
    """Every condition that a policy or one of its rules is written with."""
    if policy.binds is not None:
        yield policy.binds
    yield from policy.defines.values()
    for rule in policy.rules:
        node = rule.node
        yield from written_in(node)
        for must in node.musts:
            duty = policy.vocabulary.duties[must.duty.text]
            if duty.done_by is not None:
                yield duty.done_by


def written_in(node: tree.Rule) -> Iterator[tree.Condition]:
    """Every condition that a rule is written with."""
    if node.binds is not None:
        yield node.binds
    if node.condition is not None:
        yield node.condition
    yield from (branch.condition for branch in (*node.grounds, *node.exceptions))


def parts_of(condition: tree.Condition) -> Iterator[tree.Condition]:
    """A condition and every condition in it; a definition's own is not entered."""
    yield condition
    match condition:
        case tree.And() | tree.Or():
            for item in condition.items:
                yield from parts_of(item)
        case tree.Not():
            yield from parts_of(condition.item)
        case tree.Quantified():
            yield from parts_of(condition.body)
        case _:
            pass


def facts_in(condition: tree.Condition, defines: Mapping[str, tree.Condition]) -> Iterator[str]:
    """The facts and sets that a condition names, itself or by a definition."""
    for part in parts_of(condition):
        if isinstance(part, tree.Named) and part.name in defines:
            yield from facts_in(defines[part.name], defines)
        read = [getattr(part, name, None) for name in ("subject", "collection", "after", "value")]
        read += getattr(part, "values", ())
        yield from (found.text for found in read if isinstance(found, tree.Reference))
