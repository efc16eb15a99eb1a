"""Small maps as arrays, drawn at random."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from platelaw.engine.flow.arrays.snapshot import Bits, Snapshot, from_columns

MASK = st.integers(0, 0xFFFF)


def bits(draw: st.DrawFn, count: int, values: st.SearchStrategy[int] = MASK) -> Bits:
    return np.array(draw(st.lists(values, min_size=count, max_size=count)), np.uint16)


@st.composite
def snapshots(draw: st.DrawFn, most_nodes: int = 8, most_relations: int = 24) -> Snapshot:
    """Loops, relations side by side and nodes without any are all there at times."""
    nodes = draw(st.integers(1, most_nodes))
    ends = st.integers(0, nodes - 1)
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=most_relations))
    sources, targets = np.array(pairs, np.int64).reshape(-1, 2).T
    return from_columns(
        [f"node {number}" for number in range(nodes)],
        sources,
        targets,
        bits(draw, len(pairs)),
        bits(draw, len(pairs)),
        bits(draw, len(pairs), st.integers(0, 2)),
    )


@st.composite
def questions(draw: st.DrawFn) -> tuple[Snapshot, Bits, int]:
    snapshot = draw(snapshots())
    few = st.one_of(st.just(0), MASK)
    return snapshot, bits(draw, snapshot.nodes, few), draw(st.integers(0, 5))


@st.composite
def tables(draw: st.DrawFn, classes: int = 3) -> Bits:
    """A few states lead somewhere, from the low byte and from the high."""
    rows = st.one_of(st.just(0), st.sampled_from([1, 2, 0x100, 0x8001]), MASK)
    return bits(draw, classes * 16, rows).reshape(classes, 16)
