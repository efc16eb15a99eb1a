"""The switch of a relation that no list names: what opens it, and who can close it."""

from __future__ import annotations

from .model import RelationKind, Switch, SwitchKind

_PRACTICES = (RelationKind.SEARCHES_FOR, RelationKind.RE_DISCLOSES)
_MEMBERSHIPS = (RelationKind.JOINS, RelationKind.MEMBER_OF)
_CONTRACTS = (RelationKind.HOSTS, RelationKind.VENDOR_ACCESS, RelationKind.SELLS)


def own_key(source: str, target: str, kind: RelationKind) -> str:
    """The key of the switch that a relation has if none is named."""
    if kind is RelationKind.SEARCHES_FOR:
        return f"{source} {kind.value}"
    if kind is RelationKind.JOINS:
        return f"{source} in {target}"
    if kind is RelationKind.MEMBER_OF:
        return f"{target} in {source}"
    return f"{source} {kind.value} {target}"


def own_switch(source: str, target: str, kind: RelationKind) -> Switch:
    """The switch that a relation has if none is named.

    What people do is a practice of the source, and searching for others one practice whomever it
    is for. Membership is one switch for both relations between a member and its network, held by
    the member. Every other relation has a switch of its own, held by the source, whose data go.
    """
    holder = target if kind is RelationKind.MEMBER_OF else source
    return Switch(own_key(source, target, kind), _kind_of(kind), holder)


def _kind_of(kind: RelationKind) -> SwitchKind:
    if kind in _PRACTICES:
        return SwitchKind.PRACTICE
    if kind in _MEMBERSHIPS:
        return SwitchKind.MEMBERSHIP
    return SwitchKind.CONTRACT if kind in _CONTRACTS else SwitchKind.SETTING
