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
    """See ``reach.reach``; the hop that may end a walk is the last, from all that is carried."""
    out, into = snapshot.outgoing, snapshot.incoming
    carried, fresh = seeds.copy(), seeds
    for _ in range(hops - 1):
        fresh = _hop(snapshot, out.onward, into.onward, fresh, carried) & ~carried
        carried |= fresh
        if not fresh.any():
            break
    if hops > 0:
        carried |= _hop(snapshot, out.masks, into.masks, carried, carried)
    return carried


def _hop(snapshot: Snapshot, leaving: Bits, entering: Bits, fresh: Bits, had: Bits) -> Bits:
    """What comes to nodes over one relation, as far as they have it not."""
    work = int(np.diff(snapshot.outgoing.starts)[fresh != 0].sum())
    if work * PUSH_BELOW < snapshot.relations:
        return _pushed(snapshot.outgoing, leaving, fresh)
    return _pulled(snapshot.incoming, entering, fresh, had)


def _pushed(side: Side, masks: Bits, fresh: Bits) -> Bits:
    """From the fresh nodes, relation by relation of each."""
    nodes = np.flatnonzero(fresh)
    places, counts = spread(side.starts, nodes)
    got = np.zeros_like(fresh)
    np.bitwise_or.at(got, side.ends[places], np.repeat(fresh[nodes], counts) & masks[places])
    return got


def _pulled(side: Side, masks: Bits, fresh: Bits, had: Bits) -> Bits:
    """To every node that lacks something, from all that enter it."""
    union, got = np.bitwise_or.reduce(fresh), np.zeros_like(fresh)
    counts = np.diff(side.starts)
    todo = np.flatnonzero((union & ~had != 0) & (counts > 0))
    if len(todo) * FIRST * WORTH < len(side.ends):
        for some in _portions(todo, BLOCK // FIRST):
            first, last = side.starts[some, None], side.starts[some + 1, None]
            places = np.minimum(first + np.arange(FIRST), last - 1)
            got[some] = np.bitwise_or.reduce(fresh[side.ends[places]] & masks[places], axis=1)
        todo = todo[((union & ~(had | got))[todo] != 0) & (counts[todo] > FIRST)]
    for low, high in blocks(side.starts, BLOCK):
        if np.searchsorted(todo, low) < np.searchsorted(todo, high):
            part = slice(int(side.starts[low]), int(side.starts[high]))
            bits = fresh.take(side.ends[part]) & masks[part]
            pooled(side.starts, low, high, bits, got)
    return got


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
