"""``platelaw flow``: from lists to a map, its checks and its forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import networkx as nx
import pytest

from platelaw.engine.flow.files.reading import read_map

from .conftest import Desk, Run

LINKS = "source,target\nOne AA PD,Two AA PD\n"
NODES = "key,kind,name,body\na,agency,A,AA/pd\nb,agency,B,\n"
RELATIONS = "source,target,kind\na,b,shares_query\n"


@pytest.fixture
def folder(desk: Desk) -> Path:
    place = desk.folder / "map"
    place.mkdir()
    (place / "nodes.csv").write_text(NODES)
    (place / "relations.csv").write_text(RELATIONS)
    return place


def test_a_list_becomes_a_map(desk: Desk, run: Run) -> None:
    links = desk.write("links.csv", LINKS)
    out = desk.folder / "map.zip"
    result = run("flow", "import", links, "-o", out, *desk.options)
    assert result.exit_code == 0
    assert "links.csv: who shares with whom, a pair a row, 1 rows\n" in result.stdout
    assert f"2 nodes, 1 relations\nwritten: {out}\n" in result.stdout
    assert set(read_map(out).nodes) == {"map/one-aa-pd", "map/two-aa-pd"}


def test_an_import_lists_every_name_that_is_not_on_file_as_json(desk: Desk, run: Run) -> None:
    links = desk.write("links.csv", LINKS)
    result = run("flow", "import", links, "-o", desk.folder / "map.json", "--json", *desk.options)
    told = json.loads(result.stdout)
    assert [each["name"] for each in told["unresolved"]] == ["One AA PD", "Two AA PD"]
    assert told["lists"] == [{"name": "links.csv", "form": "pairs", "rows": 1, "notes": []}]


def test_rows_that_cannot_be_read_end_an_import_with_5(desk: Desk, run: Run) -> None:
    links = desk.write("links.csv", LINKS + "One AA PD,\n")
    result = run("flow", "import", links, "-o", desk.folder / "map.zip", *desk.options)
    assert result.exit_code == 5
    assert result.stderr == "not read: links.csv:3: `target` is blank; fill it in\n"


def test_a_file_that_is_no_list_ends_an_import_with_2_and_writes_nothing(
    desk: Desk, run: Run
) -> None:
    other = desk.write("other.csv", "colour,shape\nred,round\n")
    result = run("flow", "import", other, "-o", desk.folder / "map.zip", *desk.options)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: other.csv: its columns are those of no list")
    assert not (desk.folder / "map.zip").exists()


def test_an_owner_that_is_not_on_file_is_refused(desk: Desk, run: Run) -> None:
    links = desk.write("links.csv", LINKS)
    result = run("flow", "import", links, "-o", "x.zip", "--owner", "XX/pd", *desk.options)
    assert result.exit_code == 2
    assert "no agency of the registry has the key or ORI `XX/pd`" in result.stderr


def test_validate_names_file_line_and_mend(desk: Desk, run: Run, folder: Path) -> None:
    (folder / "relations.csv").write_text(RELATIONS + "a,c,alerts\n")
    result = run("flow", "validate", folder, *desk.options)
    assert result.exit_code == 5
    assert ("error: relations.csv:3: `target`: `c` is no node of the map; add it to the nodes, or "
            "mend the key\n") in result.stdout  # fmt: skip
    assert "1 errors, 0 warnings, 1 notes\n" in result.stdout


def test_a_map_with_notes_alone_is_fit(desk: Desk, run: Run, folder: Path) -> None:
    result = run("flow", "validate", folder, "--json", *desk.options)
    assert result.exit_code == 0
    assert [each["severity"] for each in json.loads(result.stdout)["findings"]] == ["note"]


def test_export_writes_graphml_that_networkx_opens(desk: Desk, run: Run, folder: Path) -> None:
    out = desk.folder / "map.graphml"
    assert run("flow", "export", folder, "-o", out).exit_code == 0
    graph = cast(Any, nx).read_graphml(out)
    assert set(graph.nodes) == {"a", "b"}


def test_export_of_what_is_no_map_ends_with_2(desk: Desk, run: Run) -> None:
    result = run("flow", "export", desk.write("x.csv", LINKS), "-o", desk.folder / "m.json")
    assert result.exit_code == 2
    assert "this is no map" in result.stderr
    assert not (desk.folder / "m.json").exists()


def test_show_says_how_complete_a_map_is(run: Run, folder: Path) -> None:
    result = run("flow", "show", folder)
    assert result.exit_code == 0
    assert "  0  of 2 bodies whose settings were seen\n" in result.stdout
    assert "  1  nodes that are no body on file\n" in result.stdout


def test_show_of_nothing_says_what_to_name(run: Run) -> None:
    result = run("flow", "show")
    assert result.exit_code == 2
    assert "give a file or folder, --example" in result.stderr


def test_the_example_and_a_map_exclude_each_other(run: Run, folder: Path) -> None:
    assert run("flow", "show", folder, "--example").exit_code == 2
