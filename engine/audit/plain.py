"""Plain rows: a part of a text whose records all stand as the header says, read at once.

What is read of a part hangs on nothing but the part. So another process may read it and give back
what an audit asks of its rows (``Packed``); what follows is the same for both.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from ..columns.coded import Coded, Ints
from ..columns.digests import Digests
from ..columns.texts import Bytes, Hashes, Texts
from .batch import Batch
from .layouts import Field
from .log_row import Columns
from .moments import Moments, read_moments
from .records import CELL_CHARACTERS, RECORD_LINES
from .splitting import Split

# What an audit reads of every row; other columns are split when somebody asks for them.
_READ = (
    Field.SEARCH_ID, Field.ORGANIZATION, Field.NETWORK_COUNT, Field.REASON, Field.CATEGORY,
    Field.CASE_NUMBER, Field.TIME,
)  # fmt: skip
# Of these another process tells the distinct texts, of these only whether they are values.
_CODED = (Field.ORGANIZATION, Field.NETWORK_COUNT, Field.REASON, Field.CATEGORY)
_STATED = (Field.CASE_NUMBER,)
_QUOTE, _LINE_FEED, _RETURN = ord('"'), ord("\n"), ord("\r")
_REPLACED = "\ufffd".encode()


def arrow_csv() -> Any:
    """The module pyarrow.csv; None where pyarrow is not installed."""
    try:
        return importlib.import_module("pyarrow.csv")
    except ImportError:
        return None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text, which begins with a record, and how its records are read.

    Attributes:
        text: The bytes.
        columns: Where the fields stand.
        delimiter: What stands between cells.
        is_utc: Whether a time without a zone is UTC.
        told: Columns that tell whether cells stand under their labels, and by what.
        all_cells: Whether all columns will be asked for, so that they are split together.
    """

    text: bytes
    columns: Columns
    delimiter: str
    is_utc: bool
    told: tuple[tuple[int, Callable[[str], bool]], ...]
    all_cells: bool = False

    def split(self, size: int) -> Split:
        """Its first bytes as columns."""
        view = memoryview(self.text)[:size]
        return Split(arrow_csv(), view, self.delimiter, len(self.columns.order))


@dataclass(frozen=True, slots=True)
class Packed:
    """What was read of the rows of a part.

    Attributes:
        size: How many bytes they take.
        moments: When each was.
        first: The line that each begins on, of the part; the first is 0.
        last: The line that each ends on.
        digests: A number of each record.
        ids: Their ids, if the part has such a column.
        coded: The distinct texts of other columns, by their places.
        states: Whether cells are values, by field.
    """

    size: int
    moments: Moments
    first: Ints
    last: Ints
    digests: Hashes
    ids: tuple[int, Texts] | None
    coded: Mapping[int, Coded[str]] = field(default_factory=dict[int, Coded[str]])
    states: Mapping[Field, Ints] = field(default_factory=dict[Field, Ints])

    def batch(self, part: Part, passed: int) -> Batch:
        """The rows.

        Args:
            part: The part that they were read of.
            passed: How many lines stand above it.
        """
        texts = part.split(self.size)
        if self.ids is not None:
            texts.take(*self.ids)
        batch = Batch(
            part.columns, texts, self.moments, passed + 1 + self.first, passed + 1 + self.last
        )
        batch.digests = self.digests
        batch.coded = {
            place: Coded(column.codes.astype(np.int64), column.values)
            for place, column in self.coded.items()
        }
        batch.told = {each: states.astype(np.int64) for each, states in self.states.items()}
        return batch


def plain_rows(part: Part) -> tuple[Batch, int] | None:
    """The rows of the whole records of a part, and how many bytes these take.

    None if they are not all plain. Their lines are counted from 1.
    """
    times = part.columns.at.get(Field.TIME, ())
    if len(times) != 1 or arrow_csv() is None:
        return None
    ends = _record_ends(np.frombuffer(part.text, np.uint8), ord(part.delimiter))
    if ends is None:
        return None
    places, lines = ends
    size = int(places[-1]) + 1
    texts = part.split(size)
    wanted = _wanted(part.columns, _READ)
    if not texts.stand(wanted, len(places), all_cells=part.all_cells):
        return None
    if not all(all(map(fits, texts[place].coded.values)) for place, fits in part.told):
        return None
    moments = read_moments(texts[times[0]], bare_is_utc=part.is_utc)
    if not moments.known.all():
        return None
    last = 1 + lines
    first = np.concatenate([[1], last[:-1] + 1])
    starts = np.concatenate([[0], places + 1])
    written = Texts(np.frombuffer(part.text, np.uint8)[:size], starts)
    return Batch(part.columns, texts, moments, first, last, written), size


def _record_ends(data: Bytes, delimiter: int) -> tuple[Ints, Ints] | None:
    """Where the records of some bytes end, and the number of the line break that ends each.

    None if they have none, or if any byte or quotation mark is out of the ordinary.
    """
    quotes = np.flatnonzero(data == _QUOTE)
    breaks = np.flatnonzero(data == _LINE_FEED)
    lines = np.flatnonzero(np.searchsorted(quotes, breaks) & 1 == 0)
    if not len(lines):
        return None
    places = breaks[lines]
    end = int(places[-1]) + 1
    if np.diff(places, prepend=-1).max() >= CELL_CHARACTERS:
        return None
    if np.diff(lines, prepend=-1).max() >= RECORD_LINES:
        return None
    if not _is_ordinary(data[:end].tobytes()):
        return None
    quotes = quotes[: np.searchsorted(quotes, end)]
    opening, closing_ = quotes[::2], quotes[1::2]
    known = np.zeros(256, np.bool_)
    known[[_QUOTE, delimiter, _LINE_FEED]] = True
    if not known[data[opening[opening > 0] - 1]].all():
        return None
    known[_RETURN] = True
    return (places, lines) if known[data[closing_ + 1]].all() else None


def _is_ordinary(text: bytes) -> bool:
    """Whether a text is UTF-8, nothing in it replaced, and no return without a line feed."""
    if b"\0" in text or (b"\r" in text and text.count(b"\r") != text.count(b"\r\n")):
        return False
    if text.isascii():
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _REPLACED not in text


def _wanted(columns: Columns, fields: tuple[Field, ...]) -> list[int]:
    return sorted(place for each in fields for place in columns.at.get(each, ()))


def packed(part: Part) -> Packed | None:
    """The rows of a part, packed for another process; None if they are not all plain."""
    found = plain_rows(part)
    if found is None:
        return None
    batch, size = found
    assert batch.written is not None
    ids = part.columns.at.get(Field.SEARCH_ID, ())
    coded = {
        place: batch.texts[place].coded for place in _wanted(part.columns, (*_CODED, *_STATED))
    }
    few = {place for place, column in coded.items() if len(column.values) <= _FEW}
    return Packed(
        size,
        batch.moments,
        batch.lines - 1,
        batch.last_lines - 1,
        _digests().of(batch.written),
        (ids[0], batch.texts[ids[0]]) if len(ids) == 1 else None,
        {
            place: Coded(_small(coded[place].codes, np.int32), coded[place].values)
            for place in few.union(_wanted(part.columns, _CODED))
        },
        {each: _small(batch.states(each), np.int8) for each in _STATED},
    )


def _small(numbers: Ints, kind: Any) -> Ints:
    """The same numbers in fewer bytes, for their way to another process."""
    small: Ints = numbers.astype(kind)
    return small


_FEW = 4  # distinct texts that are told of any column


@cache  # a process has one
def _digests() -> Digests:
    return Digests()
