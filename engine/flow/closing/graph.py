"""The walks of a product as arrays, with the switch of every arc, and how far they go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..model import FlowMap
from ..product import Product

Ints: TypeAlias = NDArray[np.int64]
Marks: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CutGraph:
    """States by number, arcs as three arrays of one length.

    The arcs are those of the product turned around, from a recipient back to an owner: so what
    is exposed can be counted by recipient. A pair is an owner and a recipient of its data.

    Attributes:
        size: How many states.
        tails: Where each arc leaves.
        heads: Where it goes.
        labels: The number of its switch.
        starts: The states in which a recipient is served.
        groups: To which group of pairs each start belongs.
        weights: How many pairs each group has.
        ends: The owners' own states.
    """

    size: int
    tails: Ints
    heads: Ints
    labels: Ints
    starts: Ints
    groups: Ints
    weights: Ints
    ends: Ints

    def exposed(self, closed: Marks) -> Marks:
        """The states that data still come to when some switches are closed."""
        open_arcs = np.flatnonzero(~closed[self.labels])
        return reached(self.size, self.heads[open_arcs], self.tails[open_arcs], self.ends)

    def groups_exposed(self, closed: Marks) -> Marks:
        """The groups of pairs that are still exposed."""
        found = np.zeros(len(self.weights), dtype=bool)
        found[self.groups[self.exposed(closed)[self.starts]]] = True
        return found

    def pairs_exposed(self, closed: Marks) -> int:
        """How many pairs are still exposed."""
        return int(self.weights[self.groups_exposed(closed)].sum())


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A graph, what its numbers mean, and from which arc of the product each arc is."""

    graph: CutGraph
    switches: tuple[str, ...]
    arcs: Ints

    def marks(self, keys: Sequence[str] | frozenset[str]) -> Marks:
        """Which switches are among some keys; keys that no arc has are passed over."""
        wanted = frozenset(keys)
        return np.array([key in wanted for key in self.switches], dtype=bool)

    def keys(self, marks: Marks) -> tuple[str, ...]:
        """The keys of the switches marked, in their order."""
        return tuple(self.switches[number] for number in np.flatnonzero(marks))


def labelled(map_: FlowMap, product: Product, most_wrongs: int | None = None) -> Labelled:
    """The arcs of a product between states of at most so many wrongs."""
    size = len(product.states)
    fits = np.array(
        [most_wrongs is None or state.wrongs <= most_wrongs for state in product.states], dtype=bool
    )
    tails = np.array([arc.tail for arc in product.arcs], dtype=np.int64)
    heads = np.array([arc.head for arc in product.arcs], dtype=np.int64)
    kept = np.flatnonzero(fits[tails] & fits[heads])
    keys = [map_.relations[product.arcs[number].relation].switch for number in kept]
    switches = tuple(sorted(set(keys)))
    numbers = {key: number for number, key in enumerate(switches)}
    labels = np.array([numbers[key] for key in keys], dtype=np.int64)
    ends = [end for end in product.ends if fits[end]]
    pairs = [(product.states[end].owner, product.states[end].node) for end in ends]
    places = {pair: number for number, pair in enumerate(dict.fromkeys(pairs))}
    graph = CutGraph(
        size,
        heads[kept],
        tails[kept],
        labels,
        np.array(ends, dtype=np.int64),
        np.array([places[pair] for pair in pairs], dtype=np.int64),
        np.ones(len(places), dtype=np.int64),
        np.array([start for start in product.starts if fits[start]], dtype=np.int64),
    )
    return Labelled(graph, switches, kept)


def reached(size: int, tails: Ints, heads: Ints, starts: Ints) -> Marks:
    """The states that arcs lead to from some states, those included."""
    found = np.zeros(size, dtype=bool)
    found[starts] = True
    pending = np.arange(len(tails))
    while True:
        pending = pending[~found[heads[pending]]]
        new = heads[pending[found[tails[pending]]]]
        if not len(new):
            return found
        found[new] = True


def shortest_walk(graph: CutGraph, passable: Marks) -> list[int] | None:
    """The arcs of a shortest walk from a start to an end over some switches; None if none is."""
    found = np.zeros(graph.size, dtype=bool)
    found[graph.starts] = True
    is_end = np.zeros(graph.size, dtype=bool)
    is_end[graph.ends] = True
    came_by = np.full(graph.size, -1, dtype=np.int64)
    pending = np.flatnonzero(passable[graph.labels])
    while not (found & is_end).any():
        pending = pending[~found[graph.heads[pending]]]
        new = pending[found[graph.tails[pending]]]
        if not len(new):
            return None
        came_by[graph.heads[new[::-1]]] = new[::-1]
        found[graph.heads[new]] = True
    walk: list[int] = []
    state = int(np.flatnonzero(found & is_end)[0])
    while came_by[state] >= 0:
        walk.append(int(came_by[state]))
        state = int(graph.tails[walk[-1]])
    return walk[::-1]
