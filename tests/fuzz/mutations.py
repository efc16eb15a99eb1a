"""Requests spoiled in every way that a careless or a cunning caller might think of."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .shapes import is_list, is_object

JUNK: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 3.5, 10**30, "", " ", "x", "yes", "\x00", "\ud83d", "\u202eabc",
    "none", [], [None], [[]], {}, {"": 0}, {"value": None}, {"value": True}, {"members": []},
    {"members": [], "complete": False}, {"members": None}, {"missing": "redacted"}, "2026-11-03",
    "0000-00-00", "9999-12-31", "2026-11-03T10:15:00", "2026-11-03T10:15:00-05:00", "21 days",
)  # fmt: skip
LETTERS = "abcdefghijklmnopqrstuvwxyz_.-/ 0"


@dataclass(frozen=True)
class Words:
    """Words that a caller of one library may know, those of one sort together."""

    sorts: Sequence[Sequence[str]]

    def some(self, chance: random.Random) -> str:
        """Any of them."""
        return chance.choice(chance.choice(self.sorts))

    def like(self, value: Any, chance: random.Random) -> str:
        """A word of the same sort, or any."""
        for sort in self.sorts:
            if isinstance(value, str) and value in sort:
                return chance.choice(sort)
        return self.some(chance)


def keys_of(holder: Any) -> list[Any]:
    """The keys of an object, or the indices of a list."""
    return list(holder) if is_object(holder) else list(range(len(holder)))


def places(raw: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a request with every key or index in it."""
    waiting = [raw]
    while waiting:
        holder = waiting.pop()
        keys = keys_of(holder)
        for key in keys:
            yield holder, key
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])


@dataclass
class Spoiler:
    """Spoils requests by chance, the same for the same seed."""

    chance: random.Random
    words: Words
    raw: Any = None

    def spoiled(self, good: dict[str, Any]) -> str:
        """The text of a request with some things changed; now and then with none."""
        self.raw = raw = copy.deepcopy(good)
        gently = self.chance.random() < 0.5
        for _ in range(self.chance.choice((0, 1, 1, 1, 2, 2, 3, 5))):
            found = list(places(raw))
            if not found:
                break
            ways = (self._vary,) if gently else self._ways()
            self.chance.choice(ways)(*self.chance.choice(found))
        text = json.dumps(raw)
        return self._torn(text) if not gently and self.chance.random() < 0.1 else text

    def _ways(self) -> tuple[Callable[[Any, Any], None], ...]:
        return (
            self._drop, self._drop, self._misspell, self._retype, self._retype, self._reword,
            self._double, self._wrap, self._add, self._move,
        )  # fmt: skip

    def _drop(self, holder: Any, key: Any) -> None:
        del holder[key]

    def _misspell(self, holder: Any, key: Any) -> None:
        if is_object(holder):
            at = self.chance.randrange(len(key) + 1)
            wrong = key[:at] + self.chance.choice(LETTERS) + key[at + self.chance.randrange(2) :]
            holder[wrong] = holder.pop(key)

    def _retype(self, holder: Any, key: Any) -> None:
        holder[key] = copy.deepcopy(self.chance.choice(JUNK))

    def _reword(self, holder: Any, key: Any) -> None:
        holder[key] = self.words.some(self.chance)

    def _vary(self, holder: Any, key: Any) -> None:
        """Another word of the same sort: a request that is no worse, and may be barred."""
        known = [place for place in places(self.raw) if self._is_word(place[0][place[1]])]
        holder, key = self.chance.choice(known or [(holder, key)])
        holder[key] = self.words.like(holder[key], self.chance)

    def _is_word(self, value: Any) -> bool:
        return isinstance(value, str) and any(value in sort for sort in self.words.sorts)

    def _double(self, holder: Any, key: Any) -> None:
        again = copy.deepcopy(holder[key])
        if is_list(holder):
            holder.append(again)
        else:
            holder[key] = [holder[key], again]

    def _wrap(self, holder: Any, key: Any) -> None:
        inner = holder[key]
        holder[key] = self.chance.choice((
            [inner], {"value": inner}, {"members": inner},
            {"value": inner, "level": "verification"},
            {"value": inner, "level": "attestation", "by": {"agency": "AA/pd", "role": "anybody"}},
            {"value": inner, "withdrawn": True}, {"value": inner, "about": "AA/other"},
            {"members": inner, "complete": False},
        ))  # fmt: skip

    def _add(self, holder: Any, key: Any) -> None:
        value = self.chance.choice((*JUNK, self.words.some(self.chance)))
        if is_list(holder):
            holder.append(copy.deepcopy(value))
        else:
            holder[self.words.some(self.chance)] = copy.deepcopy(value)

    def _move(self, holder: Any, key: Any) -> None:
        """Two values of one container change places."""
        keys = keys_of(holder)
        other = self.chance.choice(keys)
        holder[key], holder[other] = holder[other], holder[key]

    def _torn(self, text: str) -> str:
        """A text with a letter lost, doubled or changed, a name given twice, or its end cut off."""
        at = self.chance.randrange(len(text))
        return self.chance.choice((
            text[:at], text[:at] + text[at + 1 :], text[: at + 1] + text[at:],
            text[:at] + self.chance.choice('{}[]",:\\\x00\ufeff') + text[at + 1 :],
            text[:1] + '"owner": "AA/pd", ' + text[1:],
            text.replace('"facts": {', '"facts": {"request.purpose": "theft", ', 1),
        ))  # fmt: skip
