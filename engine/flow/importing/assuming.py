"""Named assumptions: relations that no list tells, added to a map and taken off again."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ...library import shipped
from ...registry import Body, Registry
from ..model import (
    Evidence,
    FlowMap,
    Level,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Switch,
    SwitchKind,
)
from ..own_switch import own_key, own_switch

_MARK = "assumed: "  # begins the source of what an assumption added


@dataclass(frozen=True, slots=True)
class Assumption:
    """One assumption; ``policies/flow/assumptions.toml`` tells each field."""

    name: str
    words: str
    default: bool
    kind: RelationKind
    along: RelationKind | None = None
    attribute: str = ""
    value: str = ""
    body: str = ""
    switch: SwitchKind = SwitchKind.PRACTICE
    switch_words: str = ""

    def marks(self, body: Body) -> bool:
        """Whether a body on file has the attribute."""
        return body.attributes.get(self.attribute, "") == self.value

    def relation(self, source: str, target: str) -> Relation:
        """What it adds between two nodes."""
        key = own_key(source, target, self.kind)
        evidence = Evidence(mark_of(self), Level.ASSUMED)
        return Relation(
            source, target, self.kind, key, custody=self.kind.custody, evidence=evidence
        )

    def switch_of(self, relation: Relation) -> Switch:
        """The switch of a relation that it adds."""
        own = own_switch(relation.source, relation.target, relation.kind)
        return replace(own, kind=self.switch, words=self.switch_words)


@cache  # package data, the same for the life of the process
def shipped_assumptions() -> tuple[Assumption, ...]:
    """The assumptions that come with platelaw."""
    text = shipped().joinpath("flow", "assumptions.toml").read_text("utf-8")
    return tuple(_assumption(each) for each in tomllib.loads(text)["assumption"])


def _assumption(table: Mapping[str, Any]) -> Assumption:
    along = table.get("along")
    return Assumption(
        table["name"], table["words"], table["default"], RelationKind(table["kind"]),
        RelationKind(along) if along else None, table.get("attribute", ""),
        table.get("value", ""), table.get("body", ""),
        SwitchKind(table.get("switch", SwitchKind.PRACTICE.value)), table["switch_words"],
    )  # fmt: skip


def named(with_: Collection[str] = (), without: Collection[str] = ()) -> tuple[Assumption, ...]:
    """The assumptions made by default, with some and without others.

    Raises:
        KeyError: There is no assumption of that name.
    """
    known = {each.name: each for each in shipped_assumptions()}
    for name in (*with_, *without):
        if name not in known:
            raise KeyError(name)
    return tuple(
        each
        for each in known.values()
        if (each.default or each.name in with_) and each.name not in without
    )


def with_assumptions(
    flow_map: FlowMap, assumptions: Iterable[Assumption], registry: Registry
) -> FlowMap:
    """The map with what assumptions add; what it has already is not added again."""
    known = {(each.source, each.target, each.kind) for each in flow_map.relations}
    added: list[Relation] = []
    switches: dict[str, Switch] = {}
    nodes: dict[str, Node] = {}
    for assumption in assumptions:
        for source, target in _pairs(flow_map, assumption, registry, nodes):
            key = source, target, assumption.kind
            if source != target and key not in known:
                known.add(key)
                relation = assumption.relation(source, target)
                added.append(relation)
                switches.setdefault(relation.switch, assumption.switch_of(relation))
    kept = {key: each for key, each in switches.items() if key not in flow_map.switches}
    return replace(
        flow_map,
        nodes={**flow_map.nodes, **nodes},
        relations=(*flow_map.relations, *added),
        switches={**flow_map.switches, **kept},
    )


def _pairs(
    flow_map: FlowMap, assumption: Assumption, registry: Registry, nodes: dict[str, Node]
) -> Iterator[tuple[str, str]]:
    if assumption.along is not None:
        for relation in flow_map.relations:
            officers = flow_map.nodes[relation.source].kind is NodeKind.AGENCY
            if relation.kind is assumption.along and officers:
                yield relation.source, relation.target
        return
    marked = [
        key
        for key, node in flow_map.nodes.items()
        if (body := registry.bodies.get(node.body)) is not None and assumption.marks(body)
    ]
    end = _node_of(flow_map, assumption, registry) if marked else None
    if end is not None:
        nodes.setdefault(end.key, end)
        yield from ((key, end.key) for key in marked)


def _node_of(flow_map: FlowMap, assumption: Assumption, registry: Registry) -> Node | None:
    """The node of the body that the assumption names, in the map or new to it."""
    for node in flow_map.nodes.values():
        if node.body == assumption.body:
            return node
    body = registry.bodies.get(assumption.body)
    return Node(body.key, NodeKind.FEDERAL, body.name, body.key) if body else None


def without_assumptions(flow_map: FlowMap) -> FlowMap:
    """The map without what assumptions added, and without nodes and switches that only they use."""
    relations = tuple(
        each for each in flow_map.relations if not each.evidence.source.startswith(_MARK)
    )
    gone = [each for each in flow_map.relations if each.evidence.source.startswith(_MARK)]
    kept = {end for each in relations for end in (each.source, each.target)}
    ends = {end for each in gone for end in (each.source, each.target)} - kept
    switches = {each.switch for each in gone} - {each.switch for each in relations}
    return replace(
        flow_map,
        nodes={key: node for key, node in flow_map.nodes.items() if key not in ends},
        relations=relations,
        switches={key: each for key, each in flow_map.switches.items() if key not in switches},
    )


def mark_of(assumption: Assumption) -> str:
    """What the evidence of a relation says that an assumption added."""
    return _MARK + assumption.name


def assumed_by(relation: Relation) -> str:
    """The name of the assumption that added a relation; blank if none did."""
    source = relation.evidence.source
    return source.removeprefix(_MARK) if source.startswith(_MARK) else ""
