"""Copies that outlive a change: who can still have what was taken before it, and until when.

Live access ends with the relation. A copy stays until the retention of whoever has it ends, and
may be passed on until then. This is the temporal walk whose longest wait at a node is the node's
retention (Bentert, Himmel, Nichterlein and Niedermeier 2020): the days on which a body can
receive the data are worked out as sets of spans, one more hop a round.

The map alone is asked, not the rules: who has a copy has it, lawfully or not. So the days are an
upper bound. Retention counts from the day on which a copy was received.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .day_sets import DaySet, Span, date_of, day_set, joined, kept, met, standing
from .hops import BY_HAND
from .model import Custody, FlowMap, NodeKind, RelationKind

Place = tuple[str, Custody]  # a node, and what it has there

# How access alone goes on, as in ``search``: through a network, and by what people do.
_OF_NETWORKS = frozenset({RelationKind.MEMBER_OF, RelationKind.JOINS})


@dataclass(frozen=True, slots=True)
class Residue:
    """What one holder can still have of one owner's data taken before a change.

    Attributes:
        owner: Whose data they are.
        holder: Who has them.
        custody: A copy of its own, or access to another's copy.
        arrives: The first day on which it can get them; None if it could before the change.
        until: The last day on which they can be there; None if no end can be given.
        unknown: The holders whose retention is not on file, so that no end can be given.
        grows: Whether one more hop would put the end later: copies passed round begin anew.
        still_flows: Whether data taken after the change reach it too, so that nothing was cut.
    """

    owner: str
    holder: str
    custody: Custody
    arrives: datetime.date | None
    until: datetime.date | None
    unknown: tuple[str, ...]
    grows: bool
    still_flows: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """A relation on the days of the map before the change and of that after it."""

    target: str
    kind: RelationKind
    custody: Custody
    days: DaySet


@dataclass(frozen=True, slots=True)
class _Found:
    """The days on which each place can receive the data, and because of whom without an end."""

    days: dict[Place, DaySet] = field(default_factory=dict[Place, DaySet])
    endless: dict[Place, frozenset[str]] = field(default_factory=dict[Place, frozenset[str]])


def residual(
    before: FlowMap,
    after: FlowMap,
    day: datetime.date,
    owners: Iterable[str],
    *,
    hops: int = 4,
    default_days: int | None = None,
) -> tuple[Residue, ...]:
    """What is left on a day of change and later of data that were taken before it.

    Args:
        before: The map until the day.
        after: The map from the day on.
        day: The day of the change.
        owners: Whose data are asked about.
        hops: The most hops of a walk.
        default_days: The retention of bodies of which none is on file; None if it is unknown.
    """
    walks = _Walks(before, after, day, hops, default_days)
    return tuple(residue for owner in dict.fromkeys(owners) for residue in walks.of(owner))


class _Walks:
    """The walks in time over two maps of which one follows the other."""

    def __init__(
        self,
        before: FlowMap,
        after: FlowMap,
        day: datetime.date,
        hops: int,
        default_days: int | None,
    ) -> None:
        self._nodes = {**before.nodes, **after.nodes}
        self._day = day.toordinal()
        self._hops = hops
        self._default = default_days
        self._past: Span = (-math.inf, self._day - 1)
        self._future: Span = (self._day, math.inf)
        self._ways = self._all_ways(before, after)

    def of(self, owner: str) -> Iterator[Residue]:
        """What is left of one owner's data, by holder."""
        found = self._spread(owner, self._past, self._hops)
        further = self._spread(owner, self._past, self._hops + 1)
        fresh = {node for node, _ in self._spread(owner, self._future, self._hops).days}
        for place in sorted(found.days, key=lambda place: (place[0], place[1].value)):
            node, custody = place
            there = self._there(place, found.days[place])
            last = there[-1][1]
            if last < self._day or node == owner or not self._is_somebody(node):
                continue
            first = next(a for a, b in there if b >= self._day)
            yield Residue(
                owner,
                node,
                custody,
                None if there[0][0] < self._day else date_of(first),
                date_of(last),
                tuple(sorted(self._endless(found, place))) if last == math.inf else (),
                self._there(place, further.days[place])[-1][1] > last,
                node in fresh,
            )

    def _is_somebody(self, node: str) -> bool:
        return self._nodes[node].kind is not NodeKind.NETWORK

    def _spread(self, owner: str, taken: Span, hops: int) -> _Found:
        """Where data go that leave their owner within some days, in so many hops."""
        found = _Found()
        for way in self._ways.get(owner, ()):
            self._receive(found, way, met(way.days, (taken,)), frozenset())
        reached = dict(found.days)
        for _ in range(hops - 1):
            changed: dict[Place, DaySet] = {}
            for place, received in reached.items():
                there = self._there(place, received)
                for way in self._onward(place, owner):
                    days = met(there, way.days)
                    if days and self._receive(found, way, days, self._endless(found, place)):
                        to = way.target, way.custody
                        changed[to] = found.days[to]
            reached = changed
        return found

    def _receive(self, found: _Found, way: _Way, days: DaySet, endless: frozenset[str]) -> bool:
        """Let the end of a way have the data on some days; whether that is new."""
        to = way.target, way.custody
        had = found.days.get(to, ())
        have = joined(had, days)
        if have == had:
            return False
        found.days[to] = have
        if have[-1][1] == math.inf:
            found.endless[to] = found.endless.get(to, frozenset()) | endless
        return True

    def _endless(self, found: _Found, place: Place) -> frozenset[str]:
        """The holders up to a place that keep the data nobody knows how long."""
        node, custody = place
        before = found.endless.get(place, frozenset())
        unknown = custody is Custody.COPY and self._keeps(node) == math.inf
        return before | {node} if unknown else before

    def _there(self, place: Place, received: DaySet) -> DaySet:
        """The days on which the data are at a place that can receive them on some days."""
        node, custody = place
        return received if custody is Custody.LIVE else kept(received, self._keeps(node))

    def _keeps(self, node: str) -> float:
        days = self._nodes[node].keeps_days
        days = self._default if days is None else days
        return math.inf if days is None else days

    def _onward(self, place: Place, owner: str) -> Iterator[_Way]:
        """The ways that the data can take from a place; back to the owner is no way."""
        node, custody = place
        is_network = self._nodes[node].kind is NodeKind.NETWORK
        alone = _OF_NETWORKS if is_network else BY_HAND
        for way in self._ways.get(node, ()):
            if way.target != owner and (custody is Custody.COPY or way.kind in alone):
                yield way

    def _all_ways(self, before: FlowMap, after: FlowMap) -> Mapping[str, list[_Way]]:
        """The ways of both maps, by their beginning."""
        spans: dict[tuple[str, str, RelationKind, Custody], tuple[list[Span], list[Span]]] = {}
        for at, (flow_map, bounds) in enumerate(((before, self._past), (after, self._future))):
            for each in flow_map.relations:
                if flow_map.switches[each.switch].is_on:
                    key = each.source, each.target, each.kind, each.custody
                    first, last = standing(each)
                    both = spans.setdefault(key, ([], []))
                    both[at].append((max(first, bounds[0]), min(last, bounds[1])))
        found: dict[str, list[_Way]] = {}
        for (source, target, kind, custody), (past, future) in spans.items():
            way = _Way(target, kind, custody, day_set((*past, *future)))
            if way.days:
                found.setdefault(source, []).append(way)
        return found
