"""The shortest walk between two nodes for a purpose, for many pairs at once.

All relations of a walk but the last must let the data go on. Of several shortest walks each
executor gives one, the same each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from . import walks_graph, walks_numpy
from .reach import Executor, chosen_executor, kernels
from .snapshot import PURPOSES, Snapshot, SnapshotError

Pair = tuple[int, int]
Walk = tuple[int, ...]  # the nodes, from the source to the target


def shortest_walks(
    snapshot: Snapshot,
    pairs: Sequence[Pair],
    purpose: int,
    most: int = 16,
    executor: Executor | None = None,
) -> list[Walk | None]:
    """For each pair of a source and a target a shortest walk for a purpose, None if there is none.

    Args:
        snapshot: The map.
        pairs: Numbers of nodes.
        purpose: The number of its bit.
        most: The most hops of a walk.
        executor: What computes the answer.

    Raises:
        SnapshotError: A node or the purpose is not there.
    """
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    _check(snapshot, ends, purpose)
    if not len(pairs):
        return []
    chosen = chosen_executor(snapshot, executor)
    if chosen is not Executor.COMPILED:
        module = walks_graph if chosen is Executor.GRAPH else walks_numpy
        found = module.shortest(snapshot, pairs, 1 << purpose, most)
        return [tuple(nodes) or None for nodes in found]
    out, into = snapshot.outgoing, snapshot.incoming
    rows: npt.NDArray[np.int64] = kernels().walks(
        *(out.starts, out.ends, out.masks, out.onward),
        *(into.starts, into.ends, into.masks, into.onward),
        *(ends, np.uint16(1 << purpose), most),
    )
    return [tuple(row[: row.index(-1)]) or None for row in rows.tolist()]


def relations_of(snapshot: Snapshot, walk: Walk, purpose: int) -> tuple[int, ...]:
    """The numbers of the relations that a walk may take, the first fit for each hop."""
    side, bit = snapshot.outgoing, 1 << purpose
    taken: list[int] = []
    for hop, (source, target) in enumerate(pairwise(walk), start=1):
        around = side.around(source)
        masks = side.masks if hop == len(walk) - 1 else side.onward
        fits = (side.ends[around] == target) & (masks[around] & bit != 0)
        taken.append(around.start + int(np.flatnonzero(fits)[0]))
    return tuple(taken)


def _check(snapshot: Snapshot, ends: npt.NDArray[np.int64], purpose: int) -> None:
    if not 0 <= purpose < PURPOSES:
        raise SnapshotError(f"purpose {purpose}; there are {PURPOSES}, from 0")
    for node in ends[(ends < 0) | (ends >= snapshot.nodes)].tolist():
        raise SnapshotError(f"node {node} of a pair; the map has {snapshot.nodes}")
