"""Reach with a state equals plain sets, and the relations on walks are those of real walks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platelaw.engine.flow.arrays.product_reach import (
    on_walks,
    product_reach,
    product_reach_back,
    transposed,
)
from platelaw.engine.flow.arrays.reach import Executor, are_kernels_installed
from platelaw.engine.flow.arrays.snapshot import Bits, Snapshot, SnapshotError, from_columns

from .drawing import bits, snapshots, tables

FAST = [Executor.NUMPY] + [Executor.COMPILED] * are_kernels_installed()
ALL = [Executor.GRAPH, *FAST]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Snapshot, Bits, Bits, Bits, int]:
    snapshot = draw(snapshots(most_nodes=5, most_relations=10))
    few = st.sampled_from([0, 0, 1, 0x100, 0x8002])
    seeds, sinks = bits(draw, snapshot.nodes, few), bits(draw, snapshot.nodes, few)
    return snapshot, draw(tables()), seeds, sinks, draw(st.integers(0, 4))


def walked(
    snapshot: Snapshot, table: Bits, seeds: Bits, sinks: Bits, hops: int
) -> tuple[set[tuple[int, int]], set[int]]:
    """Every walk tried: where walks stand, and the relations of those that end in a sink."""
    assert snapshot.classes is not None
    stood: set[tuple[int, int]] = set()
    taken: set[int] = set()

    def go_on(node: int, state: int, walk: tuple[int, ...]) -> None:
        stood.add((node, state))
        if int(sinks[node]) >> state & 1:
            taken.update(walk)
        if len(walk) == hops:
            return
        around = snapshot.outgoing.around(node)
        for number in range(around.start, around.stop):
            led = int(table[int(snapshot.classes[number]), state])  # type: ignore[index]
            for then in range(16):
                if led >> then & 1:
                    go_on(int(snapshot.outgoing.ends[number]), then, (*walk, number))

    for node, has in enumerate(seeds.tolist()):
        for state in range(16):
            if has >> state & 1:
                go_on(node, state, ())
    return stood, taken


@settings(max_examples=40, deadline=None)
@given(case=cases())
def test_plain_sets_find_what_all_walks_tried_find(
    case: tuple[Snapshot, Bits, Bits, Bits, int],
) -> None:
    snapshot, table, seeds, sinks, hops = case
    table = (table & 0x8103).astype(np.uint16)  # few states, so that all walks can be tried
    hops = min(hops, 3)
    assert snapshot.classes is not None
    stood, taken = walked(snapshot, table, seeds, sinks, hops)
    rows = product_reach(snapshot, snapshot.classes, table, seeds, hops, Executor.GRAPH)
    assert {
        (node, state)
        for node in range(snapshot.nodes)
        for state in range(16)
        if int(rows[-1][node]) >> state & 1
    } == stood
    found = on_walks(snapshot, snapshot.classes, table, seeds, sinks, hops, Executor.GRAPH)
    assert set(found.tolist()) == taken


@pytest.mark.parametrize("executor", FAST)
@settings(max_examples=40, deadline=None)
@given(case=cases())
def test_every_executor_finds_what_plain_sets_find(
    executor: Executor, case: tuple[Snapshot, Bits, Bits, Bits, int]
) -> None:
    snapshot, table, seeds, sinks, hops = case
    classes = snapshot.classes
    assert classes is not None
    for ask in (product_reach, product_reach_back):
        plain = ask(snapshot, classes, table, seeds, hops, Executor.GRAPH)
        assert ask(snapshot, classes, table, seeds, hops, executor).tolist() == plain.tolist()
    walks = [
        on_walks(snapshot, classes, table, seeds, sinks, hops, each).tolist()
        for each in (Executor.GRAPH, executor)
    ]
    assert walks[0] == walks[1]


@given(table=tables())
def test_a_table_transposed_twice_is_itself(table: Bits) -> None:
    assert transposed(transposed(table)).tolist() == table.tolist()


@pytest.mark.parametrize("executor", ALL)
def test_a_state_changes_only_as_the_table_says(executor: Executor) -> None:
    """A lawful query is state 0; a lie at class 1 leads to state 9, which class 0 passes on."""
    table = np.zeros((2, 16), np.uint16)
    table[0, [0, 9]] = 1 << 0, 1 << 9
    table[1, 0] = 1 << 9
    steps = np.arange(3)
    classes = np.array([0, 1, 0], np.uint16)
    snapshot = from_columns(list("abcd"), steps, steps + 1, np.ones(3, np.int64))
    seeds, sinks = snapshot.bits({"a": 1}), snapshot.bits({"d": 1 << 9})
    rows = product_reach(snapshot, classes, table, seeds, 3, executor)
    assert rows.tolist()[3] == [1, 1, 1 << 9, 1 << 9]
    assert on_walks(snapshot, classes, table, seeds, sinks, 3, executor).tolist() == [0, 1, 2]
    assert on_walks(snapshot, classes, table, seeds, sinks, 2, executor).tolist() == []


@pytest.mark.parametrize("executor", FAST)
def test_portions_of_many_relations_are_put_together(executor: Executor) -> None:
    chance = np.random.default_rng(3)
    sources, targets = chance.integers(0, 90, (2, 300_000))
    snapshot = from_columns(
        [str(each) for each in range(90)], sources, targets, np.ones(300_000, np.int64)
    )
    classes = chance.integers(0, 5, 300_000).astype(np.uint16)
    table = np.zeros((5, 16), np.uint16)
    table[0, 0], table[1, 0], table[1, 1] = 1, 2, 0x100
    seeds, sinks = snapshot.bits({"1": 1}), snapshot.bits({"2": 0x100})
    found = on_walks(snapshot, classes, table, seeds, sinks, 3, executor)
    ends = np.stack([snapshot.sources(), snapshot.outgoing.ends])[:, found]
    assert set(classes[found].tolist()) == {0, 1}
    into_sink = found[(ends[1] == 2) & (classes[found] == 1)]
    every = np.flatnonzero((snapshot.outgoing.ends == 2) & (classes == 1))
    assert into_sink.tolist() == every.tolist()


def test_arrays_that_do_not_fit_are_refused() -> None:
    snapshot = from_columns(["a", "b"], np.array([0]), np.array([1]), np.array([1]))
    seeds, table = snapshot.bits({"a": 1}), np.zeros((1, 16), np.uint16)
    with pytest.raises(SnapshotError, match="the map has 1 relations"):
        product_reach(snapshot, np.zeros(2, np.uint16), table, seeds, 1)
    with pytest.raises(SnapshotError, match="class 4, and 1 in the table"):
        product_reach(snapshot, np.array([4], np.uint16), table, seeds, 1)
    with pytest.raises(SnapshotError, match="16 states"):
        product_reach(snapshot, np.zeros(1, np.uint16), table[:, :3], seeds, 1)
