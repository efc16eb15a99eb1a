"""What the flow arrays are measured beside answers the same question."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.flow_rivals import RIVALS, alike, plain_numpy

from platelaw.engine.flow.arrays.reach import reach
from platelaw.engine.flow.arrays.snapshot import Snapshot, from_columns


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    chance, nodes = np.random.default_rng(4), 200
    sources, targets = chance.integers(0, nodes, (2, 1200))
    masks, onward = chance.integers(0, 1 << 16, (2, 1200)) & chance.integers(0, 1 << 16, 1200)
    return from_columns([str(each) for each in range(nodes)], sources, targets, masks, onward)


@pytest.mark.parametrize("name", RIVALS)
def test_a_library_gives_the_same_answer_for_each_purpose(name: str, snapshot: Snapshot) -> None:
    pytest.importorskip(name)
    seeds = snapshot.bits({"3": 0xFFFF, "5": 0x00FF})
    answer = reach(snapshot, seeds, 4)
    for purpose in (0, 9):
        found = RIVALS[name](snapshot, seeds, 4, purpose)()
        assert found.tolist() == (answer & 1 << purpose != 0).tolist()


def test_plain_numpy_gives_the_same_answer(snapshot: Snapshot) -> None:
    seeds = snapshot.bits({"3": 0xFFFF, "5": 0x00FF})
    assert plain_numpy(snapshot, seeds, 4).tolist() == reach(snapshot, seeds, 4).tolist()


def test_purposes_of_one_share_are_asked_about_once() -> None:
    assert alike(np.array([0.08, 0.3, 0.3, 0.5])) == [(0, 1), (1, 2), (3, 1)]
