"""Copies that outlive a change: who can still have what was taken before it, and until when.

Live access ends with the relation. A copy, and what people found or were told, stays until the
retention of whoever has it ends, and may be passed on until then. This is the temporal walk whose
longest wait at a node is the node's retention (Bentert, Himmel, Nichterlein and Niedermeier
2020): the days on which a body can receive the data are worked out as sets of spans, one more hop
a round.

The map alone is asked, not the rules: who has a copy has it, lawfully or not. So the days are an
upper bound. Retention counts from the day on which a copy was received.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from .day_sets import DaySet, date_of, joined, kept, met
from .model import Custody, FlowMap, NodeKind
from .timed_ways import COPY, LIVE, Place, TimedWays


@dataclass(frozen=True, slots=True)
class Residue:
    """What one holder can still have of one owner's data taken before a change.

    Attributes:
        owner: Whose data they are.
        holder: Who has them.
        custody: A copy of its own, what its people found or were told, or access to another's.
        arrives: The first day on which it can get them; None if it could before the change.
        until: The last day on which they can be there; None if no end can be given.
        unknown: The holders whose retention is not on file, so that no end can be given.
        grows: Whether one more hop would put the end later: copies passed round begin anew.
    """

    owner: str
    holder: str
    custody: Custody
    arrives: datetime.date | None
    until: datetime.date | None
    unknown: tuple[str, ...]
    grows: bool


def residual(
    before: FlowMap,
    after: FlowMap,
    day: datetime.date,
    owners: Iterable[str],
    *,
    hops: int = 4,
    default_days: int | None = None,
) -> tuple[Residue, ...]:
    """What is left on a day of change, and later, of data that were taken before it.

    Only holders are told whom data do not reach any more by what stands on that day.

    Args:
        before: The map until the day.
        after: The map from the day on.
        day: The day of the change.
        owners: Whose data are asked about.
        hops: The most hops of a walk.
        default_days: The retention of bodies of which none is on file; None if it is unknown.
    """
    ways = TimedWays(before, after, day)
    return tuple(
        residue
        for owner in dict.fromkeys(owners)
        for residue in _Copies(ways, owner, hops, default_days).left()
    )


class _Copies:
    """The days on which each place can receive one owner's data that were taken before."""

    def __init__(self, ways: TimedWays, owner: str, hops: int, default_days: int | None) -> None:
        self._ways = ways
        self._owner = owner
        self._hops = hops
        self._default = default_days
        self._days: dict[Place, DaySet] = {}
        self._endless: dict[Place, frozenset[str]] = {}  # by whom there is no end

    def left(self) -> Iterator[Residue]:
        """What is left, by holder."""
        ways, owner = self._ways, self._owner
        reached = ways.reach(owner, self._hops)
        cut = {
            place
            for place in reached - ways.reach_on_the_day(owner, self._hops)
            if ways.nodes[place[0]].kind is not NodeKind.NETWORK
        }
        if not cut:
            return
        latest = self._spread(ways.steps_to(cut, reached, self._hops))
        lasting = {place: self._last(place) for place in cut & self._days.keys()}
        self._round(latest, cut)
        for place, last in sorted(lasting.items()):
            if last >= ways.day:
                yield self._residue(place, last)

    def _residue(self, place: Place, last: float) -> Residue:
        there = self._there(place)
        first = next(a for a, b in there if b >= self._ways.day)
        return Residue(
            self._owner,
            place[0],
            Custody(place[1]),
            None if there[0][0] < self._ways.day else date_of(first),
            date_of(last),
            tuple(sorted(self._unknown(place))) if last == math.inf else (),
            self._last(place) > last,
        )

    def _spread(self, left: Mapping[Place, int]) -> Mapping[Place, DaySet]:
        """Work the days out, hop after hop; what the last one adds, for one hop more.

        Only places count from which whom it concerns is near enough, that hop included.
        """
        latest: Mapping[Place, DaySet] = {(self._owner, COPY): (self._ways.past,)}
        for hop in range(self._hops):
            near = {place for place, steps in left.items() if steps <= self._hops - hop}
            latest = self._round(latest, near)
        return latest

    def _round(
        self, reached: Mapping[Place, DaySet], wanted: Collection[Place]
    ) -> dict[Place, DaySet]:
        """One more hop; the places that can receive the data on more days than before."""
        arriving: dict[Place, DaySet] = {}
        for place, received in reached.items():
            there = self._kept(place, received)
            for way in self._ways.onward(place):
                ends = [end for end in way.ends if end in wanted]
                if not ends or not (days := met(there, way.days)):
                    continue
                for end in ends:
                    arriving[end] = joined(arriving.get(end, ()), days)
                    if days[-1][1] == math.inf:
                        known = self._endless.get(end, frozenset())
                        self._endless[end] = known | self._unknown(place)
        return {place: days for place, days in arriving.items() if self._receive(place, days)}

    def _receive(self, place: Place, days: DaySet) -> bool:
        """Let a place have the data on some days; whether any of them is new."""
        had = self._days.get(place, ())
        have = joined(had, days)
        self._days[place] = have
        return have != had

    def _unknown(self, place: Place) -> frozenset[str]:
        """The holders up to a place that keep the data nobody knows how long."""
        before = self._endless.get(place, frozenset())
        node, custody = place
        unknown = custody != LIVE and self._keeps(node) == math.inf
        return before | {node} if unknown else before

    def _last(self, place: Place) -> float:
        return self._there(place)[-1][1]

    def _there(self, place: Place) -> DaySet:
        """The days on which the data can be at a place."""
        return self._kept(place, self._days[place])

    def _kept(self, place: Place, received: DaySet) -> DaySet:
        node, custody = place
        if custody == LIVE or node == self._owner:
            return received
        return kept(received, self._keeps(node))

    def _keeps(self, node: str) -> float:
        days = self._ways.nodes[node].keeps_days
        days = self._default if days is None else days
        return math.inf if days is None else days
