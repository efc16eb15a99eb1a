"""The log of one machine in a file of SQLite.

A group is one row and one flush of the write-ahead log. Reading goes over a connection of its own
and never waits for the writer.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from . import rows, sqlite_calls, sqlite_opening
from .sqlite_checkpoints import Checkpoints
from .store import Group, Head, RecordedCall, StoreUnavailableError
from .tree import Edge

_HEAD = "SELECT head.size, edge, at, note FROM head, checkpoint"
Row = tuple[Any, ...]  # as SQLite gives it

_GROUPS_READ_AT_ONCE = 64
_GROUPS_FORGOTTEN_AT_ONCE = 64


class SqliteStore:
    """A log in one file.

    One process writes; others may read.

    Attributes:
        path: The file.
    """

    def __init__(
        self, path: Path, *, only_reading: bool = False, synchronous: str = "FULL"
    ) -> None:
        """Open a log; a new one is made if there is none.

        Args:
            path: Its file.
            only_reading: Whether to write nothing at all, and make nothing.
            synchronous: Anything but the usual only to show what would be lost.

        Raises:
            StoreError: The file cannot be used; the message tells the mend.
        """
        self.path = path
        self._synchronous = synchronous
        self._only_reading = only_reading
        self._writing, self._reading = threading.Lock(), threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._files = sqlite_opening.files_of(path)
        self._place: sqlite_opening.Place | None = None
        self._calls = sqlite_calls.RecordedCalls()
        self._checkpoints: Checkpoints | None = None
        if not only_reading:
            sqlite_opening.prepare(path)
        with ExitStack() as opening:
            opening.callback(self._give_up_writer)
            if not only_reading:
                self._open_first_writer()
            self._reader = opening.enter_context(closing(sqlite_opening.reader(path)))
            if not only_reading:
                connect = partial(sqlite_opening.writer, path, synchronous)
                self._checkpoints = opening.enter_context(closing(Checkpoints(connect)))
            self._opened = opening.pop_all()

    @contextmanager
    def appending(self) -> Generator[_Appending]:
        """Append in one transaction, which is on the disk when the block is left.

        Raises:
            StoreUnavailableError: It cannot be written, or nobody knows whether it was.
        """
        with self._writing:
            with self._transaction() as connection:
                appending = _Appending(connection, self._calls)
                yield appending
            if (group := appending.written) is not None:
                self._calls.added(group.first, group.end, appending.answered)
                if self._checkpoints is not None:
                    self._checkpoints.written()

    def head(self) -> Head:
        """The head as it is now.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        return _head(self._read(_HEAD))

    def groups(self, first: int, end: int) -> Iterator[Group]:
        """The groups that have entries from `first` to before `end`, whole and in order.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        chunk = (
            "SELECT first, at, entries, leaves, sealed FROM groups WHERE first < :end AND first >= "
            "ifnull((SELECT max(first) FROM groups WHERE first <= :first), :first) "
            f"ORDER BY first LIMIT {_GROUPS_READ_AT_ONCE}"
        )
        while first < end:
            found = self._read(chunk, {"first": first, "end": end})
            for group in (rows.group(*row) for row in found):
                if group.end > first:
                    yield group
                    first = group.end
            if len(found) < _GROUPS_READ_AT_ONCE:
                return

    def circumstances(self, digest: bytes) -> bytes | None:
        """The circumstances of a digest.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        return self._one("SELECT content FROM circumstances WHERE digest = ?", (digest,))

    def tile(self, level: int, index: int) -> bytes | None:
        """A full tile: 256 hashes of 32 bytes.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        return self._one("SELECT hashes FROM tiles WHERE level = ? AND place = ?", (level, index))

    def call(self, caller: str, nonce: bytes) -> RecordedCall | None:
        """A call that was answered and is not forgotten.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        with self._reading, _telling("read"):
            return sqlite_calls.search(self._reader, (caller, nonce))

    def keep_checkpoint(self, note: str) -> None:
        """Keep the last signed note, unless that of a larger log is kept. It is not flushed.

        Raises:
            StoreUnavailableError: The store cannot be written.
        """
        size = rows.note_size(note)
        with self._writing, self._transaction(flushed=False) as connection:
            renewed = "UPDATE checkpoint SET size = ?, note = ? WHERE size <= ?"
            connection.execute(renewed, (size, note, size))

    def forget_calls(self, before: int) -> int:
        """Forget calls that may be forgotten since before a moment; how many there were.

        Raises:
            StoreUnavailableError: The store cannot be written.
        """
        count = 0
        while True:
            with self._writing:
                with self._transaction(flushed=False) as connection:
                    deleted = sqlite_calls.delete(connection, before, _GROUPS_FORGOTTEN_AT_ONCE)
                for first, calls in deleted.items():
                    self._calls.forgotten(first, calls)
                    count += len(calls)
            if len(deleted) < _GROUPS_FORGOTTEN_AT_ONCE:
                return count

    def close(self) -> None:
        """Close the store."""
        with self._writing, self._reading:
            self._opened.close()

    def _open_first_writer(self) -> None:
        try:
            self._open_writer()
        except (OSError, sqlite3.Error) as fault:
            raise sqlite_opening.told(self.path, fault) from fault

    @contextmanager
    def _transaction(self, *, flushed: bool = True) -> Generator[sqlite3.Connection]:
        """Write, alone.

        Raises:
            StoreUnavailableError: It cannot be written, or nobody knows whether it was.
        """
        with _telling("written"):
            try:
                connection = self._open_writer()
                self._check_place()
                with _flushing(connection, flushed, self._synchronous), _committed(connection):
                    yield connection
            except (OSError, sqlite3.Error):
                self._give_up_writer()
                raise

    def _open_writer(self) -> sqlite3.Connection:
        """The connection that writes; after a fault it is a new one.

        Raises:
            StoreUnavailableError: The store is only read.
            sqlite3.Error: It cannot be opened.
            OSError: Its files are not there.
        """
        if self._only_reading:
            raise StoreUnavailableError("the log was opened to be read only")
        if self._connection is None:
            connection = sqlite_opening.writer(self.path, self._synchronous)
            self._connection = connection
            connection.execute("SELECT size FROM head").fetchall()  # makes the WAL
            self._place = self._place or sqlite_opening.place(self._files)
        return self._connection

    def _give_up_writer(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _check_place(self) -> None:
        """Make sure that what is written goes to the files that others find.

        Raises:
            OSError: One is gone.
            StoreUnavailableError: One is another.
        """
        if sqlite_opening.place(self._files) != self._place:
            raise StoreUnavailableError(
                f"{self.path}: was replaced under the service, and is not written; "
                "put it back and start the service again"
            )

    def _one(self, query: str, of: tuple[object, ...]) -> bytes | None:
        found = self._read(query, of)
        return rows.content(found[0][0]) if found else None

    def _read(self, query: str, of: tuple[object, ...] | Mapping[str, object] = ()) -> list[Row]:
        """Read rows, all at once: a reader that lingers would let the WAL grow.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        with self._reading, _telling("read"):
            return self._reader.execute(query, of).fetchall()


class _Appending:
    """One transaction, alone with the head.

    Attributes:
        head: The head before it.
        written: The group that is written, and `answered`, the calls that it answers.
    """

    def __init__(self, connection: sqlite3.Connection, known: sqlite_calls.RecordedCalls) -> None:
        self._connection = connection
        self._known = known
        self._new = set[sqlite_calls.Key]()
        self.head = _head(connection.execute(_HEAD).fetchall())
        self.written: Group | None = None
        self.answered: Sequence[RecordedCall] = ()
        known.catch_up(connection, self.head.edge.size)

    def calls(self, keys: Sequence[tuple[str, bytes]]) -> Mapping[tuple[str, bytes], RecordedCall]:
        """Those of some calls, by caller and nonce, that were answered before."""
        found = self._known.find(self._connection, keys)
        self._new.update(key for key in keys if key not in found)
        return found

    def write(
        self,
        group: Group,
        after: Edge,
        calls: Sequence[RecordedCall],
        circumstances: Mapping[bytes, bytes],
        tiles: Mapping[tuple[int, int], bytes],
    ) -> None:
        """Append a group and move the head.

        Raises:
            StoreUnavailableError: It does not follow the head, or answers a call anew.
        """
        rows.check_follows(self.head, group, after)
        self._check_new(calls)
        connection = self._connection
        connection.execute(
            "INSERT INTO groups (first, at, entries, leaves, sealed) VALUES (?, ?, ?, ?, ?)",
            (
                group.first,
                group.at,
                rows.packed(group.entries),
                b"".join(group.leaves),
                rows.packed_texts(group.sealed),
            ),
        )
        if calls:
            sqlite_calls.insert(connection, group.first, calls)
        if circumstances:
            add = "INSERT OR IGNORE INTO circumstances (digest, content) VALUES (?, ?)"
            connection.executemany(add, circumstances.items())
        if tiles:
            add = "INSERT INTO tiles (level, place, hashes) VALUES (?, ?, ?)"
            connection.executemany(add, [(*place, hashes) for place, hashes in tiles.items()])
        connection.execute(
            "UPDATE head SET size = ?, edge = ?, at = ?",
            (after.size, b"".join(after.hashes), group.at),
        )
        self.written, self.answered = group, calls

    def _check_new(self, calls: Sequence[RecordedCall]) -> None:
        keys = {sqlite_calls.key_of(one) for one in calls}
        unasked = [key for key in keys if key not in self._new]
        if len(keys) < len(calls) or self._known.find(self._connection, unasked):
            raise StoreUnavailableError("a call was answered before; nothing was written")


def _head(found: Sequence[Row]) -> Head:
    if len(found) != 1:
        raise StoreUnavailableError("the row of the head is missing; run `platelaw log verify`")
    return rows.head(*found[0])


@contextmanager
def _committed(connection: sqlite3.Connection) -> Generator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _flushing(connection: sqlite3.Connection, flushed: bool, usual: str) -> Generator[None]:
    """Leave the flush of what is written to the next commit, if it need not be on the disk."""
    if not flushed:
        connection.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        if not flushed:
            connection.execute(f"PRAGMA synchronous = {usual}")


@contextmanager
def _telling(done: str) -> Generator[None]:
    """Tell in plain words what the file system or SQLite says.

    Raises:
        StoreUnavailableError: It says something.
    """
    try:
        yield
    except OSError as fault:
        raise StoreUnavailableError(f"the log cannot be {done}: {fault.strerror}") from fault
    except sqlite3.Error as fault:
        told = sqlite_opening.plain(fault)
        raise StoreUnavailableError(f"the log cannot be {done}: {told}") from fault
