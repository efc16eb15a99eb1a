"""What only the whole of a log shows: one value in every row, ids given twice, a cut."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from .cells import Cell, CellState
from .errors import FaultKind, LogFault
from .layouts import Field
from .records import Record

# Vendors and spreadsheets stop at such numbers of rows.
ROUND = frozenset({10_000, 50_000, 100_000, 500_000, 1_000_000, 1_048_575, 65_535})
LEAST = 50  # rows of which one value says something
MAX_IDS = 500_000  # how many are remembered; beyond, ids given twice are not all found


class Row(Protocol):
    """A row of a log."""

    @property
    def cells(self) -> Mapping[Field, Cell]:
        """Its cells."""
        ...


class Watch:
    """Looks at every row of one log, in bounded memory."""

    def __init__(self) -> None:
        """Nothing is seen yet."""
        self._rows = 0
        self._twice = 0
        self._ids: set[int] = set()
        self._same: dict[Field, Cell] = {}
        self._cut = False

    def see(self, row: Row) -> None:
        """One row."""
        self._rows += 1
        cells = row.cells
        found = cells.get(Field.SEARCH_ID)
        if found is not None and found.state is CellState.VALUE:
            key = hash(found.value)
            if key in self._ids:
                self._twice += 1
            elif len(self._ids) < MAX_IDS:
                self._ids.add(key)
        if self._rows == 1:
            self._same = {each: cells[each] for each in _WATCHED if each in cells}
        elif self._same:
            for each in list(self._same):
                if cells.get(each) != self._same[each]:
                    del self._same[each]

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
        if self._twice:
            more = f", of the first {MAX_IDS:,} ids" if len(self._ids) >= MAX_IDS else ""
            yield _note(
                f"{self._twice:,} rows repeat the id of an earlier row{more}",
                "they are counted as they stand; look whether an export was joined twice",
            )
        if self._rows in ROUND:
            yield _note(
                f"exactly {self._rows:,} rows: the export may have been cut at a limit",
                "ask for shorter periods, and compare",
            )


_WATCHED = (Field.REASON, Field.CATEGORY, Field.CASE_NUMBER)


def _note(message: str, help: str) -> LogFault:
    return LogFault(0, "", message, help, FaultKind.NOTE)
