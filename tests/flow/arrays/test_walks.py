"""Shortest walks: real ones, and as short as networkx finds them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platelaw.engine.flow.arrays.reach import Executor, are_kernels_installed
from platelaw.engine.flow.arrays.snapshot import Snapshot, SnapshotError, from_columns
from platelaw.engine.flow.arrays.walks import Pair, relations_of, shortest_walks

from .drawing import snapshots

FAST = [Executor.NUMPY] + [Executor.COMPILED] * are_kernels_installed()


@st.composite
def cases(draw: st.DrawFn) -> tuple[Snapshot, list[Pair], int]:
    snapshot = draw(snapshots(most_nodes=10, most_relations=40))
    node = st.integers(0, snapshot.nodes - 1)
    return snapshot, draw(st.lists(st.tuples(node, node), max_size=6)), draw(st.integers(0, 5))


def check(snapshot: Snapshot, pairs: list[Pair], most: int, executor: Executor) -> None:
    plain = shortest_walks(snapshot, pairs, 3, most, Executor.GRAPH)
    found = shortest_walks(snapshot, pairs, 3, most, executor)
    assert [walk and len(walk) for walk in found] == [walk and len(walk) for walk in plain]
    for walk, pair in zip(found, pairs, strict=True):
        if walk is None:
            continue
        assert (walk[0], walk[-1]) == pair
        taken = relations_of(snapshot, walk, 3)
        assert [snapshot.ends_of(number) for number in taken] == list(pairwise(walk))
        side = snapshot.outgoing
        assert all(int(side.masks[number]) >> 3 & 1 for number in taken)
        assert all(int(side.onward[number]) >> 3 & 1 for number in taken[:-1])


@pytest.mark.parametrize("executor", FAST)
@settings(max_examples=80, deadline=None)
@given(case=cases())
def test_a_walk_is_real_and_none_is_shorter(
    executor: Executor, case: tuple[Snapshot, list[Pair], int]
) -> None:
    check(*case, executor)


@pytest.mark.parametrize("executor", FAST)
def test_walks_on_a_large_map_are_real_and_none_is_shorter(executor: Executor) -> None:
    chance, nodes = np.random.default_rng(2), 400
    sources, targets = chance.integers(0, nodes, (2, 1600))
    masks, onward = chance.integers(0, 16, (2, 1600)) | chance.integers(0, 16, 1600)
    snapshot = from_columns([str(each) for each in range(nodes)], sources, targets, masks, onward)
    pairs = [(int(one), int(other)) for one, other in chance.integers(0, nodes, (100, 2))]
    walks = shortest_walks(snapshot, pairs, 3, 16, executor)
    assert max(len(walk) for walk in walks if walk) > 5
    assert None in walks
    check(snapshot, pairs, 16, executor)


@pytest.mark.parametrize("executor", [Executor.GRAPH, *FAST])
def test_the_last_relation_alone_need_not_let_data_go_on(executor: Executor) -> None:
    steps = np.arange(2)
    snapshot = from_columns(list("abc"), steps, steps + 1, np.array([8, 8]), np.array([8, 0]))
    (walk,) = shortest_walks(snapshot, [(0, 2)], 3, 2, executor)
    assert walk == (0, 1, 2)
    assert shortest_walks(snapshot, [(0, 2)], 3, 1, executor) == [None]
    barred = from_columns(list("abc"), steps, steps + 1, np.array([8, 8]), np.array([0, 8]))
    assert shortest_walks(barred, [(0, 2), (1, 2)], 3, 9, executor)[0] is None


def test_a_pair_that_is_not_there_is_refused() -> None:
    snapshot = from_columns(["a"], np.array([0]), np.array([0]), np.array([1]))
    with pytest.raises(SnapshotError, match="node 4 of a pair; the map has 1"):
        shortest_walks(snapshot, [(0, 4)], 0)
    with pytest.raises(SnapshotError, match="purpose 16"):
        shortest_walks(snapshot, [(0, 0)], 16)
