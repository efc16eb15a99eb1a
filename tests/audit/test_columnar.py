"""Logs in Parquet and in databases are read as the exports that they hold."""

from __future__ import annotations

import datetime
import importlib
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from platelaw.engine.audit.reader import LogError, LogFault, LogRow, Opened, open_logs

from .exports import WHOLE, search, table

ROWS = [search(n, reason=["stolen car", "***", "", "x\ny"][n % 4]) for n in range(40)]
AT = datetime.datetime(2026, 11, 2, 14, 40, 26, 512_000, datetime.UTC)


def cells(opened: Opened) -> list[list[str]]:
    (log,) = opened.logs
    found = list(log.rows())
    assert all(isinstance(each, LogRow) or each.kind.value == "note" for each in found)
    return [list(each.texts) for each in found if isinstance(each, LogRow)]


def in_sqlite(path: Path, tables: Mapping[str, Sequence[dict[str, str]]]) -> Path:
    with sqlite3.connect(path) as made:
        for name, rows in tables.items():
            columns = list(rows[0])
            named = ", ".join(f'"{column}"' for column in columns)
            made.execute(f'CREATE TABLE "{name}" ({named})')
            marks = ", ".join("?" * len(columns))
            made.executemany(
                f'INSERT INTO "{name}" VALUES ({marks})',
                [[row[column] or None for column in columns] for row in rows],
            )
    made.close()
    return path


def in_duckdb(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    with duckdb.connect(str(path)) as made:
        made.register("given", arrow().Table.from_pylist(rows))
        made.execute('CREATE TABLE "the searches" AS FROM given')
    return path


def in_parquet(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    importlib.import_module("pyarrow.parquet").write_table(arrow().Table.from_pylist(rows), path)
    return path


def arrow() -> Any:
    return importlib.import_module("pyarrow")


@pytest.mark.parametrize("kind", ["parquet", "sqlite", "duckdb"])
def test_a_table_has_the_rows_of_the_export_that_it_holds(tmp_path: Path, kind: str) -> None:
    text = tmp_path / "log.csv"
    text.write_text(table(ROWS), "utf-8", newline="")
    path = tmp_path / "log.other"
    match kind:
        case "parquet":
            in_parquet(path, ROWS)
        case "sqlite":
            in_sqlite(path, {"searches": ROWS})
        case _:
            in_duckdb(path, ROWS)
    opened = open_logs(path)
    assert cells(opened) == cells(open_logs(text))
    assert opened.logs[0].header == WHOLE
    assert len(opened.logs[0].sha256) == 64
    rows = [each for each in opened.logs[0].rows() if isinstance(each, LogRow)]
    assert [rows[0].line, rows[-1].line] == [2, 41]


def test_moments_and_numbers_of_parquet_are_read_as_such(tmp_path: Path) -> None:
    rows = [
        {"id": f"search {n}", "userId": None, "searchDate": AT, "networkCount": n, "reason": "x"}
        for n in range(3)
    ]
    (log,) = open_logs(in_parquet(tmp_path / "log.parquet", rows)).logs
    found = [each for each in log.rows() if isinstance(each, LogRow)]
    assert [each.moment.earliest for each in found if each.moment] == [AT] * 3
    assert found[2].texts[3] == "2"
    assert found[0].texts[1] == ""


def test_what_stands_otherwise_in_a_table_is_told_row_by_row(tmp_path: Path) -> None:
    wrong = [search(1), search(2, time="yesterday"), search(3, reason="a\0b"), search(4)]
    (log,) = open_logs(in_sqlite(tmp_path / "log.db", {"searches": wrong})).logs
    found = list(log.rows())
    faults = [each for each in found if isinstance(each, LogFault) and each.kind.value == "unread"]
    assert [each.line for each in faults] == [3, 4]
    assert "NUL" in faults[1].message
    assert sum(isinstance(each, LogRow) for each in found) == 2


def test_other_tables_of_a_database_are_named_and_not_read(tmp_path: Path) -> None:
    tables = {"searches": ROWS, "people": [{"Name": "A. Bee", "Rank": "chief"}]}
    opened = open_logs(in_sqlite(tmp_path / "log.db", tables))
    assert [each.name for each in opened.logs] == ["log.db#searches"]
    assert [each.name for each in opened.skipped] == ["log.db#people"]


def test_a_database_that_is_being_written_or_is_damaged_is_refused(tmp_path: Path) -> None:
    path = in_sqlite(tmp_path / "log.db", {"searches": ROWS})
    beside = tmp_path / "log.db-wal"
    beside.write_bytes(b"something")
    with pytest.raises(LogError, match="is being written"):
        open_logs(path)
    beside.unlink()
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 900)
    with pytest.raises(LogError, match="cannot be read"):
        open_logs(path)
    torn = tmp_path / "log.parquet"
    torn.write_bytes(b"PAR1 and no more")
    with pytest.raises(LogError, match="cannot be read"):
        open_logs(torn)
