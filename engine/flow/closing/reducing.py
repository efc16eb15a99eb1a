"""Making a cut smaller without changing its answer.

Each step keeps, for every set of closed switches, which owners are still exposed; the last
keeps the least price only. What each may do is argued in docs/closing.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .graph import CutGraph, Ints, Marks, reached

_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Firm:
    """What may not be closed, and what need not be.

    Attributes:
        switches: The switches that stay on, by number.
        prices: What closing each costs.
        bound: The switches that lawful demands or other limits name, so that one may not
            stand for another.
    """

    switches: Marks
    prices: NDArray[np.float64]
    bound: Marks


def reduced(graph: CutGraph, firm: Firm, *, joined: bool) -> tuple[CutGraph, Marks]:
    """The smaller graph, and the switches that stay on in it.

    ``joined`` takes all owners as one: right if every one of them is to be freed. It expects
    that no walk over switches that stay on leads from a start to an end.
    """
    if joined:
        graph = replace(
            graph, groups=np.zeros_like(graph.groups), owners=graph.owners.sum(keepdims=True)
        )
    stays = firm.switches.copy()
    while True:
        before = len(graph.tails)
        graph = _merged_by_firm(graph, stays, joined=joined)
        graph = _quotient(_trimmed(graph))
        graph = _same_owners(_quotient_back(graph))
        more = _dominated(graph, replace(firm, switches=stays))
        stays |= more
        if len(graph.tails) == before and not more.any():
            return graph, stays


def _renumbered(graph: CutGraph, places: Ints) -> CutGraph:
    """The graph with states merged into those of new numbers, without loops and repeats."""
    size = int(places.max(initial=-1)) + 1
    arcs = np.stack([places[graph.tails], places[graph.heads], graph.labels])
    arcs = _distinct(arcs[:, arcs[0] != arcs[1]])[0]
    starts = _distinct(np.stack([places[graph.starts], graph.groups]))[0]
    return replace(
        graph, size=size, tails=arcs[0], heads=arcs[1], labels=arcs[2],
        starts=starts[0], groups=starts[1], ends=np.unique(places[graph.ends]),
    )  # fmt: skip


def _merged_by_firm(graph: CutGraph, stays: Marks, *, joined: bool) -> CutGraph:
    """Merge what surely reaches an end into one end; if joined, what is surely reached too."""
    over = np.flatnonzero(stays[graph.labels])
    tails, heads = graph.tails[over], graph.heads[over]
    places = np.arange(graph.size)
    if len(graph.ends):
        places[reached(graph.size, heads, tails, graph.ends)] = graph.ends[0]
    if joined and len(graph.starts):
        places[reached(graph.size, tails, heads, graph.starts)] = graph.starts[0]
    return _renumbered(graph, places)


def _trimmed(graph: CutGraph) -> CutGraph:
    """Only the arcs on some walk from a start to an end, that no shorter walk makes needless."""
    is_end = np.zeros(graph.size, dtype=bool)
    is_end[graph.ends] = True
    kept = np.flatnonzero(~is_end[graph.tails])
    if len(graph.starts) and len(graph.owners) == 1:
        is_start = np.zeros(graph.size, dtype=bool)
        is_start[graph.starts] = True
        kept = kept[~is_start[graph.heads[kept]]]
    tails, heads = graph.tails[kept], graph.heads[kept]
    useful = reached(graph.size, tails, heads, graph.starts)
    useful &= reached(graph.size, heads, tails, graph.ends)
    kept = kept[useful[tails] & useful[heads]]
    starts = useful[graph.starts]
    graph = replace(
        graph, tails=graph.tails[kept], heads=graph.heads[kept], labels=graph.labels[kept],
        starts=graph.starts[starts], groups=graph.groups[starts],
        ends=graph.ends[useful[graph.ends]],
    )  # fmt: skip
    places = np.cumsum(useful) - 1
    return _renumbered(graph, places) if useful.any() else _nothing(graph)


def _nothing(graph: CutGraph) -> CutGraph:
    none = np.zeros(0, dtype=np.int64)
    return replace(graph, size=0, tails=none, heads=none, labels=none, starts=none,
                   groups=none, owners=none, ends=none)  # fmt: skip


def _quotient(graph: CutGraph) -> CutGraph:
    """Merge states from which the same switches lead to the same states, and so on to the end."""
    colors = np.zeros(graph.size, dtype=np.int64)
    colors[graph.ends] = 1
    return _renumbered(graph, _refined(colors, graph.tails, graph.heads, graph.labels))


def _quotient_back(graph: CutGraph) -> CutGraph:
    """The same from the other side: states that the same walks lead to."""
    colors = np.zeros(graph.size, dtype=np.int64)
    colors[graph.ends] = 1
    colors[graph.starts] = 2 + np.arange(len(graph.starts))
    colors = np.unique(colors, return_inverse=True)[1]
    return _renumbered(graph, _refined(colors, graph.heads, graph.tails, graph.labels))


def _refined(colors: Ints, tails: Ints, heads: Ints, labels: Ints) -> Ints:
    """Split colors until states of one color have arcs of the same labels to the same colors."""
    count = len(np.unique(colors))
    while True:
        rows = _distinct(np.stack([tails, labels, colors[heads]]))[0]
        owners, first = np.unique(rows[0], return_index=True)
        sums = np.zeros((2, len(colors)), dtype=np.uint64)
        if len(first):
            for which in range(2):
                mixed = _mixed(rows[1], rows[2], which)
                sums[which, owners] = np.add.reduceat(mixed, first)
        colors = _distinct(np.stack([colors.astype(np.uint64), *sums]))[1]
        found = int(colors.max(initial=-1)) + 1
        if found == count:
            return colors
        count = found


def _distinct(rows: NDArray[_Number]) -> tuple[NDArray[_Number], Ints]:
    """The distinct columns of some rows, sorted, and the number of each column among them."""
    order = np.lexsort(rows[::-1])
    ordered = rows[:, order]
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.cumsum(is_new) - 1
    return ordered[:, is_new], places


def _mixed(labels: Ints, colors: Ints, which: int) -> NDArray[np.uint64]:
    """A 64-bit mark of a pair (the finalizer of SplitMix64, by one of two seeds)."""
    seed = (0x9E3779B97F4A7C15, 0xD1342543DE82EF95)[which]
    mark = labels.astype(np.uint64) * np.uint64(0x100000001) + colors.astype(np.uint64)
    mark = (mark + np.uint64(1)) * np.uint64(seed)
    mark = (mark ^ (mark >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mark = (mark ^ (mark >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mark ^ (mark >> np.uint64(31))


def _same_owners(graph: CutGraph) -> CutGraph:
    """Count groups of owners with the same starts as one."""
    starts_of: dict[int, list[int]] = {}
    for start, group in zip(graph.starts.tolist(), graph.groups.tolist(), strict=True):
        starts_of.setdefault(group, []).append(start)
    owners: dict[tuple[int, ...], int] = {}
    for group, starts in starts_of.items():
        key = tuple(sorted(starts))
        owners[key] = owners.get(key, 0) + int(graph.owners[group])
    pairs = [(start, number) for number, key in enumerate(owners) for start in key]
    return replace(
        graph,
        starts=np.array([start for start, _ in pairs], dtype=np.int64),
        groups=np.array([group for _, group in pairs], dtype=np.int64),
        owners=np.array(list(owners.values()), dtype=np.int64),
    )


def _dominated(graph: CutGraph, firm: Firm) -> Marks:
    """Switches in whose place one that costs no more closes the same walks and others."""
    count = len(firm.switches)
    blocked = firm.switches | firm.bound
    found = np.zeros(count, dtype=bool)
    sides = ((graph.tails, graph.heads, graph.starts), (graph.heads, graph.tails, graph.ends))
    for near, far, open_ends in sides:
        only = _only_label(graph.size, far, graph.labels)
        only[open_ends] = -1
        rival = _only_label(count, graph.labels, only[near])
        known = np.flatnonzero((rival >= 0) & ~blocked)
        known = known[~blocked[rival[known]] & (rival[known] != known)]
        ours, theirs = firm.prices[known], firm.prices[rival[known]]
        found[known[(theirs < ours) | ((theirs == ours) & (rival[known] < known))]] = True
    return found


def _only_label(size: int, places: Ints, labels: Ints) -> Ints:
    """For every place the one label that all its arcs have; -1 if there are several or none."""
    low = np.full(size, np.iinfo(np.int64).max)
    high = np.full(size, -1)
    np.minimum.at(low, places, labels)
    np.maximum.at(high, places, labels)
    return np.where(low == high, high, -1)
