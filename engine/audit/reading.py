"""Records of a log to rows and faults, one at a time."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence

from .alignment import Orders, fits, is_frame, is_time
from .cells import CellState, read_moment
from .errors import FaultKind, LogFault
from .layouts import Field, Layout, plain, recognize, shipped_layouts
from .log_row import Columns, LogRow, Order, read_cell
from .records import Flaw, Record

_DATE_LIKE = re.compile(r"[0-9]{1,4}([-/])[0-9]{1,2}\1[0-9]{1,4}[0-9\-:., TZ+APMUC]*")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")


class Reading:
    """The layout and the order of cells that the records have from some line on."""

    def __init__(
        self, layout: Layout, header: Sequence[str], order: Order, *, all_cells: bool = False
    ) -> None:
        """Begin with the layout of the log.

        Args:
            layout: What its columns are.
            header: Their labels.
            order: The fields of its cells.
            all_cells: Whether somebody will ask for all cells of rows, not only for what is judged.
        """
        self.all_cells = all_cells
        self._layouts = (layout, *(each for each in shipped_layouts() if each != layout))
        self._start(layout, header, order)

    def _start(self, layout: Layout, header: Sequence[str], order: Order) -> None:
        self.layout, self.header, self.order = layout, tuple(header), order
        self._plain = [plain(name) for name in header]
        self.columns = Columns.of(layout, order)
        self._width = len(order)
        self.is_utc = layout.time_zone == "utc"
        self.orders = Orders(order, layout.written())
        self._other: Columns | None = None

    def notes(self, line: int = 1) -> Iterator[LogFault]:
        """What to know of the log as a whole."""
        if not self.header:
            yield LogFault(
                line, "", "the sheet has no header; what its columns are was told by their cells",
                f"compare with the vendor's columns: {', '.join(_names(self.layout, self.order))}",
                FaultKind.NOTE,
            )  # fmt: skip
        passed = [
            name.strip() or f"column {at + 1}, which has no label"
            for at, name in enumerate(self.header)
            if self.order[at] is None
        ]
        if passed:
            yield LogFault(
                line, "", f"columns that are not read: {', '.join(passed)[:200]}",
                "nothing to mend, if they are not the vendor's", FaultKind.NOTE,
            )  # fmt: skip
        gone = [_label(self.layout, each) for each, cell in self.columns.absent.items()
                if cell.state is CellState.NOT_EXPORTED and self.layout.orders
                and each is not Field.CATEGORY]  # fmt: skip
        if gone:
            yield LogFault(
                line, "", f"this export has no column for: {', '.join(gone)}",
                "what they would say is `not exported`; ask for them if they matter",
                FaultKind.NOTE,
            )  # fmt: skip

    def judge(self, cells: Sequence[str], is_cut: bool) -> Flaw | None:
        """What is wrong with the number of cells; a time frame on two lines is one cell."""
        if len(cells) == self._width:
            return None
        known = not is_cut and (self._is_header(cells) or self.orders.may_fit(cells))
        if known:
            return None
        message, help = _width_problem(len(cells), self._width, is_cut=is_cut)
        return Flaw(message, help, is_whole=any("\n" in cell and is_frame(cell) for cell in cells))

    def filled(self, record: Record) -> Record:
        """A row of a sheet, which lacks the blank cells at its end, and what is wrong with it."""
        cells = [*record.cells, *[""] * (self._width - len(record.cells))]
        flaw = self.judge(cells, False)
        return record._replace(cells=cells, problem=(flaw.message, flaw.help) if flaw else None)

    def read(self, record: Record) -> Iterator[LogRow | LogFault]:
        """A record as a row, or as what is to be said of it."""
        if record.problem:
            yield from self._lost(record)
            return
        if record.doubts and (fault := self._doubted(record)):
            yield fault
            return
        row = self._read_as(self.columns, record)
        if row is not None and row.moment is not None and self._is_in_place(record.cells):
            self.settle()
            yield row
        elif self._plain and [plain(cell[:64]) for cell in record.cells] == self._plain:
            yield skipped_row(record, "the header again, between the rows")
        elif not any(cell.strip() for cell in record.cells):
            yield skipped_row(record, "a row of blank cells")
        elif self._is_header(record.cells):
            behind = any(map(is_time, record.cells))  # a row stands before it
            yield from self._lost(record) if behind else self._another(record)
        elif row is not None and self._says_nothing(row):
            yield skipped_row(record, "a row of blank and redacted cells")
        else:
            yield from self._row(row, record)

    def settle(self) -> None:
        """A row stands under its labels: so do those that follow, until one does not."""
        if self._other is not None:
            self._other = None
            self.orders.forget()

    def _doubted(self, record: Record) -> LogFault | None:
        """The first cell that the row needs and that cannot be gone by."""
        for at, each in enumerate(self.order):
            if each is not None and at in record.doubts:
                message, help = record.doubts[at]
                name = self.header[at].strip() if self.header else _label(self.layout, each)
                return LogFault(record.line, name, message, help, last_line=record.last_line)
        return None

    def _is_in_place(self, cells: Sequence[str]) -> bool:
        """Whether the cells beside the time may stand under their labels too."""
        return all(fits(cells[place]) for place, fits in self.told())

    def told(self) -> Iterator[tuple[int, Callable[[str], bool]]]:
        """The columns, beside the time, that tell whether cells stand under their labels."""
        at = self.columns.at
        if Field.ORGANIZATION in at:
            yield at[Field.ORGANIZATION][0], _is_no_number
        if Field.NETWORK_COUNT in at:
            yield at[Field.NETWORK_COUNT][0], _is_count

    def _says_nothing(self, row: LogRow) -> bool:
        """Whether its time is blank, and all else is blank or hidden."""
        return row.cell(Field.TIME).state is CellState.BLANK and not any(
            row.cell(each).state is CellState.VALUE for each in row.columns.at
        )

    def _is_header(self, cells: Sequence[str]) -> bool:
        """Whether cells are the header of another layout: an export put under this one."""
        names = {plain(cell[:64]) for cell in cells}
        return len(names & _WORDS) > 1 and recognize(cells, self._layouts) is not None

    def _lost(self, record: Record) -> Iterator[LogFault]:
        """A record that gives no row, and the header that stands behind it if one does."""
        below = self._header_behind(record)
        told = _BEHIND if below or record.problem is None else record.problem
        yield LogFault(record.line, "", *told, last_line=record.last_line)
        if below and [plain(cell[:64]) for cell in below] != self._plain:
            yield from self._another(record._replace(cells=below))

    def _header_behind(self, record: Record) -> list[str]:
        """A header that stands behind a row on its line: an export without a last line end."""
        text = (record.written or "").splitlines(keepends=True)
        for delimiter in _DELIMITERS:
            cells = _loosely(text, delimiter)
            for at, cell in enumerate(cells[:-1]):
                for label in _LABELS:
                    if cell.endswith(label) and (at or cell != label):
                        found = [label, *cells[at + 1 :]]
                        if self._is_header(found):
                            return found
        return []

    def _another(self, record: Record) -> Iterator[LogFault]:
        layout = recognize(record.cells, self._layouts)
        assert layout is not None
        self._start(layout, record.cells, layout.fields(record.cells))
        yield LogFault(
            record.line, "", f"another export begins here, as {layout.name}",
            "nothing to mend; the rows from here on are read by this header", FaultKind.SKIPPED,
            record.last_line,
        )  # fmt: skip
        yield from self.notes(record.line)

    def _row(self, row: LogRow | None, record: Record) -> Iterator[LogRow | LogFault]:
        """A record whose cells do not all stand under their labels, or that has no time."""
        other = self.orders.of(record.cells) if self.layout.orders else None
        stands = fits(self.order, record.cells) or not self.orders.may_fit(record.cells)
        if other is None and row is not None and stands:
            self._other = None
            yield row
            return
        if other is None:
            yield self._unread(record)
            return
        if self._other is None or other != self._other.order:
            self._other = Columns.of(self.layout, other)
            yield LogFault(
                record.line, "", "from here on the cells do not stand under their labels; they are "
                "read in the one order that they fit",
                f"compare with the original: {', '.join(self._spelled(other))}",
                FaultKind.NOTE, record.last_line,
            )  # fmt: skip
        shifted = self._read_as(self._other, record)
        assert shifted is not None
        yield shifted

    def _spelled(self, order: Order) -> list[str]:
        """The fields of an order as the header spells them, else as the vendor does."""
        own = {each: name.strip() for each, name in zip(self.order, self.header, strict=False)}
        return [
            own.get(each, name)
            for each, name in zip(order, _names(self.layout, order), strict=True)
        ]

    def _read_as(self, columns: Columns, record: Record) -> LogRow | None:
        """A record in one order; None if its time is none, or stands elsewhere."""
        texts = record.cells
        if len(columns.order) != len(texts):
            return None
        places = columns.at.get(Field.TIME)
        if places is None:
            return LogRow(
                record.line, record.last_line, texts, columns, None, written=record.written
            )
        moment = None
        if len(places) == 1:
            moment = read_moment(texts[places[0]], bare_is_utc=self.is_utc)
        if moment is None:
            time = read_cell(texts, places)
            if time.state is CellState.VALUE:
                moment = read_moment(time.value, bare_is_utc=self.is_utc)
                if moment is None:
                    return None
            elif self.layout.orders and any(map(is_time, texts)):
                return None
        return LogRow(record.line, record.last_line, texts, columns, moment, written=record.written)

    def _unread(self, record: Record) -> LogFault:
        at = self.columns.at.get(Field.TIME, (0,))[0]
        if len(record.cells) != self._width:
            return LogFault(
                record.line, "", *_width_problem(len(record.cells), self._width, is_cut=False),
                last_line=record.last_line,
            )  # fmt: skip
        if self.layout.orders and any(map(is_time, record.cells)):
            return LogFault(
                record.line, _label(self.layout, Field.TIME),
                "the cells do not stand under their labels, and more than one order or none fits "
                "them", "find the column that was taken out or put in, and mend the header: its "
                "label too must go or come",
                last_line=record.last_line,
            )  # fmt: skip
        name = self.header[at].strip() if self.header else _label(self.layout, Field.TIME)
        return _bad_date(record, name, record.cells[at].strip())


def _is_no_number(text: str) -> bool:
    return not text.isdigit()


def _is_count(text: str) -> bool:
    return not text or text.isdigit()


_WORDS = frozenset(
    plain(name) for layout in shipped_layouts() for name in (*layout.required, *layout.optional)
)


# The first labels that a header may begin with, as vendors spell them; the longest first.
_LABELS = sorted(
    {name for layout in shipped_layouts() for name in (*layout.required, *layout.optional)},
    key=lambda name: (-len(name), name),
)
_DELIMITERS = (",", ";", "\t")
_BEHIND = (
    "the header of another export stands behind this row on its line, and the row is lost",
    "put a line end before that header: the export above ends without one",
)


def _loosely(text: Sequence[str], delimiter: str) -> list[str]:
    """The first record of a text whose quotation marks may be amiss."""
    try:
        return next(csv.reader(text, delimiter=delimiter), list[str]())
    except csv.Error:
        return []


def _label(layout: Layout, each: Field) -> str:
    return next((name for name, field in layout.columns.items() if field is each), each.value)


def _names(layout: Layout, order: Order) -> list[str]:
    return [_label(layout, each) if each else "(nothing)" for each in order]


def _width_problem(count: int, width: int, *, is_cut: bool) -> tuple[str, str]:
    message = f"the row has {count} cells, the header {width}"
    if count < width and is_cut:
        return message, "the file was cut off within this row: ask for it again"
    if count > width:
        return message, "put quotation marks around a cell that holds the separator"
    return message, "compare the row with the original: a cell is missing"


def _bad_date(record: Record, name: str, text: str) -> LogFault:
    if not _DATE_LIKE.fullmatch(text):  # in a shifted row this may be anything: show its shape
        text = re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", text))
    shown = text[:30] + ("..." if len(text) > 30 else "")
    help = "write it as 2026-01-31T23:59:59Z, in UTC"
    if _SERIAL.fullmatch(text):
        help = "a spreadsheet's number of a day: give the column the format of a date with its time"
    message = f"not a date and time that can be read: {shown!r}"
    return LogFault(record.line, name, message, help, last_line=record.last_line)


def skipped_row(record: Record, what: str) -> LogFault:
    """A record that is no search."""
    help = "nothing to mend; it is not counted as a search"
    return LogFault(record.line, "", what, help, FaultKind.SKIPPED, record.last_line)


def byte_note(line: int) -> LogFault:
    """A line that holds bytes of another encoding."""
    return LogFault(
        line,
        "",
        "characters outside the file's encoding, read as Windows-1252 or replaced",
        "compare this line with the original; export as UTF-8",
        FaultKind.NOTE,
        line,
    )
