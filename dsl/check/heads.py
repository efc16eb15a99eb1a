"""Policies made from their heads: of their own, or by adopting another.

Nothing is checked here. Rules and definitions are passed in, so that they may be made later.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .. import syntax as tree
from ..model import Parameter, Policy, Rule, Vocabulary


def own_policy(
    head: tree.Policy,
    vocabulary: Vocabulary,
    defines: Mapping[str, tree.Condition],
    rules: Sequence[Rule],
) -> Policy:
    """The policy of a head that adopts nothing."""
    assert head.layer is not None
    return Policy(
        head.name.text,
        head.number,
        head.title,
        head.layer,
        head.issuer,
        head.zone,
        vocabulary,
        head.binds,
        path_binds=False,
        rests_on=head.rests_on,
        in_force=head.in_force,
        proposed=head.proposed,
        defines=defines,
        rules=rules,
    )


def adopting_policy(
    head: tree.Policy,
    model: Policy,
    vocabulary: Vocabulary,
    defines: Mapping[str, tree.Condition],
    rules: Sequence[Rule],
) -> Policy:
    """The policy of a head that adopts ``model``."""
    assert head.adopts is not None
    name = head.name.text
    return Policy(
        name,
        head.number,
        head.title or model.title,
        model.layer,
        head.issuer or name,
        head.zone or model.zone,
        vocabulary,
        head.binds,
        path_binds=head.binds is None and not head.binds_any,
        rests_on=head.rests_on or model.rests_on,
        in_force=head.in_force or model.in_force,
        proposed=head.proposed or model.proposed,
        defines=defines,
        rules=rules,
        settings={item.name.text: item.value for item in head.adopts.parameters},
        adopted=f"{model.name} {model.number}",
    )


def defines_of(head: tree.Policy, model: Policy | None = None) -> dict[str, tree.Condition]:
    """The definitions of a policy, after those that it takes over."""
    own = {item.name.text: item.condition for item in head.defines}
    return {**model.defines, **own} if model else own


def rules_of(
    head: tree.Policy, nodes: Iterable[tree.Rule], model: Policy | None = None
) -> tuple[Rule, ...]:
    """The rules of a policy, after those that it takes over."""
    own = tuple(
        Rule(f"{head.name.text}/{node.name.text}", _dated(node, head.in_force))
        for node in nodes
        if node.effect is not None
    )
    return (*_taken_over(head, model, own), *own) if model else own


def _dated(node: tree.Rule, default: tree.InForce | None) -> tree.Rule:
    """A rule in force as it says, else as its policy is."""
    return node if node.in_force or default is None else replace(node, in_force=default)


def _taken_over(head: tree.Policy, model: Policy, own: Iterable[Rule]) -> Iterable[Rule]:
    """The rules of the adopted policy that the adopter neither replaces nor leaves out."""
    assert head.adopts is not None
    gone = {rule.node.name.text for rule in own}
    gone |= {name.text for name in head.adopts.without}
    for rule in model.rules:
        if rule.node.name.text not in gone:
            node = _narrowed(rule.node, head.in_force)
            yield Rule(f"{head.name.text}/{node.name.text}", node, adopted_from=rule.id)


def _narrowed(node: tree.Rule, own: tree.InForce | None) -> tree.Rule:
    """An adopted rule, in force from the later date until the earlier one."""
    if own is None or node.in_force is None:
        return node
    ends = [end for end in (own.end, node.in_force.end) if end is not None]
    period = replace(
        node.in_force,
        start=max(own.start, node.in_force.start),
        end=min(ends, default=None),
    )
    return replace(node, in_force=period)


def parameters_of(
    head: tree.Policy, policy: Policy, nodes: Iterable[tree.Parameter]
) -> Iterable[Parameter]:
    """The parameters of a policy; one without dates was always in force."""
    for node in nodes:
        in_force = node.in_force or head.in_force
        if in_force is None:
            in_force = tree.InForce(node.span, start=datetime.date.min)
        yield Parameter(
            node.name.text,
            node.value,
            node.direction,
            policy.layer,
            policy.name,
            node.citation,
            in_force,
        )
