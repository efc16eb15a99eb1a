"""Results of an audit out of their database: answers to questions, and files of all tables."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .store import ResultsError, duckdb_errors

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FORMATS = ("csv", "json", "parquet")
_OPTIONS = {"csv": "FORMAT csv, HEADER", "json": "FORMAT json", "parquet": "FORMAT parquet"}
_VIEW = "searches"
_AT_ONCE = 10_000
# What only this database is for: later runs.
_WITHIN = frozenset({"seen"})


class QueryError(Exception):
    """A question that cannot be answered, in words."""


def ask(results: DuckDBPyConnection, sql: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """The answer to a question in SQL: the names of its columns, and its rows.

    Args:
        results: A results database, open for reading. From here on it reads and writes no other
            file.
        sql: One statement.

    Raises:
        QueryError: It is no question, or cannot be answered.
    """
    try:
        results.execute("SET enable_external_access = false")
        results.execute("SET lock_configuration = true")
        if len(results.extract_statements(sql)) > 1:
            raise QueryError("these are several questions; ask one at a time")
        found = results.execute(sql)
        names = [str(column[0]) for column in found.description or ()]
    except duckdb_errors() as fault:
        raise QueryError(str(fault).strip()) from None
    return names, _rows(found)


def _rows(found: DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    try:
        while rows := found.fetchmany(_AT_ONCE):
            yield from rows
    except duckdb_errors() as fault:
        raise QueryError(str(fault).strip()) from None


def export(results: DuckDBPyConnection, folder: Path, form: str) -> dict[str, int]:
    """Write every table, and the view with everything in words, as files.

    Args:
        results: A results database.
        folder: Where; it comes into its place when all is written.
        form: One of ``FORMATS``.

    Returns:
        How many rows each has.

    Raises:
        ResultsError: The folder is there, or cannot be written.
    """
    if folder.exists():
        raise ResultsError(f"{folder}: it is there already", "name a new folder")
    part = folder.with_name(f"{folder.name}.new")
    failures: tuple[type[Exception], ...] = (OSError, *duckdb_errors())
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        written = {name: _write(results, name, part, form) for name in _tables(results)}
        part.replace(folder)
    except failures as fault:
        shutil.rmtree(part, ignore_errors=True)
        raise ResultsError(
            f"{folder}: cannot be written: {str(fault).splitlines()[0]}",
            "make room, or name another folder",
        ) from None
    return written


def _tables(results: DuckDBPyConnection) -> list[str]:
    listed = results.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' "
        "ORDER BY table_name"
    ).fetchall()
    return [str(row[0]) for row in listed if row[0] not in _WITHIN]


def _write(results: DuckDBPyConnection, table: str, folder: Path, form: str) -> int:
    place = str(folder / f"{table}.{form}").replace("'", "''")
    order = " ORDER BY id" if table in (_VIEW, "search", "cell", "source") else ""
    row = results.execute(f"COPY (FROM {table}{order}) TO '{place}' ({_OPTIONS[form]})").fetchone()
    return int(row[0]) if row else 0
