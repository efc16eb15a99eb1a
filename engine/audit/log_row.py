"""One search of a log: the cells of its record, read when they are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .cells import Cell, CellState, Moment, shipped_markers
from .layouts import Field, Layout

Order = tuple[Field | None, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the fields of a record stand, and what those answer that have no column."""

    order: Order
    at: Mapping[Field, tuple[int, ...]]
    absent: Mapping[Field, Cell]

    @classmethod
    def of(cls, layout: Layout, order: Order) -> "Columns":
        """The columns of a layout in some order."""
        at: dict[Field, tuple[int, ...]] = {}
        for place, each in enumerate(order):
            if each is not None:
                at[each] = (*at.get(each, ()), place)
        absent = {each: layout.absence(each) for each in Field if each not in at}
        return cls(order, at, absent)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One search: the cells of its record, and when it was if the log says so.

    ``again`` says that the same search was read before: in an earlier file, or as a copy;
    ``written`` is its record as it stands in the text, None for a row of a sheet.
    """

    line: int
    last_line: int
    texts: Sequence[str]
    columns: Columns
    moment: Moment | None
    again: bool = field(default=False, compare=False)
    written: str | None = None

    def cell(self, field: Field) -> Cell:
        """The cell of a field; one without a column is not exported or never recorded."""
        places = self.columns.at.get(field)
        if places is None:
            return self.columns.absent[field]
        return read_cell(self.texts, places)


def read_cell(texts: Sequence[str], places: Sequence[int]) -> Cell:
    """What stands in some places of a record, as one cell."""
    read = shipped_markers().read
    found = read(texts[places[0]])
    for place in places[1:]:
        found = _joined(found, read(texts[place]))
    return found


def _joined(one: Cell, other: Cell) -> Cell:
    """Two cells that make one value."""
    if one.state is CellState.VALUE and other.state is CellState.VALUE:
        day = one.value.removesuffix(" 00:00:00")  # a spreadsheet gives each day a time
        return Cell(CellState.VALUE, f"{day} {other.value}")
    return other if one.state is CellState.VALUE else one
