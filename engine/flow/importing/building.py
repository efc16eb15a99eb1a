"""Relations of several lists put together into one map."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ..files.assembling import own_switches
from ..model import (
    GUARDS,
    Evidence,
    FlowMap,
    Grant,
    Guard,
    Level,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Source,
    Switch,
    Terms,
)
from ..own_switch import own_key

_LEVELS = tuple(Level)
_GRANTS = tuple(Grant)

_Key: TypeAlias = tuple[str, str, RelationKind, str]  # the last is the switch


@dataclass(slots=True)
class MapBuilder:
    """Collects relations, each once, with what lists tell of nodes beside their names."""

    told: dict[str, dict[str, object]] = field(default_factory=dict[str, dict[str, object]])
    nodes: dict[str, Node] = field(default_factory=dict[str, Node])  # that no name gave
    sources: list[Source] = field(default_factory=list[Source])
    to_itself: int = 0
    _relations: dict[_Key, Relation] = field(default_factory=dict[_Key, Relation])
    _switches: dict[str, Switch] = field(default_factory=dict[str, Switch])
    _terms: dict[str, Terms] = field(default_factory=dict[str, Terms])

    def tell(self, key: str, **values: object) -> None:
        """Note values of a node; None and empty ones tell nothing."""
        self.told.setdefault(key, {}).update(
            {name: value for name, value in values.items() if value not in (None, ())}
        )

    def relate(
        self,
        source: str,
        target: str,
        kind: RelationKind,
        evidence: Evidence,
        *,
        start: datetime.date | None = None,
        until: datetime.date | None = None,
        grant: Grant = Grant.OWNER,
        switch: Switch | None = None,
    ) -> None:
        """Take in a relation; one that is known already is put together with it."""
        if source == target:
            self.to_itself += 1
            return
        if switch is not None:
            self._switches[switch.key] = switch
        made = Relation(
            source, target, kind, switch.key if switch else own_key(source, target, kind),
            custody=kind.custody, grant=grant, start=start, until=until, evidence=evidence,
        )  # fmt: skip
        self._take(made)

    def take(self, flow_map: FlowMap) -> None:
        """Take in a whole map."""
        self.nodes.update(flow_map.nodes)
        self._switches.update(flow_map.switches)
        self._terms.update(flow_map.terms)
        self.sources += (each for each in flow_map.sources if each not in self.sources)
        for relation in flow_map.relations:
            self._take(relation)

    def _take(self, made: Relation) -> None:
        key = made.source, made.target, made.kind, made.switch
        known = self._relations.get(key)
        self._relations[key] = made if known is None else together(known, made)

    def sources_of(self) -> frozenset[str]:
        """The nodes that share anything."""
        return frozenset(each.source for each in self._relations.values())

    def targets_of(self) -> frozenset[str]:
        """The nodes that anything is shared with."""
        return frozenset(each.target for each in self._relations.values())

    def built(
        self, nodes: Iterable[Node], as_of: datetime.date | None, guards: Mapping[str, Guard]
    ) -> FlowMap:
        """The map, its relations in the order of their ends.

        Args:
            nodes: The nodes of all names met.
            as_of: The day of the map; None for that of the newest evidence.
            guards: What stands in the way of searches of a node's data, by key.
        """
        ordered = sorted(self._relations.values(), key=lambda each: (
            each.source, each.target, each.kind.value
        ))  # fmt: skip
        relations = [
            replace(each, guard=max(each.guard, guards[each.source], key=GUARDS.index))
            if each.source in guards
            else each
            for each in ordered
        ]
        switches = {each.key: each for each in own_switches(relations)} | self._switches
        named = {node.key: node for node in nodes} | self.nodes
        return FlowMap.of(
            [self._told_of(named[key]) for key in sorted(named)],
            relations,
            switches.values(),
            self._terms.values(),
            as_of=as_of or newest(relations),
            sources=self.sources,
        )

    def add_network(self, key: str, name: str) -> None:
        """Put a network in as a hub."""
        self.nodes.setdefault(key, Node(key, NodeKind.NETWORK, name))

    def _told_of(self, node: Node) -> Node:
        told = self.told.get(node.key)
        return replace(node, **told) if told else node  # type: ignore[arg-type]


def newest(relations: Iterable[Relation]) -> datetime.date | None:
    """The day of the newest evidence."""
    return max(_days(relations), default=None)


def _days(relations: Iterable[Relation]) -> Iterator[datetime.date]:
    for each in relations:
        if each.evidence.day is not None:
            yield each.evidence.day


def together(one: Relation, other: Relation) -> Relation:
    """One relation of what two lists tell: the better evidence and the longest time."""
    return replace(
        one,
        start=_earlier(one.start, other.start),
        until=_later(one.until, other.until),
        guard=max(one.guard, other.guard, key=GUARDS.index),
        grant=min(one.grant, other.grant, key=_GRANTS.index),
        evidence=better(one.evidence, other.evidence),
    )


def _earlier(one: datetime.date | None, other: datetime.date | None) -> datetime.date | None:
    """The earlier start; one that is not known may be earlier still."""
    return min(one, other) if one and other else None


def _later(one: datetime.date | None, other: datetime.date | None) -> datetime.date | None:
    """The later end; one that is not known is later than all."""
    return max(one, other) if one and other else None


def better(one: Evidence, other: Evidence) -> Evidence:
    """The surer evidence; of two as sure, the newer, then the first."""
    ranks = [(_LEVELS.index(each.level), -_ordinal(each.day)) for each in (one, other)]
    return one if ranks[0] <= ranks[1] else other


def _ordinal(day: datetime.date | None) -> int:
    return day.toordinal() if day else 0
