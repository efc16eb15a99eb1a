"""A long text read stretch by stretch: many plain rows at once, and all else record by record.

A stretch is plain if every row of it stands as the header says and nothing is to be said of it.
Then pyarrow splits it into columns. Where anything is out of the ordinary, a part of the text is
read as any text is (``records``), and what is said of it is said there alone.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np

from ..columns.coded import Ints
from ..columns.texts import Bytes, Texts
from .batch import Batch
from .layouts import Field
from .moments import read_moments
from .reading import Reading
from .records import CELL_CHARACTERS, RECORD_LINES, Record, TextForm, records
from .splitting import Split

SMALL = 1 << 18  # bytes of a stretch that is tried first, and of one that is read with care
LARGE = 1 << 23  # of one that is read at once
LONGEST = 1 << 24  # of a part that does not come to an end

# What an audit reads of every row; other columns are split when somebody asks for them.
_READ = (
    Field.SEARCH_ID, Field.ORGANIZATION, Field.NETWORK_COUNT, Field.REASON, Field.CATEGORY,
    Field.CASE_NUMBER, Field.TIME,
)  # fmt: skip
_QUOTE, _LINE_FEED, _RETURN = ord('"'), ord("\n"), ord("\r")
_REPLACED = "\ufffd".encode()


def arrow_csv() -> Any:
    """The module pyarrow.csv; None where pyarrow is not installed."""
    try:
        return importlib.import_module("pyarrow.csv")
    except ImportError:
        return None


def can_be_split(form: TextForm) -> bool:
    """Whether a text of this form may have plain stretches."""
    return form.encoding in ("utf-8", "utf-8-sig") and form.line_break == "\n"


class Stretches:
    """Splits one text into plain stretches and records.

    Args:
        raw: The bytes of the text, at its start.
        form: How it is written.
        reading: How its records are read; what they have shown so far counts.
        first_line: The line after which rows stand; those above it are read with care.
    """

    def __init__(
        self, raw: io.RawIOBase, form: TextForm, reading: Reading, first_line: int
    ) -> None:
        """Nothing is read yet."""
        self._raw = raw
        self._form = form
        self._reading = reading
        self._first_line = first_line
        self._held = b""
        self._ended = False
        self._passed = 0  # lines

    def __iter__(self) -> Iterator[Batch | Record]:
        """The rows of plain stretches, and the records of all others."""
        want, care = SMALL, SMALL
        while True:
            self._fill(max(want, care))
            if not self._held:
                return
            plain = self._plain(want)
            if plain is not None:
                want, care = min(2 * want, LARGE), SMALL
                yield plain
                continue
            yield from self._with_care(care)
            want, care = SMALL, min(2 * care, LARGE)

    def _fill(self, size: int) -> None:
        """Hold so many bytes of the text, if it has as many."""
        parts, missing = [self._held], size - len(self._held)
        while missing > 0 and not self._ended:
            part = self._raw.read(missing)
            self._ended = not part
            if part:
                parts.append(part)
                missing -= len(part)
        self._held = b"".join(parts)

    def _drop(self, size: int, lines: int) -> None:
        self._held = self._held[size:]
        self._passed += lines

    # With care -------------------------------------------------------------------------------

    def _with_care(self, size: int) -> Iterator[Record]:
        """The records of some bytes, as far as what follows them cannot matter.

        A record takes no more lines than ``RECORD_LINES``: it is as in the whole text if so many
        stand below it.
        """
        while True:
            self._fill(size)
            whole = self._ended and size >= len(self._held)
            part = self._held if whole else self._held[: self._held.rfind(b"\n", 0, size) + 1]
            lines = part.count(b"\n")
            if whole or lines > 2 * RECORD_LINES or size >= LONGEST:
                break
            size *= 2
        encoding = self._form.encoding if not self._passed else "utf-8"
        text = _text_of(_Joined(part, io.BytesIO()), encoding)
        if not whole and lines <= 2 * RECORD_LINES:
            text = self._rest(encoding)
            whole = True
        safe = self._passed + lines - RECORD_LINES
        passed = self._passed
        with closing(records(text, self._form, self._reading.judge, passed)) as found:
            for record in found:
                if not whole and record.line > safe:
                    end = _after(part, record.line - passed - 1)
                    self._drop(end, record.line - passed - 1)
                    return
                yield record
        self._drop(len(part), lines)

    def _rest(self, encoding: str) -> io.TextIOWrapper:
        """All that is left, in constant memory."""
        rest = _Joined(self._held, self._raw)
        self._held, self._ended = b"", True
        return _text_of(rest, encoding)

    # Plain -----------------------------------------------------------------------------------

    def _plain(self, size: int) -> Batch | None:
        """The rows of about so many bytes; None if they are not all plain."""
        csv, columns = arrow_csv(), self._reading.columns
        times = columns.at.get(Field.TIME, ())
        if csv is None or self._passed < self._first_line or len(times) != 1:
            return None
        part = memoryview(self._held)[:size]
        ends = _record_ends(np.frombuffer(part, np.uint8), ord(self._form.delimiter))
        if ends is None:
            return None
        places, lines = ends
        part = part[: int(places[-1]) + 1]
        texts = Split(csv, part, self._form.delimiter, len(columns.order))
        if not texts.stand(self._wanted(), len(places)):
            return None
        if not all(
            all(map(fits, texts[place].coded.values)) for place, fits in self._reading.told()
        ):
            return None
        moments = read_moments(texts[times[0]], bare_is_utc=self._reading.is_utc)
        if not moments.known.all():
            return None
        last = self._passed + 1 + lines
        first = np.concatenate([[self._passed + 1], last[:-1] + 1])
        self._reading.settle()
        self._drop(len(part), int(lines[-1]) + 1)
        starts = np.concatenate([[0], places + 1])
        return Batch(
            columns, texts, moments, first, last, Texts(np.frombuffer(part, np.uint8), starts)
        )

    def _wanted(self) -> list[int]:
        """The columns that every audit reads."""
        at = self._reading.columns.at
        return sorted(place for each in _READ for place in at.get(each, ()))


def _text_of(raw: io.RawIOBase, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedReader(raw, 1 << 18), encoding, "surrogateescape", "\n")


def _after(part: bytes, lines: int) -> int:
    """Where the line after so many begins."""
    if not lines:
        return 0
    breaks = np.flatnonzero(np.frombuffer(part, np.uint8) == _LINE_FEED)
    return int(breaks[lines - 1]) + 1


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
    """Whether a text is UTF-8 in which nothing was replaced, and returns stand before line feeds."""
    if b"\0" in text or (b"\r" in text and text.count(b"\r") != text.count(b"\r\n")):
        return False
    if text.isascii():
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _REPLACED not in text


class _Joined(io.RawIOBase):
    """Bytes that were read already, and those after them."""

    def __init__(self, held: bytes, raw: io.RawIOBase | io.BytesIO) -> None:
        self._held = io.BytesIO(held)
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._held.readinto(buffer) or self._raw.readinto(buffer) or 0
