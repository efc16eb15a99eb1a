"""Reach by numpy alone: push while few nodes are fresh, else pull until nothing more can come."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from .snapshot import Bits, Places, Side, Snapshot

PUSH_BELOW = 16  # push if the fresh nodes have fewer than one in this many relations
FIRST = 64  # relations of a node that are looked at before the rest,
WORTH = 4  # if those are fewer than one in so many of all
BLOCK = 1 << 17  # relations read at once: what fits a processor's cache


def reach(snapshot: Snapshot, seeds: Bits, hops: int) -> Bits:
    """See ``reach.reach``."""
    arrived, carried = seeds.copy(), seeds.copy()
    fresh = seeds
    for hop in range(hops):
        if not fresh.any():
            break
        work = int(np.diff(snapshot.outgoing.starts)[fresh != 0].sum())
        step = _push if work * PUSH_BELOW < snapshot.relations else _pull
        came, went_on = step(snapshot, fresh, arrived, carried, is_last=hop == hops - 1)
        arrived |= came
        fresh = went_on & ~carried
        carried |= went_on
    return arrived


def _push(
    snapshot: Snapshot, fresh: Bits, arrived: Bits, carried: Bits, *, is_last: bool
) -> tuple[Bits, Bits]:
    """What comes from the fresh nodes, relation by relation of each."""
    side = snapshot.outgoing
    nodes = np.flatnonzero(fresh)
    places, counts = spread(side.starts, nodes)
    ends, bits = side.ends[places], np.repeat(fresh[nodes], counts)
    came, went_on = np.zeros_like(arrived), np.zeros_like(carried)
    np.bitwise_or.at(came, ends, bits & side.masks[places])
    if not is_last:
        np.bitwise_or.at(went_on, ends, bits & side.onward[places])
    return came, went_on


def _pull(
    snapshot: Snapshot, fresh: Bits, arrived: Bits, carried: Bits, *, is_last: bool
) -> tuple[Bits, Bits]:
    """What comes to every node that lacks something, from all that enter it."""
    side = snapshot.incoming
    union = np.bitwise_or.reduce(fresh)
    came, went_on = np.zeros_like(arrived), np.zeros_like(carried)
    had, got = (arrived, came) if is_last else (carried, went_on)
    todo = np.flatnonzero((union & ~had != 0) & (np.diff(side.starts) > 0))
    looks = len(todo) * FIRST * WORTH < snapshot.relations
    for some in _portions(todo, BLOCK // FIRST) if looks else ():
        first, last = side.starts[some, None], side.starts[some + 1, None]
        places = np.minimum(first + np.arange(FIRST), last - 1)
        bits = fresh[side.ends[places]]
        came[some] = np.bitwise_or.reduce(bits & side.masks[places], axis=1)
        if not is_last:
            went_on[some] = np.bitwise_or.reduce(bits & side.onward[places], axis=1)
    todo = todo[(union & ~(had | got))[todo] != 0]
    if looks:
        todo = todo[side.starts[todo + 1] - side.starts[todo] > FIRST]
    _pull_blocks(side, fresh, todo, came, None if is_last else went_on)
    return came, went_on


def _pull_blocks(side: Side, fresh: Bits, todo: Places, came: Bits, went_on: Bits | None) -> None:
    """All relations of the blocks that hold a node of ``todo``."""
    for low, high in blocks(side.starts, BLOCK):
        if np.searchsorted(todo, low) == np.searchsorted(todo, high):
            continue
        part = slice(int(side.starts[low]), int(side.starts[high]))
        bits = fresh.take(side.ends[part])
        pooled(side.starts, low, high, bits & side.masks[part], came)
        if went_on is not None:
            pooled(side.starts, low, high, bits & side.onward[part], went_on)


def pooled(starts: Places, low: int, high: int, bits: Bits, into: Bits) -> None:
    """Join the bits of each node from ``low`` up to ``high`` into its own."""
    filled = low + np.flatnonzero(np.diff(starts[low : high + 1]))
    if len(filled):
        into[filled] |= np.bitwise_or.reduceat(bits, starts[filled] - starts[low])


def blocks(starts: Places, size: int) -> list[tuple[int, int]]:
    """Ranges of nodes with about ``size`` relations each, all nodes once, in order."""
    edges = np.searchsorted(starts, np.arange(0, int(starts[-1]) + size, size), side="right") - 1
    edges = np.unique(np.clip(np.append(edges, len(starts) - 1), 0, len(starts) - 1))
    return [(int(low), int(high)) for low, high in pairwise(edges)]


def spread(starts: Places, nodes: Places) -> tuple[Places, Places]:
    """The places of all relations of some nodes, and how many each node has."""
    counts = starts[nodes + 1] - starts[nodes]
    before = np.cumsum(counts) - counts
    return np.repeat(starts[nodes] - before, counts) + np.arange(int(counts.sum())), counts


def _portions(nodes: Places, size: int) -> list[Places]:
    return [nodes[start : start + size] for start in range(0, len(nodes), size)]
