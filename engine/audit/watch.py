"""What only the whole of a log shows: one value in every row, ids given twice, a cut."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from .cells import Cell, CellState
from .errors import FaultKind, LogFault
from .layouts import Field
from .log_row import LogRow
from .records import Record
from .repeats import Repeated, Repeats

# Vendors stop at round numbers of rows, spreadsheets at these.
ROUND, ROUND_BY = 10_000, 5_000
LIMITS = frozenset({1_048_575, 65_535})
LEAST = 50  # rows of which one value says something


class Watch:
    """Looks at every row of one log, in bounded memory."""

    def __init__(self, repeats: Repeats) -> None:
        """Nothing of this log is seen yet."""
        self._repeats = repeats
        self._repeats.next_file()
        self._rows = 0
        self._repeated = Counter[Repeated]()
        self._same: dict[Field, Cell] = {}
        self._cut = False

    def see(self, row: LogRow) -> LogRow:
        """One row; the same, marked if an earlier file holds it."""
        self._rows += 1
        if self._rows == 1:
            self._same = {each: row.cell(each) for each in _WATCHED if each in row.columns.at}
        elif self._same:
            for each in list(self._same):
                if row.cell(each) != self._same[each]:
                    del self._same[each]
        repeated = self._repeats.see(row)
        if repeated is None:
            return row
        self._repeated[repeated] += 1
        return row if repeated is Repeated.SAME_ID else replace(row, again=True)

    def see_problem(self, record: Record) -> None:
        """A record that could not be read."""
        self._cut = self._cut or record.is_cut

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


def _note(message: str, help: str) -> LogFault:
    return LogFault(0, "", message, help, FaultKind.NOTE)
