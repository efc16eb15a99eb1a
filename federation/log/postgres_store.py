"""The log of several servers in one PostgreSQL.

The row of the head is locked for as long as a group is written: its lock is the only order between
servers. Whoever has it sees all that was written before.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, LiteralString

import psycopg

from . import postgres_opening, rows
from .checking import edge_at
from .store import Group, Head, RecordedCall, StoreUnavailableError
from .tree import Edge

Row = tuple[Any, ...]  # as PostgreSQL gives it

_HEAD: LiteralString = "SELECT head.size, edge, at, note FROM head, checkpoint"
_CALL: LiteralString = "SELECT caller, nonce, digest, first, count, until FROM calls"
# One statement, because each costs a client as much as its work.
_WRITE: LiteralString = """
    WITH added AS (
        INSERT INTO groups (first, at, entries, leaves, sealed)
        VALUES (%(first)b, %(at)b, %(entries)b, %(leaves)b, %(sealed)b)
    ), answered AS (
        INSERT INTO calls (caller, nonce, digest, first, count, until)
        SELECT * FROM unnest(
            %(callers)b::text[], %(nonces)b::bytea[], %(digests)b::bytea[],
            %(firsts)b::bigint[], %(counts)b::bigint[], %(untils)b::bigint[]
        )
    ), decided_from AS (
        INSERT INTO circumstances (digest, content)
        SELECT * FROM unnest(%(circumstances)b::bytea[], %(contents)b::bytea[])
        ON CONFLICT DO NOTHING
    ), filled AS (
        INSERT INTO tiles (level, place, hashes)
        SELECT * FROM unnest(%(levels)b::integer[], %(places)b::bigint[], %(tiles)b::bytea[])
    )
    UPDATE head SET size = %(size)b, edge = %(edge)b, at = %(at)b
