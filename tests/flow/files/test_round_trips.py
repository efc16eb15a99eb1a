"""A map is the same after it was written and read, in every form."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import networkx as nx
import pytest
from hypothesis import given, settings

from platelaw.engine.flow.files.graphs import dot_of, graph_of, graphml_of, map_of
from platelaw.engine.flow.files.reading import read_map, write_map
from platelaw.engine.flow.model import FlowMap, RelationKind

from .maps import SMALL, maps, parts

FORMS = ("folder", "map.zip", "map.json", "map.json.gz", "map.graphml")


@pytest.mark.parametrize("name", FORMS)
def test_a_map_of_every_part_is_kept(tmp_path: Path, name: str) -> None:
    write_map(SMALL, tmp_path / name)
    assert parts(read_map(tmp_path / name)) == parts(SMALL)


@pytest.mark.parametrize("name", FORMS[:3])
@given(flow_map=maps())
@settings(max_examples=25, deadline=None)
def test_any_map_is_kept(name: str, flow_map: FlowMap) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder) / name
        write_map(flow_map, place)
        assert parts(read_map(place)) == parts(flow_map)


@given(flow_map=maps())
@settings(max_examples=25, deadline=None)
def test_any_map_is_kept_as_a_graph(flow_map: FlowMap) -> None:
    assert parts(map_of(graph_of(flow_map)).map) == parts(flow_map)


def test_parquet_tables_are_kept(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    write_map(SMALL, tmp_path / "tables", parquet=True)
    assert (tmp_path / "tables" / "nodes.parquet").is_file()
    assert parts(read_map(tmp_path / "tables")) == parts(SMALL)


@pytest.mark.parametrize("name", ["map.zip", "map.json.gz"])
def test_the_same_map_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    write_map(SMALL, tmp_path / f"one-{name}")
    write_map(SMALL, tmp_path / f"other-{name}")
    assert (tmp_path / f"one-{name}").read_bytes() == (tmp_path / f"other-{name}").read_bytes()


def test_a_switch_that_says_nothing_more_than_its_relation_has_no_row(tmp_path: Path) -> None:
    write_map(SMALL, tmp_path / "folder")
    text = (tmp_path / "folder" / "switches.csv").read_text("utf-8")
    assert text == "key,kind,holder,words,loss,is_on\nmemo,agreement,AA/pd,a memo,3.0,no\n"


def test_graphml_opens_in_networkx_with_every_attribute(tmp_path: Path) -> None:
    (tmp_path / "map.graphml").write_bytes(graphml_of(SMALL))
    graph = cast(Any, nx).read_graphml(tmp_path / "map.graphml", force_multigraph=True)
    assert graph.nodes["AA/pd"] == {
        "kind": "agency", "name": "Aford AA PD", "body": "AA/pd", "sureness": 0.98,
        "bars": "barred", "cameras": 12, "keeps_days": 30, "settings_known": True,
    }  # fmt: skip
    (edge,) = graph["AA/pd"]["map/x"].values()
    assert edge["purposes"] == "theft"
    assert edge["data"] == "hit|plate_read"
    assert edge["until"] == "2026-05-08"


def test_a_plain_graph_of_a_user_is_a_map() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph([("a", "b"), ("b", "c")])
    made = map_of(graph).map
    assert [each.kind for each in made.relations] == [RelationKind.SHARES_QUERY] * 2
    assert made.nodes["a"].name == "a"
    assert made.switches[made.relations[0].switch].holder == "a"


def test_dot_quotes_names() -> None:
    text = dot_of(SMALL)
    assert r'"map/net" [label="National, \"the\" lookup", class="network"];' in text
    assert '"AA/pd" -> "map/x" [label="shares_copy", style=dashed];' in text


@pytest.mark.parametrize("mark", [";", "\t"])
def test_tables_that_another_program_saved_are_read(tmp_path: Path, mark: str) -> None:
    nodes = "key,kind,name,cameras,settings_known\na,agency,A,12.0,True\nb,agency,B,,False\n"
    (tmp_path / "nodes.csv").write_bytes(b"\xef\xbb\xbf" + nodes.replace(",", mark).encode())
    text = "source,target,kind\r\na,b,alerts\r\n\r\n".replace(",", mark)
    (tmp_path / "relations.csv").write_bytes(text.encode())
    made = read_map(tmp_path)
    assert (made.nodes["a"].cameras, made.nodes["a"].settings_known) == (12, True)
    assert (made.nodes["b"].cameras, made.nodes["b"].settings_known) == (None, False)
    assert len(made.relations) == 1


def test_a_number_that_is_none_counts_as_blank(tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text(
        '{"nodes": [{"key": "a", "kind": "agency", "name": "A", "cameras": NaN}], "relations": []}'
    )
    assert read_map(tmp_path / "map.json").nodes["a"].cameras is None
