"""The question of ``benchmarks/flow.py`` asked of other libraries, each in the way it does best.

Each has one graph for each purpose, made outside the clock: none of them knows purposes on
relations or the onward rule. A library that is not installed is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from platelaw.engine.flow.arrays.snapshot import Bits, Snapshot

Asking = Callable[[], npt.NDArray[np.bool_]]  # whether data get to each node, for one purpose
Rival = Callable[[Snapshot, Bits, int, int], Asking]


def plain_numpy(snapshot: Snapshot, seeds: Bits, hops: int) -> Bits:
    """Every relation read at every hop: what one writes in numpy at first."""
    side = snapshot.incoming
    filled = np.flatnonzero(np.diff(side.starts))
    arrived, carried = seeds.copy(), seeds.copy()
    for _ in range(hops):
        bits = carried[side.ends]
        arrived[filled] |= np.bitwise_or.reduceat(bits & side.masks, side.starts[filled])
        carried[filled] |= np.bitwise_or.reduceat(bits & side.onward, side.starts[filled])
    return arrived


def scipy(snapshot: Snapshot, seeds: Bits, hops: int, purpose: int) -> Asking:
    """One sparse matrix over which data go on, and one of all relations for the last hop."""
    sparse: Any = import_module("scipy.sparse")
    side, bit = snapshot.incoming, 1 << purpose

    def matrix(masks: Bits) -> Any:
        chosen = np.flatnonzero(masks & bit)
        starts = np.searchsorted(chosen, side.starts)
        ones = np.ones(len(chosen), np.bool_)
        ends = side.ends[chosen].astype(np.int32)
        shape = (snapshot.nodes, snapshot.nodes)
        return sparse.csr_array((ones, ends, starts.astype(np.int32)), shape=shape)

    last, going_on = matrix(side.masks), matrix(side.onward)

    def ask() -> npt.NDArray[np.bool_]:
        carried: npt.NDArray[np.bool_] = seeds & bit != 0
        for _ in range(hops - 1):
            carried = carried | (going_on @ carried)
        found: npt.NDArray[np.bool_] = carried | (last @ carried)
        return found

    return ask


def igraph(snapshot: Snapshot, seeds: Bits, hops: int, purpose: int) -> Asking:
    """Each node twice: as one that passes data on, and as one that a walk ends at."""
    library: Any = import_module("igraph")
    side, bit, count = snapshot.outgoing, 1 << purpose, snapshot.nodes
    sources, targets = snapshot.sources().astype(np.int32), side.ends.astype(np.int32)
    goes_on, admits = (np.flatnonzero(each & bit) for each in (side.onward, side.masks))
    started = np.flatnonzero(seeds & bit)
    edges = np.concatenate([
        np.stack([sources[goes_on], targets[goes_on]], axis=1),
        np.stack([sources[admits], targets[admits] + count], axis=1),
        np.stack([np.full(len(started), 2 * count), started], axis=1),
    ])  # fmt: skip
    graph = library.Graph(n=2 * count + 1, edges=edges, directed=True)

    def ask() -> npt.NDArray[np.bool_]:
        met = np.array(graph.neighborhood(2 * count, order=hops + 1, mode="out"))
        found: npt.NDArray[np.bool_] = seeds & bit != 0
        found[met[(met >= count) & (met < 2 * count)] - count] = True
        return found

    return ask


RIVALS: dict[str, Rival] = {"scipy": scipy, "igraph": igraph}


def installed() -> Iterator[str]:
    """The rivals that can be asked."""
    for name in RIVALS:
        try:
            import_module(name)
        except ImportError:
            continue
        yield name


def alike(calibrated: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Purposes to ask about, each with how many have its share: the rest would take as long."""
    first: dict[float, int] = {}
    for purpose, share in enumerate(calibrated.round(2).tolist()):
        first.setdefault(share, purpose)
    shares = calibrated.round(2).tolist()
    return [(purpose, shares.count(share)) for share, purpose in first.items()]
