"""Whether a search was seen before: in few bytes each, so that millions of rows fit.

Months that are exported one by one overlap, and logs are released twice. One search has one id in
every log; where an export has none, one organization makes no two searches of as many networks in
one second.
"""

import enum
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ..columns.coded import Coded
from ..columns.digests import Digests
from ..columns.slots import Marks, Slots, Truths
from ..columns.texts import Hashes, Texts, mixed
from .batch import Batch
from .cells import Cell, CellState
from .layouts import Field
from .moments import SECOND

MAX_SLOTS = 1 << 25  # 512 MB; three quarters of them may be filled
_PRINT_BITS = 20
_MOST_FILES = 0xFFF
_SHORTEST_ID = 16  # shorter ones are numbers of rows, which begin anew in each file
_ANY_START = hash("a search")  # another in each process, so that no log can be made to collide


class Repeated(enum.IntEnum):
    """How a row repeats one before it."""

    NOT = 0
    ELSEWHERE = 1  # an earlier file holds the same search
    COPY = 2  # this file holds the very row already
    SAME_ID = 3  # this file holds another row with its id


class Repeats:
    """The searches of several files, each with the file in which it was seen first."""

    def __init__(self, most: int = MAX_SLOTS, start: int = _ANY_START) -> None:
        """Nothing is seen yet.

        Args:
            most: How many places there are; three quarters of them may be filled.
            start: What numbers of searches begin with: with the same, they are the same.
        """
        self._slots = Slots(most)
        self._start = np.uint64(start & (1 << 64) - 1)
        self._digests = Digests()
        self._file = -1

    @property
    def is_full(self) -> bool:
        """Whether some searches are not remembered any more."""
        return self._slots.is_full

    def next_file(self) -> None:
        """The rows that follow are of another file."""
        self._file = (self._file + 1) & _MOST_FILES

    def remember(self, keys: Hashes) -> None:
        """Searches of the file, by the numbers that they got when it was read."""
        self._slots.place(keys, np.full(len(keys), self._file << _PRINT_BITS, np.int64))

    def see(self, batch: Batch) -> npt.NDArray[np.int8]:
        """Remember rows, and give the batch their numbers.

        Returns:
            How each repeats one before it, a number of ``Repeated``.
        """
        batch.keys, by_id = self._keys(batch)
        marks = self._file << _PRINT_BITS | self._prints(batch)
        found = self._slots.place(batch.keys, marks)
        repeated = np.zeros(len(batch), np.int8)
        met = found >= 0
        elsewhere = met & (found >> _PRINT_BITS != self._file)
        here = met & ~elsewhere & by_id  # else two searches that look alike, as far as it shows
        repeated[elsewhere] = Repeated.ELSEWHERE
        repeated[here] = Repeated.SAME_ID
        repeated[here & (found == marks)] = Repeated.COPY
        return repeated

    def _keys(self, batch: Batch) -> tuple[Hashes, Truths]:
        """A number for each search, 0 if nothing tells it from others; whether it is of its id."""
        place = batch.columns.at.get(Field.SEARCH_ID)
        is_uuid = _are_uuids(batch.texts[place[0]]) if place else np.zeros(len(batch), np.bool_)
        if place and is_uuid.all():
            return self._hashed(batch.texts[place[0]], _SMALL), is_uuid
        ids = batch.cells(Field.SEARCH_ID)
        known = ids.each(_is_id).astype(np.bool_)
        exact = batch.moments.known & (batch.moments.earliest == batch.moments.latest)
        keys = np.where(exact, self._keys_without(batch, ids), np.uint64(0))
        keys = np.where(known, self._each(ids, str.lower), keys)
        if place and is_uuid.any():
            keys = np.where(is_uuid, self._hashed(batch.texts[place[0]], _SMALL), keys)
            known |= is_uuid
        return keys, known

    def _keys_without(self, batch: Batch, ids: Coded[Cell]) -> Hashes:
        """A number made of what tells a search that has no id of its own."""
        found = self._each(ids)
        for part in (
            self._each(batch.cells(Field.ORGANIZATION), str.casefold),
            self._each(batch.cells(Field.NETWORK_COUNT)),
            (batch.moments.earliest // SECOND).view(np.uint64),
        ):
            found = (found ^ part) * _MIX
        return found

    def _each(self, cells: Coded[Cell], form: Callable[[str], str] = str) -> Hashes:
        """The hash of each value, in some form."""
        return self._hashed(Texts.of([form(cell.value) for cell in cells.values]))[cells.codes]

    def _hashed(self, texts: Texts, fold: int = 0) -> Hashes:
        return texts.hashed(np.full(len(texts), self._start), fold)

    def _prints(self, batch: Batch) -> Marks:
        """A few bits of each row, all that is written in it taken together."""
        found = np.full(len(batch), self._start)
        if batch.digests is not None:
            found = mixed(found, batch.digests)
        elif batch.written is not None:
            found = mixed(found, self._digests.of(batch.written))
        else:
            for column in batch.texts:
                found = column.hashed(found)
        return (found >> np.uint64(64 - _PRINT_BITS)).astype(np.int64)


_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)
_UUID = 36  # characters, with dashes after the eighth and before the last twelve
_DASHES = (8, 23)
_SMALL = 0x20  # the bit that makes letters small


def _is_id(cell: Cell) -> bool:
    return cell.state is CellState.VALUE and len(cell.value) >= _SHORTEST_ID


def _are_uuids(texts: Texts) -> Truths:
    found: Truths = texts.lengths == _UUID
    starts = texts.offsets[:-1][found]
    for dash in _DASHES:
        found[found] = texts.data[starts + dash] == ord("-")
        starts = texts.offsets[:-1][found]
    return found
