"""Whose data are asked about: nodes of a map by key, ORI, name or government."""

from __future__ import annotations

from collections.abc import Container, Iterable
from difflib import get_close_matches

from ...dsl.model import Library
from ..registry import Registry
from .model import FlowMap, Node, NodeKind

_OWNERS = frozenset({NodeKind.AGENCY, NodeKind.TASK_FORCE, NodeKind.FUSION_CENTER})


class NoOwnerError(Exception):
    """An owner or government that the map does not have; ``help`` tells the mend."""

    def __init__(self, message: str, help_: str) -> None:
        super().__init__(message)
        self.help = help_


def find_owners(
    flow_map: FlowMap,
    registry: Registry,
    owners: Iterable[str],
    states: Iterable[str],
    sharing: Container[str],
) -> tuple[str, ...]:
    """The keys of the nodes that are named, each once, in order.

    Args:
        flow_map: The map.
        registry: Tells the government of a body.
        owners: Keys, ORIs and names.
        states: Governments: those of their agencies count that share.
        sharing: The nodes from which a relation leads.

    Raises:
        NoOwnerError: The map has none of that name, or two.
    """
    found = [_owner(flow_map, registry, name) for name in owners]
    for state in states:
        mine = [
            node.key
            for node in flow_map.nodes.values()
            if node.kind in _OWNERS
            and node.key in sharing
            and (body := registry.get(node.body)) is not None
            and body.sovereign == state
        ]
        if not mine:
            raise NoOwnerError(
                f"no agency of `{state}` shares anything in this map",
                "name a government by its code, as the registry writes it; `platelaw flow show` "
                "lists those of a map",
            )
        found += sorted(mine)
    return tuple(dict.fromkeys(found))


def owners_that_bar(
    flow_map: FlowMap, library: Library, purpose: str, sharing: Container[str]
) -> tuple[str, ...]:
    """The bodies that share and publicly call a purpose off limits.

    Raises:
        NoOwnerError: There is none.
    """
    kinds = library.deepest_vocabulary.kinds
    barred = kinds.above(purpose) if purpose in kinds.by_name else {purpose}
    found = tuple(
        node.key
        for node in flow_map.nodes.values()
        if not barred.isdisjoint(node.bars) and node.key in sharing
    )
    if not found:
        raise NoOwnerError(
            f"nobody's data are named, and no body of the map calls `{purpose}` off limits",
            "name an agency with --owner, or all of a government with --state",
        )
    return found


def _owner(flow_map: FlowMap, registry: Registry, name: str) -> str:
    """The node of a key, an ORI or a name."""
    if name in flow_map.nodes:
        return name
    body = registry.get(name)
    if body is not None and (node := _node_of(flow_map, body.key)) is not None:
        return node.key
    called = [n.key for n in flow_map.nodes.values() if n.name.casefold() == name.casefold()]
    if len(called) == 1:
        return called[0]
    if called:
        raise NoOwnerError(
            f"{len(called)} nodes of the map are called `{name}`",
            f"name one by its key: {', '.join(sorted(called)[:5])}",
        )
    names = {**{n.name: n.key for n in flow_map.nodes.values()}, **{k: k for k in flow_map.nodes}}
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    keys = dict.fromkeys(names[each] for each in near)
    called_so = " or ".join(f"`{key}` ({flow_map.nodes[key].name})" for key in keys)
    mend = f"perhaps {called_so}" if keys else ""
    raise NoOwnerError(
        f"the map has no node `{name}`",
        mend or "`platelaw agencies NAME` finds keys; `platelaw flow show` tells what a map holds",
    )


def _node_of(flow_map: FlowMap, body: str) -> Node | None:
    return next((node for node in flow_map.nodes.values() if node.body == body), None)
