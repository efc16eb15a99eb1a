"""A frozen map as arrays: every relation twice, by the node it leaves and by the node it enters.

A relation admits up to sixteen purposes, one bit each: its **mask**. With the bit of a purpose
also in ``onward`` the data may go on from its target; without it the relation can only be the
last of a walk. In both directions a relation takes twelve bytes (sixteen where a map has more
than 65,536 nodes), and two more where relations have a class.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint16]  # sixteen purposes, or sixteen states, for each entry
Ids = npt.NDArray[np.uint16 | np.uint32]  # numbers of nodes
Places = npt.NDArray[np.int64]  # places in other arrays

PURPOSES = 16
MOST_SMALL = 1 << 16  # nodes whose numbers fit two bytes
MOST_RELATIONS = (1 << 32) - 1


class SnapshotError(ValueError):
    """Columns, or a file, that are no snapshot; the message says which and the mend."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """All relations in the order of the node at one end.

    Attributes:
        starts: Where the relations of each node begin, and where the last ends.
        ends: The node at the other end of each relation.
        masks: The purposes that each admits.
        onward: Those of them for which the data may go on from the target.
    """

    starts: Places
    ends: Ids
    masks: Bits
    onward: Bits

    def around(self, node: int) -> slice:
        """Where the relations of a node stand."""
        return slice(int(self.starts[node]), int(self.starts[node + 1]))

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        return sum(each.nbytes for each in (self.starts, self.ends, self.masks, self.onward))


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A frozen map. The number of a relation is its place in ``outgoing``.

    Attributes:
        keys: The keys of the nodes; a node's place among them is its number.
        outgoing: The relations by the node that the data leave.
        incoming: The same relations by the node that obtains them.
        classes: The class of each relation in the order of ``outgoing``, if they have any.
        origins: The place of each relation in what the snapshot was made from; None if it was
            made from relations in this very order.
    """

    keys: Sequence[str]
    outgoing: Side
    incoming: Side
    classes: Bits | None = None
    origins: npt.NDArray[np.uint32] | None = None

    @property
    def nodes(self) -> int:
        """How many nodes it has."""
        return len(self.keys)

    @property
    def relations(self) -> int:
        """How many relations it has."""
        return len(self.outgoing.ends)

    @property
    def nbytes(self) -> int:
        """How many bytes its arrays take."""
        more = [each.nbytes for each in (self.classes, self.origins) if each is not None]
        return self.outgoing.nbytes + self.incoming.nbytes + sum(more)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each node."""
        return {key: number for number, key in enumerate(self.keys)}

    def number(self, key: str) -> int:
        """The number of a node.

        Raises:
            SnapshotError: There is no such node.
        """
        try:
            return self.numbers[key]
        except KeyError:
            raise SnapshotError(f"no node `{key}` in the map") from None

    def bits(self, wanted: Mapping[str, int]) -> Bits:
        """Bits for some nodes by key, none for the rest: seeds of a reach.

        Raises:
            SnapshotError: There is no such node, or a number needs more than sixteen bits.
        """
        found = np.zeros(self.nodes, np.uint16)
        for key, bits in wanted.items():
            if not 0 <= bits < 1 << PURPOSES:
                raise SnapshotError(f"`{key}` has bits {bits}; there are {PURPOSES}")
            found[self.number(key)] |= bits
        return found

    def sources(self) -> Ids:
        """The node that each relation leaves, in the order of ``outgoing``."""
        numbers: Ids = np.arange(self.nodes).astype(self.outgoing.ends.dtype)
        return np.repeat(numbers, np.diff(self.outgoing.starts))

    def origin(self, relation: int) -> int:
        """The place of a relation in what the snapshot was made from."""
        return relation if self.origins is None else int(self.origins[relation])

    def ends_of(self, relation: int) -> tuple[int, int]:
        """The nodes that a relation leaves and enters."""
        source = int(np.searchsorted(self.outgoing.starts, relation, side="right")) - 1
        return source, int(self.outgoing.ends[relation])

    def columns(self) -> Iterator[tuple[str, npt.NDArray[np.generic]]]:
        """Every array under its name: what a file holds."""
        for name, side in (("outgoing", self.outgoing), ("incoming", self.incoming)):
            for part in ("starts", "ends", "masks", "onward"):
                yield f"{name}_{part}", getattr(side, part)
        if self.classes is not None:
            yield "classes", self.classes
        if self.origins is not None:
            yield "origins", self.origins


def from_columns(
    keys: Sequence[str],
    sources: npt.NDArray[np.integer],
    targets: npt.NDArray[np.integer],
    masks: npt.NDArray[np.integer],
    onward: npt.NDArray[np.integer] | None = None,
    classes: npt.NDArray[np.integer] | None = None,
) -> Snapshot:
    """The snapshot of columns with one entry a relation; ends are numbers of nodes.

    Without ``onward``, data may go on for every purpose that the mask admits. Columns that are in
    the order of ``sources`` and of the right type are taken as they are, and are read-only then.

    Raises:
        SnapshotError: The columns do not fit.
    """
    onward = masks if onward is None else onward
    _check(keys, sources, targets, masks, onward, classes)
    small = np.uint16 if len(keys) <= MOST_SMALL else np.uint32
    leaving: Ids = sources.astype(small, copy=False)
    entering: Ids = targets.astype(small, copy=False)
    admitted, going_on = masks.astype(np.uint16, copy=False), onward.astype(np.uint16, copy=False)
    kinds = None if classes is None else classes.astype(np.uint16, copy=False)
    origins = None
    if len(leaving) and bool(np.any(leaving[1:] < leaving[:-1])):
        order = np.argsort(leaving, kind="stable")
        leaving, entering = leaving[order], entering[order]
        admitted, going_on = admitted[order], going_on[order]
        kinds = None if kinds is None else kinds[order]
        origins = order.astype(np.uint32)
    going_on = going_on & admitted
    outgoing = Side(_starts(leaving, len(keys)), entering, admitted, going_on)
    order = np.argsort(entering, kind="stable")
    incoming = Side(_starts(entering, len(keys)), leaving[order], admitted[order], going_on[order])
    return frozen(Snapshot(tuple(keys), outgoing, incoming, kinds, origins))


def frozen(snapshot: Snapshot) -> Snapshot:
    """The same snapshot, its arrays read-only."""
    for _, column in snapshot.columns():
        column.setflags(write=False)
    return snapshot


def _starts(nodes: Ids, count: int) -> Places:
    """Where the relations of each node begin, for ends in order or not."""
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(nodes, minlength=count), out=starts[1:])
    return starts


def _check(
    keys: Sequence[str],
    sources: npt.NDArray[np.integer],
    targets: npt.NDArray[np.integer],
    masks: npt.NDArray[np.integer],
    onward: npt.NDArray[np.integer],
    classes: npt.NDArray[np.integer] | None,
) -> None:
    """Refuse columns that are no map."""
    columns = {"source": sources, "target": targets, "mask": masks, "onward": onward}
    if classes is not None:
        columns["class"] = classes
    for name, column in columns.items():
        if column.ndim != 1 or not np.issubdtype(column.dtype, np.integer):
            raise SnapshotError(f"column `{name}` is not one row of whole numbers")
        if len(column) != len(sources):
            raise SnapshotError(
                f"column `{name}` has {len(column)} entries and `source` {len(sources)}"
            )
        most = len(keys) if name in ("source", "target") else 1 << PURPOSES
        wrong = np.flatnonzero((column < 0) | (column >= most))
        if len(wrong):
            what = "no node of the map" if most == len(keys) else "no number of sixteen bits"
            raise SnapshotError(
                f"relation {int(wrong[0])}: `{name}` is {int(column[wrong[0]])}, {what}"
            )
    if len(sources) > MOST_RELATIONS:
        raise SnapshotError(f"{len(sources)} relations; a snapshot holds {MOST_RELATIONS}")
    if len(set(keys)) != len(keys):
        raise SnapshotError("two nodes have one key; give each its own")
