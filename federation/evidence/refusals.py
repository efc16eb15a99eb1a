"""What was refused, so that the same search in other words is seen for what it is (``Refusals``).

A retry asks for the same thing and takes back or changes something that was asserted; what is only
added was missing. What a platform leaves unsaid may be the same: with no commitment to what is
searched for, it may be what was refused within the last hour to the same person; with no person
named, it may have been anyone of the agency. Who gives commitments is asked about that thing alone,
for thirty days. Whose data were asked for counts for nothing: the next owner is the first thing
that shopping tries.

Beside requester and act only digests are kept: no word of what was asked.
"""

from __future__ import annotations

import datetime
import sqlite3
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from itertools import chain
from typing import TypeAlias

from ..proof import Attempt
from ..refusal import RefusedCallError
from .database import Database
from .mirror import Mirror
from .moments import stamp
from .remembered import (
    NEVER,
    OF_ONE_PERSON,
    OF_ONE_THING,
    PERSON_LIFE,
    THING_LIFE,
    UNSAID,
    Keys,
    Memory,
    Refusal,
    Remembered,
    Said,
    joined,
    said_by,
    takes_back,
)
from .watch import Part

ENOUGH = 100  # other assertions that are counted; more change nothing

_SAME_NOTE = 60_000_000  # microseconds within which the same refusal is not noted again
_UNDER_WAY = 60_000_000  # microseconds that a question may be under way
_MOMENT = 0.05  # seconds for which refusals wait for each other
_MOST_PENDING = 10_000  # refusals that may wait
_OF_MOMENT = "SELECT asserted FROM refusals WHERE requester = ? AND act = ? AND at >= ?"
# The plus lets SQLite go by the thing, of which there are few, and not by the moment.
_OF_THING = (
    "SELECT asserted FROM refusals WHERE requester = ? AND act = ? AND +at >= ? AND thing = ?"
)
_Values: TypeAlias = tuple[str | bytes | int, ...]


