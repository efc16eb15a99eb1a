"""Reach that carries a state: what a body may say of the data, beside where they are.

A walk is in one of sixteen states, one bit each; what a state means is the caller's affair. Every
relation has a class, and ``table[class, state]`` holds the bits of the states in which a walk may
be after that relation: none if it cannot be taken in that state. Bits of a node are the states in
which walks stand there.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import product_graph
from .reach import Executor, check_question, chosen_executor, kernels
from .reach_numpy import BLOCK, blocks, pooled, spread
from .snapshot import PURPOSES, Bits, Places, Snapshot, SnapshotError


def product_reach(
    snapshot: Snapshot,
    classes: Bits,
    table: Bits,
    seeds: Bits,
    hops: int,
    executor: Executor | None = None,
) -> Bits:
    """The states in which walks from the seeds stand at each node, by hop.

    Row ``i`` of the answer, of ``hops + 1`` rows with one entry a node, holds what at most ``i``
    hops take; row 0 is the seeds. ``classes`` are in the order of ``snapshot.outgoing``.

    Raises:
        SnapshotError: The arrays do not fit, or the executor asked for is not installed.
    """
    _check(snapshot, classes, table, seeds, hops)
    chosen = chosen_executor(snapshot, executor)
    if chosen is Executor.GRAPH:
        return product_graph.forward(snapshot, classes, table, seeds, hops)
    side, halves = snapshot.outgoing, _halves(table)
    if chosen is Executor.COMPILED:
        found: Bits = kernels().product(side.starts, side.ends, classes, *halves, seeds, hops)
        return found
    return _layers(seeds, hops, lambda fresh: _pushed(snapshot, classes, halves, fresh))


def product_reach_back(
    snapshot: Snapshot,
    classes: Bits,
    table: Bits,
    sinks: Bits,
    hops: int,
    executor: Executor | None = None,
) -> Bits:
    """The states at each node from which some walk comes to a state of the sinks, by hop.

    As ``product_reach``, against the direction of the data and with the same ``table``.

    Raises:
        SnapshotError: The arrays do not fit, or the executor asked for is not installed.
    """
    _check(snapshot, classes, table, sinks, hops)
    chosen = chosen_executor(snapshot, executor)
    if chosen is Executor.GRAPH:
        return product_graph.backward(snapshot, classes, table, sinks, hops)
    side, halves = snapshot.outgoing, _halves(transposed(table))
    if chosen is Executor.COMPILED:
        found: Bits = kernels().product_back(side.starts, side.ends, classes, *halves, sinks, hops)
        return found
    return _layers(sinks, hops, lambda fresh: _pulled_back(snapshot, classes, halves, fresh))


def on_walks(
    snapshot: Snapshot,
    classes: Bits,
    table: Bits,
    seeds: Bits,
    sinks: Bits,
    hops: int,
    executor: Executor | None = None,
) -> Places:
    """The numbers of the relations on some walk of at most ``hops`` from a seed to a sink.

    Raises:
        SnapshotError: The arrays do not fit, or the executor asked for is not installed.
    """
    chosen = chosen_executor(snapshot, executor)
    there = product_reach(snapshot, classes, table, seeds, hops, chosen)
    back = product_reach_back(snapshot, classes, table, sinks, hops, chosen)
    if chosen is Executor.GRAPH:
        return product_graph.between(snapshot, classes, table, there, back)
    side, halves = snapshot.outgoing, _halves(table)
    if chosen is Executor.COMPILED:
        lies = kernels().between(side.starts, side.ends, classes, *halves, there, back)
        return np.flatnonzero(lies)
    return _between(snapshot, classes, halves, there, back)


def transposed(table: Bits) -> Bits:
    """The table of the way back: from a state after a relation to the states before it."""
    states = np.arange(PURPOSES)
    takes = table[:, :, None] >> states & 1  # class, before, after
    back: Bits = np.bitwise_or.reduce(takes << states[None, :, None], axis=1).astype(np.uint16)
    return back


def _halves(table: Bits) -> tuple[Bits, Bits]:
    """For each class, where all states of a byte lead: the low eight states and the high."""
    found = np.zeros((2, len(table), 256), np.uint16)
    values = np.arange(256)
    for state in range(PURPOSES):
        has = (values >> (state & 7) & 1).astype(bool)
        found[state >> 3][:, has] |= table[:, state, None]
    return found[0], found[1]


def _stepped(halves: tuple[Bits, Bits], classes: Bits, bits: Bits) -> Bits:
    """Where relations of some classes lead from some states."""
    rows = classes.astype(np.int64) << 8
    low, high = halves
    led = low.reshape(-1).take(rows + (bits & 255))
    if bits.max(initial=0) > 255:
        led |= high.reshape(-1).take(rows + (bits >> 8))
    return led


def _layers(seeds: Bits, hops: int, step: Callable[[Bits], Bits]) -> Bits:
    """Hop after hop, each from what was new in the one before."""
    rows, fresh = [seeds], seeds
    for _ in range(hops):
        came = step(fresh) if fresh.any() else np.zeros_like(seeds)
        fresh = came & ~rows[-1]
        rows.append(rows[-1] | fresh)
    return np.stack(rows)


def _pushed(snapshot: Snapshot, classes: Bits, halves: tuple[Bits, Bits], fresh: Bits) -> Bits:
    """What comes from the fresh nodes."""
    side, came = snapshot.outgoing, np.zeros_like(fresh)
    for nodes in _portions(side.starts, np.flatnonzero(fresh)):
        places, counts = spread(side.starts, nodes)
        led = _stepped(halves, classes[places], np.repeat(fresh[nodes], counts))
        leads = np.flatnonzero(led)
        np.bitwise_or.at(came, side.ends[places[leads]], led[leads])
    return came


def _pulled_back(snapshot: Snapshot, classes: Bits, halves: tuple[Bits, Bits], fresh: Bits) -> Bits:
    """From which states a relation leads to a fresh one."""
    side, came = snapshot.outgoing, np.zeros_like(fresh)
    for low, high in blocks(side.starts, BLOCK):
        part = slice(int(side.starts[low]), int(side.starts[high]))
        led = _stepped(halves, classes[part], fresh.take(side.ends[part]))
        pooled(side.starts, low, high, led, came)
    return came


def _between(
    snapshot: Snapshot, classes: Bits, halves: tuple[Bits, Bits], there: Bits, back: Bits
) -> Places:
    """The relations that lead from a state of ``there`` to one of ``back``, hops added up."""
    side, found = snapshot.outgoing, [np.zeros(0, np.int64)]
    hops = len(there) - 1
    for nodes in _portions(side.starts, np.flatnonzero(there[-1])):
        places, counts = spread(side.starts, nodes)
        ends, kinds = side.ends[places], classes[places]
        lies = np.zeros(len(places), np.bool_)
        for hop in range(hops):
            led = _stepped(halves, kinds, np.repeat(there[hop][nodes], counts))
            lies |= led & back[hops - 1 - hop][ends] != 0
        found.append(places[lies])
    return np.concatenate(found)


def _portions(starts: Places, nodes: Places) -> list[Places]:
    """The nodes in order, in portions with about one block of relations each."""
    if not len(nodes):
        return []
    before = np.cumsum(starts[nodes + 1] - starts[nodes])
    cuts = np.flatnonzero(np.diff(before // BLOCK)) + 1
    return np.split(nodes, cuts)


def _check(snapshot: Snapshot, classes: Bits, table: Bits, bits: Bits, hops: int) -> None:
    """Refuse arrays that do not fit."""
    check_question(snapshot, bits, hops)
    if classes.shape != (snapshot.relations,):
        raise SnapshotError(
            f"classes of {classes.shape}, and the map has {snapshot.relations} relations"
        )
    if table.ndim != 2 or table.shape[1] != PURPOSES:
        raise SnapshotError(f"a table of {table.shape}; it has {PURPOSES} states for each class")
    if snapshot.relations and int(classes.max()) >= len(table):
        raise SnapshotError(
            f"a relation of class {int(classes.max())}, and {len(table)} in the table"
        )
