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
import hashlib
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from ..proof import Attempt
from ..refusal import RefusedCallError, Status
from .database import Database
from .mirror import Mirror
from .moments import stamp
from .watch import Part

OF_ONE_THING = datetime.timedelta(days=30)
OF_ONE_PERSON = datetime.timedelta(hours=1)
ENOUGH = 100  # other assertions that are counted; more change nothing

_Said: TypeAlias = frozenset[bytes]
_encode = msgspec.msgpack.Encoder().encode  # tells ("ab", "c") from ("a", "bc")
_PART = 8  # bytes of a digest that are kept
_UNSAID = b""
_MICROSECOND = datetime.timedelta(microseconds=1)
_THING_LIFE, _PERSON_LIFE = OF_ONE_THING // _MICROSECOND, OF_ONE_PERSON // _MICROSECOND
_SAME_NOTE = 60_000_000  # microseconds within which the same refusal is not noted again
_MOMENT = 0.05  # seconds for which refusals wait for each other
_MOST_PENDING = 10_000  # refusals that may wait
_MANY = 64  # after so many more assertions of one person those too old are looked for


@dataclass(frozen=True, slots=True)
class _Keys:
    """What is asked, whatever is asserted.

    Attributes:
        asked: Requester and act.
        thing: The thing searched for, as asked for; unsaid if it was not given.
        person: The person of the requester; unsaid if not named.
    """

    asked: tuple[str, str]
    thing: bytes
    person: bytes

    @classmethod
    def of(cls, requester: str, user: str, act: str, subject: str) -> _Keys:
        """What is asked, with digests for thing and person."""
        return cls(
            (requester, act),
            _digest(requester, act, subject) if subject else _UNSAID,
            _digest(requester, user) if user else _UNSAID,
        )

    @classmethod
    def of_attempt(cls, attempt: Attempt) -> _Keys:
        """What an attempt asks."""
        return cls.of(attempt.requester, attempt.user, attempt.act, attempt.subject)


def _digest(*words: str) -> bytes:
    return hashlib.blake2b(_encode(words), digest_size=16).digest()


def _said(attempt: Attempt) -> _Said:
    """What an attempt asserts, a few bytes of each digest."""
    return frozenset(each[:_PART] for each in attempt.asserted)


def _joined(said: _Said) -> bytes:
    """What was asserted as one cell."""
    return b"".join(sorted(said))


def _parted(cell: bytes) -> _Said:
    return frozenset(cell[at : at + _PART] for at in range(0, len(cell), _PART))


_Asked = tuple[str, str]
_Place = tuple[_Asked, bytes]  # with the person
_Asserted = dict[_Said, int]  # what was asserted in refused attempts, and when it was last


