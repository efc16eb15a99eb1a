"""Classes by the nodes at both ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platelaw.engine.flow.arrays.classing import classed
from platelaw.engine.flow.arrays.snapshot import Snapshot, SnapshotError, from_columns

from .drawing import snapshots


@settings(max_examples=40, deadline=None)
@given(snapshot=snapshots(), data=st.data())
def test_a_class_tells_what_it_was_made_from(snapshot: Snapshot, data: st.DataObject) -> None:
    groups = st.lists(st.integers(0, 3), min_size=snapshot.nodes, max_size=snapshot.nodes)
    giving, obtaining = np.array(data.draw(groups)), np.array(data.draw(groups))
    classes, made_from = classed(snapshot, giving, obtaining)
    assert snapshot.classes is not None
    assert [made_from[each] for each in classes.tolist()] == [
        (int(klass), int(giving[source]), int(obtaining[target]))
        for klass, source, target in zip(
            snapshot.classes, snapshot.sources(), snapshot.outgoing.ends, strict=True
        )
    ]
    assert sorted(set(classes.tolist())) == list(range(len(made_from)))


def test_relations_without_a_class_are_of_class_0() -> None:
    snapshot = from_columns(["a", "b"], np.array([0, 1]), np.array([1, 0]), np.array([1, 1]))
    _, made_from = classed(snapshot, np.array([0, 5]), np.zeros(2, np.int64))
    assert made_from == [(0, 0, 0), (0, 5, 0)]


def test_groups_that_do_not_fit_are_refused() -> None:
    snapshot = from_columns(["a"], np.array([0]), np.array([0]), np.array([1]))
    with pytest.raises(SnapshotError, match="for 1 nodes"):
        classed(snapshot, np.array([-1]), np.array([0]))
