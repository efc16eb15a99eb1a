"""The records of an export without searches, by the names of its columns."""

from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass

from .errors import FaultKind, LogFault
from .layouts import plain
from .others import Other
from .sources import SHEET_FORM


@dataclass(frozen=True, slots=True)
class TableRow:
    """One record: its cells by the plain names of their columns."""

    line: int
    last_line: int
    texts: Mapping[str, str]


def table_of(other: Other) -> Generator[TableRow | LogFault]:
    """The records below the header in order: rows, and what is no row.

    Raises:
        LogError: The file cannot be read to its end.
    """
    header: list[str] = []
    with closing(other.source.records()) as records:
        for record in records:
            cells = record.cells
            if other.source.form == SHEET_FORM:
                cells = [*cells, *[""] * (len(header) - len(cells))]
            names = [plain(cell) for cell in cells]
            if record.line < other.first_line:
                yield _skipped(record.line, record.last_line, "a line above the header")
            elif not header:
                header = names
            elif record.problem or len(names) != len(header):
                message, help = record.problem or (
                    f"the row has {len(names)} cells, the header {len(header)}",
                    "put quotation marks around a cell that holds the separator",
                )
                yield LogFault(record.line, "", message, help, last_line=record.last_line)
            elif not any(names):
                yield _skipped(record.line, record.last_line, "a row of blank cells")
            elif _is_header(names, header):
                yield _skipped(record.line, record.last_line, "the header again, between the rows")
            else:
                texts = dict(zip(header, cells, strict=True))
                yield TableRow(record.line, record.last_line, texts)


def _is_header(names: list[str], header: list[str]) -> bool:
    """Whether a row repeats the header, as on each page of a printed table."""
    same = sum(one == other != "" for one, other in zip(names, header, strict=True))
    return same >= min(2, sum(map(bool, header)))


def _skipped(line: int, last_line: int, what: str) -> LogFault:
    return LogFault(line, "", what, "nothing to mend", FaultKind.SKIPPED, last_line)
