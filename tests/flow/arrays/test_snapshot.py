"""Snapshots: what they are made from, what they take, and that each relation is there twice."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from platelaw.engine.flow.arrays.building import from_graph, from_map, from_parquet
from platelaw.engine.flow.arrays.snapshot import Side, Snapshot, SnapshotError, from_columns
from platelaw.engine.flow.model import (
    FlowMap,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Switch,
    SwitchKind,
)

from .drawing import snapshots

DAY = datetime.date(2026, 11, 1)
Row = tuple[int, int, int, int]


def rows(side: Side, *, leaving: bool) -> list[Row]:
    found: list[Row] = []
    for node in range(len(side.starts) - 1):
        for place in range(*side.around(node).indices(len(side.ends))):
            end = int(side.ends[place])
            ends = (node, end) if leaving else (end, node)
            found.append((*ends, int(side.masks[place]), int(side.onward[place])))
    return found


@settings(max_examples=60, deadline=None)
@given(snapshot=snapshots())
def test_both_sides_hold_the_same_relations(snapshot: Snapshot) -> None:
    leaving = rows(snapshot.outgoing, leaving=True)
    assert sorted(leaving) == sorted(rows(snapshot.incoming, leaving=False))
    assert [row[0] for row in leaving] == snapshot.sources().tolist()
    assert [snapshot.ends_of(number) for number in range(len(leaving))] == [
        row[:2] for row in leaving
    ]
    assert all(onward & ~mask == 0 for _, _, mask, onward in leaving)


def test_a_relation_takes_fourteen_bytes_with_its_class() -> None:
    chance = np.random.default_rng(1)
    sources, targets = chance.integers(0, 100, (2, 200_000))
    masks = chance.integers(0, 1 << 16, 200_000)
    keys = [str(number) for number in range(100)]
    snapshot = from_columns(keys, np.sort(sources), targets, masks, classes=targets)
    assert snapshot.origins is None
    assert snapshot.nbytes <= 14.01 * 200_000


def test_many_nodes_get_numbers_of_four_bytes() -> None:
    keys = [str(number) for number in range((1 << 16) + 1)]
    snapshot = from_columns(keys, np.array([1 << 16]), np.array([0]), np.array([1]))
    assert snapshot.outgoing.ends.dtype == np.uint32
    assert snapshot.incoming.ends.tolist() == [1 << 16]


def test_a_snapshot_cannot_be_written_to() -> None:
    snapshot = from_columns(["a"], np.array([0]), np.array([0]), np.array([1]))
    with pytest.raises(ValueError, match="read-only"):
        snapshot.outgoing.masks[0] = 2


def flow_map() -> FlowMap:
    def relation(source: str, target: str, switch: str, **more: Any) -> Relation:
        return Relation(source, target, RelationKind.SHARES_QUERY, switch, **more)

    later = datetime.date(2027, 1, 1)
    return FlowMap.of(
        [Node(key, NodeKind.AGENCY, key.upper()) for key in "abc"],
        [
            relation("b", "c", "on"),
            relation("a", "b", "on", until=DAY),
            relation("a", "c", "off"),
            relation("a", "b", "on", start=later),
            relation("a", "a", "on"),
        ],
        [
            Switch("on", SwitchKind.SETTING, "a"),
            Switch("off", SwitchKind.SETTING, "a", is_on=False),
        ],
    )


def test_of_a_map_only_open_relations_of_the_day_admit_anything() -> None:
    flow = flow_map()
    snapshot = from_map(flow, lambda _: (3, 1), DAY, lambda each: 7 if each.source == "b" else 8)
    found = {snapshot.origin(place): mask for place, mask in enumerate(snapshot.outgoing.masks)}
    assert found == {0: 3, 1: 0, 2: 0, 3: 0, 4: 3}
    assert snapshot.classes is not None
    assert [snapshot.origin(int(place)) for place in np.flatnonzero(snapshot.classes == 7)] == [0]
    assert snapshot.number("c") == 2
    for place in range(snapshot.relations):
        relation = flow.relations[snapshot.origin(place)]
        source, target = snapshot.ends_of(place)
        assert (snapshot.keys[source], snapshot.keys[target]) == (relation.source, relation.target)


def test_of_a_graph_what_an_edge_does_not_say_is_admitted() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edge("a", "b")
    graph.add_edge("a", "b", mask=6, onward=3)
    graph.add_edge("b", "a", mask=6, until=DAY)
    snapshot = from_graph(graph)
    assert rows(snapshot.outgoing, leaving=True) == [
        (0, 1, 0xFFFF, 0xFFFF), (0, 1, 6, 2), (1, 0, 6, 6),
    ]  # fmt: skip
    before = from_graph(graph, DAY - datetime.timedelta(1)).outgoing.masks.tolist()
    assert before[2] == 6
    assert from_graph(graph, DAY).outgoing.masks.tolist()[2] == 0


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"mask": "all"}, "`mask` 'all'"),
        ({"mask": 1 << 16}, "no number of sixteen bits"),
        ({"class": -1}, "`class` -1"),
    ],
)
def test_an_edge_with_an_attribute_that_does_not_fit_is_refused(
    terms: dict[str, Any], message: str
) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edge("a", "b", **terms)
    with pytest.raises(SnapshotError, match=message):
        from_graph(graph)


def test_a_graph_without_direction_is_refused() -> None:
    with pytest.raises(SnapshotError, match="not directed"):
        from_graph(nx.Graph())


def test_a_table_in_parquet_is_read(tmp_path: Path) -> None:
    arrow: Any = pytest.importorskip("pyarrow")
    parquet: Any = pytest.importorskip("pyarrow.parquet")
    columns = {
        "source": ["b", "a", "a"],
        "target": ["a", "b", "z"],
        "mask": [1, 3, 7],
        "until": [None, None, DAY],
    }
    file = tmp_path / "relations.parquet"
    parquet.write_table(arrow.table(columns), file)
    snapshot = from_parquet(file, DAY, ["q", "b"])
    assert snapshot.keys == ("q", "b", "a", "z")
    assert rows(snapshot.outgoing, leaving=True) == [(1, 2, 1, 1), (2, 1, 3, 3), (2, 3, 0, 0)]
    assert from_parquet(file).outgoing.masks.tolist() == [3, 7, 1]


def test_a_table_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    arrow: Any = pytest.importorskip("pyarrow")
    parquet: Any = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "relations.parquet"
    file.write_text("no table")
    with pytest.raises(SnapshotError, match="not a Parquet table"):
        from_parquet(file)
    for columns, message in (
        ({"source": ["a"]}, "no column `target`"),
        ({"source": ["a"], "target": [None]}, "without `source` or `target`"),
        ({"source": ["a"], "target": ["b"], "mask": [0.5]}, "no whole numbers"),
    ):
        parquet.write_table(arrow.table(columns), file)
        with pytest.raises(SnapshotError, match=message):
            from_parquet(file)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([0, 1], [1], [1, 1]), "`target` has 1 entries and `source` 2"),
        (([0], [2], [1]), "relation 0: `target` is 2, no node"),
        (([0, -1], [1, 1], [1, 1]), "relation 1: `source` is -1, no node"),
        (([0], [1], [70_000]), "`mask` is 70000, no number of sixteen bits"),
    ],
)
def test_columns_that_are_no_map_are_refused(columns: tuple[list[int], ...], message: str) -> None:
    with pytest.raises(SnapshotError, match=message):
        from_columns(["a", "b"], *(np.array(column) for column in columns))


def test_two_nodes_of_one_key_are_refused() -> None:
    none = np.zeros(0, np.int64)
    with pytest.raises(SnapshotError, match="one key"):
        from_columns(["a", "a"], none, none, none)
