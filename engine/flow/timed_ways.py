"""Two maps of which one follows the other on a day, as ways that stand on certain days."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .day_sets import DaySet, Span, day_set, met, standing
from .hops import BY_HAND
from .model import Custody, FlowMap, Node, NodeKind, RelationKind

Place = tuple[str, Custody]  # a node, and what it has there

# How access alone goes on, as in ``search``: through a network, and by what people do.
_OF_NETWORKS = frozenset({RelationKind.MEMBER_OF, RelationKind.JOINS})


@dataclass(frozen=True, slots=True)
class Way:
    """A relation, or several of one kind between two nodes, on the days on which one stands."""

    target: str
    kind: RelationKind
    custody: Custody
    days: DaySet

    @property
    def end(self) -> Place:
        """Where data are that took it."""
        return self.target, self.custody


class TimedWays:
    """The ways of a map until a day, and of another map from that day on."""

    def __init__(self, before: FlowMap, after: FlowMap, day: datetime.date) -> None:
        self.nodes: dict[str, Node] = {**before.nodes, **after.nodes}
        self.day = day.toordinal()
        self.past: Span = (-math.inf, self.day - 1)
        self._maps = (before, self.past), (after, (self.day, math.inf))
        self._after = after
        self._ways: dict[str, tuple[Way, ...]] = {}

    def of(self, source: str) -> tuple[Way, ...]:
        """The ways that leave a node."""
        found = self._ways.get(source)
        if found is None:
            found = self._ways[source] = tuple(self._new(source))
        return found

    def onward(self, place: Place, owner: str) -> Iterator[Way]:
        """The ways that data can take from a place; back to the owner is no way."""
        node, custody = place
        every = custody is Custody.COPY or node == owner
        alone = _OF_NETWORKS if self.nodes[node].kind is NodeKind.NETWORK else BY_HAND
        for way in self.of(node):
            if way.target != owner and (every or way.kind in alone):
                yield way

    def reach(self, owner: str, hops: int) -> set[Place]:
        """Where an owner's data get in so many hops, whenever each way stands."""
        return self._places(owner, hops, lambda way: True)

    def reach_on_the_day(self, owner: str, hops: int) -> set[Place]:
        """Where an owner's data get over ways that stand on the day of change."""
        today = ((float(self.day), float(self.day)),)
        return self._places(owner, hops, lambda way: bool(met(way.days, today)))

    def _places(self, owner: str, hops: int, counts: Callable[[Way], bool]) -> set[Place]:
        layer = {(owner, Custody.COPY)}
        found: set[Place] = set()
        for _ in range(hops):
            layer = {
                way.end for place in layer for way in self.onward(place, owner) if counts(way)
            } - found
            found |= layer
        return found

    def steps_to(
        self, ends: Iterable[Place], places: Iterable[Place], owner: str
    ) -> dict[Place, int]:
        """How many hops at least lead from each of some places to any of some ends."""
        into: dict[Place, list[Place]] = {}
        for place in places:
            for way in self.onward(place, owner):
                into.setdefault(way.end, []).append(place)
        found = dict.fromkeys(ends, 0)
        layer = list(found)
        while layer:
            further: list[Place] = []
            for place in layer:
                for before in into.get(place, ()):
                    if before not in found:
                        found[before] = found[place] + 1
                        further.append(before)
            layer = further
        return found

    def _new(self, source: str) -> Iterator[Way]:
        spans: dict[tuple[str, RelationKind, Custody], list[Span]] = {}
        for flow_map, (begin, end) in self._maps:
            for number in flow_map.outgoing.get(source, ()):
                each = flow_map.relations[number]
                if flow_map.switches[each.switch].is_on:
                    first, last = standing(each)
                    key = each.target, each.kind, each.custody
                    spans.setdefault(key, []).append((max(first, begin), min(last, end)))
        for (target, kind, custody), found in spans.items():
            if days := day_set(found):
                yield Way(target, kind, custody, days)
