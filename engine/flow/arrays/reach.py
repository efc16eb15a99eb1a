"""Which nodes data can get to, for which of sixteen purposes, within a number of hops.

Three executors answer alike: a plain walk over networkx (``reach_graph``, which says what is
meant), numpy, and compiled kernels where the extra ``kernels`` is installed.
"""

from __future__ import annotations

from enum import Enum
from types import ModuleType

from . import reach_graph, reach_numpy
from .snapshot import Bits, Snapshot, SnapshotError

COMPILED_FROM = 50_000  # relations from which loading the kernels pays


class Executor(Enum):
    """What computes an answer."""

    GRAPH = "graph"
    NUMPY = "numpy"
    COMPILED = "compiled"


def reach(snapshot: Snapshot, seeds: Bits, hops: int, executor: Executor | None = None) -> Bits:
    """For each node the purposes for which data get there, the seeds themselves included.

    A walk for a purpose starts where ``seeds`` has its bit, takes at most ``hops`` relations whose
    mask has it, and all of them but the last have it in ``onward``.

    Raises:
        SnapshotError: The seeds do not fit, the hops are negative, or the executor that is asked
            for is not installed.
    """
    check_question(snapshot, seeds, hops)
    chosen = chosen_executor(snapshot, executor)
    if chosen is Executor.GRAPH:
        return reach_graph.reach(snapshot, seeds, hops)
    if chosen is Executor.NUMPY:
        return reach_numpy.reach(snapshot, seeds, hops)
    out, into = snapshot.outgoing, snapshot.incoming
    found: Bits = kernels().reach(
        *(out.starts, out.ends, out.masks, out.onward),
        *(into.starts, into.ends, into.masks, into.onward),
        seeds,
        hops,
    )
    return found


def chosen_executor(snapshot: Snapshot, asked: Executor | None) -> Executor:
    """The executor asked for, or the one that suits the size and is installed."""
    if asked is not None:
        return asked
    if snapshot.relations < COMPILED_FROM or not are_kernels_installed():
        return Executor.NUMPY
    return Executor.COMPILED


def are_kernels_installed() -> bool:
    """Whether the compiled kernels can be used."""
    try:
        kernels()
    except SnapshotError:
        return False
    return True


def kernels() -> ModuleType:
    """The compiled kernels.

    Raises:
        SnapshotError: The extra is not installed.
    """
    try:
        from . import kernels as found
    except ImportError as fault:
        raise SnapshotError(
            f"the compiled kernels are not there ({fault}); install the extra `kernels`, or ask "
            "for the executor `numpy`"
        ) from fault
    return found


def check_question(snapshot: Snapshot, seeds: Bits, hops: int) -> None:
    """Refuse seeds that are not of this map, and hops below none.

    Raises:
        SnapshotError: They are.
    """
    if seeds.shape != (snapshot.nodes,):
        raise SnapshotError(f"seeds of {seeds.shape}, and the map has {snapshot.nodes} nodes")
    if hops < 0:
        raise SnapshotError(f"{hops} hops; ask for none or more")
