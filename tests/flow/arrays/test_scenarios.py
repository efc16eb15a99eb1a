"""A sweep of scenarios finds in each what a reach of its own finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platelaw.engine.flow.arrays.reach import Executor, are_kernels_installed, reach
from platelaw.engine.flow.arrays.scenarios import (
    AT_ONCE,
    Scenario,
    changed,
    prepared,
    reach_scenarios,
)
from platelaw.engine.flow.arrays.snapshot import Bits, Snapshot, SnapshotError, from_columns

from .drawing import bits, questions

EXECUTORS = [Executor.NUMPY] + [Executor.COMPILED] * are_kernels_installed()


@st.composite
def scenarios(draw: st.DrawFn, snapshot: Snapshot) -> Scenario:
    if snapshot.relations and draw(st.booleans()):
        places = draw(st.sets(st.integers(0, snapshot.relations - 1), max_size=4))
        relations = np.array(sorted(places), np.int64)
        return Scenario(relations, bits(draw, len(places)), bits(draw, len(places)))
    return Scenario.leaving(snapshot, draw(st.integers(0, snapshot.nodes - 1)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Snapshot, Bits, int, list[Scenario]]:
    snapshot, seeds, hops = draw(questions())
    return snapshot, seeds, hops, draw(st.lists(scenarios(snapshot), max_size=5))


def by_hand(snapshot: Snapshot, scenario: Scenario) -> Snapshot:
    """The changed map, made anew."""
    masks, onward = snapshot.outgoing.masks.copy(), snapshot.outgoing.onward.copy()
    masks[scenario.relations], onward[scenario.relations] = scenario.masks, scenario.onward
    return from_columns(snapshot.keys, snapshot.sources(), snapshot.outgoing.ends, masks, onward)


@pytest.mark.parametrize("executor", EXECUTORS)
@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_a_sweep_finds_in_each_scenario_what_a_map_of_its_own_gives(
    executor: Executor, case: tuple[Snapshot, Bits, int, list[Scenario]]
) -> None:
    snapshot, seeds, hops, some = case
    sweeps = list(reach_scenarios(snapshot, some, seeds, hops, executor))
    found = [sweep.bits(number).tolist() for sweep in sweeps for number in range(sweep.scenarios)]
    assert found == [
        reach(by_hand(snapshot, each), seeds, hops, Executor.GRAPH).tolist() for each in some
    ]


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("mean", [4, 250])
def test_more_scenarios_than_a_sweep_takes_are_swept_in_order(
    executor: Executor, mean: int
) -> None:
    chance, nodes = np.random.default_rng(mean), 30
    count = nodes * mean
    sources, targets = chance.integers(0, nodes, (2, count))
    masks, onward = chance.integers(0, 1 << 16, (2, count)) & chance.integers(0, 1 << 16, count)
    snapshot = from_columns([str(each) for each in range(nodes)], sources, targets, masks, onward)
    some = [
        Scenario.closing(chance.choice(count, count // 2, replace=False))
        for _ in range(AT_ONCE + 3)
    ]
    seeds = snapshot.bits({"0": 0xFFFF, "4": 0x00FF})
    sweeps = list(reach_scenarios(snapshot, some, seeds, 3, executor))
    assert [sweep.scenarios for sweep in sweeps] == [AT_ONCE, 3]
    found = [sweep.bits(number) for sweep in sweeps for number in range(sweep.scenarios)]
    for bits_found, scenario in zip(found, some, strict=True):
        plain = reach(by_hand(snapshot, scenario), seeds, 3, Executor.NUMPY)
        assert bits_found.tolist() == plain.tolist()


@settings(max_examples=50, deadline=None)
@given(case=cases())
def test_closing_never_opens(case: tuple[Snapshot, Bits, int, list[Scenario]]) -> None:
    snapshot, seeds, hops, some = case
    closing = [Scenario.closing(each.relations) for each in some]
    before = reach(snapshot, seeds, hops)
    for sweep in reach_scenarios(snapshot, closing, seeds, hops):
        for number in range(sweep.scenarios):
            assert not np.any(sweep.bits(number) & ~before)


def test_a_scenario_undone_is_the_map_as_it_was() -> None:
    steps = np.arange(4)
    snapshot = from_columns(list("abcde"), steps, steps + 1, np.array([1, 3, 7, 15]))
    side = snapshot.outgoing
    closed = changed(snapshot, prepared(snapshot, [Scenario.closing(np.array([1, 2]))]), 0)
    assert closed.outgoing.masks.tolist() == [1, 0, 0, 15]
    places = np.array([1, 2])
    back = Scenario(places, side.masks[places], side.onward[places])
    again = changed(closed, prepared(closed, [back]), 0)
    assert again.outgoing.masks.tolist() == side.masks.tolist()
    assert again.incoming.masks.tolist() == snapshot.incoming.masks.tolist()


def test_scenarios_that_do_not_fit_are_refused() -> None:
    snapshot = from_columns(["a"], np.array([0]), np.array([0]), np.array([1]))
    with pytest.raises(SnapshotError, match="scenario 0 names a relation that is not there"):
        prepared(snapshot, [Scenario.closing(np.array([1]))])
    twice = Scenario(np.array([0, 0]), np.zeros(2, np.uint16), np.zeros(2, np.uint16))
    with pytest.raises(SnapshotError, match="scenario 0 names a relation twice"):
        prepared(snapshot, [twice])
    with pytest.raises(SnapshotError, match="65 scenarios; a sweep takes 64"):
        prepared(snapshot, [Scenario.closing(np.array([0]))] * 65)
