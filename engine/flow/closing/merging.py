"""States that can be taken as one, and arcs that no walk needs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .coloring import distinct, refined
from .graph import CutGraph, Ints, Marks, reached

FIRM = 0  # the label of arcs that no switch closes


def merged(graph: CutGraph, *, joined: bool) -> CutGraph:
    """The graph with fewer states. ``joined``: all pairs are one group, to be cut off whole."""
    graph = _without_needless(_merged_by_firm(graph, joined=joined), joined=joined)
    return _same_starts(_alike_behind(_alike_ahead(_on_walks(graph))))


def _mapped(graph: CutGraph, places: Ints) -> CutGraph:
    """The graph with states merged into those of new numbers, without loops."""
    tails, heads = places[graph.tails], places[graph.heads]
    kept = np.flatnonzero(tails != heads)
    starts = distinct(np.stack([places[graph.starts], graph.groups]))[0]
    return replace(
        graph, size=int(places.max(initial=-1)) + 1,
        tails=tails[kept], heads=heads[kept], labels=graph.labels[kept],
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
    return _mapped(graph, places)


def _without_needless(graph: CutGraph, *, joined: bool) -> CutGraph:
    """Without arcs out of an end, and those beside one of the same label straight to an end.

    If joined, nor those into a start, nor those beside one of the same label from a start.
    """
    graph = _kept(graph, ~_among(graph.size, graph.ends)[graph.tails])
    graph = _kept(graph, _unrivaled(graph.tails, graph.labels, graph.heads, graph.ends))
    if joined:
        graph = _kept(graph, ~_among(graph.size, graph.starts)[graph.heads])
        graph = _kept(graph, _unrivaled(graph.heads, graph.labels, graph.tails, graph.starts))
    return graph


def _unrivaled(near: Ints, labels: Ints, far: Ints, last: Ints) -> Marks:
    """Whether an arc goes to one of the last, or no arc of its label does from where it is."""
    is_last = np.isin(far, last)
    keys = near * (int(labels.max(initial=0)) + 1) + labels
    found: Marks = is_last | ~np.isin(keys, keys[is_last])
    return found


def _among(size: int, states: Ints) -> Marks:
    found = np.zeros(size, dtype=bool)
    found[states] = True
    return found


def _kept(graph: CutGraph, which: Marks) -> CutGraph:
    """The graph with some of its arcs."""
    kept = np.flatnonzero(which)
    return replace(
        graph, tails=graph.tails[kept], heads=graph.heads[kept], labels=graph.labels[kept]
    )


def _on_walks(graph: CutGraph) -> CutGraph:
    """Only states and arcs on a walk from a start to an end, no arc twice."""
    useful = reached(graph.size, graph.tails, graph.heads, graph.starts)
    useful &= reached(graph.size, graph.heads, graph.tails, graph.ends)
    graph = _kept(graph, useful[graph.tails] & useful[graph.heads])
    arcs = distinct(np.stack([graph.tails, graph.heads, graph.labels]))[0]
    starts = useful[graph.starts]
    found = replace(
        graph, tails=arcs[0], heads=arcs[1], labels=arcs[2], starts=graph.starts[starts],
        groups=graph.groups[starts], ends=graph.ends[useful[graph.ends]],
    )  # fmt: skip
    places = np.where(useful, np.cumsum(useful) - 1, 0)
    return replace(_mapped(found, places), size=int(useful.sum()))


def _alike(graph: CutGraph, colors: Ints) -> CutGraph:
    """Merge states of one color."""
    found = _mapped(graph, colors)
    arcs = distinct(np.stack([found.tails, found.heads, found.labels]))[0]
    return replace(found, tails=arcs[0], heads=arcs[1], labels=arcs[2])


def _alike_ahead(graph: CutGraph) -> CutGraph:
    """Merge states from which the same labels lead to the same states, and so on to the ends."""
    colors = np.zeros(graph.size, dtype=np.int64)
    colors[graph.ends] = 1
    return _alike(graph, refined(colors, graph.tails, graph.heads, graph.labels))


def _alike_behind(graph: CutGraph) -> CutGraph:
    """Merge states to which the same labels lead from the same states, and so on from starts."""
    colors = np.zeros(graph.size, dtype=np.int64)
    colors[graph.ends] = 1
    colors[graph.starts] = 2 + np.arange(len(graph.starts))
    colors = np.unique(colors, return_inverse=True)[1]
    return _alike(graph, refined(colors, graph.heads, graph.tails, graph.labels))


def _same_starts(graph: CutGraph) -> CutGraph:
    """Count groups of pairs with the same starts as one."""
    starts_of: dict[int, list[int]] = {}
    for start, group in zip(graph.starts.tolist(), graph.groups.tolist(), strict=True):
        starts_of.setdefault(group, []).append(start)
    weights: dict[tuple[int, ...], int] = {}
    for group, starts in starts_of.items():
        key = tuple(sorted(starts))
        weights[key] = weights.get(key, 0) + int(graph.weights[group])
    pairs = [(start, number) for number, key in enumerate(weights) for start in key]
    return replace(
        graph,
        starts=np.array([start for start, _ in pairs], dtype=np.int64),
        groups=np.array([group for _, group in pairs], dtype=np.int64),
        weights=np.array(list(weights.values()), dtype=np.int64),
    )
