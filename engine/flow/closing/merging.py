"""States that can be taken as one, and arcs that no walk needs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .coloring import distinct, refined
from .graph import CutGraph, Ints, reached

FIRM = 0  # the label of arcs that no switch closes


def merged(graph: CutGraph, *, joined: bool) -> CutGraph:
    """The graph with fewer states. ``joined``: there is one group of owners, to be freed whole."""
    graph = _trimmed(_merged_by_firm(graph, joined=joined), joined=joined)
    return _same_owners(_alike_behind(_alike_ahead(graph)))


def _renumbered(graph: CutGraph, places: Ints) -> CutGraph:
    """The graph with states merged into those of new numbers, without loops and repeats."""
    arcs = np.stack([places[graph.tails], places[graph.heads], graph.labels])
    arcs = distinct(arcs[:, arcs[0] != arcs[1]])[0]
    starts = distinct(np.stack([places[graph.starts], graph.groups]))[0]
    return replace(
        graph, size=int(places.max(initial=-1)) + 1, tails=arcs[0], heads=arcs[1], labels=arcs[2],
        starts=starts[0], groups=starts[1], ends=np.unique(places[graph.ends]),
    )  # fmt: skip


def _merged_by_firm(graph: CutGraph, *, joined: bool) -> CutGraph:
    """Merge what surely reaches an end with it; if joined, what is surely reached with a start."""
    over = np.flatnonzero(graph.labels == FIRM)
    tails, heads = graph.tails[over], graph.heads[over]
    places = np.arange(graph.size)
    if len(graph.ends):
        places[reached(graph.size, heads, tails, graph.ends)] = graph.ends[0]
    if joined and len(graph.starts):
        places[reached(graph.size, tails, heads, graph.starts)] = graph.starts[0]
    return _renumbered(graph, places)


def _trimmed(graph: CutGraph, *, joined: bool) -> CutGraph:
    """Only arcs on a walk from a start to an end that meets no other end, nor start if joined."""
    kept = np.flatnonzero(~np.isin(graph.tails, graph.ends))
    if joined:
        kept = kept[~np.isin(graph.heads[kept], graph.starts)]
    tails, heads = graph.tails[kept], graph.heads[kept]
    useful = reached(graph.size, tails, heads, graph.starts)
    useful &= reached(graph.size, heads, tails, graph.ends)
    kept = kept[useful[tails] & useful[heads]]
    starts = useful[graph.starts]
    places = np.where(useful, np.cumsum(useful) - 1, 0)
    found = replace(
        graph, tails=graph.tails[kept], heads=graph.heads[kept], labels=graph.labels[kept],
        starts=graph.starts[starts], groups=graph.groups[starts],
        ends=graph.ends[useful[graph.ends]],
    )  # fmt: skip
    return replace(_renumbered(found, places), size=int(useful.sum()))


def _alike_ahead(graph: CutGraph) -> CutGraph:
    """Merge states from which the same labels lead to the same states, and so on to the ends."""
    colors = np.zeros(graph.size, dtype=np.int64)
    colors[graph.ends] = 1
    return _renumbered(graph, refined(colors, graph.tails, graph.heads, graph.labels))


def _alike_behind(graph: CutGraph) -> CutGraph:
    """Merge states to which the same labels lead from the same states, and so on from starts."""
    colors = np.zeros(graph.size, dtype=np.int64)
    colors[graph.ends] = 1
    colors[graph.starts] = 2 + np.arange(len(graph.starts))
    colors = np.unique(colors, return_inverse=True)[1]
    return _renumbered(graph, refined(colors, graph.heads, graph.tails, graph.labels))


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
