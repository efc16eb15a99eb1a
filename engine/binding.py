"""Whom a policy binds, and what its parameters are: docs/semantics.md, sections 4 and 5."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from ..dsl import syntax as tree
from ..dsl.model import Parameter, Policy
from ..dsl.truth import Truth
from ..dsl.units import comparable
from .conditions import Context, evaluate
from .dates import Days, in_force

LAYERS = tuple(tree.Layer)
OWNER_LAYERS = (tree.Layer.OWNER, tree.Layer.AGREEMENT)


def binds(policy: Policy, context: Context) -> Truth:
    """Whether a policy binds the request: registry and system facts only."""
    facts = context.facts
    if policy.path_binds:
        owner = facts.registry.get(facts.request.owner)
        return Truth.of(owner is not None and owner.policy == policy.name)
    return Truth.TRUE if policy.binds is None else evaluate(policy.binds, context).truth


def nearest_zone(policies: Iterable[Policy]) -> str:
    """The time zone of the policy nearest to the owner, of those that bind; by it days count."""
    return max(policies, key=lambda policy: LAYERS.index(policy.layer)).zone


def parameters_for(
    versions: Mapping[str, tuple[Parameter, ...]], bound: Iterable[Policy], days: Days
) -> dict[str, tuple[tree.Value, ...]]:
    """The values of every parameter for a request: the strictest that counts on each day.

    Args:
        versions: Every version of every parameter, by name.
        bound: The policies that bind the request; the requester's move nothing.
        days: The first and last civil day that the request may fall on.
    """
    policies = {p.name: p for p in bound if p.layer is not tree.Layer.REQUESTER}
    return {
        name: tuple(
            dict.fromkeys(strictest(name, stated, policies, day) for day in sorted(set(days)))
        )
        for name, stated in versions.items()
    }


def strictest(
    name: str,
    versions: tuple[Parameter, ...],
    bound: Mapping[str, Policy],
    day: datetime.date,
) -> tree.Value:
    """The value of a parameter on a day: the lowest where agencies may lower it, else the highest.

    Args:
        name: The parameter.
        versions: Every version of it.
        bound: The policies that bind the request and may move it, by name.
        day: The day.
    """
    values = _stated(name, versions, bound, day)
    direction = next((v.direction for v in versions if v.direction is not None), None)
    if direction is None:
        return values[0]

    def size(value: tree.Value) -> int:
        scale = comparable(value)
        return scale[1] if scale else 0

    return min(values, key=size) if direction is tree.Direction.LOWER else max(values, key=size)


def _stated(
    name: str,
    versions: tuple[Parameter, ...],
    bound: Mapping[str, Policy],
    day: datetime.date,
) -> list[tree.Value]:
    """The values that count, the higher layers' first; one that is over only if it is alone."""
    mine = sorted((v for v in versions if v.policy in bound), key=lambda v: LAYERS.index(v.layer))
    live = [v for v in mine if in_force(v.in_force, (day, day)) is not Truth.FALSE]
    values = [v.value for v in live or mine]
    values += [policy.settings[name] for policy in bound.values() if name in policy.settings]
    return values or [versions[0].value]