"""
_GROUPS_READ_AT_ONCE = 64
_CALLS_FORGOTTEN_AT_ONCE = 2000


class PostgresStore:
    """A log in a database of its own, written by any number of servers."""

    def __init__(self, address: str, *, only_reading: bool = False) -> None:
        """Open a log; a new one is made if there is none.

        Args:
            address: The database, as libpq takes it: `host=... dbname=...` or `postgresql://...`.
            only_reading: Whether to write nothing at all, and make nothing.

        Raises:
            StoreError: It cannot be used; the message tells the mend.
        """
        if only_reading:
            postgres_opening.check_readable(address)
        else:
            postgres_opening.prepare(address)
        self._address = address
        self._only_reading = only_reading
        self._writing, self._reading = threading.Lock(), threading.Lock()
        self._writer: psycopg.Connection | None = None
        self._reader: psycopg.Connection | None = None
        self._warnings: list[str] = []  # that the database gave with its last commit
        self._reached = Edge(0, ())  # what is known here to have been committed

    @contextmanager
    def appending(self) -> Generator[_Appending]:
        """Append in one transaction, which is on the disk when the block is left.

        Raises:
            StoreUnavailableError: It cannot be written, or nobody knows whether it was.
        """
        with self._writing:
            with self._transaction() as (connection, pipeline):
                appending = _Appending(connection, pipeline)
                yield appending
            self._reached = appending.after

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
        chunk: LiteralString = (
            "SELECT first, at, entries, leaves, sealed FROM groups WHERE first < %(end)s AND "
            "first >= coalesce((SELECT max(first) FROM groups WHERE first <= %(first)s), "
            "%(first)s) ORDER BY first LIMIT %(most)s"
        )
        while first < end:
            of = {"first": first, "end": end, "most": _GROUPS_READ_AT_ONCE}
            found = self._read(chunk, of)
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
        return self._one("SELECT content FROM circumstances WHERE digest = %s", (digest,))

    def tile(self, level: int, index: int) -> bytes | None:
        """A full tile: 256 hashes of 32 bytes.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        return self._one("SELECT hashes FROM tiles WHERE level = %s AND place = %s", (level, index))

    def call(self, caller: str, nonce: bytes) -> RecordedCall | None:
        """A call that was answered and is not forgotten.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        found = self._read(f"{_CALL} WHERE caller = %s AND nonce = %s", (caller, nonce))
        return RecordedCall(*found[0]) if found else None

    def keep_checkpoint(self, note: str) -> None:
        """Keep the last signed note, unless that of a larger log is kept.

        Raises:
            StoreUnavailableError: The store cannot be written.
        """
        size = rows.note_size(note)
        renewed: LiteralString = "UPDATE checkpoint SET size = %s, note = %s WHERE size <= %s"
        with self._writing, self._connected() as connection:
            connection.execute(renewed, (size, note, size))

    def forget_calls(self, before: int) -> int:
        """Forget calls that may be forgotten since before a moment; how many there were.

        Raises:
            StoreUnavailableError: The store cannot be written.
        """
        chunk: LiteralString = (
            "DELETE FROM calls WHERE ctid = ANY (ARRAY (SELECT ctid FROM calls WHERE until < %s "
            "LIMIT %s FOR UPDATE SKIP LOCKED))"
        )
        count = 0
        while True:
            with self._writing, self._connected() as connection:
                some = connection.execute(chunk, (before, _CALLS_FORGOTTEN_AT_ONCE)).rowcount
            count += some
            if some < _CALLS_FORGOTTEN_AT_ONCE:
                return count

    def close(self) -> None:
        """Close the store."""
        with self._writing, self._reading:
            self._give_up_writer()
            self._give_up_reader()

    @contextmanager
    def _transaction(self) -> Generator[tuple[psycopg.Connection, psycopg.Pipeline]]:
        """Write, alone with the head.

        Statements go out together, and with the commit, where nobody waits for what they say.

        Raises:
            StoreUnavailableError: It cannot be written, or nobody knows whether it was.
        """
        with self._connected() as connection, connection.pipeline() as pipeline:
            connection.execute("BEGIN")
            try:
                yield connection, pipeline
                self._commit(connection, pipeline)
            except psycopg.Error:
                raise
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    def _commit(self, connection: psycopg.Connection, pipeline: psycopg.Pipeline) -> None:
        """Commit, and hold the database to it.

        It says COMMIT with a warning if it was kept from waiting for its standby.

        Raises:
            psycopg.Error: Something of it failed.
            StoreUnavailableError: Nobody knows whether it is kept.
        """
        self._warnings.clear()
        said = connection.execute("COMMIT")
        pipeline.sync()
        if said.statusmessage != "COMMIT" or self._warnings:
            told = "; ".join(self._warnings) or "it was rolled back"
            raise StoreUnavailableError(f"nobody knows whether a group is kept: {told}")

    def _note_warning(self, told: psycopg.errors.Diagnostic) -> None:
        if told.severity_nonlocalized == "WARNING":
            self._warnings.append(told.message_primary or "a warning")

    @contextmanager
    def _connected(self) -> Generator[psycopg.Connection]:
        """The connection that writes; after a fault it is a new one.

        Raises:
            StoreUnavailableError: There is none, or it breaks.
        """
        if self._only_reading:
            raise StoreUnavailableError("the log was opened to be read only")
        try:
            if self._writer is None:
                with self._reading:
                    self._give_up_reader()  # it may be as old as the one that broke
                self._check_reached()
                self._writer = postgres_opening.connect(self._address)
                self._writer.add_notice_handler(self._note_warning)
            yield self._writer
        except psycopg.Error as fault:
            self._give_up_writer()
            told = postgres_opening.plain(fault)
            raise StoreUnavailableError(f"the log cannot be written: {told}") from fault

    def _check_reached(self) -> None:
        """Make sure that the database still has what it acknowledged: another may have taken over.

        Raises:
            StoreUnavailableError: It has not.
        """
        size = self._reached.size
        now = self.head().edge.size if size else 0
        if now < size or (size and edge_at(self, size) != self._reached):
            raise StoreUnavailableError(
                f"the log's database does not have the {size:,} entries that it acknowledged, it "
                f"has {now:,} or others: a standby took over that was not synchronous. Nothing is "
                "written; bring the old one back, or run `platelaw log repair`"
            )

    def _give_up_writer(self) -> None:
        if self._writer is not None:
            with suppress(psycopg.Error):
                self._writer.close()
            self._writer = None

    def _give_up_reader(self) -> None:
        if self._reader is not None:
            with suppress(psycopg.Error):
                self._reader.close()
            self._reader = None

    def _one(self, query: LiteralString, of: tuple[object, ...]) -> bytes | None:
        found = self._read(query, of)
        return rows.content(found[0][0]) if found else None

    def _read(
        self, query: LiteralString, of: tuple[object, ...] | Mapping[str, object] = ()
    ) -> list[Row]:
        """Read rows.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        with self._reading:
            try:
                if self._reader is None:
                    self._reader = postgres_opening.connect(self._address)
                return self._reader.execute(query, of, binary=True).fetchall()
            except psycopg.Error as fault:
                self._give_up_reader()
                told = postgres_opening.plain(fault)
                raise StoreUnavailableError(f"the log cannot be read: {told}") from fault