@dataclass(slots=True)
class _Index:
    """Refusals by thing, and those of the last hour by act and person."""

    requesters: set[str] = field(default_factory=set[str])
    things: defaultdict[bytes, _Asserted] = field(default_factory=lambda: defaultdict(dict))
    persons: defaultdict[_Asked, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    recent: defaultdict[_Place, _Asserted] = field(default_factory=lambda: defaultdict(dict))
    of_unsaid: defaultdict[_Place, _Asserted] = field(default_factory=lambda: defaultdict(dict))
    last: int = 0

    def add(self, keys: _Keys, said: _Said, at: int) -> None:
        """Take in one refusal."""
        self.requesters.add(keys.asked[0])
        if keys.thing:
            self.things[keys.thing][said] = at
        self.persons[keys.asked].add(keys.person)
        for known in (self.recent,) if keys.thing else (self.recent, self.of_unsaid):
            mine = known[keys.asked, keys.person]
            mine[said] = at
            if not len(mine) % _MANY:  # not each time, for each looks at all
                old = [each for each, when in mine.items() if at - when > _PERSON_LIFE]
                for each in old:
                    del mine[each]

    def same(self, keys: _Keys) -> _Asserted:
        """What was asserted where exactly the same was said of thing and person."""
        if keys.thing:
            return self.things.get(keys.thing, {})
        return self.of_unsaid.get((keys.asked, keys.person), {})

    def like(self, keys: _Keys) -> Iterator[tuple[_Asserted, int]]:
        """What was asserted where it may have been the same thing, and how long that counts."""
        if keys.thing and keys.thing in self.things:
            yield self.things[keys.thing], _THING_LIFE
        met = self.persons.get(keys.asked)
        if not met:
            return
        known = self.of_unsaid if keys.thing else self.recent
        for person in (keys.person, _UNSAID) if keys.person else tuple(met):
            mine = known.get((keys.asked, person))
            if mine:
                yield mine, _PERSON_LIFE


@dataclass(frozen=True, slots=True)
class _Row:
    """A refusal that is not written yet."""

    keys: _Keys
    said: _Said
    at: int

    def cells(self) -> tuple[object, ...]:
        """The row of the table."""
        keys = self.keys
        return (*keys.asked, keys.thing, keys.person, _joined(self.said), self.at)


class RefusedBefore(Mirror):
    """Every refusal that still counts.

    A refusal counts in its process at once, and is written with those that come in the same moment:
    other processes see it that moment later, and a process that is killed forgets it.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database, Part.REFUSALS)
        self._index = _Index()
        self._pending: list[_Row] = []
        self._noting, self._flushing = threading.Lock(), threading.Lock()
        self._wanted, self._ended = threading.Event(), threading.Event()
        self._writer: threading.Thread | None = None

    def any_like(self, requester: str, user: str, act: str, subject: str) -> bool:
        """Whether anything that may have been the same was refused.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        self.renew()
        if requester not in self._index.requesters:
            return False
        return any(self._index.like(_Keys.of(requester, user, act, subject)))

    def note(self, attempt: Attempt) -> None:
        """An attempt was answered HOLD or DENY.

        Where it is not said what is searched for, a retry is not noted: one refusal is remembered
        for an hour and no longer, however often it is tried meanwhile.

        Raises:
            RefusedCallError: It cannot be noted; UNAVAILABLE.
        """
        self.renew()
        keys, said, at = _Keys.of_attempt(attempt), _said(attempt), stamp(attempt.at)
        if at - self._index.same(keys).get(said, -_SAME_NOTE) < _SAME_NOTE:
            return
        if not keys.thing and self._count(keys, said, at):
            return
        with self._noting:
            if len(self._pending) >= _MOST_PENDING:
                raise RefusedCallError(
                    Status.UNAVAILABLE,
                    "refusals cannot be noted; until the evidence on file can be written again "
                    "nothing is decided",
                )
            self._pending.append(_Row(keys, said, at))
            self._index.add(keys, said, at)
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
            rows = list(self._pending)
            if not rows:
                return
            with self._database.writing(Part.REFUSALS, flushed=False) as connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO refusals (requester, act, thing, person, asserted, at) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    [row.cells() for row in rows],
                )
            with self._noting:
                del self._pending[: len(rows)]

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
        if attempt.requester not in self._index.requesters:
            return 0
        return self._count(_Keys.of_attempt(attempt), _said(attempt), stamp(attempt.at))

    def _count(self, keys: _Keys, said: _Said, now: int) -> int:
        others: set[_Said] = set()
        for asserted, life in self._index.like(keys):
            for each, at in tuple(asserted.items()):
                if now - at <= life and not each <= said:
                    others.add(each)
                    if len(others) == ENOUGH:
                        return ENOUGH
        return len(others)

    def forget(self, now: datetime.datetime) -> int:
        """Forget refusals that count no more; how many.

        Raises:
            RefusedCallError: The store cannot be written; UNAVAILABLE.
        """
        self.flush()
        with self._database.writing(Part.REFUSALS, flushed=False) as connection:
            return connection.execute(
                "DELETE FROM refusals WHERE at < ? OR (thing = ? AND at < ?)",
                (stamp(now - OF_ONE_THING), _UNSAID, stamp(now - OF_ONE_PERSON)),
            ).rowcount

    def take_in(self, connection: sqlite3.Connection, *, anew: bool) -> None:
        """Read the refusals that have come since the last time, or all of them."""
        index = _Index() if anew else self._index
        rows = connection.execute(
            "SELECT seq, at, requester, act, thing, person, asserted FROM refusals "
            "WHERE seq > ? ORDER BY seq",
            (index.last,),
        )
        for seq, at, requester, act, thing, person, asserted in rows:
            index.add(_Keys((requester, act), thing, person), _parted(asserted), at)
            index.last = seq
        with self._noting:
            if anew:
                for row in self._pending:
                    index.add(row.keys, row.said, row.at)
            self._index = index
