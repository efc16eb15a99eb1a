"""What a scenario names, found in the map; what is not there is an error with the nearest names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...registry import Body
from ..model import FlowMap, Node, NodeKind, Relation, RelationKind, Switch
from .errors import ScenarioError, not_there
from .setting import Setting


def node_of(flow_map: FlowMap, name: str, what: str = "node") -> Node:
    """The node of a key, or the only one of that name.

    Raises:
        ScenarioError: There is none, or several bear the name.
    """
    if name in flow_map.nodes:
        return flow_map.nodes[name]
    named = [node for node in flow_map.nodes.values() if node.name == name]
    if len(named) > 1:
        keys = ", ".join(f"`{node.key}`" for node in named[:3])
        raise ScenarioError(f"{len(named)} nodes are called `{name}`", f"say which: {keys}")
    if named:
        return named[0]
    names = (*flow_map.nodes, *(node.name for node in flow_map.nodes.values()))
    raise not_there(what, name, names)


def network_of(flow_map: FlowMap, name: str) -> Node:
    """The network of a key or name.

    Raises:
        ScenarioError: There is none.
    """
    networks = [each for each in flow_map.nodes.values() if each.kind is NodeKind.NETWORK]
    for node in networks:
        if name in (node.key, node.name):
            return node
    if name in flow_map.nodes:
        kind = flow_map.nodes[name].kind.value
        raise ScenarioError(f"`{name}` is no network: its kind is {kind}", "name a network")
    raise not_there("network", name, (word for each in networks for word in (each.key, each.name)))


def switch_of(flow_map: FlowMap, key: str) -> Switch:
    """The switch of a key.

    Raises:
        ScenarioError: There is none.
    """
    if key not in flow_map.switches:
        raise not_there("switch", key, flow_map.switches)
    return flow_map.switches[key]


def memberships(flow_map: FlowMap, agency: str, network: str) -> dict[int, Relation]:
    """The relations by which an agency is in a network, by number."""
    return {
        number: relation
        for number, relation in enumerate(flow_map.relations)
        if is_membership(relation, agency, network)
    }


def is_membership(relation: Relation, agency: str, network: str) -> bool:
    """Whether a relation puts an agency's data into a network, or lets it search there."""
    ends = relation.source, relation.target
    return (relation.kind is RelationKind.JOINS and ends == (agency, network)) or (
        relation.kind is RelationKind.MEMBER_OF and ends == (network, agency)
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which relations are meant; a blank means any."""

    source: str = ""
    target: str = ""
    switch: str = ""
    kind: RelationKind | None = None

    def find(self, flow_map: FlowMap) -> dict[int, Relation]:
        """The relations that are meant, by number.

        Raises:
            ScenarioError: A name is not there, or no relation is so.
        """
        source = node_of(flow_map, self.source).key if self.source else ""
        target = node_of(flow_map, self.target).key if self.target else ""
        if self.switch:
            switch_of(flow_map, self.switch)
        found = {
            number: each
            for number, each in enumerate(flow_map.relations)
            if source in ("", each.source)
            and target in ("", each.target)
            and self.switch in ("", each.switch)
            and self.kind in (None, each.kind)
        }
        if not found:
            raise ScenarioError(f"the map has no relation {self.words()}",
                                self._near(flow_map, source, target))  # fmt: skip
        return found

    def _near(self, flow_map: FlowMap, source: str, target: str) -> str:
        """What the map has instead."""
        seen = [
            f"{each.source} {each.kind.value} {each.target}"
            for each in flow_map.relations
            if (source and each.source == source) or (target and each.target == target)
        ]
        more = f", and {len(seen) - 3} more" if len(seen) > 3 else ""
        return f"it has: {'; '.join(seen[:3])}{more}" if seen else "name one that it has"

    def words(self) -> str:
        """Which are meant, in words."""
        parts = [
            f"of kind {self.kind.value}" if self.kind else "",
            f"from {self.source}" if self.source else "",
            f"to {self.target}" if self.target else "",
            f"by switch {self.switch}" if self.switch else "",
        ]
        return " ".join(part for part in parts if part) or "at all"


@dataclass(frozen=True, slots=True)
class Whose:
    """Which bodies on file are meant: those named, or all of the map on file as ``where`` says."""

    named: tuple[str, ...] = ()
    where: Mapping[str, str] | None = None

    def find(self, setting: Setting) -> tuple[Body, ...]:
        """The bodies that are meant, each once.

        Raises:
            ScenarioError: One is not on file, or none is meant.
        """
        found = tuple(dict.fromkeys(body.key for body in self._all(setting)))
        if not found:
            raise ScenarioError(f"no agency of the map is on file with {self.words()}",
                                "name bodies by their registry keys")  # fmt: skip
        return tuple(setting.registry.bodies[key] for key in found)

    def _all(self, setting: Setting) -> Iterator[Body]:
        for name in self.named:
            yield _body(setting, name)
        if self.named:
            return
        for node in setting.flow_map.nodes.values():
            body = setting.body_of(node) if node.kind is NodeKind.AGENCY else None
            if body is not None and all(
                setting.cell(body, column) == cell for column, cell in (self.where or {}).items()
            ):
                yield body

    def words(self) -> str:
        """Who is meant, in words."""
        if self.named:
            return ", ".join(self.named)
        stated = " and ".join(f"{column} {cell}" for column, cell in (self.where or {}).items())
        return f"every agency of {stated}" if stated else "every agency"


def _body(setting: Setting, name: str) -> Body:
    """A body by its registry key, its ORI, or the key or name of its node."""
    body = setting.registry.get(name)
    if body is not None:
        return body
    try:
        node = node_of(setting.flow_map, name)
    except ScenarioError:
        keys = (*setting.registry.bodies, *setting.flow_map.nodes)
        raise not_there("body", name, keys, "the registry") from None
    body = setting.body_of(node)
    if body is None:
        raise ScenarioError(f"`{name}` of the map is no body on file",
                            "only what is on file of a body can change")  # fmt: skip
    return body