class _Appending:
    """One transaction, alone with the head.

    Attributes:
        head: The head before it.
        after: The edge after it.
    """

    def __init__(self, connection: psycopg.Connection, pipeline: psycopg.Pipeline) -> None:
        self._connection = connection
        self._pipeline = pipeline
        self.head = _head(self._ask(f"{_HEAD} FOR UPDATE OF head"))
        self.after = self.head.edge

    def calls(self, keys: Sequence[tuple[str, bytes]]) -> Mapping[tuple[str, bytes], RecordedCall]:
        """Those of some calls, by caller and nonce, that were answered before."""
        if not keys:
            return {}
        query: LiteralString = (
            f"{_CALL} WHERE (caller, nonce) IN (SELECT * FROM unnest(%b::text[], %b::bytea[]))"
        )
        callers, nonces = zip(*keys, strict=True)
        found = self._ask(query, (list(callers), list(nonces)))
        return {(row[0], row[1]): RecordedCall(*row) for row in found}

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
            StoreUnavailableError: It does not follow the head.
        """
        rows.check_follows(self.head, group, after)
        of: dict[str, object] = {
            "first": group.first,
            "at": group.at,
            "entries": rows.packed(group.entries),
            "leaves": b"".join(group.leaves),
            "sealed": rows.packed_texts(group.sealed),
            "size": after.size,
            "edge": b"".join(after.hashes),
            "callers": [one.caller for one in calls],
            "nonces": [one.nonce for one in calls],
            "digests": [one.digest for one in calls],
            "firsts": [one.first for one in calls],
            "counts": [one.count for one in calls],
            "untils": [one.until for one in calls],
            "circumstances": list(circumstances),
            "contents": list(circumstances.values()),
            "levels": [level for level, _ in tiles],
            "places": [place for _, place in tiles],
            "tiles": list(tiles.values()),
        }
        self._connection.execute(_WRITE, of)
        self.after = after

    def _ask(self, query: LiteralString, of: tuple[object, ...] = ()) -> list[Row]:
        """Ask something, and wait for it.

        All is synced then: a session that only flushed counts as busy, and one that hangs would
        hold the head for good.
        """
        cursor = self._connection.execute(query, of, binary=True)
        self._pipeline.sync()
        return cursor.fetchall()


def _head(found: Sequence[Row]) -> Head:
    if len(found) != 1:
        raise StoreUnavailableError("the row of the head is missing; run `platelaw log verify`")
    return rows.head(*found[0])
