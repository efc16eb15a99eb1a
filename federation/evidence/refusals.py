"""What was refused, so that the same search in other words is seen for what it is (``Refusals``).

A retry asks for the same thing with something else asserted. What a platform leaves unsaid may be
the same: with no commitment to what is searched for, it may be what was refused within the last
hour to the same person; with no person named, it may have been anyone of the agency. Who gives
commitments is asked about that thing alone, for thirty days. Whose data were asked for counts for
nothing: the next owner is the first thing that shopping tries.

Beside the requester only digests are kept: no word of what was asked.
"""

from __future__ import annotations

import datetime
import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..proof import Attempt
from .database import Database
from .mirror import Mirror
from .moments import stamp
from .watch import Part

OF_ONE_THING = datetime.timedelta(days=30)
OF_ONE_PERSON = datetime.timedelta(hours=1)
ENOUGH = 100  # other assertions that are counted; more change nothing

_UNSAID = b""
_MICROSECOND = datetime.timedelta(microseconds=1)
_THING_LIFE, _PERSON_LIFE = OF_ONE_THING // _MICROSECOND, OF_ONE_PERSON // _MICROSECOND
_SAME_NOTE = 60_000_000  # microseconds within which the same refusal is not noted again
_MANY = 64  # assertions of one person among which those too old are looked for


@dataclass(frozen=True, slots=True)
class _Keys:
    """An attempt as digests.

    Attributes:
        requester: Who asks, in clear.
        act: Requester and act.
        thing: The thing searched for, with requester and act; unsaid if it was not given.
        person: The person; unsaid if not named.
        asserted: What the requester asserts.
    """

    requester: str
    act: bytes
    thing: bytes
    person: bytes
    asserted: bytes = _UNSAID

    @classmethod
    def of(cls, attempt: Attempt) -> _Keys:
        """The digests of an attempt."""
        asked = cls.asking(attempt.requester, attempt.user, attempt.act, attempt.subject)
        return replace(asked, asserted=_digest(attempt.asserted.hex()))

    @classmethod
    def asking(cls, requester: str, user: str, act: str, subject: str) -> _Keys:
        """The digests of what is asked, whatever is asserted."""
        return cls(
            requester,
            _digest(requester, act),
            _digest(requester, act, subject) if subject else _UNSAID,
            _digest(requester, user) if user else _UNSAID,
        )


def _digest(*words: str) -> bytes:
    text = "".join(f"{len(word)}:{word}" for word in words)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


_Asserted = dict[bytes, int]  # what was asserted in refused attempts, and when it was last


@dataclass(slots=True)
class _Index:
    """Refusals by thing, and those of the last hour by act and person."""

    requesters: set[str] = field(default_factory=set[str])
    things: defaultdict[bytes, _Asserted] = field(default_factory=lambda: defaultdict(dict))
    persons: defaultdict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    recent: defaultdict[bytes, _Asserted] = field(default_factory=lambda: defaultdict(dict))
    of_unsaid: defaultdict[bytes, _Asserted] = field(default_factory=lambda: defaultdict(dict))
    last: int = 0

    def add(self, keys: _Keys, at: int) -> None:
        """Take in one refusal."""
        self.requesters.add(keys.requester)
        if keys.thing:
            self.things[keys.thing][keys.asserted] = at
        self.persons[keys.act].add(keys.person)
        for known in (self.recent, self.of_unsaid) if not keys.thing else (self.recent,):
            mine = known[keys.act + keys.person]
            mine[keys.asserted] = at
            if len(mine) > _MANY:
                old = [each for each, when in mine.items() if at - when > _PERSON_LIFE]
                for each in old:
                    del mine[each]

    def like(self, keys: _Keys) -> Iterator[tuple[_Asserted, int]]:
        """What was asserted where it may have been the same thing, and how long that counts."""
        if keys.thing and keys.thing in self.things:
            yield self.things[keys.thing], _THING_LIFE
        met = self.persons.get(keys.act)
        if not met:
            return
        known = self.of_unsaid if keys.thing else self.recent
        for person in (keys.person, _UNSAID) if keys.person else tuple(met):
            mine = known.get(keys.act + person)
            if mine:
                yield mine, _PERSON_LIFE


class RefusedBefore(Mirror):
    """Every refusal that still counts."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, Part.REFUSALS)
        self._index = _Index()

    def any_like(self, requester: str, user: str, act: str, subject: str) -> bool:
        """Whether anything that may have been the same was refused.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        self.renew()
        if requester not in self._index.requesters:
            return False
        return any(self._index.like(_Keys.asking(requester, user, act, subject)))

    def note(self, attempt: Attempt) -> None:
        """An attempt was answered HOLD or DENY.

        Where it is not said what is searched for, a retry is not noted: one refusal is remembered
        for an hour and no longer, however often it is tried meanwhile.

        Raises:
            RefusedCallError: It cannot be noted; UNAVAILABLE.
        """
        self.renew()
        keys, at = _Keys.of(attempt), stamp(attempt.at)
        known = (
            self._index.things.get(keys.thing, {})
            if keys.thing
            else (self._index.of_unsaid.get(keys.act + keys.person, {}))
        )
        if at - known.get(keys.asserted, -_SAME_NOTE) < _SAME_NOTE:
            return
        if not keys.thing and self._count(keys, at):
            return
        with self._database.writing(Part.REFUSALS, flushed=False) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO refusals (requester, act, thing, person, asserted, at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (keys.requester, keys.act, keys.thing, keys.person, keys.asserted, at),
            )

    def retries(self, attempt: Attempt) -> int:
        """How many refused attempts for the same thing asserted something else.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        self.renew()
        if attempt.requester not in self._index.requesters:
            return 0
        return self._count(_Keys.of(attempt), stamp(attempt.at))

    def _count(self, keys: _Keys, now: int) -> int:
        others: set[bytes] = set()
        for asserted, life in self._index.like(keys):
            for each, at in tuple(asserted.items()):
                if each != keys.asserted and now - at <= life:
                    others.add(each)
                    if len(others) == ENOUGH:
                        return ENOUGH
        return len(others)

    def forget(self, now: datetime.datetime) -> int:
        """Forget refusals that count no more; how many.

        Raises:
            RefusedCallError: The store cannot be written; UNAVAILABLE.
        """
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
        for seq, at, *keys in rows:
            index.add(_Keys(*keys), at)
            index.last = seq
        self._index = index
