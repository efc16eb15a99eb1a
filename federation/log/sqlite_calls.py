"""Calls that were answered, in SQLite: a row a group, and an index in memory that finds them.

Nonces are random: a table in their order would have a page written anew for each call, at three
times the cost of the whole group. The rows follow the log instead, and the index is made of them at
every start.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence
from contextlib import suppress

from msgspec import DecodeError, msgpack

from .call_index import CallIndex
from .store import RecordedCall

Key = tuple[str, bytes]
"""Caller and nonce."""

_decode = msgpack.Decoder(list[RecordedCall]).decode
_encode = msgpack.Encoder().encode

_ROWS_READ_AT_ONCE = 256
_SUM = 4  # bytes


class RecordedCalls:
    """The calls of one file; used by the one who writes it, while nobody else does."""

    def __init__(self) -> None:
        self._index = CallIndex()
        self._end = 0  # the size of the log up to which the index is made

    def catch_up(self, connection: sqlite3.Connection, size: int) -> None:
        """Bring the index to the log's size: at the start, and if another process wrote.

        Raises:
            sqlite3.Error: The rows cannot be read.
        """
        while self._end < size:
            chunk = "SELECT first, calls FROM calls WHERE first >= ? ORDER BY first LIMIT ?"
            found = connection.execute(chunk, (self._end, _ROWS_READ_AT_ONCE)).fetchall()
            is_last = len(found) < _ROWS_READ_AT_ONCE
            for first, row in found:
                self.added(first, first + 1, _read(row))
            if is_last:
                self._end = size

    def find(self, connection: sqlite3.Connection, keys: Sequence[Key]) -> dict[Key, RecordedCall]:
        """Those of some calls that were answered.

        Raises:
            sqlite3.Error: The rows cannot be read.
        """
        places = {first for key in keys for first in self._index.find(hash(key))}
        query = "SELECT calls FROM calls WHERE first = ?"
        rows = [row for first in places for (row,) in connection.execute(query, (first,))]
        found = {key_of(one): one for row in rows for one in _read(row)}
        return {key: found[key] for key in keys if key in found}

    def added(self, first: int, end: int, calls: Sequence[RecordedCall]) -> None:
        """Take up the calls of a group that is now on file."""
        for one in calls:
            self._index.add(hash(key_of(one)), first)
        self._end = end

    def forgotten(self, first: int, calls: Sequence[RecordedCall]) -> None:
        """Let go of the calls of a group that are no longer on file."""
        for one in calls:
            self._index.remove(hash(key_of(one)), first)


def key_of(call: RecordedCall) -> Key:
    """By what a call is found."""
    return call.caller, call.nonce


def insert(connection: sqlite3.Connection, first: int, calls: Sequence[RecordedCall]) -> None:
    """File the calls of a group.

    Raises:
        sqlite3.Error: They cannot be filed.
    """
    until = max(one.until for one in calls)
    add = "INSERT INTO calls (first, until, calls) VALUES (?, ?, ?)"
    packed = _encode(calls)
    connection.execute(add, (first, until, _sum(packed) + packed))


def delete(
    connection: sqlite3.Connection, before: int, groups: int
) -> dict[int, list[RecordedCall]]:
    """Delete the calls of some groups, all of whose calls may be forgotten; which they were.

    A row that is torn goes with them, and nothing is told of it.

    Raises:
        sqlite3.Error: They cannot be deleted.
    """
    chunk = "SELECT first, calls FROM calls WHERE until < ? ORDER BY until LIMIT ?"
    found = connection.execute(chunk, (before, groups)).fetchall()
    connection.executemany("DELETE FROM calls WHERE first = ?", [(first,) for first, _ in found])
    deleted = dict[int, list[RecordedCall]]()
    for first, row in found:
        deleted[first] = []
        with suppress(sqlite3.DatabaseError):
            deleted[first] = _read(row)
    return deleted


def _read(row: bytes) -> list[RecordedCall]:
    """The calls in a row.

    Raises:
        sqlite3.DatabaseError: The row is torn.
    """
    try:
        kept, packed = row[:_SUM], row[_SUM:]
        if kept != _sum(packed):
            raise DecodeError("its sum does not fit")
        return _decode(packed)
    except (DecodeError, TypeError) as fault:
        told = "a row of calls is torn; it goes when its calls may be forgotten"
        raise sqlite3.DatabaseError(f"{told}, till then nothing is written ({fault})") from fault


def _sum(packed: bytes) -> bytes:
    """A sum by which a torn row is known: calls are not in the tree."""
    return zlib.crc32(packed).to_bytes(_SUM)


def search(connection: sqlite3.Connection, key: Key) -> RecordedCall | None:
    """A call, found without an index, by looking through all rows.

    Raises:
        sqlite3.Error: They cannot be read.
    """
    query = "SELECT calls FROM calls WHERE instr(calls, ?) > 0"
    found = (one for (row,) in connection.execute(query, (key[1],)) for one in _read(row))
    return next((one for one in found if key_of(one) == key), None)
