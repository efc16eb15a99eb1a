"""What only the whole of a log shows: one value in every row, ids given twice, a cut."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from ..columns.texts import Texts
from .batch import Batch
from .cells import Cell, CellState
from .errors import FaultKind, LogFault
from .layouts import Field
from .repeats import Repeated, Repeats

# Vendors stop at round numbers of rows, spreadsheets at these.
ROUND, ROUND_BY = 10_000, 5_000
LIMITS = frozenset({1_048_575, 65_535})
LEAST = 50  # rows of which one value says something


class Watch:
    """Looks at the rows of one log, in bounded memory."""

    def __init__(self, repeats: Repeats, *, is_utc: bool = False) -> None:
        """Nothing of this log is seen yet.

        Args:
            repeats: The searches of files that were read before.
            is_utc: Whether a time without a zone is read as UTC.
        """
        self._is_utc = is_utc
        self._without_zone = 0
        self._repeats = repeats
        self._repeats.next_file()
        self._rows = 0
        self._repeated = Counter[Repeated]()
        self._same: dict[Field, Cell] = {}

    def see(self, batch: Batch) -> None:
        """Some rows; those of searches that were read before are marked."""
        if not self._rows:
            self._same = {
                each: _first(batch, each) for each in _WATCHED if each in batch.columns.at
            }
        self._rows += len(batch)
        times = batch.columns.at.get(Field.TIME, ())
        if self._is_utc and len(times) == 1:
            self._without_zone += _without_zone(batch.texts[times[0]])
        for each, cell in list(self._same.items()):
            column = batch.cells(each)
            if any(column.values[code] != cell for code in map(int, np.unique(column.codes))):
                del self._same[each]
        repeated = self._repeats.see(batch)
        counts = np.bincount(repeated, minlength=len(Repeated)).tolist()
        self._repeated.update(dict(zip(Repeated, counts, strict=True)))
        batch.repeated = repeated
        batch.again = (repeated == Repeated.ELSEWHERE) | (repeated == Repeated.COPY)

    def notes(self) -> Iterator[LogFault]:
        """What the whole log shows."""
        for each, cell in self._same.items():
            if self._rows >= LEAST and cell.state is CellState.VALUE:
                yield _note(
                    f"every one of {self._rows:,} rows has the same {each.value.replace('_', ' ')}",
                    "such a value may have been put in the place of what was typed: ask",
                )
        for repeated, (message, help) in _REPEATED.items():
            if count := self._repeated[repeated]:
                yield _note(message.format(count), help)
        if self._without_zone:
            yield _note(
                f"{self._without_zone:,} times have no zone; they were read as UTC, as the vendor "
                "writes them",
                "see that no program saved them in local time: a search near midnight would fall "
                "on another day",
            )
        if self._repeats.is_full:
            yield _note(
                "there are more searches than are remembered: some may be counted twice",
                "audit fewer files at a time",
            )
        if self._rows in LIMITS or (self._rows >= ROUND and self._rows % ROUND_BY == 0):
            yield _note(
                f"exactly {self._rows:,} rows: the export may have been cut at a limit",
                "ask for shorter periods, and compare",
            )


_REPEATED = {
    Repeated.SAME_ID: (
        "{:,} rows repeat the id of an earlier row and differ from it",
        "they are counted as they stand; look whether the ids are those of the vendor",
    ),
    Repeated.COPY: (
        "{:,} rows are copies of an earlier row of this file",
        "such a search is counted once; nothing to mend",
    ),
    Repeated.ELSEWHERE: (
        "{:,} rows are searches that an earlier file holds too",
        "such a search is counted once, as the earlier file has it",
    ),
}
_TIME = 10  # letters that a time has at the least
_LETTERS, _SIGNS = np.frombuffer(b"CcZz", np.uint8), np.frombuffer(b"+-", np.uint8)
_WATCHED = (Field.REASON, Field.CATEGORY, Field.CASE_NUMBER)


def _without_zone(times: Texts) -> int:
    """How many times end in no name of a zone and no offset."""
    ends = times.offsets[1:][times.lengths >= _TIME]
    last, minutes, sign, short, seconds = (times.data[ends - place] for place in (1, 3, 6, 5, 8))
    named = np.isin(last, _LETTERS)
    offset = np.isin(sign, _SIGNS) & (minutes == ord(":"))
    offset |= np.isin(short, _SIGNS) & (seconds == ord(":"))
    return int((~named & ~offset).sum())


def _first(batch: Batch, each: Field) -> Cell:
    column = batch.cells(each)
    return column.at(0)


def _note(message: str, help: str) -> LogFault:
    return LogFault(0, "", message, help, FaultKind.NOTE)