class RefusedBefore(Mirror):
    """Every refusal that still counts.

    A refusal counts in its process at once, and is written with those that come in the same moment:
    other processes see it that moment later, and a process that is killed forgets it.
    """

    def __init__(self, database: Database, most: int) -> None:
        """Know the refusals of a store.

        Args:
            database: The store.
            most: How many are kept in memory; those before are looked up on file.
        """
        super().__init__(database, Part.REFUSALS)
        self._memory = Memory(most)
        self._read_at_most, self._most_pending = most // 2, min(_MOST_PENDING, most // 4)
        self._last = 0
        self._pending: list[Refusal] = []
        self._noting, self._flushing = threading.Lock(), threading.Lock()
        self._wanted, self._ended = threading.Event(), threading.Event()
        self._writer: threading.Thread | None = None

    def any_like(self, requester: str, user: str, act: str, subject: str) -> bool:
        """Whether anything that may have been the same was refused.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        self.renew()
        known = self._memory.now
        if known.gone == NEVER and not known.knows((requester, act)):
            return False
        keys = Keys.of(requester, user, act, subject)
        if any(known.like(keys)):
            return True
        if known.gone == NEVER:
            return False
        with closing(self._on_file(keys, known, known.last - _UNDER_WAY)) as found:
            return any(True for _ in found)

    def note(self, attempt: Attempt) -> None:
        """An attempt was answered HOLD or DENY.

        Where it is not said what is searched for, a retry is not noted: one refusal is remembered
        for an hour and no longer, however often it is tried meanwhile.

        Raises:
            RefusedCallError: It cannot be noted; UNAVAILABLE.
        """
        self.renew()
        said, at = said_by(attempt), stamp(attempt.at)
        refusal = Refusal(_keys(attempt), joined(said), at)
        if at - self._memory.now.noted(refusal.keys, refusal.asserted) < _SAME_NOTE:
            return
        if not refusal.keys.thing and self._count(refusal.keys, said, at):
            return
        if len(self._pending) >= self._most_pending:
            self.flush()
        with self._noting:
            self._pending.append(refusal)
            self._memory.add(refusal, self._pending)
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="refusals", daemon=True)
                self._writer.start()
        self._wanted.set()

    def flush(self) -> None:
        """Write what was noted.

        Raises:
            RefusedCallError: It cannot be written; UNAVAILABLE.
        """
        with self._flushing:
            refusals = list(self._pending)
            if not refusals:
                return
            with self._database.writing(Part.REFUSALS, flushed=False) as connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO refusals (requester, act, thing, person, asserted, at) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    [each.cells() for each in refusals],
                )
            with self._noting:
                del self._pending[: len(refusals)]

    def close(self) -> None:
        """Write what was noted, and end."""
        self._ended.set()
        self._wanted.set()
        if self._writer is not None:
            self._writer.join()
        with suppress(RefusedCallError):
            self.flush()

    def _write(self) -> None:
        """Write what is noted, some moments apart, until the end."""
        while not self._ended.is_set():
            self._wanted.wait()
            self._ended.wait(_MOMENT)
            self._wanted.clear()
            try:
                self.flush()
            except RefusedCallError:
                self._wanted.set()  # it stays noted, and is tried again

    def retries(self, attempt: Attempt) -> int:
        """How many refused attempts for the same thing asserted what is taken back or changed now.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        self.renew()
        return self._count(_keys(attempt), said_by(attempt), stamp(attempt.at))

    def _count(self, keys: Keys, said: Said, now: int) -> int:
        known, others = self._memory.now, set[bytes]()
        with closing(self._on_file(keys, known, now)) as found:
            for asserted in chain(_remembered(keys, known, now), found):
                if takes_back(said, asserted):
                    others.add(asserted)
                    if len(others) == ENOUGH:
                        break
        return len(others)

    def _on_file(self, keys: Keys, known: Remembered, now: int) -> Generator[bytes]:
        """What was asserted where it may have been the same thing, if it may be on file alone.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        wanted = tuple(queries(keys, known, now))
        if wanted:
            with self._database.reading() as connection:
                for query, values in wanted:
                    for (asserted,) in connection.execute(query, values):
                        yield asserted

    def forget(self, now: datetime.datetime) -> int:
        """Forget refusals that count no more; how many.

        Raises:
            RefusedCallError: The store cannot be written; UNAVAILABLE.
        """
        self.flush()
        with self._database.writing(Part.REFUSALS, flushed=False) as connection:
            return connection.execute(
                "DELETE FROM refusals WHERE at < ? OR (thing = ? AND at < ?)",
                (stamp(now - OF_ONE_THING), UNSAID, stamp(now - OF_ONE_PERSON)),
            ).rowcount

    def take_in(self, connection: sqlite3.Connection, *, anew: bool) -> None:
        """Read the newest of the refusals that have come since the last time.

        What counts no more leaves the memory by itself, so that none is read anew.
        """
        del anew
        (top,) = connection.execute("SELECT coalesce(max(seq), 0) FROM refusals").fetchone()
        first = max(self._last, top - self._read_at_most)
        (skips,) = connection.execute(
            "SELECT EXISTS (SELECT 1 FROM refusals WHERE seq > ? AND seq <= ?)", (self._last, first)
        ).fetchone()
        rows = connection.execute(
            "SELECT requester, act, thing, person, asserted, at FROM refusals "
            "WHERE seq > ? ORDER BY seq",
            (first,),
        )
        with self._noting:
            for requester, act, thing, person, asserted, at in rows:
                keys = Keys((requester, act), thing, person)
                self._memory.add(Refusal(keys, asserted, at), self._pending)
            if skips:
                self._memory.leave_out()
        self._last = top


def _keys(attempt: Attempt) -> Keys:
    return Keys.of(attempt.requester, attempt.user, attempt.act, attempt.subject)


def _remembered(keys: Keys, known: Remembered, now: int) -> Iterator[bytes]:
    """What was asserted where it may have been the same thing, as far as it is remembered."""
    for asserted, life in known.like(keys):
        for each, at in tuple(asserted.items()):
            if now - at <= life:
                yield each


def queries(keys: Keys, known: Remembered, now: int) -> Iterator[tuple[str, _Values]]:
    """How to find on file what counts and may not be remembered.

    Args:
        keys: What is asked.
        known: What is remembered.
        now: The moment.
    """
    if keys.thing and not known.is_whole(THING_LIFE, now):
        yield _OF_THING, (*keys.asked, now - THING_LIFE, keys.thing)
    if not known.is_whole(PERSON_LIFE, now):
        query = _OF_THING if keys.thing else _OF_MOMENT
        values: _Values = (*keys.asked, now - PERSON_LIFE, *([UNSAID] if keys.thing else ()))
        if keys.person:
            query, values = f"{query} AND person IN (?, ?)", (*values, keys.person, UNSAID)
        yield query, values
