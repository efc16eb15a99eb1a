"""Digests of what a check found: its numbers, and each search and record that it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .chain import digest_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Record = tuple[str, str, int]  # of another file: its name, its digest, the line
BLOCK = 65_536  # searches whose lines are digested in one go


def searches_digests(
    results: DuckDBPyConnection, table: str, *keys: str
) -> dict[tuple[Any, ...], str]:
    """A digest of the searches of each group of a table: ids, sources and lines, in order.

    Args:
        results: The database.
        table: It has a column ``search``.
        keys: Its columns that make a group.
    """
    names = ", ".join(keys)
    rows = results.execute(
        f"""
        WITH blocks AS (
            SELECT {names}, search // {BLOCK} AS block,
                   sha256(string_agg(concat_ws(',', search, s.source, s.line), ';'
                                     ORDER BY search)) AS digest
            FROM {table} JOIN search s ON s.id = search GROUP BY ALL
        )
        SELECT {names}, sha256(string_agg(digest, '' ORDER BY block)) FROM blocks GROUP BY ALL
        """
    ).fetchall()
    return {row[:-1]: row[-1] for row in rows}


def content_of(
    row: Mapping[str, Any], measure: Mapping[str, Any], searches: str, records: Iterable[Record]
) -> str:
    """The digest of what an entry says was found.

    Args:
        row: What is kept of the finding, where the entry is its first; else nothing.
        measure: Its numbers.
        searches: The digest of the searches that came with the entry; empty for none.
        records: The records that came with it.
    """
    lines = "".join(f"{name}\t{digest}\t{line}\n" for name, digest, line in sorted(records))
    told = hashlib.sha256(lines.encode()).hexdigest()
    return digest_of([dict(row), dict(measure), searches, told])
