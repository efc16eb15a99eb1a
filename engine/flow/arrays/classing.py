"""Finer classes of relations: by their own class and by groups of the nodes at both ends.

A question whose rules look at who gives and who obtains is asked once for each class so made,
not once for each of millions of relations.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .reach_numpy import BLOCK, blocks
from .snapshot import Bits, Snapshot, SnapshotError

MOST = 1 << 16
Groups = npt.NDArray[np.integer]


def classed(
    snapshot: Snapshot, source_groups: Groups, target_groups: Groups
) -> tuple[Bits, list[tuple[int, int, int]]]:
    """The new class of each relation, and of each new class what it was made from.

    ``source_groups`` and ``target_groups`` have the group of each node, from 0. What a class was
    made from is the class of the relation, the group of its source and that of its target; a
    snapshot without classes counts as all of class 0. Only what occurs gets a class.

    Raises:
        SnapshotError: The groups do not fit, or more than 65,536 classes are needed.
    """
    for groups in (source_groups, target_groups):
        if groups.shape != (snapshot.nodes,) or (len(groups) and int(groups.min()) < 0):
            raise SnapshotError(f"groups of {groups.shape}, from 0, for {snapshot.nodes} nodes")
    widths = tuple(int(each.max(initial=0)) + 1 for each in (source_groups, target_groups))
    found = np.zeros(0, np.int64)
    for low, high in blocks(snapshot.outgoing.starts, BLOCK):
        keys = _keys(snapshot, source_groups, target_groups, widths, low, high)
        found = np.union1d(found, keys)
        if len(found) > MOST:
            raise SnapshotError(f"more than {MOST} classes; use fewer groups")
    classes = np.empty(snapshot.relations, np.uint16)
    for low, high in blocks(snapshot.outgoing.starts, BLOCK):
        part = slice(int(snapshot.outgoing.starts[low]), int(snapshot.outgoing.starts[high]))
        keys = _keys(snapshot, source_groups, target_groups, widths, low, high)
        classes[part] = np.searchsorted(found, keys)
    sources, targets = widths
    return classes, [
        (key // (sources * targets), key // targets % sources, key % targets)
        for key in found.tolist()
    ]


def _keys(
    snapshot: Snapshot,
    source_groups: Groups,
    target_groups: Groups,
    widths: tuple[int, ...],
    low: int,
    high: int,
) -> npt.NDArray[np.int64]:
    """One number for each class and pair of groups, of the relations of some nodes."""
    side = snapshot.outgoing
    part = slice(int(side.starts[low]), int(side.starts[high]))
    sources, targets = widths
    counts = np.diff(side.starts[low : high + 1])
    keys = np.repeat(source_groups[low:high].astype(np.int64) * targets, counts)
    keys += target_groups[side.ends[part]]
    if snapshot.classes is not None:
        keys += snapshot.classes[part].astype(np.int64) * (sources * targets)
    return keys
