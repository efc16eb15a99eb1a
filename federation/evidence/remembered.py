"""Refusals in the memory of a process: the newest so many, and since when others are on file alone.

There are two generations of them. When the young one is full it is the old one from then on, and
the old one is let go: its refusals count as before, but are looked up on file.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import msgspec

from ..proof import Attempt

OF_ONE_THING = datetime.timedelta(days=30)
OF_ONE_PERSON = datetime.timedelta(hours=1)
MOST = 50_000  # refusals that are remembered; each takes some 600 bytes

_MICROSECOND = datetime.timedelta(microseconds=1)
THING_LIFE, PERSON_LIFE = OF_ONE_THING // _MICROSECOND, OF_ONE_PERSON // _MICROSECOND
NEVER = -(2**62)  # before any moment
UNSAID = b""

Said: TypeAlias = frozenset[bytes]  # a few bytes of the digest of each thing asserted
_Asked: TypeAlias = tuple[str, str]
_Asserted = dict[bytes, int]  # what was asserted in refused attempts, and when it was last
_ByPerson = defaultdict[_Asked, dict[bytes, _Asserted]]

_encode = msgspec.msgpack.Encoder().encode  # tells ("ab", "c") from ("a", "bc")
_PART = 8  # bytes of a digest that are kept
_USUAL = 16 * _PART  # bytes asserted by one that is counted as one
_MANY = 64  # after so many more assertions of one person those too old are looked for


class Keys(msgspec.Struct, frozen=True, gc=False):
    """What is asked, whatever is asserted. One is made for each question, so it is a struct.

    Attributes:
        asked: Requester and act.
        thing: The thing searched for, as asked for; unsaid if it was not given.
        person: The person of the requester; unsaid if not named.
    """

    asked: _Asked
    thing: bytes
    person: bytes

    @classmethod
    def of(cls, requester: str, user: str, act: str, subject: str) -> Keys:
        """What is asked, with digests for thing and person."""
        return cls(
            (requester, act),
            _digest(requester, act, subject) if subject else UNSAID,
            _digest(requester, user) if user else UNSAID,
        )


def _digest(*words: str) -> bytes:
    return hashlib.blake2b(_encode(words), digest_size=16).digest()


class Refusal(msgspec.Struct, frozen=True, gc=False):
    """One refusal.

    Attributes:
        keys: What was asked.
        asserted: What was asserted, as one cell of the table.
        at: When, as the store keeps it.
    """

    keys: Keys
    asserted: bytes
    at: int

    def cells(self) -> tuple[object, ...]:
        """The row of the table."""
        keys = self.keys
        return (*keys.asked, keys.thing, keys.person, self.asserted, self.at)


def said_by(attempt: Attempt) -> Said:
    """What an attempt asserts."""
    return frozenset(each[:_PART] for each in attempt.asserted)


def joined(said: Said) -> bytes:
    """What was asserted as one cell."""
    return b"".join(sorted(said))


def takes_back(said: Said, asserted: bytes) -> bool:
    """Whether something that was asserted is asserted no more."""
    parts = [asserted[at : at + _PART] for at in range(0, len(asserted), _PART)]
    return not said.issuperset(parts)


def _by_person() -> _ByPerson:
    return defaultdict(dict)


def _drop_old(mine: _Asserted, now: int) -> None:
    """Drop what one person asserted longer ago than it counts."""
    for each in [each for each, at in mine.items() if now - at > PERSON_LIFE]:
        del mine[each]


@dataclass(slots=True)
class _Generation:
    """Refusals by thing, and those of the last hour by person.

    Attributes:
        size: How many there are; one that asserts very much counts as several.
        newest: The latest moment of any.
        last: The moment of the one added last.
    """

    things: dict[bytes, _Asserted] = field(default_factory=dict[bytes, _Asserted])
    recent: _ByPerson = field(default_factory=_by_person)
    of_unsaid: _ByPerson = field(default_factory=_by_person)
    size: int = 0
    newest: int = NEVER
    last: int = NEVER

    def add(self, refusal: Refusal) -> None:
        """Take in one; once more changes its moment alone."""
        keys, asserted, at = refusal.keys, refusal.asserted, refusal.at
        places = [self.recent[keys.asked].setdefault(keys.person, {})]
        if keys.thing:
            places.append(self.things.setdefault(keys.thing, {}))
        else:
            places.append(self.of_unsaid[keys.asked].setdefault(keys.person, {}))
        if any(asserted not in mine for mine in places):
            self.size += 1 + len(asserted) // _USUAL
        for mine in places:
            mine[asserted] = at
        self.newest, self.last = max(self.newest, at), at
        for mine in places[:1] if keys.thing else places:
            if not len(mine) % _MANY:  # not each time, for each looks at all
                _drop_old(mine, at)

    def same(self, keys: Keys) -> _Asserted:
        """What was asserted where exactly the same was said of thing and person."""
        if keys.thing:
            return self.things.get(keys.thing, {})
        return self.of_unsaid.get(keys.asked, {}).get(keys.person, {})


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is remembered at one moment.

    Attributes:
        young: The generation that refusals are added to.
        old: The one before.
        gone: The last moment at which anything was refused that is not remembered.
    """

    young: _Generation = field(default_factory=_Generation)
    old: _Generation = field(default_factory=_Generation)
    gone: int = NEVER

    @property
    def last(self) -> int:
        """The moment of the refusal added last."""
        return self.young.last if self.young.size else self.old.last

    @property
    def size(self) -> int:
        """How many are remembered."""
        return self.young.size + self.old.size

    def is_whole(self, life: int, now: int) -> bool:
        """Whether all is remembered that was refused in a time before a moment."""
        return self.gone == NEVER or now - self.gone > life

    def knows(self, asked: _Asked) -> bool:
        """Whether any such act was refused to a requester."""
        return asked in self.young.recent or asked in self.old.recent

    def noted(self, keys: Keys, asserted: bytes) -> int:
        """When exactly the same was refused last."""
        return max(each.same(keys).get(asserted, NEVER) for each in (self.young, self.old))

    def like(self, keys: Keys) -> Iterator[tuple[_Asserted, int]]:
        """What was asserted where it may have been the same thing, and how long that counts."""
        for each in (self.young, self.old):
            if keys.thing and keys.thing in each.things:
                yield each.things[keys.thing], THING_LIFE
            met = (each.of_unsaid if keys.thing else each.recent).get(keys.asked)
            if not met:
                continue
            for person in (keys.person, UNSAID) if keys.person else tuple(met):
                if mine := met.get(person):
                    yield mine, PERSON_LIFE


class Memory:
    """Keeps the newest refusals. Who adds must be alone; who reads takes ``now`` once."""

    def __init__(self, most: int) -> None:
        """Remember nothing yet.

        Args:
            most: How many are remembered at most.
        """
        self._half = most // 2
        self.now = Remembered()

    def add(self, refusal: Refusal, unwritten: Iterable[Refusal]) -> None:
        """Take in one.

        Args:
            refusal: The refusal.
            unwritten: Those that are not on file yet, so that they must not be let go.
        """
        if self.now.young.size >= self._half:
            before = self.now
            young = _Generation()
            for each in unwritten:
                young.add(each)
            self.now = Remembered(young, before.young, max(before.gone, before.old.newest))
        self.now.young.add(refusal)

    def leave_out(self) -> None:
        """Some that came before those remembered are on file alone."""
        now = self.now
        newest = max(now.young.newest, now.old.newest)
        self.now = replace(now, gone=max(now.gone, newest))
