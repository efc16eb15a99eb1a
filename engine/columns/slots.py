"""A table of numbers with a mark each, in few bytes, that many are looked up in side by side."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .coded import Ints
from .texts import Hashes

Marks: TypeAlias = npt.NDArray[np.int64]
Truths: TypeAlias = npt.NDArray[np.bool_]

FIRST_SLOTS = 1 << 12
_AT_ONCE = 1 << 20  # slots that are moved to a larger table at a time
_FULL = 64  # a table is full when less than such a part of it may still be filled


class Slots:
    """Numbers, each with its mark; 0 is no number, and a mark has 32 bits.

    Attributes:
        is_full: Some numbers were not taken in.
    """

    def __init__(self, most: int) -> None:
        """It is empty.

        Args:
            most: How many slots there may be, a power of two; three quarters of them are filled.
        """
        self.is_full = False
        self._most = most
        self._filled = 0
        self._resize(min(FIRST_SLOTS, most))

    def find(self, keys: Hashes) -> Marks:
        """The mark of each number, or -1."""
        found = np.full(len(keys), -1, np.int64)
        pending, slots = self._started(keys)
        while len(pending):
            held = self._keys[slots]
            met = held == keys[pending]
            found[pending[met]] = self._marks[slots[met]]
            pending, slots = self._next(pending, slots, ~met & (held != 0))
        return found

    def place(self, keys: Hashes, marks: Marks) -> Marks:
        """Take in numbers with marks; of those that are there the marks they have, or -1."""
        found = np.full(len(keys), -1, np.int64)
        first = 0
        while first < len(keys):
            while self._room() < len(keys) - first and len(self._keys) < self._most:
                self._grow()
            room = self._room()
            full = len(self._keys) == self._most and room < self._most // _FULL
            last = len(keys) if full else first + room
            self._put(keys[first:last], marks[first:last], found[first:last], full=full)
            first = last
        return found

    def _room(self) -> int:
        return len(self._keys) * 3 // 4 - self._filled

    def _started(self, keys: Hashes) -> tuple[Ints, Ints]:
        """The numbers, and the slot at which the search for each begins."""
        pending = np.flatnonzero(keys)
        return pending, (keys[pending] & np.uint64(len(self._keys) - 1)).astype(np.int64)

    def _next(self, pending: Ints, slots: Ints, going: Truths) -> tuple[Ints, Ints]:
        return pending[going], (slots[going] + 1) & (len(self._keys) - 1)

    def _put(self, keys: Hashes, marks: Marks, found: Marks, *, full: bool) -> None:
        """Take in as many numbers as there is room for; all probe side by side."""
        pending, slots = self._started(keys)
        while len(pending):
            held = self._keys[slots]
            met = held == keys[pending]
            found[pending[met]] = self._marks[slots[met]]
            free = held == 0
            going = ~met & ~free
            if full:
                self.is_full = self.is_full or bool(free.any())
            else:
                going[free] = self._claim(keys, marks, found, pending[free], slots[free])
            pending, slots = self._next(pending, slots, going)

    def _claim(self, keys: Hashes, marks: Marks, found: Marks, rows: Ints, slots: Ints) -> Truths:
        """Take free slots, the first row before the others; which rows got none."""
        self._keys[slots[::-1]] = keys[rows[::-1]]  # of several the last one written holds
        self._marks[slots[::-1]] = marks[rows[::-1]]
        self._owners[slots[::-1]] = rows[::-1]
        lost: Truths = self._keys[slots] != keys[rows]
        first = self._owners[slots] == rows
        self._filled += int(first.sum())
        same = ~lost & ~first
        found[rows[same]] = self._marks[slots[same]]
        return lost

    def _grow(self) -> None:
        keys, marks = self._keys, self._marks
        self._resize(2 * len(keys))
        self._filled = 0
        for first in range(0, len(keys), _AT_ONCE):
            some = keys[first : first + _AT_ONCE]
            held = np.flatnonzero(some)
            kept = marks[first : first + _AT_ONCE][held].astype(np.int64)
            self._put(some[held], kept, np.full(len(held), -1, np.int64), full=False)

    def _resize(self, slots: int) -> None:
        self._keys = np.zeros(slots, np.uint64)
        self._marks = np.zeros(slots, np.uint32)
        self._owners = np.empty(slots, np.int32)  # read only where it was just written
