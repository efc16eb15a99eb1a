"""A map as arrays, for states and nations: nodes as values, relations as columns."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ..registry import Body
from .arrays.snapshot import Bits, Snapshot
from .completeness import completeness_of
from .door import Completeness
from .model import (
    Evidence,
    FlowMap,
    Guard,
    Level,
    Node,
    Relation,
    RelationKind,
    Source,
)
from .own_switch import own_switch


@dataclass(frozen=True, slots=True)
class Form:
    """What all relations of a class of the snapshot have in common."""

    kind: RelationKind
    guard: Guard


@dataclass(frozen=True, eq=False)
class WideMap:
    """Nodes as values, relations as arrays.

    Attributes:
        nodes: In the order of the snapshot's numbers.
        bodies: What is on file about them where the registry has nothing.
        snapshot: The relations; the class of each is its form, its mask the purposes admitted.
        forms: By class.
        purposes: The purpose of each bit of a mask; a relation that admits all admits anything.
        as_of: The day that the map is of.
        sources: What it was made from.
        level: How sure it is that its relations stand.
    """

    nodes: tuple[Node, ...]
    bodies: Mapping[str, Body]
    snapshot: Snapshot
    forms: tuple[Form, ...]
    purposes: tuple[str, ...]
    as_of: datetime.date | None = None
    sources: tuple[Source, ...] = ()
    level: Level = Level.ASSUMED

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each node."""
        return {node.key: number for number, node in enumerate(self.nodes)}

    @cached_property
    def sharing(self) -> frozenset[str]:
        """The nodes from which a relation leads."""
        starts = self.snapshot.outgoing.starts
        counts = (starts[1:] - starts[:-1]).tolist()
        return frozenset(node.key for node, count in zip(self.nodes, counts, strict=True) if count)

    @cached_property
    def without_relations(self) -> FlowMap:
        """The nodes alone, as an ordinary map."""
        return FlowMap.of(self.nodes, (), (), as_of=self.as_of, sources=self.sources)

    @property
    def completeness(self) -> Completeness:
        """How much of it is known."""
        counted = {self.level.value: self.snapshot.relations}
        alone = completeness_of(self.without_relations)
        return replace(alone, relations=counted, oldest=self.as_of, newest=self.as_of)

    @property
    def classes(self) -> Bits:
        """The class of each relation."""
        assert self.snapshot.classes is not None, "a wide map is made with classes"
        return self.snapshot.classes

    def relation(self, number: int, source: int) -> Relation:
        """A relation by its number and the number of its source."""
        form = self.forms[int(self.classes[number])]
        ends = self.nodes[source].key, self.nodes[int(self.snapshot.outgoing.ends[number])].key
        mask = int(self.snapshot.outgoing.masks[number])
        admits = tuple(p for bit, p in enumerate(self.purposes) if mask >> bit & 1)
        named = self.sources[0].name if self.sources else ""
        return Relation(
            *ends, form.kind, own_switch(*ends, form.kind).key,
            purposes=() if len(admits) == len(self.purposes) else admits,
            custody=form.kind.custody, guard=form.guard,
            evidence=Evidence(named, self.level, self.as_of),
        )  # fmt: skip


def joined_maps(maps: Iterable[FlowMap]) -> FlowMap:
    """Several parts of one map as one."""
    every = list(maps)
    nodes = {key: node for each in every for key, node in each.nodes.items()}
    relations = dict.fromkeys(relation for each in every for relation in each.relations)
    switches = {key: switch for each in every for key, switch in each.switches.items()}
    first = every[0]
    return FlowMap.of(
        nodes.values(), relations, switches.values(), as_of=first.as_of, sources=first.sources
    )
