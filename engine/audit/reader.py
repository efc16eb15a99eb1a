"""Reader of search-log exports: a file to rows and faults, one record at a time.

The layout is recognized by the header, never by the file's name. Each record gives
one row or one fault, so that rows plus unread plus skipped records are all that the
file holds; notes come on top. A record that breaks the rules of CSV quoting
(RFC 4180) costs only its first line: the lines it had run into are read anew.
A file cut off inside an unquoted last cell cannot be told from a whole one.
Messages never repeat a cell, save a date that cannot be read.
"""

import codecs
import csv
import enum
import hashlib
import io
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .cells import Cell, CellState, Moment, read_moment, shipped_markers
from .layouts import Field, Layout, misfit, plain, recognize, shipped_layouts

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = [
    "FaultKind",
    "LogError",
    "LogFault",
    "LogRow",
    "Moment",
    "SearchLog",
    "TextForm",
    "open_log",
]

HEAD_BYTES = 65_536
LINE_CHARACTERS = 262_144  # with the next two, what bounds the memory of a record
RECORD_LINES = 100
CELL_CHARACTERS = 131_072  # the csv module's own limit, named for the message

_SAVE_AS_CSV = "open it in its own program and save the sheet as CSV (UTF-8)"
_MAGIC = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook (.xlsx)", _SAVE_AS_CSV),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.xls)", _SAVE_AS_CSV),
    (b"%PDF-", "a PDF", "ask the custodian for the export as CSV"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (codecs.BOM_UTF32_LE, "UTF-32 text", "save it as UTF-8"),
    (codecs.BOM_UTF32_BE, "UTF-32 text", "save it as UTF-8"),
)
_STRAY_BYTE = re.compile(
    "[\udc80-\udcff]"
)  # what surrogateescape makes of a byte that is not UTF-8
_DATE_LIKE = re.compile(r"[0-9]{1,4}([-/])[0-9]{1,2}\1[0-9]{1,4}[0-9\-:., TZ+APMUC]*")


class FaultKind(enum.Enum):
    """What became of the record that a fault tells of."""

    UNREAD = "unread"  # it could not be read and gives no row
    SKIPPED = "skipped"  # it is no search: the header again, or cells that are all blank
    NOTE = "note"  # it was read, with something to know about it


class LogError(Exception):
    """A file that cannot be read as a search log at all, with how to mend it."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(f"{message}; {help}")
        self.message = message
        self.help = help


@dataclass(frozen=True, slots=True)
class LogFault:
    """A record that gives no row, or a note on one; ``line`` counts from 1, 0 is the file."""

    line: int
    field: str
    message: str
    help: str
    kind: FaultKind = FaultKind.UNREAD
    last_line: int = 0


class TextForm(NamedTuple):
    """How a file's text is written: what tells one character, line and cell from the next."""

    encoding: str
    line_break: str  # "\n", also where a carriage return precedes it, or "\r"
    delimiter: str


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
    """A file recognized as a search log. ``sha256`` is that of the bytes at opening."""

    path: Path
    sha256: str
    layout: Layout
    form: TextForm
    header: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    @property
    def encoding(self) -> str:
        """The encoding of the file's text; single lines may deviate, with a note."""
        return self.form.encoding

    def rows(self) -> Iterator[LogRow | LogFault]:
        """Read the records in order, in constant memory.

        Raises:
            LogError: The file cannot be opened again or read to its end.
        """
        try:
            with _HashedFile(self.path) as file, _text(file, self.form) as text:
                yield from self._rows(_records(text, self.form, len(self.header)))
                if file.digest.hexdigest() != self.sha256:
                    yield LogFault(0, "", "the file changed while it was read", "read it again")
        except OSError as error:
            raise _unreadable(error) from error

    def _rows(self, records: Iterator["_Record"]) -> Iterator[LogRow | LogFault]:
        header = [plain(name) for name in self.header]
        fields = self.layout.fields(self.header)
        absent = self.layout.absent(self.header)
        next(records, None)  # the header
        for record in records:
            for line in record.notes:
                yield _byte_note(line)
            first = plain(record.cells[0][:64]) if record.cells else ""
            if record.problem:
                yield LogFault(record.line, "", *record.problem, last_line=record.last_line)
            elif first == header[0] and [plain(cell) for cell in record.cells] == header:
                yield _skipped(record, "the header again, between the rows")
            elif not any(cell.strip() for cell in record.cells):
                yield _skipped(record, "a row of blank cells")
            else:
                yield self._row(record, fields, absent)

    def _row(
        self, record: "_Record", fields: Sequence[Field], absent: Mapping[Field, Cell]
    ) -> LogRow | LogFault:
        read = shipped_markers().read
        cells = dict(zip(fields, map(read, record.cells), strict=True))
        time = cells.get(Field.TIME)
        moment = None
        if time is not None and time.state is CellState.VALUE:
            moment = read_moment(time.value, bare_is_utc=self.layout.time_zone == "utc")
            if moment is None:
                name = self.header[fields.index(Field.TIME)].strip()
                return _bad_date(record, name, time.value)
        return LogRow(record.line, cells, absent, moment, record.last_line)


