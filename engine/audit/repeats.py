"""Whether a search was seen before: in few bytes each, so that millions of rows fit.

Months that are exported one by one overlap, and logs are released twice. One search has one id in
every log; where an export has none, one organization makes no two searches of as many networks in
one second.
"""

import enum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..columns.coded import Ints
from ..columns.texts import Hashes, Texts
from .batch import Batch
from .cells import CellState
from .layouts import Field
from .moments import SECOND, Truths

FIRST_SLOTS = 1 << 12
MAX_SLOTS = 1 << 24  # 192 MB; three quarters of them may be filled
_FULL = 64  # a table is full when less than such a part of it may still be filled
_PRINT_BITS = 20
_MOST_FILES = 0xFFF
_SHORTEST_ID = 16  # shorter ones are numbers of rows, which begin anew in each file

Marks: TypeAlias = npt.NDArray[np.int64]  # the file a search was seen in first, and a print of it


class Repeated(enum.IntEnum):
    """How a row repeats one before it."""

    NOT = 0
    ELSEWHERE = 1  # an earlier file holds the same search
    COPY = 2  # this file holds the very row already
    SAME_ID = 3  # this file holds another row with its id


class Repeats:
    """The searches of several files, each with the file in which it was seen first.

    Attributes:
        is_full: Some searches are not remembered any more.
    """

    def __init__(self, most: int = MAX_SLOTS) -> None:
        """Nothing is seen yet."""
        self.is_full = False
        self._most = most
        self._file = -1
        self._filled = 0
        self._resize(min(FIRST_SLOTS, most))

    def next_file(self) -> None:
        """The rows that follow are of another file."""
        self._file = (self._file + 1) & _MOST_FILES

    def see(self, batch: Batch) -> npt.NDArray[np.int8]:
        """Remember rows; how each repeats one before it, a number of ``Repeated``."""
        keys, by_id = _keys(batch)
        marks = self._file << _PRINT_BITS | _prints(batch)
        found = self._place(keys, marks)
        repeated = np.zeros(len(batch), np.int8)
        met = found >= 0
        elsewhere = met & (found >> _PRINT_BITS != self._file)
        here = met & ~elsewhere & by_id  # else two searches that look alike, as far as it shows
        repeated[elsewhere] = Repeated.ELSEWHERE
        repeated[here] = Repeated.SAME_ID
        repeated[here & (found == marks)] = Repeated.COPY
        return repeated

    def _place(self, keys: Hashes, marks: Marks) -> Marks:
        """Put keys in their slots with marks; of those that are there the marks they have, or -1.

        The key 0 is none.
        """
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

    def _put(self, keys: Hashes, marks: Marks, found: Marks, *, full: bool) -> None:
        """The same for as many keys as there is room; all probe side by side."""
        mask = np.uint64(len(self._keys) - 1)
        pending = np.flatnonzero(keys)
        slots = (keys[pending] & mask).astype(np.int64)
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
            pending, slots = pending[going], (slots[going] + 1) & int(mask)

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
        held = np.flatnonzero(keys)
        self._filled = 0
        kept = marks[held].astype(np.int64)
        self._put(keys[held], kept, np.full(len(held), -1, np.int64), full=False)

    def _resize(self, slots: int) -> None:
        self._keys = np.zeros(slots, np.uint64)
        self._marks = np.zeros(slots, np.uint32)
        self._owners = np.empty(slots, np.int32)  # read only where it was just written


# What hashes begin with: another number in each process, so that no log can be made to collide.
_START = np.uint64(hash("a search") & (1 << 64) - 1)
_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)
_UUID = 36  # characters, with dashes after the eighth and before the last twelve
_DASHES = (8, 23)
_SMALL = 0x20  # the bit that makes letters small


def _keys(batch: Batch) -> tuple[Hashes, Truths]:
    """A number for each search, 0 if nothing tells it from others; whether it is of its id."""
    place = batch.columns.at.get(Field.SEARCH_ID)
    is_uuid = _are_uuids(batch.texts[place[0]]) if place else np.zeros(len(batch), np.bool_)
    if place and is_uuid.all():
        return _hashed(batch.texts[place[0]], _SMALL), is_uuid
    ids = batch.cells(Field.SEARCH_ID)
    by_id = ids.each(lambda cell: cell.state is CellState.VALUE and len(cell.value) >= _SHORTEST_ID)
    keys = ids.each(lambda cell: hash(cell.value.lower())).view(np.uint64)
    exact = batch.moments.known & (batch.moments.earliest == batch.moments.latest)
    others = ids.each(lambda cell: hash(cell.value)).view(np.uint64)
    for part in (
        batch.cells(Field.ORGANIZATION).each(lambda cell: hash(cell.value.casefold())),
        batch.cells(Field.NETWORK_COUNT).each(lambda cell: hash(cell.value)),
        batch.moments.earliest // SECOND,
    ):
        others = (others ^ part.view(np.uint64)) * _MIX
    known = by_id.astype(np.bool_)
    keys = np.where(known, keys, np.where(exact, others, np.uint64(0)))
    if place and is_uuid.any():
        keys = np.where(is_uuid, _hashed(batch.texts[place[0]], _SMALL), keys)
        known |= is_uuid
    return keys, known


def _are_uuids(texts: Texts) -> Truths:
    found: Truths = texts.lengths == _UUID
    starts = texts.offsets[:-1][found]
    for dash in _DASHES:
        found[found] = texts.data[starts + dash] == ord("-")
        starts = texts.offsets[:-1][found]
    return found


def _hashed(texts: Texts, fold: int = 0) -> Hashes:
    return texts.hashed(np.full(len(texts), _START), fold)


def _prints(batch: Batch) -> Marks:
    """A few bits of each row, all of its cells taken together."""
    found = np.full(len(batch), _START)
    for column in batch.texts:
        found = column.hashed(found)
    return (found >> np.uint64(64 - _PRINT_BITS)).astype(np.int64)
