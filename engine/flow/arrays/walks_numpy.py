"""Shortest walks by numpy alone: hop after hop from the source, till one may enter the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from .reach_numpy import spread
from .snapshot import Places, Snapshot


def shortest(
    snapshot: Snapshot, pairs: Sequence[tuple[int, int]], bit: int, most: int
) -> Iterator[Sequence[int]]:
    """See ``walks.shortest_walks``; of no walk no nodes."""
    for source, target in pairs:
        yield (source,) if source == target else _between(snapshot, source, target, bit, most)


def _between(snapshot: Snapshot, source: int, target: int, bit: int, most: int) -> Sequence[int]:
    into = snapshot.incoming
    around = into.around(target)
    enters = np.zeros(snapshot.nodes, np.bool_)
    enters[into.ends[around][into.masks[around] & bit != 0]] = True
    came_from = np.full(snapshot.nodes, -1, np.int64)
    came_from[source] = source
    front = np.array([source], np.int64)
    for _ in range(most):
        last = front[enters[front]]
        if len(last):
            return [*_way(came_from, int(last[0])), target]
        front = _next(snapshot, front, came_from, bit)
        if not len(front):
            break
    return ()


def _next(snapshot: Snapshot, front: Places, came_from: Places, bit: int) -> Places:
    """The nodes one hop on that were not met before; notes where each came from."""
    side = snapshot.outgoing
    places, counts = spread(side.starts, front)
    sources = np.repeat(front, counts)
    fits = np.flatnonzero(side.onward[places] & bit)
    ends = side.ends[places[fits]].astype(np.int64)
    found, firsts = np.unique(ends, return_index=True)
    new = came_from[found] < 0
    came_from[found[new]] = sources[fits[firsts[new]]]
    return found[new]


def _way(came_from: Places, node: int) -> list[int]:
    way = [node]
    while came_from[way[-1]] != way[-1]:
        way.append(int(came_from[way[-1]]))
    return way[::-1]
