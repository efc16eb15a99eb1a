"""A long text read stretch by stretch: many plain rows at once, and all else record by record.

A stretch is plain if every row of it stands as the header says and nothing is to be said of it.
Then pyarrow splits it into columns. Where anything is out of the ordinary, a part of the text is
read as any text is (``records``), and what is said of it is said there alone.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np

from .batch import Batch
from .layouts import Field
from .plain import Packed, Part, arrow_csv, plain_rows
from .pool import Pool, Task
from .reading import Reading
from .records import RECORD_LINES, Record, TextForm, records

SMALL = 1 << 18  # bytes of a stretch that is tried first, and of one that is read with care
LARGE = 1 << 23  # of one that is read at once
LONGEST = 1 << 24  # of a part that does not come to an end


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
        pool: Other processes that read plain stretches, if there are any.
    """

    def __init__(
        self,
        raw: io.RawIOBase,
        form: TextForm,
        reading: Reading,
        first_line: int,
        pool: Pool | None = None,
    ) -> None:
        """Nothing is read yet."""
        self._raw = raw
        self._form = form
        self._reading = reading
        self._first_line = first_line
        self._pool = pool
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
            plain = None
            if self._may_be_plain():
                if self._pool is not None and want >= LARGE:
                    yield from self._pooled(self._pool)
                    want, care = SMALL, SMALL  # what comes is not plain, or the end
                    self._fill(SMALL)
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

    def _may_be_plain(self) -> bool:
        times = self._reading.columns.at.get(Field.TIME, ())
        is_below = self._passed >= self._first_line
        return is_below and len(times) == 1 and arrow_csv() is not None

    def _part(self, text: bytes, *, all_cells: bool = False) -> Part:
        reading = self._reading
        told = tuple(reading.told())
        return Part(text, reading.columns, self._form.delimiter, reading.is_utc, told, all_cells)

    def _plain(self, size: int) -> Batch | None:
        """The rows of about so many bytes; None if they are not all plain."""
        found = plain_rows(self._part(self._held[:size], all_cells=self._reading.all_cells))
        if found is None:
            return None
        batch, taken = found
        batch.pass_lines(self._passed)
        self._reading.settle()
        self._drop(taken, int(batch.last_lines[-1]) - self._passed)
        return batch

    # In other processes ----------------------------------------------------------------------

    def _pooled(self, pool: Pool) -> Iterator[Batch]:
        """The rows of what follows, as far as it is plain; parts of it are read ahead of time.

        A part that is not all plain ends this: it and what was read after it are held again.
        """
        waiting: deque[tuple[Part, Task[Packed | None]]] = deque()
        while True:
            while len(waiting) < pool.ahead and (part := self._next()):
                waiting.append((part, pool.submit(part)))
            if not waiting:
                return
            part, task = waiting.popleft()
            packed = task.result()
            if packed is None or packed.size != len(part.text):
                for _, other in waiting:
                    other.cancel()
                again = [part.text, *(part.text for part, _ in waiting)]
                self._held = b"".join([*again, self._held])
                return
            batch = packed.batch(part, self._passed)
            self._reading.settle()
            self._passed = int(batch.last_lines[-1])
            yield batch

    def _next(self) -> Part | None:
        """The next part that ends with a line end outside quotation marks, no longer held."""
        self._fill(LARGE)
        size = _end_of_record(self._held[:LARGE])
        if not size:
            return None
        part = self._part(self._held[:size])
        self._held = self._held[size:]
        return part


def _end_of_record(text: bytes) -> int:
    """Where the last line ends that ends outside quotation marks; 0 if none does."""
    end = text.rfind(b"\n") + 1
    is_inside = text.count(b'"', 0, end) % 2
    while end and is_inside:
        quote = text.rfind(b'"', 0, end)
        before = text.rfind(b"\n", 0, quote) + 1
        is_inside ^= text.count(b'"', before, end) % 2
        end = before
    return end


def _text_of(raw: io.RawIOBase, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedReader(raw, 1 << 18), encoding, "surrogateescape", "\n")


def _after(part: bytes, lines: int) -> int:
    """Where the line after so many begins."""
    if not lines:
        return 0
    breaks = np.flatnonzero(np.frombuffer(part, np.uint8) == ord("\n"))
    return int(breaks[lines - 1]) + 1


class _Joined(io.RawIOBase):
    """Bytes that were read already, and those after them."""

    def __init__(self, held: bytes, raw: io.RawIOBase | io.BytesIO) -> None:
        self._held = io.BytesIO(held)
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._held.readinto(buffer) or self._raw.readinto(buffer) or 0
