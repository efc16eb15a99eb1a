"""networkx's functions on a snapshot give what they give on a networkx graph."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platelaw.engine.flow.arrays import backend
from platelaw.engine.flow.arrays.backend import PurposeGraph
from platelaw.engine.flow.arrays.snapshot import Snapshot

from .drawing import snapshots


@settings(max_examples=60, deadline=None)
@given(snapshot=snapshots(), data=st.data())
def test_functions_give_what_networkx_gives(snapshot: Snapshot, data: st.DataObject) -> None:
    graph = PurposeGraph(snapshot, 2)
    plain = backend.convert_to_nx(graph)
    source, target = (data.draw(st.sampled_from(snapshot.keys)) for _ in range(2))
    assert backend.descendants(graph, source) == nx.descendants(plain, source)
    assert backend.ancestors(graph, source) == nx.ancestors(plain, source)
    is_there = nx.has_path(plain, source, target)
    assert backend.has_path(graph, source, target) == is_there
    if not is_there:
        with pytest.raises(nx.NetworkXNoPath):
            backend.shortest_path(graph, source, target)
        return
    path = backend.shortest_path(graph, source, target)
    assert (path[0], path[-1]) == (source, target)
    assert len(path) == nx.shortest_path_length(plain, source, target) + 1
    assert all(plain.has_edge(*step) for step in pairwise(path))


def test_a_long_path_is_found() -> None:
    line: nx.DiGraph[int] = nx.DiGraph(pairwise(range(40)))
    assert backend.shortest_path(backend.convert_from_nx(line), 0, 39) == list(range(40))


def test_a_graph_keeps_the_names_of_its_nodes() -> None:
    graph: nx.DiGraph[Any] = nx.DiGraph([(1, "1"), ("1", (2, "x"))])
    made = backend.convert_from_nx(graph)
    assert backend.descendants(made, 1) == {"1", (2, "x")}
    assert set(backend.convert_to_nx(made).edges()) == set(graph.edges())


def test_what_is_not_offered_is_said() -> None:
    graph = backend.convert_from_nx(nx.DiGraph([(0, 1)]))
    with pytest.raises(NotImplementedError, match="one pair"):
        backend.shortest_path(graph, 0)
    with pytest.raises(NotImplementedError, match="undirected"):
        backend.convert_from_nx(nx.Graph())
    with pytest.raises(nx.NetworkXError, match="9 is not in the graph"):
        backend.descendants(graph, 9)
    with pytest.raises(nx.NodeNotFound, match="9 not found"):
        backend.has_path(graph, 0, 9)


PROGRAM = """
import sys
import networkx as nx
assert "platelaw" in nx.utils.backends.backends
assert not any(name.startswith("platelaw") for name in sys.modules), "loaded too early"
assert "numpy" not in sys.modules
graph = nx.DiGraph([(0, 1), (1, 2), (3, 0)])
assert nx.descendants(graph, 0, backend="platelaw") == {1, 2}
from platelaw.engine.flow.arrays.backend import PurposeGraph, convert_from_nx
made = convert_from_nx(graph)
assert nx.shortest_path(made, 3, 2) == [3, 0, 1, 2]
assert nx.ancestors(made, 0) == {3}
"""
ENTRY = "[networkx.backends]\nplatelaw = platelaw.engine.flow.arrays.backend\n"


def test_networkx_finds_the_backend_and_loads_it_when_asked(tmp_path: Path) -> None:
    if not entry_points(
        group="networkx.backends", name="platelaw"
    ):  # an install from before it was offered
        (tmp_path / "offered-1.dist-info").mkdir()
        (tmp_path / "offered-1.dist-info" / "METADATA").write_text("Name: offered\nVersion: 1\n")
        (tmp_path / "offered-1.dist-info" / "entry_points.txt").write_text(ENTRY)
    path = [str(tmp_path), *sys.path]
    program = f"import sys; sys.path[:] = {path!r}\n{PROGRAM}"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
