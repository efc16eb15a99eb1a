"""Two maps of which one follows the other on a day, as ways that stand on certain days."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .day_sets import DaySet, Span, day_set, standing
from .hops import BY_HAND
from .model import Custody, FlowMap, Node, NodeKind, RelationKind

Place = tuple[str, bool]  # a node, and whether it has a copy of its own and not access alone

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
        return self.target, self.custody is Custody.COPY


class TimedWays:
    """The ways of a map until a day, and of another map from that day on."""

    def __init__(self, before: FlowMap, after: FlowMap, day: datetime.date) -> None:
        self.nodes: dict[str, Node] = {**before.nodes, **after.nodes}
        self.day = day.toordinal()
        self.past: Span = (-math.inf, self.day - 1)
        self._maps = (before, self.past), (after, (self.day, math.inf))
        self._ways: dict[str, tuple[Way, ...]] = {}
        self._ends_of: dict[Place, frozenset[Place]] = {}
        self._begins_of: dict[Place, set[Place]] = {}  # the reverse, of places asked about
        self._today: dict[Place, frozenset[Place]] = {}

    def of(self, source: str) -> tuple[Way, ...]:
        """The ways that leave a node."""
        found = self._ways.get(source)
        if found is None:
            found = self._ways[source] = tuple(self._new(source))
        return found

    def onward(self, place: Place) -> Iterator[Way]:
        """The ways that data can take from a place."""
        node, is_copy = place
        alone = _OF_NETWORKS if self.nodes[node].kind is NodeKind.NETWORK else BY_HAND
        for way in self.of(node):
            if is_copy or way.kind in alone:
                yield way

    def reach(self, owner: str, hops: int) -> set[Place]:
        """Where an owner's data get in so many hops, whenever each way stands."""
        return self._reach(owner, hops, self._ends)

    def reach_on_the_day(self, owner: str, hops: int) -> set[Place]:
        """Where an owner's data get over ways that stand on the day of change."""
        return self._reach(owner, hops, self._ends_today)

    def _reach(
        self, owner: str, hops: int, ends: Callable[[Place], frozenset[Place]]
    ) -> set[Place]:
        layer: set[Place] = {(owner, True)}
        found: set[Place] = set()
        for _ in range(hops):
            layer = set[Place]().union(*map(ends, layer)) - found
            layer -= {(owner, True), (owner, False)}  # back to the owner is no way
            found |= layer
        return found

    def _ends(self, place: Place) -> frozenset[Place]:
        found = self._ends_of.get(place)
        if found is None:
            found = frozenset(way.end for way in self.onward(place))
            self._ends_of[place] = found
            for end in found:
                self._begins_of.setdefault(end, set()).add(place)
        return found

    def _ends_today(self, place: Place) -> frozenset[Place]:
        found = self._today.get(place)
        if found is None:
            day = self.day
            found = self._today[place] = frozenset(
                way.end
                for way in self.onward(place)
                if any(first <= day <= last for first, last in way.days)
            )
        return found

    def steps_to(self, ends: Iterable[Place], reached: set[Place], hops: int) -> dict[Place, int]:
        """How many hops at least lead from each of some places that were reached to some ends."""
        found = dict.fromkeys(ends, 0)
        layer = set(found)
        for hop in range(1, hops + 1):
            begins = (self._begins_of.get(place, set[Place]()) for place in layer)
            layer = {p for p in set[Place]().union(*begins) if p in reached and p not in found}
            found.update(dict.fromkeys(layer, hop))
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
