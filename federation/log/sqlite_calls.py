"""Calls that were answered, in SQLite: kept a row a group, and found by an index beside the file.

Nonces are random, so a table ordered by them would have a page written anew for each call. The rows
follow the log instead. Where a call stands is told by an index that is private to the process,
never flushed, and made again from the rows at every start.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress

from msgspec import DecodeError, msgpack

from .store import RecordedCall

Key = tuple[str, bytes]
"""Caller and nonce."""

_Row = list[tuple[str, bytes, bytes, int, int, int]]
_decode = msgpack.Decoder(_Row).decode
_encode = msgpack.Encoder().encode

_INDEX = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA cache_size = -32000;
    CREATE TABLE places (
        key INTEGER NOT NULL,
        first INTEGER NOT NULL,
        PRIMARY KEY (key, first)
    ) STRICT, WITHOUT ROWID;
"""
_KEYS_SOUGHT_AT_ONCE = 256
_ROWS_READ_AT_ONCE = 256


class RecordedCalls:
    """The calls of one file; used by the one who writes it, while nobody else does."""

    def __init__(self) -> None:
        self._index: sqlite3.Connection | None = None
        self._end = 0  # the size of the log up to which the index is made

    def catch_up(self, connection: sqlite3.Connection, size: int) -> None:
        """Bring the index to the log's size: at the start, and if another process wrote.

        Raises:
            sqlite3.Error: The rows or the index cannot be read.
        """
        if self._index is None or self._end > size:
            self.close()
            self._index = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._index.executescript(_INDEX)
        while self._end < size:
            chunk = "SELECT first, calls FROM calls WHERE first >= ? ORDER BY first LIMIT ?"
            found = connection.execute(chunk, (self._end, _ROWS_READ_AT_ONCE)).fetchall()
            self._add([(hash(key_of(one)), first) for first, row in found for one in _read(row)])
            self._end = found[-1][0] + 1 if len(found) == _ROWS_READ_AT_ONCE else size

    def find(self, connection: sqlite3.Connection, keys: Sequence[Key]) -> dict[Key, RecordedCall]:
        """Those of some calls that were answered.

        Raises:
            sqlite3.Error: The rows or the index cannot be read.
        """
        wanted = set(keys)
        rows = (
            connection.execute("SELECT calls FROM calls WHERE first = ?", (first,)).fetchone()
            for first in self._firsts([hash(key) for key in keys])
        )
        found = (one for row in rows if row for one in _read(row[0]))
        return {key: one for one in found if (key := key_of(one)) in wanted}

    def added(self, first: int, end: int, calls: Sequence[RecordedCall]) -> None:
        """Take up the calls of a group that is now on file; if that fails, all is read again."""
        try:
            self._add([(hash(key_of(one)), first) for one in calls])
            self._end = end
        except sqlite3.Error:
            self.close()

    def forgotten(self, first: int, calls: Sequence[RecordedCall]) -> None:
        """Let go of the calls of a group that is no longer on file; what stays does no harm."""
        if self._index is not None:
            with suppress(sqlite3.Error):
                delete = "DELETE FROM places WHERE key = ? AND first = ?"
                places = [(hash(key_of(one)), first) for one in calls]
                self._index.executemany(delete, places)

    def close(self) -> None:
        """Give the index up; the next one is made from the rows."""
        if self._index is not None:
            with suppress(sqlite3.Error):
                self._index.close()
        self._index, self._end = None, 0

    def _add(self, places: Sequence[tuple[int, int]]) -> None:
        assert self._index is not None
        self._index.execute("BEGIN")
        add = "INSERT OR IGNORE INTO places (key, first) VALUES (?, ?)"
        self._index.executemany(add, places)
        self._index.execute("COMMIT")

    def _firsts(self, keys: Sequence[int]) -> set[int]:
        """The groups that calls may stand in."""
        assert self._index is not None
        firsts = set[int]()
        for start in range(0, len(keys), _KEYS_SOUGHT_AT_ONCE):
            some = keys[start : start + _KEYS_SOUGHT_AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT first FROM places WHERE key IN ({marks})"
            firsts.update(first for (first,) in self._index.execute(query, some))
        return firsts


def key_of(call: RecordedCall) -> Key:
    """By what a call is found."""
    return call.caller, call.nonce


def insert(connection: sqlite3.Connection, first: int, calls: Sequence[RecordedCall]) -> None:
    """File the calls of a group.

    Raises:
        sqlite3.Error: They cannot be filed.
    """
    row = [(one.caller, one.nonce, one.digest, one.first, one.count, one.until) for one in calls]
    until = max(one.until for one in calls)
    add = "INSERT INTO calls (first, until, calls) VALUES (?, ?, ?)"
    connection.execute(add, (first, until, _encode(row)))


def delete(
    connection: sqlite3.Connection, before: int, groups: int
) -> dict[int, list[RecordedCall]]:
    """Delete the calls of some groups, all of whose calls may be forgotten; which they were.

    Raises:
        sqlite3.Error: They cannot be deleted.
    """
    chunk = "SELECT first, calls FROM calls WHERE until < ? ORDER BY until LIMIT ?"
    found = connection.execute(chunk, (before, groups)).fetchall()
    connection.executemany("DELETE FROM calls WHERE first = ?", [(first,) for first, _ in found])
    return {first: _read(row) for first, row in found}


def _read(row: bytes) -> list[RecordedCall]:
    """The calls in a row.

    Raises:
        sqlite3.DatabaseError: The row is torn.
    """
    try:
        return [RecordedCall(*one) for one in _decode(row)]
    except DecodeError as fault:
        raise sqlite3.DatabaseError(f"a row of calls is torn: {fault}") from fault


def search(connection: sqlite3.Connection, key: Key) -> RecordedCall | None:
    """A call, found without an index, by looking through all rows.

    Raises:
        sqlite3.Error: They cannot be read.
    """
    query = "SELECT calls FROM calls WHERE instr(calls, ?) > 0"
    found = (one for (row,) in connection.execute(query, (key[1],)) for one in _read(row))
    return next((one for one in found if key_of(one) == key), None)
