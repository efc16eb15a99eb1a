"""Reach that carries a state, as plain sets: what the other executors must equal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, repeat

import numpy as np

from .snapshot import PURPOSES, Bits, Places, Snapshot

Standing = tuple[int, int]  # a node and a state


def forward(snapshot: Snapshot, classes: Bits, table: Bits, seeds: Bits, hops: int) -> Bits:
    """See ``product_reach.product_reach``."""
    after: dict[Standing, set[Standing]] = {}
    for _, before, then in _steps(snapshot, classes, table):
        after.setdefault(before, set()).add(then)
    return _layers(after, seeds, hops)


def backward(snapshot: Snapshot, classes: Bits, table: Bits, sinks: Bits, hops: int) -> Bits:
    """See ``product_reach.product_reach_back``."""
    before: dict[Standing, set[Standing]] = {}
    for _, first, then in _steps(snapshot, classes, table):
        before.setdefault(then, set()).add(first)
    return _layers(before, sinks, hops)


def between(snapshot: Snapshot, classes: Bits, table: Bits, there: Bits, back: Bits) -> Places:
    """See ``product_reach.on_walks``."""
    hops = len(there) - 1
    lies = {
        relation
        for relation, first, then in _steps(snapshot, classes, table)
        for hop in range(hops)
        if _has(there[hop], first) and _has(back[hops - 1 - hop], then)
    }
    return np.array(sorted(lies), np.int64)


def _steps(
    snapshot: Snapshot, classes: Bits, table: Bits
) -> Iterator[tuple[int, Standing, Standing]]:
    """Every relation with every state before it and every state after."""
    side = snapshot.outgoing
    for relation, source in enumerate(snapshot.sources().tolist()):
        target, row = int(side.ends[relation]), table[classes[relation]]
        for state in range(PURPOSES):
            for then in range(PURPOSES):
                if int(row[state]) >> then & 1:
                    yield relation, (source, state), (target, then)


def _layers(steps: dict[Standing, set[Standing]], seeds: Bits, hops: int) -> Bits:
    start = {
        (node, state)
        for node in range(len(seeds))
        for state in range(PURPOSES)
        if _has(seeds, (node, state))
    }
    rows = np.zeros((hops + 1, len(seeds)), np.uint16)
    hop_by_hop = accumulate(repeat(steps, hops), _grown, initial=start)
    for row, reached in zip(rows, hop_by_hop, strict=True):
        for node, state in reached:
            row[node] |= 1 << state
    return rows


def _grown(reached: set[Standing], steps: dict[Standing, set[Standing]]) -> set[Standing]:
    return reached.union(*(steps.get(standing, set()) for standing in reached))


def _has(bits: Bits, standing: Standing) -> bool:
    node, state = standing
    return bool(int(bits[node]) >> state & 1)
