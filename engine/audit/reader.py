"""Reader of search-log exports: a file to rows and faults, one record at a time.

The layout is recognized by the header, or where there is none by what the cells are; never by
the file's name. Each record gives one row or one fault, so that rows plus unread plus skipped
records are all that the file holds; notes come on top. Messages never repeat a cell, save a date
that cannot be read.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from .alignment import Orders, is_time, without_header
from .batch import Batch, gathered
from .cells import Moment
from .columnar import TableSource
from .containers import sources_in
from .errors import FaultKind, LogError, LogFault
from .layouts import Layout, misfit, recognize, shipped_layouts
from .log_row import LogRow, Order
from .others import Other, kind_of
from .pool import Pool
from .postgres import TableAddress, table_source
from .reading import Reading, byte_note, skipped_row
from .records import Record, TextForm
from .repeats import Repeats
from .sources import SHEET_FORM, Skipped, Source, TextSource, shown
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
    "open_table",
]

_SAMPLE = 100  # records that tell what a table is
_COLUMNS = 10  # that a message names


@dataclass(frozen=True, slots=True)
class SearchLog:
    """A table recognized as a search log. ``sha256`` is that of the bytes at opening.

    ``header`` is empty where the table has none; ``order`` are then the fields of its cells.
    ``first_line`` is the line of the header, or of the first row where there is none; ``shifted``
    the order in which the first rows stand, if it is another than the header's.
    """

    path: Path
    source: Source
    layout: Layout
    header: tuple[str, ...]
    order: Order
    first_line: int = 1
    shifted: Order | None = None

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

    def batches(
        self,
        repeats: Repeats | None = None,
        pool: Pool | None = None,
        *,
        all_cells: bool = False,
    ) -> Iterator[Batch | LogFault]:
        """Read the rows in order, many at once and in constant memory.

        What is to be said of some rows comes before or after them.

        Args:
            repeats: The searches of files that were read before; those of this one are added.
            pool: Other processes that read plain rows; what comes of it is the same.
            all_cells: Whether all cells of rows will be asked for, not only what is judged.

        Raises:
            LogError: The file cannot be opened again or read to its end.
        """
        reading = Reading(self.layout, self.header, self.order, all_cells=all_cells)
        watch = Watch(repeats or Repeats(), is_utc=reading.is_utc)
        if self.shifted is not None:
            reading.orders.start_with(self.shifted)
        yield from reading.notes()
        for found in gathered(self._read(reading, pool)):
            if isinstance(found, Batch):
                watch.see(found)
            yield found
        yield from watch.notes()
        if self.source.has_changed():
            yield LogFault(0, "", "the file changed while it was read", "read it again")

    def rows(self, repeats: Repeats | None = None) -> Iterator[LogRow | LogFault]:
        """The same, row by row."""
        for found in self.batches(repeats):
            if isinstance(found, Batch):
                yield from found.rows()
            else:
                yield found

    def _read(self, reading: Reading, pool: Pool | None) -> Iterator[Batch | LogRow | LogFault]:
        """What each record is; rows that stand in a plain stretch come together."""
        with closing(self._pieces(reading, pool)) as pieces:
            for piece in pieces:
                if isinstance(piece, Batch):
                    yield piece
                    continue
                for line in piece.notes:
                    yield byte_note(line)
                if piece.line < self.first_line:
                    yield skipped_row(piece, "a line above the header")
                elif piece.line > self.first_line or not self.header:
                    sheet = self.form == SHEET_FORM
                    yield from reading.read(reading.filled(piece) if sheet else piece)

    def _pieces(self, reading: Reading, pool: Pool | None) -> Generator[Batch | Record]:
        if isinstance(self.source, TextSource):
            return self.source.stretches(reading, self.first_line, pool)
        if isinstance(self.source, TableSource):
            return self.source.stretches(reading, self.first_line)
        return self._records(reading)

    def _records(self, reading: Reading) -> Generator[Batch | Record]:
        yield from self.source.records(reading.judge)


@dataclass(frozen=True, slots=True)
class Opened:
    """The logs of a file, the exports of other kinds beside them, and the parts that are none."""

    logs: tuple[SearchLog, ...]
    others: tuple[Other, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def open_logs(
    path: Path, layouts: Sequence[Layout] | None = None, name: str | None = None
) -> Opened:
    """Recognize the exports of a file: one of text, each sheet of a workbook, each member.

    Args:
        path: A text file, a workbook (.xlsx), a zip archive of these, a Parquet file, or a
            database of SQLite or DuckDB.
        layouts: The column maps to go by; the shipped ones if not given.
        name: What messages call it, if not by its name.

    Raises:
        LogError: The file is missing, empty, damaged, or holds no export that is known.
    """
    sources, passed = sources_in(path, name)
    return _opened(path, sources, passed, shipped_layouts() if layouts is None else layouts)


def open_table(place: TableAddress, layouts: Sequence[Layout] | None = None) -> Opened:
    """Recognize the export that a table of PostgreSQL holds.

    Raises:
        LogError: It cannot be read, or holds no export that is known.
    """
    source = table_source(place)
    known = shipped_layouts() if layouts is None else layouts
    return _opened(source.path, (source,), (), known)


def _opened(
    path: Path, sources: Sequence[Source], passed: Sequence[Skipped], known: Sequence[Layout]
) -> Opened:
    if len(sources) == 1 and not passed:
        (source,) = sources
        found = _recognized(path, source, known)
        return Opened((found,)) if isinstance(found, SearchLog) else Opened((), (found,))
    logs: list[SearchLog] = []
    others: list[Other] = []
    skipped = list(passed)
    for source in sources:
        try:
            found = _recognized(path, source, known)
        except LogError as error:
            skipped.append(Skipped(source.name, str(error)))
        else:
            if isinstance(found, SearchLog):
                logs.append(found)
            else:
                others.append(found)
    if not logs and not others:
        why = "; ".join(f"{each.name}: {each.why}" for each in skipped[:3])
        raise LogError(f"no part of it is a search log: {why or 'it is empty'}",
                       "unpack it and look at its parts")  # fmt: skip
    return Opened(tuple(logs), tuple(others), tuple(skipped))


def open_log(path: Path, layouts: Sequence[Layout] | None = None) -> SearchLog:
    """The one search log of a file.

    Raises:
        LogError: As ``open_logs``, or the file holds none or several.
    """
    opened = open_logs(path, layouts)
    if len(opened.logs) > 1:
        raise LogError(f"the file holds {len(opened.logs)} logs", "open them together")
    for log in opened.logs:
        return log
    raise LogError(f"this is {opened.others[0].kind.value}, not a search log",
                   "it holds no searches; give a search log")  # fmt: skip


def _recognized(path: Path, source: Source, layouts: Sequence[Layout]) -> SearchLog | Other:
    with closing(source.records()) as records:
        head = list(islice(records, _SAMPLE))
    if not head:
        raise LogError("the file is empty", "ask for the export again; it lacks even a header")
    found = None
    above: list[Record] = []
    for record in head:
        found = _with_header(path, source, record, layouts)
        if found is not None:
            break
        above.append(record)
    if isinstance(found, SearchLog):
        rows = _padded(found, head[len(above) + 1 :])
        shifted = Orders(found.order, found.layout.written()).learn(rows)
        found = replace(found, shifted=shifted)
    if found is None or any(is_time(cell) for record in above for cell in record.cells):
        # A header that stands below searches is that of another export.
        found = _without_header(path, source, above, layouts) or found
    if found is None and head[0].problem:
        message, help = head[0].problem
        raise LogError(f"the header cannot be read: {message}", help)
    if found is None and isinstance(source, TableSource):
        raise LogError(f"no known layout has its columns ({_listed(head[0].cells)})",
                       "name them as the vendor does, in a view; or give a column map of your "
                       "own with --layout")  # fmt: skip
    if found is None:
        raise LogError(*misfit(head[0].cells, layouts))
    return found


def _listed(columns: Sequence[str]) -> str:
    more = ", ..." if len(columns) > _COLUMNS else ""
    return ", ".join(shown(each[:40]) for each in columns[:_COLUMNS]) + more


def _with_header(
    path: Path, source: Source, record: Record, layouts: Sequence[Layout]
) -> SearchLog | Other | None:
    if record.problem:
        return None
    if (kind := kind_of(record.cells)) is not None:
        return Other(source, kind, record.line)
    layout = recognize(record.cells, layouts)
    if layout is None:
        return None
    fields = layout.fields(record.cells)
    return SearchLog(path, source, layout, tuple(record.cells), fields, record.line)


def _padded(log: SearchLog, records: Sequence[Record]) -> list[list[str]]:
    """The cells of the rows below a header; those of a sheet lack the blank ones at their end."""
    rows = [record.cells for record in records if not record.problem and not record.is_cut]
    if log.form != SHEET_FORM:
        return rows
    return [[*row, *[""] * (len(log.order) - len(row))] for row in rows]


def _without_header(
    path: Path, source: Source, head: Sequence[Record], layouts: Sequence[Layout]
) -> SearchLog | None:
    rows = [record.cells for record in head if record.problem is None and not record.is_cut]
    if source.form == SHEET_FORM:
        width = max(map(len, rows), default=0)
        rows = [[*row, *[""] * (width - len(row))] for row in rows]
    for layout in layouts:
        order = without_header(layout.written(), rows)
        if order is not None:
            return SearchLog(path, source, layout, (), order, head[0].line)
    return None
