"""Rows on their way into a results database, many at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from .store import ResultsError, duckdb_errors

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = Sequence[Any]


def arrow() -> Any:
    """The module pyarrow.

    Raises:
        ResultsError: It is not installed.
    """
    try:
        return import_module("pyarrow")
    except ImportError:
        raise ResultsError(
            "results that are kept need pyarrow, which is not installed",
            "in platelaw's folder: pip install '.[audit]'",
        ) from None


class Pending:
    """Rows of some tables that are not written yet, in their order."""

    def __init__(self) -> None:
        """None yet."""
        self._rows: dict[str, list[Row]] = {}

    def add(self, table: str, *values: Any) -> None:
        """One row, its values in the order of the table's columns."""
        self._rows.setdefault(table, []).append(values)

    def add_all(self, table: str, rows: Iterable[Row]) -> None:
        """Several rows."""
        self._rows.setdefault(table, []).extend(rows)

    def write(self, connection: DuckDBPyConnection) -> None:
        """Write them, within the transaction that is under way."""
        for table, rows in self._rows.items():
            insert_rows(connection, table, columns_of(connection, table), rows)
        self._rows.clear()


def strings(block: Any) -> Any:
    """Texts of one length, given as rows of bytes, as an array of pyarrow."""
    pa = arrow()
    rows, size = block.shape
    ends = np.arange(0, (rows + 1) * size, size, dtype=np.int32)
    data = np.ascontiguousarray(block)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(ends), pa.py_buffer(data))


def texts_of(texts: Sequence[str]) -> Any:
    """Texts as an array of pyarrow; half of a pair of code units becomes a question mark."""
    pa = arrow()
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:
        return pa.array([text.encode("utf-8", "replace").decode() for text in texts], pa.string())


def columns_of(connection: DuckDBPyConnection, table: str) -> list[str]:
    """The names of a table's columns."""
    return [str(column[0]) for column in connection.execute(f"FROM {table} LIMIT 0").description]


def insert_rows(
    connection: DuckDBPyConnection, table: str, columns: Iterable[str], rows: Iterable[Row]
) -> None:
    """Insert rows, a value for each of some columns; none are nothing to do."""
    parts = list(zip(*rows, strict=True))
    if parts:
        made = {name: arrow().array(part) for name, part in zip(columns, parts, strict=True)}
        insert(connection, table, arrow().table(made))


def insert(connection: DuckDBPyConnection, table: str, rows: Any) -> None:
    """Put a table of pyarrow under a table's rows; every answer must have been read to its end."""
    connection.register("incoming", rows)
    try:
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
    finally:
        with contextlib.suppress(*duckdb_errors()):  # else it would hide why the insert failed
            connection.unregister("incoming")
