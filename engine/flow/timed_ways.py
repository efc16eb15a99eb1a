"""Two maps of which one follows the other on a day, as ways that stand on certain days."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .day_sets import DaySet, Span, day_set, standing
from .model import Custody, FlowMap, Node, NodeKind, RelationKind

Place = tuple[str, str]  # a node, and the word for what it has there: ``Custody``

LIVE, COPY, HAND = (custody.value for custody in (Custody.LIVE, Custody.COPY, Custody.HAND))

# How data go on, as in ``search``: within a network, by whoever may search, by whoever knows.
_WITHIN = frozenset({RelationKind.MEMBER_OF, RelationKind.JOINS})
_SEARCHED = frozenset({RelationKind.SEARCHES_FOR})
_TOLD = frozenset({RelationKind.RE_DISCLOSES})
# Whoever may search over these has what it found in hand.
_SEARCHES = frozenset({
    RelationKind.SHARES_QUERY, RelationKind.MEMBER_OF, RelationKind.VENDOR_ACCESS,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """A relation, or several of one kind between two nodes, on the days on which one stands."""

    kind: RelationKind
    ends: tuple[Place, ...]
    days: DaySet


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
        node, custody = place
        if custody == COPY:
            yield from self.of(node)
            return
        kinds = _TOLD if custody == HAND else _SEARCHED
        if custody == LIVE and self.nodes[node].kind is NodeKind.NETWORK:
            kinds = _WITHIN
        yield from (way for way in self.of(node) if way.kind in kinds)

    def reach(self, owner: str, hops: int) -> set[Place]:
        """Where an owner's data get in so many hops, whenever each way stands."""
        return self._reach(owner, hops, self._ends)

    def reach_on_the_day(self, owner: str, hops: int) -> set[Place]:
        """Where an owner's data get over ways that stand on the day of change."""
        return self._reach(owner, hops, self._ends_today)

    def _reach(
        self, owner: str, hops: int, ends: Callable[[Place], frozenset[Place]]
    ) -> set[Place]:
        layer: set[Place] = {(owner, COPY)}
        found: set[Place] = set()
        for _ in range(hops):
            layer = set[Place]().union(*map(ends, layer)) - found
            layer -= {(owner, LIVE), (owner, HAND), (owner, COPY)}  # back is no way
            found |= layer
        return found

    def _ends(self, place: Place) -> frozenset[Place]:
        found = self._ends_of.get(place)
        if found is None:
            found = frozenset(end for way in self.onward(place) for end in way.ends)
            self._ends_of[place] = found
            for end in found:
                self._begins_of.setdefault(end, set()).add(place)
        return found

    def _ends_today(self, place: Place) -> frozenset[Place]:
        found = self._today.get(place)
        if found is None:
            day = self.day
            found = self._today[place] = frozenset(
                end
                for way in self.onward(place)
                if any(first <= day <= last for first, last in way.days)
                for end in way.ends
            )
        return found

    def steps_to(self, ends: Iterable[Place], reached: set[Place], hops: int) -> dict[Place, int]:
        """How many hops at least lead from each of some places that were reached to some ends."""
        for place in reached:
            self._ends(place)
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
                yield Way(kind, self._ends_of_way(target, kind, custody), days)

    def _ends_of_way(self, target: str, kind: RelationKind, custody: Custody) -> tuple[Place, ...]:
        """What whoever is at the end has: access, what was found by it, or a copy."""
        if kind in _SEARCHES and self.nodes[target].kind is not NodeKind.NETWORK:
            return (target, LIVE), (target, HAND)
        return ((target, HAND if kind in _SEARCHED else custody.value),)