def open_log(path: Path, layouts: Sequence[Layout] | None = None) -> SearchLog:
    """Recognize a file as a search log; ``layouts`` are the shipped ones if not given.

    Raises:
        LogError: The file is missing, empty, no text, or has no header that a layout fits.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        form = _form(head)
        with _HashedFile(path) as raw, _text(raw, form) as text:
            first = next(_records(text, form), None)
    except OSError as error:
        raise _unreadable(error) from error
    if first is None:
        raise LogError("the file is empty", "ask for the export again; it lacks even a header")
    if first.problem:
        raise LogError(f"the header cannot be read: {first.problem[0]}", first.problem[1])
    known = shipped_layouts() if layouts is None else layouts
    layout = recognize(first.cells, known)
    if layout is None:
        raise LogError(*misfit(first.cells, known))
    return SearchLog(path, digest, layout, form, tuple(first.cells))


def _encoding(head: bytes) -> str:
    for magic, what, help in _MAGIC:
        if head.startswith(magic):
            raise LogError(f"this is {what}, not a text file", help)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head:
        raise LogError("this is a binary file (it holds NUL bytes)", _SAVE_AS_CSV)
    return "utf-8"


def _form(head: bytes) -> TextForm:
    """Tell a text's form by its first bytes; spreadsheets also write tab and semicolon."""
    encoding = _encoding(head)
    text = head.decode(encoding, "replace")
    line_break = "\r" if "\r" in text and "\n" not in text else "\n"
    first = next((line for line in text.splitlines() if line.strip()), "")
    return TextForm(encoding, line_break, max(",\t;", key=first.count))


def _unreadable(error: OSError) -> LogError:
    return LogError(f"the file cannot be read: {error.strerror or error}", "check path and rights")


def _bad_date(record: "_Record", name: str, text: str) -> LogFault:
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


def _skipped(record: "_Record", what: str) -> LogFault:
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


class _HashedFile(io.FileIO):
    """A file that hashes what is read from it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.digest = hashlib.sha256()

    def readinto(self, buffer: "WriteableBuffer") -> int:
        count = super().readinto(buffer) or 0
        self.digest.update(memoryview(buffer)[:count])
        return count


def _text(file: io.FileIO, form: TextForm) -> io.TextIOWrapper:
    errors = "replace" if form.encoding == "utf-16" else "surrogateescape"
    return io.TextIOWrapper(io.BufferedReader(file), form.encoding, errors, form.line_break)


class _Line(NamedTuple):
    number: int
    text: str
    problem: str = ""  # why it cannot be read
    repaired: bool = False  # held bytes that are not of the file's encoding


class _RunawayError(Exception):
    """A record that runs over too many lines."""


class _Lines:
    """The physical lines of a text, and those that the current record has taken."""

    def __init__(self, text: io.TextIOWrapper, line_break: str) -> None:
        self._text = text
        self._line_break = line_break
        self._number = 0
        self._again: deque[_Line] = deque()
        self.taken: list[_Line] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) == RECORD_LINES:
            raise _RunawayError
        line = self._again.popleft() if self._again else self._read()
        self.taken.append(line)
        return line.text

    def give_back(self) -> None:
        """Keep only the first line of the record; the others are read anew."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    def _read(self) -> _Line:
        text = self._text.readline(LINE_CHARACTERS)
        if not text:
            raise StopIteration
        self._number += 1
        if len(text) == LINE_CHARACTERS and not text.endswith(self._line_break):
            while text and not text.endswith(self._line_break):
                text = self._text.readline(LINE_CHARACTERS)
            return _Line(self._number, "\n", f"a line of over {LINE_CHARACTERS:,} characters")
        if "\0" in text:
            return _Line(self._number, "\n", "a line that holds NUL characters")
        if text.isascii():
            return _Line(self._number, text)
        mended = _STRAY_BYTE.sub(_windows_character, text)
        return _Line(self._number, mended, repaired=mended != text or "\ufffd" in text)


def _windows_character(match: re.Match[str]) -> str:
    return bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace")


class _Record(NamedTuple):
    line: int
    last_line: int
    cells: list[str]
    problem: tuple[str, str] | None  # message and help
    notes: list[int]  # the lines that held bytes of another encoding


def _records(text: io.TextIOWrapper, form: TextForm, width: int | None = None) -> Iterator[_Record]:
    """Split a text into records of ``width`` cells; blank lines between records are none."""
    lines = _Lines(text, form.line_break)
    reader = csv.reader(lines, delimiter=form.delimiter, strict=True, skipinitialspace=True)
    while True:
        lines.taken.clear()
        cells: list[str] = []
        problem = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_RunawayError, csv.Error) as error:
            problem = _csv_problem(error)
        if flaw := next((line for line in lines.taken if line.problem), None):
            problem = (flaw.problem, "export the file again, or remove the line by hand")
            if flaw is not lines.taken[0]:
                problem = _csv_problem(_RunawayError())
        elif problem is None and (not cells or (len(cells) == 1 and not cells[0].strip())):
            continue
        elif problem is None and width is not None and len(cells) != width:
            problem = _width_problem(len(cells), width, lines.taken[-1].text)
        if problem:
            lines.give_back()
        taken = lines.taken
        notes = [line.number for line in taken if line.repaired]
        yield _Record(taken[0].number, taken[-1].number, cells, problem, notes)


def _csv_problem(error: Exception) -> tuple[str, str]:
    if "limit" in str(error):
        return (
            f"a cell of over {CELL_CHARACTERS:,} characters",
            "look for a quotation mark that is never closed, or shorten the cell",
        )
    if "new-line" in str(error):
        return (
            "a carriage return stands in a cell without quotation marks",
            "put quotation marks around the cell, or remove the carriage return",
        )
    if "expected after" in str(error):
        return (
            "text follows a closing quotation mark",
            "double each quotation mark inside a quoted cell",
        )
    return (
        "a quotation mark is opened and not closed in time",
        "close it; if this is the last row, the file was cut off: ask for it again",
    )


def _width_problem(count: int, width: int, last: str) -> tuple[str, str]:
    message = f"the row has {count} cells, the header {width}"
    if count < width and last[-1:] not in ("\r", "\n"):
        return message, "the file was cut off within this row: ask for it again"
    if count > width:
        return message, "put quotation marks around a cell that holds the separator"
    return message, "compare the row with the original: a cell is missing"
