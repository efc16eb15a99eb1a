"""The switch of a relation that no list names: what opens it, and who can close it."""

from __future__ import annotations

from .model import RelationKind, Switch, SwitchKind

_CONTRACTS = (RelationKind.HOSTS, RelationKind.VENDOR_ACCESS, RelationKind.SELLS)


def own_switch(source: str, target: str, kind: RelationKind) -> Switch:
    """The switch that a relation has if none is named.

    What people do is one practice of the source, whomever they do it for. Membership is one
    switch for both relations between a member and its network, held by the member. Every other
    relation has a switch of its own, held by the source, whose data go.
    """
    if kind is RelationKind.SEARCHES_FOR:
        return Switch(f"{source} {kind.value}", SwitchKind.PRACTICE, source)
    if kind is RelationKind.JOINS:
        return Switch(f"{source} in {target}", SwitchKind.MEMBERSHIP, source)
    if kind is RelationKind.MEMBER_OF:
        return Switch(f"{target} in {source}", SwitchKind.MEMBERSHIP, target)
    return Switch(f"{source} {kind.value} {target}", _kind_of(kind), source)


def _kind_of(kind: RelationKind) -> SwitchKind:
    if kind is RelationKind.RE_DISCLOSES:
        return SwitchKind.PRACTICE
    return SwitchKind.CONTRACT if kind in _CONTRACTS else SwitchKind.SETTING
