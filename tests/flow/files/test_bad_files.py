"""What a file that is no map is answered: the file, the line, the field, the fault and its mend.

The answers stand in ``bad/``, one file a case, as they are printed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from platelaw.engine.flow.files.faults import MapError
from platelaw.engine.flow.files.reading import read_map, write_map

from .maps import SMALL

EXPECTED = Path(__file__).parent / "bad"
NODES = "key,kind,name\na,agency,A\nb,agency,B\n"
RELATIONS = "source,target,kind\na,b,shares_query\n"

FOLDERS: dict[str, dict[str, str]] = {
    "no_relations": {"nodes.csv": NODES},
    "misspelled_column": {"nodes.csv": "key,kind,nmae\na,agency,A\n", "relations.csv": RELATIONS},
    "column_twice": {"nodes.csv": "key,kind,name,name\n", "relations.csv": RELATIONS},
    "bad_values": {
        "nodes.csv": "key,kind,name,cameras,settings_known\n"
                     "a,agencey,A,many,perhaps\nb,agency,,,\n",
        "relations.csv": "source,target,kind,start,volume\na,b,shares,29.4.2026,-1\n",
    },
    "two_nodes_of_one_key": {
        "nodes.csv": NODES + "a,vendor,Other\n", "relations.csv": RELATIONS,
    },
    "unknown_ends": {
        "nodes.csv": NODES,
        "relations.csv": "source,target,kind,switch,terms\na,c,alerts,,\na,b,alerts,main,strict\n",
    },
    "edge_to_itself": {"nodes.csv": NODES, "relations.csv": RELATIONS + "b,b,alerts\n"},
    "contradictory_dates": {
        "nodes.csv": NODES,
        "relations.csv": "source,target,kind,start,until\n"
                         "a,b,alerts,2026-05-01,2026-04-01\n",
    },
    "switch_of_nobody": {
        "nodes.csv": NODES, "relations.csv": RELATIONS,
        "switches.csv": "key,kind,holder\nmain,setting,nobody\n",
    },
    "short_row": {"nodes.csv": NODES + "c,agency\n", "relations.csv": RELATIONS},
    "open_quote": {"nodes.csv": NODES + 'c,agency,"C\n', "relations.csv": RELATIONS},
    "later_form": {
        "map.csv": "form,as_of\n2,\n", "nodes.csv": NODES, "relations.csv": RELATIONS,
    },
}  # fmt: skip

DOCUMENTS: dict[str, str] = {
    "json_syntax": '{"nodes": [}',
    "json_no_object": "[1, 2]",
    "json_unknown_part": '{"nodes": [], "relations": [], "edges": []}',
    "json_bad_rows": json.dumps({
        "nodes": ["a", {"key": "a", "kind": "agency", "name": 5, "colour": "red"}],
        "relations": [{"source": "a", "target": "b", "kind": "alerts", "start": "soon"}],
    }),
    "a_search_log": "id,userId,searchDate,networkCount,reason\n",
    "graphml_of_entities": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><graphml/>',
}  # fmt: skip


def answer(path: Path, folder: Path) -> str:
    with pytest.raises(MapError) as refused:
        read_map(path)
    return str(refused.value).replace(f"{folder}/", "") + "\n"


def check(name: str, text: str) -> None:
    """The answer is as it was; ``PLATELAW_UPDATE=1`` in the environment writes it anew."""
    place = EXPECTED / f"{name}.txt"
    if os.environ.get("PLATELAW_UPDATE"):
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, "utf-8")
    assert text == place.read_text("utf-8")


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_is_no_map_is_refused_in_words(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    for file, text in FOLDERS[name].items():
        (folder / file).write_text(text, "utf-8")
    check(name, answer(folder, tmp_path))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_is_no_map_is_refused_in_words(tmp_path: Path, name: str) -> None:
    path = tmp_path / "document"
    path.write_text(DOCUMENTS[name], "utf-8")
    check(name, answer(path, tmp_path))


def test_a_torn_archive_is_refused(tmp_path: Path) -> None:
    write_map(SMALL, tmp_path / "map.zip")
    data = (tmp_path / "map.zip").read_bytes()
    (tmp_path / "map.zip").write_bytes(data[: len(data) // 2])
    assert "the archive is damaged" in answer(tmp_path / "map.zip", tmp_path)


def test_a_torn_gzip_is_refused(tmp_path: Path) -> None:
    write_map(SMALL, tmp_path / "map.json.gz")
    data = (tmp_path / "map.json.gz").read_bytes()
    (tmp_path / "map.json.gz").write_bytes(data[:-20])
    assert "the file is damaged" in answer(tmp_path / "map.json.gz", tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "check path and rights" in answer(tmp_path / "none.zip", tmp_path)


def test_an_ending_that_tells_no_form_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(MapError, match=r"the ending `.xlsx` tells no form of a map"):
        write_map(SMALL, tmp_path / "map.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_parquet_without_pyarrow_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MapError, match="which is missing; in platelaw's folder: pip install"):
        write_map(SMALL, tmp_path / "tables", parquet=True)


def test_a_map_of_more_rows_than_fit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platelaw.engine.flow.files.assembling.MOST_ROWS", 2)
    write_map(SMALL, tmp_path / "folder")
    assert answer(tmp_path / "folder", tmp_path) == (
        "nodes.csv:4: has more than 2 rows, which is more than a map of this form should hold "
        "(about 0.7 KB each); make a map of a part of it\n"
    )


def test_a_name_that_a_terminal_would_obey_is_refused(tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text(
        json.dumps({"nodes": [{"key": "a", "kind": "agency", "name": "A\x1b[2J"}], "relations": []})
    )
    assert "`name`: `A?[2J` holds a character that cannot be shown; remove it" in answer(
        tmp_path / "map.json", tmp_path
    )
