"""Reader of search-log exports: a file to rows and faults, one record at a time.

The layout is recognized by the header, or where there is none by what the cells are; never by
the file's name. Each record gives one row or one fault, so that rows plus unread plus skipped
records are all that the file holds; notes come on top. Messages never repeat a cell, save a date
that cannot be read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from .alignment import Order, Orders, is_frame, is_time, without_header
from .cells import Cell, CellState, Moment, read_moment, shipped_markers
from .errors import FaultKind, LogError, LogFault
from .layouts import Field, Layout, misfit, plain, recognize, shipped_layouts
from .others import named_kind
from .records import Flaw, Record, TextForm
from .sources import Skipped, Source, sources_in
from .watch import Watch

__all__ = [
    "FaultKind",
    "LogError",
    "LogFault",
    "LogRow",
    "Moment",
    "Opened",
    "SearchLog",
    "TextForm",
    "open_log",
    "open_logs",
]

_DATE_LIKE = re.compile(r"[0-9]{1,4}([-/])[0-9]{1,2}\1[0-9]{1,4}[0-9\-:., TZ+APMUC]*")
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class LogRow:
    """One search: the cells of its record, and when it was if the log says so."""

    line: int
    cells: Mapping[Field, Cell]
    absent: Mapping[Field, Cell]
    moment: Moment | None
    last_line: int

    def cell(self, field: Field) -> Cell:
        """The cell of a field; one without a column is not exported or never recorded."""
        return self.cells.get(field) or self.absent[field]


@dataclass(frozen=True, slots=True)
class SearchLog:
    """A table recognized as a search log. ``sha256`` is that of the bytes at opening.

    ``header`` is empty where the table has none; ``order`` are then the fields of its cells.
    """

    path: Path
    source: Source
    layout: Layout
    header: tuple[str, ...]
    order: Order

    @property
    def name(self) -> str:
        """The file's name without its folder, with the member or sheet in it."""
        return self.source.name

    @property
    def sha256(self) -> str:
        """The digest of the file, or of the member of an archive."""
        return self.source.sha256

    @property
    def form(self) -> TextForm:
        """How its text is written."""
        return self.source.form

    @property
    def encoding(self) -> str:
        """The encoding of the file's text; single lines may deviate, with a note."""
        return self.form.encoding

    def rows(self) -> Iterator[LogRow | LogFault]:
        """Read the records in order, in constant memory.

        Raises:
            LogError: The file cannot be opened again or read to its end.
        """
        reading = _Reading(self.layout, self.header, self.order)
        yield from reading.notes()
        records = self.source.records(reading.judge)
        if self.header:
            next(records, None)
        for record in records:
            for line in record.notes:
                yield _byte_note(line)
            yield from reading.read(record)
        yield from reading.watch.notes()
        if self.source.has_changed():
            yield LogFault(0, "", "the file changed while it was read", "read it again")


