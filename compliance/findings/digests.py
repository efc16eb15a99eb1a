"""Digests of what a check found: its numbers, and each search and record that it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .chain import digest_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Record = tuple[str, str, int]  # of another file: its name, its digest, the line
BLOCK = 1_000_000  # searches that are put in order in one go
_ROW = np.dtype([("search", "<i8"), ("line", "<i8"), ("source", "<i4")])


@dataclass(slots=True)
class _Searches:
    """The searches of one group, as far as they were read."""

    told: Any = field(default_factory=hashlib.sha256)
    sources: set[int] = field(default_factory=set[int])

    def add(self, rows: np.ndarray[Any, Any]) -> None:
        """The next searches in the order of their ids."""
        self.told.update(rows.tobytes())
        self.sources.update(np.unique(rows["source"]).tolist())

    def digest(self, files: Mapping[int, str]) -> str:
        """Of all of them, with the files they stand in."""
        self.told.update("".join(f"{key}\t{files[key]}\n" for key in sorted(self.sources)).encode())
        return str(self.told.hexdigest())


def searches_digests(results: DuckDBPyConnection, table: str, key: str) -> dict[int, str]:
    """A digest of the searches of each group of a table, in the order of their ids.

    It is SHA-256 of id, line and source of each search, then of the digests of the files. Ids come
    in order a block at a time, so nothing is ever sorted as a whole, however many there are; a sum
    of digests would need no order, but rows can be found that add up to the same.

    Args:
        results: The database.
        table: It has a column ``search``.
        key: Its column of whole numbers that makes a group.
    """
    ends = results.execute(f"SELECT min(search), max(search) FROM {table}").fetchone()
    if ends is None or ends[0] is None:
        return {}
    found: dict[int, _Searches] = {}
    for first in range(ends[0], ends[1] + 1, BLOCK):
        for group, rows in _block(results, table, key, first):
            found.setdefault(group, _Searches()).add(rows)
    files = dict(results.execute("SELECT id, digest FROM source").fetchall())
    return {group: each.digest(files) for group, each in found.items()}


def searches_digest(rows: Iterable[tuple[int, int, int]], files: Mapping[int, str]) -> str:
    """The digest of some searches, as the register has it.

    Args:
        rows: Id, line and number of the source of each, in any order.
        files: The digest of each source by its number.
    """
    told = _Searches()
    told.add(np.array(sorted(rows), _ROW))
    return told.digest(files)


def _block(
    results: DuckDBPyConnection, table: str, key: str, first: int
) -> Iterable[tuple[int, np.ndarray[Any, Any]]]:
    """The groups that have searches of one block, each with them in order."""
    read: Any = results.execute(
        f"""
        SELECT {key} AS part, s.id AS search, s.line, s.source
        FROM {table} JOIN search s ON s.id = search
        WHERE search >= $first AND search < $last AND s.id >= $first AND s.id < $last
        ORDER BY part, s.id
        """,
        {"first": first, "last": first + BLOCK},
    )
    columns: dict[str, Any] = read.fetchnumpy()
    groups = np.asarray(columns.pop("part"))
    rows = np.empty(len(groups), _ROW)
    for name, values in columns.items():
        rows[name] = values
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(groups)], strict=True):
        yield int(groups[start]), rows[start:end]


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
