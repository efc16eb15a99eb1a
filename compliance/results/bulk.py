"""Many rows at once: DuckDB takes a list for each column, a row at a time it is slow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def insert(
    results: DuckDBPyConnection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows; none are nothing to do.

    Args:
        results: Where.
        table: The name of the table.
        columns: The names of the columns that the rows have.
        rows: Their values.
    """
    lists = [list(values) for values in zip(*rows, strict=True)]
    if lists:
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join("unnest(?)" for _ in columns)
        results.execute(f"INSERT INTO {table} ({names}) SELECT {values}", lists)