class _Reading:
    """One reading of a log: the layout and order that its records have from some line on."""

    def __init__(self, layout: Layout, header: Sequence[str], order: Order) -> None:
        self.watch = Watch()
        self._layouts = (layout, *(each for each in shipped_layouts() if each != layout))
        self._start(layout, header, order)

    def _start(self, layout: Layout, header: Sequence[str], order: Order) -> None:
        self.layout, self.header, self.order = layout, tuple(header), order
        self._plain = [plain(name) for name in header]
        self._joined = bool(layout.joined)
        self._absent = _absent(layout, order)
        self._orders = Orders(order, layout.written())
        self._other: Order | None = None
        self._at = {each: at for at, each in enumerate(order) if each is not None}

    def notes(self) -> Iterator[LogFault]:
        """What to know of the log as a whole."""
        if not self.header:
            yield LogFault(
                1, "", "the sheet has no header; what its columns are was told by their cells",
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
                1, "", f"columns that are not read: {', '.join(passed)[:200]}",
                "nothing to mend, if they are not the vendor's", FaultKind.NOTE,
            )  # fmt: skip
        gone = [_label(self.layout, each) for each, cell in self._absent.items()
                if cell.state is CellState.NOT_EXPORTED and self.layout.orders
                and each is not Field.CATEGORY]  # fmt: skip
        if gone:
            yield LogFault(
                1, "", f"this export has no column for: {', '.join(gone)}",
                "what they would say is `not exported`; ask for them if they matter",
                FaultKind.NOTE,
            )  # fmt: skip

    def judge(self, cells: Sequence[str], is_cut: bool) -> Flaw | None:
        """What is wrong with the number of cells; a time frame on two lines is one cell."""
        if len(cells) == len(self.order):
            return None
        known = not is_cut and (self._is_header(cells) or self._orders.of(cells) is not None)
        if known:
            return None
        message, help = _width_problem(len(cells), len(self.order), is_cut=is_cut)
        return Flaw(message, help, is_whole=any("\n" in cell and is_frame(cell) for cell in cells))

    def read(self, record: Record) -> Iterator[LogRow | LogFault]:
        """A record as a row, or as what is to be said of it."""
        if record.problem:
            self.watch.see_problem(record)
            yield LogFault(record.line, "", *record.problem, last_line=record.last_line)
            return
        first = plain(record.cells[0][:64])
        if self._plain and first == self._plain[0] and self._same_header(record.cells):
            yield _skipped(record, "the header again, between the rows")
        elif not any(cell.strip() for cell in record.cells):
            yield _skipped(record, "a row of blank cells")
        elif self._is_header(record.cells):
            yield from self._another(record)
        else:
            yield from self._row(record)

    def _same_header(self, cells: Sequence[str]) -> bool:
        return [plain(cell) for cell in cells] == self._plain

    def _is_header(self, cells: Sequence[str]) -> bool:
        """Whether cells are the header of another layout: an export put under this one."""
        names = {plain(cell[:64]) for cell in cells}
        if not names & _WORDS:
            return False
        return recognize(cells, self._layouts) is not None

    def _another(self, record: Record) -> Iterator[LogFault]:
        layout = recognize(record.cells, self._layouts)
        assert layout is not None
        self._start(layout, record.cells, layout.fields(record.cells))
        yield LogFault(
            record.line, "", f"another export begins here, as {layout.name}",
            "nothing to mend; the rows from here on are read by this header", FaultKind.SKIPPED,
            record.last_line,
        )  # fmt: skip
        yield from self.notes()

    def _row(self, record: Record) -> Iterator[LogRow | LogFault]:
        row = self._read_as(self.order, self._absent, record)
        if row is not None:
            self._other = None
            self.watch.see(row)
            yield row
            return
        other = self._orders.of(record.cells) if self.layout.orders else None
        if other is None:
            yield self._unread(record)
            return
        if other != self._other:
            self._other = other
            yield LogFault(
                record.line, "", "from here on the cells do not stand under their labels; they are "
                "read in the one order that they fit",
                f"compare with the original: {', '.join(_names(self.layout, other))}",
                FaultKind.NOTE, record.last_line,
            )  # fmt: skip
        shifted = self._read_as(other, _absent(self.layout, other), record)
        assert shifted is not None
        self.watch.see(shifted)
        yield shifted

    def _read_as(self, order: Order, absent: Mapping[Field, Cell], record: Record) -> LogRow | None:
        """A record in one order; None if its time is none, or stands elsewhere."""
        if len(order) != len(record.cells):
            return None
        read = shipped_markers().read
        cells: dict[Field, Cell] = {}
        for each, text in zip(order, record.cells, strict=True):
            if each is not None:
                cell = read(text)
                cells[each] = _joined(cells[each], cell) if each in cells else cell
        time = cells.get(Field.TIME)
        if time is None:
            return LogRow(record.line, cells, absent, None, record.last_line)
        if time.state is not CellState.VALUE:
            if self.layout.orders and any(map(is_time, record.cells)):
                return None
            return LogRow(record.line, cells, absent, None, record.last_line)
        moment = read_moment(time.value, bare_is_utc=self.layout.time_zone == "utc")
        if moment is None:
            return None
        return LogRow(record.line, cells, absent, moment, record.last_line)

    def _unread(self, record: Record) -> LogFault:
        at = self._at.get(Field.TIME, 0)
        if len(record.cells) != len(self.order):
            return LogFault(
                record.line, "", *_width_problem(len(record.cells), len(self.order), is_cut=False),
                last_line=record.last_line,
            )  # fmt: skip
        if self.layout.orders and any(map(is_time, record.cells)):
            return LogFault(
                record.line, _label(self.layout, Field.TIME),
                "the cells do not stand under their labels, and more than one order or none fits "
                "them", "compare with the original; put each cell under its label",
                last_line=record.last_line,
            )  # fmt: skip
        name = self.header[at].strip() if self.header else _label(self.layout, Field.TIME)
        return _bad_date(record, name, record.cells[at].strip())


