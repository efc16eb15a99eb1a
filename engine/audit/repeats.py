"""Whether a search was seen before: in few bytes each, so that millions of rows fit.

Months that are exported one by one overlap, and logs are released twice. One search has one id in
every log; where an export has none, one organization makes no two searches of as many networks in
one second.
"""

import enum
from array import array

from .cells import CellState
from .layouts import Field
from .log_row import LogRow

FIRST_SLOTS = 1 << 12
MAX_SLOTS = 1 << 24  # 192 MB; three quarters of them may be filled
_PRINT_BITS = 20
_PRINT = (1 << _PRINT_BITS) - 1
_MOST_FILES = 0xFFF
_SHORTEST_ID = 16  # shorter ones are numbers of rows, which begin anew in each file


class Repeated(enum.Enum):
    """How a row repeats one before it."""

    ELSEWHERE = enum.auto()  # an earlier file holds the same search
    COPY = enum.auto()  # this file holds the very row already
    SAME_ID = enum.auto()  # this file holds another row with its id


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

    def see(self, row: LogRow) -> Repeated | None:
        """Remember a row; how it repeats one before it, if it does and something tells."""
        key, by_id = _key(row)
        if not key:
            return None
        mark = self._file << _PRINT_BITS | hash(tuple(row.texts)) & _PRINT
        found = self._place(key, mark)
        if found is None:
            return None
        if found >> _PRINT_BITS != self._file:
            return Repeated.ELSEWHERE
        if not by_id:
            return None  # two searches that look alike, as far as the export shows them
        return Repeated.COPY if found == mark else Repeated.SAME_ID

    def _place(self, key: int, mark: int) -> int | None:
        """Put a key in its slot with a mark, unless it is there: then the mark that it has."""
        keys, mask = self._keys, self._mask
        at = key & mask
        while keys[at]:
            if keys[at] == key:
                return self._marks[at]
            at = (at + 1) & mask
        if self._filled * 4 >= (mask + 1) * 3:
            if mask + 1 >= self._most:
                self.is_full = True
                return None
            self._grow()
            return self._place(key, mark)
        keys[at] = key
        self._marks[at] = mark
        self._filled += 1
        return None

    def _grow(self) -> None:
        old, marks = self._keys, self._marks
        self._resize(2 * len(old))
        keys, mask = self._keys, self._mask
        for slot, key in enumerate(old):
            if key:
                at = key & mask
                while keys[at]:
                    at = (at + 1) & mask
                keys[at] = key
                self._marks[at] = marks[slot]

    def _resize(self, slots: int) -> None:
        self._mask = slots - 1
        self._keys = array("Q", bytes(8 * slots))
        self._marks = array("I", bytes(4 * slots))


_SIGN = (1 << 64) - 1
_UUID = 36  # characters


def _key(row: LogRow) -> tuple[int, bool]:
    """A number for the search, 0 if nothing tells it from others; whether it is that of its id."""
    place = row.columns.at.get(Field.SEARCH_ID)
    text = row.texts[place[0]] if place else ""
    if len(text) == _UUID and text[8] == "-" == text[-13]:
        return hash(text.lower()) & _SIGN, True
    id_ = row.cell(Field.SEARCH_ID)
    by_id = id_.state is CellState.VALUE and len(id_.value) >= _SHORTEST_ID
    if by_id:
        return hash(id_.value.lower()) & _SIGN, True
    if row.moment is None or not row.moment.exact:
        return 0, False
    organization = row.cell(Field.ORGANIZATION).value.casefold()
    networks = row.cell(Field.NETWORK_COUNT).value
    second = row.moment.earliest.replace(microsecond=0)
    return hash((id_.value, organization, second, networks)) & _SIGN, False
