"""Every executor of reach means the same: what a plain walk over networkx finds."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings

from platelaw.engine.flow.arrays import reach_numpy
from platelaw.engine.flow.arrays.reach import Executor, are_kernels_installed, reach
from platelaw.engine.flow.arrays.snapshot import Bits, Snapshot, SnapshotError, from_columns

from .drawing import questions

FAST = [Executor.NUMPY] + [Executor.COMPILED] * are_kernels_installed()


def line(onward: list[int]) -> Snapshot:
    """One relation after the other, each for purposes 0 and 1."""
    count = len(onward)
    keys = [f"n{number}" for number in range(count + 1)]
    steps = np.arange(count)
    return from_columns(keys, steps, steps + 1, np.full(count, 3), np.array(onward))


@pytest.mark.parametrize("executor", [Executor.GRAPH, *FAST])
def test_a_relation_that_may_not_go_on_ends_a_walk(executor: Executor) -> None:
    snapshot = line([3, 1, 3])
    found = reach(snapshot, snapshot.bits({"n0": 3}), 3, executor)
    assert found.tolist() == [3, 3, 3, 1]


@pytest.mark.parametrize("executor", [Executor.GRAPH, *FAST])
def test_a_walk_takes_no_more_hops_than_asked(executor: Executor) -> None:
    snapshot = line([3, 3, 3])
    seeds = snapshot.bits({"n0": 2})
    for hops, reached in enumerate([1, 2, 3, 4, 4]):
        assert np.count_nonzero(reach(snapshot, seeds, hops, executor)) == reached


@pytest.mark.parametrize("executor", FAST)
@settings(max_examples=80, deadline=None)
@given(question=questions())
def test_reach_is_what_a_plain_walk_finds(
    executor: Executor, question: tuple[Snapshot, Bits, int]
) -> None:
    snapshot, seeds, hops = question
    plain = reach(snapshot, seeds, hops, Executor.GRAPH)
    assert reach(snapshot, seeds, hops, executor).tolist() == plain.tolist()


@pytest.mark.parametrize("executor", FAST)
@pytest.mark.parametrize("mean", [3, 300])
def test_reach_is_what_a_plain_walk_finds_on_crowded_maps(executor: Executor, mean: int) -> None:
    nodes, chance = 40, np.random.default_rng(mean)
    sources, targets = chance.integers(0, nodes, (2, nodes * mean))
    masks, onward = chance.integers(0, 1 << 16, (2, nodes * mean)) & chance.integers(
        0, 1 << 16, nodes * mean
    )
    snapshot = from_columns([str(each) for each in range(nodes)], sources, targets, masks, onward)
    for hops in (1, 2, 3):
        seeds = snapshot.bits({"3": 0xFFFF, "7": 0x0F0F})
        plain = reach(snapshot, seeds, hops, Executor.GRAPH)
        assert reach(snapshot, seeds, hops, executor).tolist() == plain.tolist()


def test_the_looks_and_the_blocks_of_numpy_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(5)
    sources, targets = chance.integers(0, 300, (2, 6000))
    masks = chance.integers(0, 1 << 16, 6000)
    snapshot = from_columns([str(each) for each in range(300)], sources, targets, masks)
    seeds = snapshot.bits({"0": 0xFFFF})
    plain = reach(snapshot, seeds, 3, Executor.GRAPH).tolist()
    monkeypatch.setattr(reach_numpy, "BLOCK", 512)
    for first, worth in ((2, 1), (64, 10**9)):
        monkeypatch.setattr(reach_numpy, "FIRST", first)
        monkeypatch.setattr(reach_numpy, "WORTH", worth)
        assert reach(snapshot, seeds, 3, Executor.NUMPY).tolist() == plain


def test_without_the_compiler_numpy_answers_and_kernels_asked_for_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    package = "platelaw.engine.flow.arrays"
    monkeypatch.delitem(sys.modules, f"{package}.kernels", raising=False)
    monkeypatch.delattr(f"{package}.kernels", raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setattr(f"{package}.reach.COMPILED_FROM", 0)
    snapshot = line([3, 3])
    seeds = snapshot.bits({"n0": 3})
    assert reach(snapshot, seeds, 2).tolist() == [3, 3, 3]
    with pytest.raises(SnapshotError, match="install the extra `kernels`"):
        reach(snapshot, seeds, 2, Executor.COMPILED)


def test_a_question_that_does_not_fit_is_refused() -> None:
    snapshot = line([3])
    with pytest.raises(SnapshotError, match="seeds of"):
        reach(snapshot, np.zeros(5, np.uint16), 2)
    with pytest.raises(SnapshotError, match="-1 hops"):
        reach(snapshot, snapshot.bits({"n0": 1}), -1)
    with pytest.raises(SnapshotError, match="no node `n9`"):
        snapshot.bits({"n9": 1})
    with pytest.raises(SnapshotError, match="there are 16"):
        snapshot.bits({"n0": 1 << 16})
