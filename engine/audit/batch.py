"""Some rows of a log as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ..columns.coded import Coded, Ints
from ..columns.keys import combined, grouped
from ..columns.texts import Hashes, Texts
from .cells import Cell, CellState, shipped_markers
from .errors import LogFault
from .layouts import Field
from .log_row import Columns, LogRow, read_cell
from .moments import Moments, Truths


@dataclass(slots=True, eq=False)
class Batch:
    """Rows that stand in the same columns, in the order of the log.

    Attributes:
        columns: Where their fields stand.
        texts: Their cells, column by column.
        moments: When each search was.
        lines: The first line of each.
        last_lines: The last line of each.
        written: Their records as they stand in the text; None for rows of a sheet.
        digests: A number of each record, if it is known already.
        coded: The distinct texts of columns of which they are known already, by their places.
        told: The states of fields of which they are known already.
        keys: What tells each search from others, as a number; 0 if nothing does.
        repeated: How each repeats a row before it, a number of ``Repeated``.
        again: Which of them are searches that were read before.
    """

    columns: Columns
    texts: Sequence[Texts]
    moments: Moments
    lines: Ints
    last_lines: Ints
    written: Texts | None = None
    digests: Hashes | None = field(default=None, init=False)
    coded: Mapping[int, Coded[str]] = field(default_factory=dict[int, Coded[str]], init=False)
    told: Mapping[Field, Ints] = field(default_factory=dict[Field, Ints], init=False)
    keys: Hashes = field(init=False)
    repeated: npt.NDArray[np.int8] = field(init=False)
    again: Truths = field(init=False)

    def __post_init__(self) -> None:
        """No row is known to repeat another."""
        self.keys = np.zeros(len(self.lines), np.uint64)
        self.repeated = np.zeros(len(self.lines), np.int8)
        self.again = np.zeros(len(self.lines), np.bool_)

    @classmethod
    def of(cls, rows: Sequence[LogRow]) -> Batch:
        """Rows that were read one by one."""
        written = [row.written for row in rows if row.written is not None]
        return cls(
            rows[0].columns,
            [Texts.of(column) for column in zip(*(row.texts for row in rows), strict=True)],
            Moments.of([row.moment for row in rows]),
            np.array([row.line for row in rows], np.int64),
            np.array([row.last_line for row in rows], np.int64),
            Texts.of(written) if len(written) == len(rows) else None,
        )

    def pass_lines(self, count: int) -> None:
        """So many lines stand above those that the rows were read of."""
        self.lines = self.lines + count
        self.last_lines = self.last_lines + count

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.lines)

    def raw(self, each: Field) -> Coded[str] | None:
        """The texts of a field, if it has one column."""
        places = self.columns.at.get(each, ())
        return self._coded(places[0]) if len(places) == 1 else None

    def _coded(self, place: int) -> Coded[str]:
        return self.coded[place] if place in self.coded else self.texts[place].coded

    def cells(self, each: Field) -> Coded[Cell]:
        """The cells of a field; one without a column is not exported or never recorded."""
        places = self.columns.at.get(each)
        if places is None:
            return Coded[Cell].constant(self.columns.absent[each], len(self))
        found = [self._coded(place) for place in places]
        if len(found) == 1:
            read = shipped_markers().read
            return Coded(found[0].codes, [read(text) for text in found[0].values])
        firsts, codes = grouped(combined([column.codes for column in found]))
        return Coded(codes, [
            read_cell([column.at(row) for column in found], range(len(found)))
            for row in map(int, firsts)
        ])  # fmt: skip

    def states(self, each: Field) -> Ints:
        """Whether each cell of a field is a value, and if not why not: a place in ``CellState``."""
        if each in self.told:
            return self.told[each]
        places = self.columns.at.get(each, ())
        if len(places) != 1:
            return self.cells(each).each(lambda cell: _PLACES[cell.state])
        texts = self.texts[places[0]]
        found = np.full(len(self), _PLACES[CellState.VALUE], np.int64)
        others = np.flatnonzero(~texts.made_of(_NUMBERS))  # no mark is written so
        blank = texts.lengths[others] == 0
        found[others[blank]] = _PLACES[CellState.BLANK]
        others = others[~blank]
        state = shipped_markers().state
        found[others] = texts.coded_at(others).each(lambda text: _PLACES[state(text)])
        return found

    def rows(self) -> Iterator[LogRow]:
        """The rows one by one."""
        for row in range(len(self)):
            yield LogRow(
                int(self.lines[row]), int(self.last_lines[row]),
                [column.at(row) for column in self.texts], self.columns, self.moments.at(row),
                bool(self.again[row]), self.written.at(row) if self.written else None,
            )  # fmt: skip


_NUMBERS = b"0123456789-"
_PLACES = {state: place for place, state in enumerate(CellState)}
MOST_ROWS = 1024  # that were read one by one and are put together


def gathered(found: Iterable[Batch | LogRow | LogFault]) -> Iterator[Batch | LogFault]:
    """Rows that come one by one, put together; faults keep their order among themselves."""
    rows: list[LogRow] = []
    for item in found:
        if isinstance(item, LogFault):
            yield item
            continue
        is_row = isinstance(item, LogRow)
        if rows and not (is_row and item.columns is rows[0].columns and len(rows) < MOST_ROWS):
            yield Batch.of(rows)
            rows = []
        if isinstance(item, LogRow):
            rows.append(item)
        else:
            yield item
    if rows:
        yield Batch.of(rows)
