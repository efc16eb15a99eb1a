"""What only the whole of a log shows: one value in every row, ids given twice, a cut."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

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

    def __init__(self, repeats: Repeats) -> None:
        """Nothing of this log is seen yet."""
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
_WATCHED = (Field.REASON, Field.CATEGORY, Field.CASE_NUMBER)


def _first(batch: Batch, each: Field) -> Cell:
    column = batch.cells(each)
    return column.at(0)


def _note(message: str, help: str) -> LogFault:
    return LogFault(0, "", message, help, FaultKind.NOTE)