@dataclass(frozen=True, slots=True)
class Opened:
    """The logs of a file, and the parts of it that are none."""

    logs: tuple[SearchLog, ...]
    skipped: tuple[Skipped, ...] = ()


def open_logs(path: Path, layouts: Sequence[Layout] | None = None) -> Opened:
    """Recognize the search logs of a file: one of text, each sheet of a workbook, each member.

    Args:
        path: A text file, a workbook (.xlsx) or a zip archive of these.
        layouts: The column maps to go by; the shipped ones if not given.

    Raises:
        LogError: The file is missing, empty, damaged, or holds no search log.
    """
    known = shipped_layouts() if layouts is None else layouts
    sources, passed = sources_in(path)
    if len(sources) == 1 and not passed:
        return Opened((_recognized(path, sources[0], known),))
    logs: list[SearchLog] = []
    skipped = list(passed)
    for source in sources:
        try:
            logs.append(_recognized(path, source, known))
        except LogError as error:
            skipped.append(Skipped(source.name, str(error)))
    if not logs:
        why = "; ".join(f"{each.name}: {each.why}" for each in skipped[:3])
        raise LogError(f"no part of it is a search log: {why or 'it is empty'}",
                       "unpack it and look at its parts")  # fmt: skip
    return Opened(tuple(logs), tuple(skipped))


def open_log(path: Path, layouts: Sequence[Layout] | None = None) -> SearchLog:
    """The one search log of a file.

    Raises:
        LogError: As ``open_logs``, or the file holds several.
    """
    logs = list(open_logs(path, layouts).logs)
    if len(logs) > 1:
        raise LogError(f"the file holds {len(logs)} logs", "open them together")
    return logs[0]


def _recognized(path: Path, source: Source, layouts: Sequence[Layout]) -> SearchLog:
    records = source.records()
    head = list(islice(records, _SAMPLE))
    if not head:
        raise LogError("the file is empty", "ask for the export again; it lacks even a header")
    first = head[0]
    if first.problem:
        raise LogError(f"the header cannot be read: {first.problem[0]}", first.problem[1])
    layout = recognize(first.cells, layouts)
    if layout is not None:
        return SearchLog(path, source, layout, tuple(first.cells), layout.fields(first.cells))
    if kind := named_kind(first.cells):
        raise LogError(f"this is {kind}, not a search log", "give it to the command that reads it")
    rows = [record.cells for record in head if record.problem is None and not record.is_cut]
    for layout in layouts:
        order = without_header(layout.written(), rows)
        if order is not None:
            return SearchLog(path, source, layout, (), order)
    raise LogError(*misfit(first.cells, layouts))


def _absent(layout: Layout, order: Order) -> dict[Field, Cell]:
    """What each field without a column answers: not exported here, or never recorded."""
    return {
        each: Cell(
            CellState.NEVER_RECORDED if each in layout.never_recorded else CellState.NOT_EXPORTED
        )
        for each in Field
        if each not in order
    }


def _joined(one: Cell, other: Cell) -> Cell:
    """Two cells that make one value."""
    if one.state is CellState.VALUE and other.state is CellState.VALUE:
        return Cell(CellState.VALUE, f"{one.value} {other.value}")
    return other if one.state is CellState.VALUE else one


_WORDS = frozenset(
    plain(name) for layout in shipped_layouts() for name in (*layout.required, *layout.optional)
)


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
    return LogFault(
        record.line,
        name,
        f"not a date and time that can be read: {shown!r}",
        "write it as 2026-01-31T23:59:59Z, in UTC",
        last_line=record.last_line,
    )


def _skipped(record: Record, what: str) -> LogFault:
    help = "nothing to mend; it is not counted as a search"
    return LogFault(record.line, "", what, help, FaultKind.SKIPPED, record.last_line)


def _byte_note(line: int) -> LogFault:
    return LogFault(
        line,
        "",
        "characters outside the file's encoding, read as Windows-1252 or replaced",
        "compare this line with the original; export as UTF-8",
        FaultKind.NOTE,
        line,
    )
