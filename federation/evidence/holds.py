"""HOLDs on file, until somebody settles them (``HoldBook``).

A HOLD past its deadline stays: nobody's silence settles it.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..proof import Held
from ..refusal import RefusedCallError, Status
from .concern import concerned
from .database import Database
from .known import Known
from .mirror import Mirror
from .moments import moment, stamp
from .watch import Part

_COLUMNS = (
    "id, request_id, caller, requester, owner, act, data, purpose, digest, question, explanation, "
    "asked_at, deadline, closed_at IS NULL"
)
_FILE = """INSERT INTO holds
    (id, request_id, caller, requester, owner, act, data, purpose, digest, question, explanation,
     asked_at, deadline)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_PAGE = 200  # rows read at a time while a list is made


class Holds(Mirror):
    """Every HOLD on file; which request ids have one is known without asking the disk."""

    def __init__(self, database: Database, most: int) -> None:
        """Know the HOLDs of a store.

        Args:
            database: The store.
            most: Of how many it is known without asking; if there are more, all are asked for.
        """
        super().__init__(database, Part.HOLDS)
        self._most = most
        self._asked = Known(most)
        self._last = 0

    # By whoever asked ------------------------------------------------------------------------

    def file(self, held: Held) -> Held:
        """Keep a HOLD; the one already on file for this caller, request id and owner, if any.

        Raises:
            RefusedCallError: The request id is on file for another question (ALREADY_EXISTS).
        """
        return self.file_all([held])[0]

    def file_all(self, held: Iterable[Held]) -> Sequence[Held]:
        """Keep the HOLDs of one call, all or none.

        Raises:
            RefusedCallError: A request id is on file for another question (ALREADY_EXISTS).
        """
        with self._database.writing(Part.HOLDS) as connection:
            return [_filed(connection, each) for each in held]

    def close(self, held: Held, now: datetime.datetime) -> None:
        """The same request was answered otherwise: it waits no more."""
        with self._database.writing(Part.HOLDS) as connection:
            connection.execute(
                "UPDATE holds SET closed_at = ? WHERE id = ? AND closed_at IS NULL",
                (stamp(now), held.id),
            )

    def find(self, caller: str, request_id: str, owner: str | None = None) -> Sequence[Held]:
        """The HOLDs of one caller under one request id, open or not.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        self.renew()
        if not self._asked.may_hold((caller, request_id)):
            return ()
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM holds WHERE caller = ? AND request_id = ? "
                "AND owner = coalesce(?, owner) ORDER BY seq",
                (caller, request_id, owner),
            ).fetchall()
        return [_held(row) for row in rows]

    # By whoever settles ----------------------------------------------------------------------

    def of_request(self, digest: bytes) -> Sequence[Held]:
        """The open HOLDs that wait for proof about one question.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM holds WHERE digest = ? AND closed_at IS NULL ORDER BY seq",
                (digest,),
            ).fetchall()
        return [_held(row) for row in rows]

    def waiting(
        self, whom: Sequence[str], after: tuple[int, int] = (0, 0)
    ) -> Iterator[tuple[tuple[int, int], Held]]:
        """The open HOLDs that concern someone, those past their deadline first.

        Each comes with its place in the list.

        Args:
            whom: Bodies by ``agency:KEY`` and roles by ``role:NAME``.
            after: The place after which to begin.

        Raises:
            RefusedCallError: They cannot be read; UNAVAILABLE.
        """
        marks = ", ".join("?" * len(whom))
        query = (
            f"SELECT deadline, seq, {_COLUMNS} FROM holds WHERE closed_at IS NULL "
            f"AND (deadline, seq) > (?, ?) AND seq IN (SELECT hold FROM concerned WHERE whom IN "
            f"({marks})) ORDER BY deadline, seq LIMIT {_PAGE}"
        )
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(query, (*after, *whom)).fetchall()
            for deadline, seq, *row in rows:
                after = deadline, seq
                yield after, _held(row)
            if len(rows) < _PAGE:
                return

    def forget(self, before: datetime.datetime) -> int:
        """Forget HOLDs that were closed before a moment; how many.

        Raises:
            RefusedCallError: The store cannot be written; UNAVAILABLE.
        """
        with self._database.writing(Part.HOLDS) as connection:
            return connection.execute(
                "DELETE FROM holds WHERE closed_at < ?", (stamp(before),)
            ).rowcount

    def take_in(self, connection: sqlite3.Connection, *, anew: bool) -> None:
        """Read which request ids have come since the last time, or all of them."""
        asked, last = (Known(self._most), 0) if anew else (self._asked, self._last)
        rows = connection.execute(
            "SELECT seq, caller, request_id FROM holds WHERE seq > ? ORDER BY seq LIMIT ?",
            (last, asked.room),
        )
        for seq, caller, request_id in rows:
            asked.add((caller, request_id))
            last = seq
        self._asked, self._last = asked, last


def _filed(connection: sqlite3.Connection, held: Held) -> Held:
    """One HOLD as it lies on file from now on."""
    found = connection.execute(
        f"SELECT seq, {_COLUMNS} FROM holds WHERE caller = ? AND request_id = ? AND owner = ?",
        (held.caller, held.request_id, held.owner),
    ).fetchone()
    if found is None:
        seq = connection.execute(_FILE, _cells(held)).lastrowid
        _concern(connection, seq, held)
        return held
    seq, *row = found
    earlier = _held(row)
    if earlier.digest != held.digest:
        raise RefusedCallError(
            Status.ALREADY_EXISTS,
            "this request id is that of another question; ask this one under a new id",
        )
    if earlier.is_open and earlier.explanation == held.explanation:
        return earlier
    return _renewed(connection, seq, earlier, held)


def _renewed(connection: sqlite3.Connection, seq: int, earlier: Held, held: Held) -> Held:
    """A HOLD that still waits, or waits again, for what it waits now."""
    kept = replace(
        earlier,
        explanation=held.explanation,
        deadline=earlier.deadline if earlier.is_open else held.deadline,
        is_open=True,
    )
    connection.execute(
        "UPDATE holds SET explanation = ?, deadline = ?, closed_at = NULL WHERE seq = ?",
        (kept.explanation, stamp(kept.deadline), seq),
    )
    connection.execute("DELETE FROM concerned WHERE hold = ?", (seq,))
    _concern(connection, seq, kept)
    return kept


def _concern(connection: sqlite3.Connection, seq: int | None, held: Held) -> None:
    """Enter whom a HOLD concerns."""
    connection.executemany(
        "INSERT INTO concerned (hold, whom) VALUES (?, ?)",
        [(seq, whom) for whom in sorted(concerned(held))],
    )


def _cells(held: Held) -> tuple[Any, ...]:
    """A HOLD as a row."""
    return (
        held.id,
        held.request_id,
        held.caller,
        held.requester,
        held.owner,
        held.act,
        json.dumps(held.data),
        held.purpose,
        held.digest,
        held.question,
        held.explanation,
        stamp(held.asked_at),
        stamp(held.deadline),
    )


def _held(row: Sequence[Any]) -> Held:
    """A row as a HOLD."""
    id_, request_id, caller, requester, owner, act, data, purpose, digest, *rest = row
    question, explanation, asked_at, deadline, is_open = rest
    return Held(
        id_,
        request_id,
        caller,
        requester,
        owner,
        act,
        tuple(json.loads(data)),
        purpose,
        digest,
        question,
        explanation,
        moment(asked_at),
        moment(deadline),
        bool(is_open),
    )
