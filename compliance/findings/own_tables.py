"""Tables of an agency's own that checks are made with: rosters, declarations, approvals.

A reading edge. Each is CSV with the columns of `COLUMNS`, those that may be left out in brackets.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

# The columns that must be there, and those that may.
ROSTER = (("account",), ("active_from", "active_until", "trained_until"))
DECLARATIONS = (("body", "from"), ("until", "revoked"))
APPROVALS = (("matter", "requester", "approver"), ("day", "case"))


class TableError(Exception):
    """A table that cannot be gone by; the message tells the file, the line and the mend."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of a table."""

    line: int
    cells: Mapping[str, str]

    def day(self, column: str) -> datetime.date | None:
        """The day of a column; None where it is blank or not there."""
        text = self.cells.get(column, "")
        return datetime.date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A table as it was given.

    Attributes:
        digest: SHA-256 of its bytes.
    """

    name: str
    digest: str
    rows: tuple[TableRow, ...]


Columns = tuple[tuple[str, ...], tuple[str, ...]]
_DAYS = frozenset(
    {"active_from", "active_until", "trained_until", "from", "until", "revoked", "day"}
)


def read_table(path: Path, columns: Columns) -> OwnTable:
    """A table of a file, every line checked.

    Raises:
        TableError: It cannot be read, has other columns, or a line says something else.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise TableError(f"{path}: cannot be read as text: {fault}; give CSV in UTF-8") from None
    try:
        rows = tuple(_rows(text, columns))
    except (csv.Error, ValueError) as fault:
        raise TableError(f"{path}: {fault}") from None
    return OwnTable(path.name, hashlib.sha256(data).hexdigest(), rows)


def folded(name: str) -> str:
    """A name as it is compared: without case, and with single blanks."""
    return " ".join(name.casefold().split())


def _rows(text: str, columns: Columns) -> Iterator[TableRow]:
    needed, known = columns[0], (*columns[0], *columns[1])
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [name.strip().lower() for name in next(reader, list[str]())]
    for name in needed:
        if name not in header:
            raise ValueError(f"line 1: no column `{name}`; it may have {', '.join(known)}")
    for name in header:
        if name not in known or header.count(name) > 1:
            raise ValueError(f"line 1: a column `{name}`; it may have {', '.join(known)}, once")
    for row in reader:
        line = reader.line_num
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise ValueError(f"line {line}: {len(row)} cells, line 1 has {len(header)}")
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
        _check(cells, needed, line)
        yield TableRow(line, cells)


def _check(cells: Mapping[str, str], needed: tuple[str, ...], line: int) -> None:
    for name in needed:
        if not cells[name]:
            raise ValueError(f"line {line}: `{name}` is blank")
    for name, text in cells.items():
        if name in _DAYS and text:
            try:
                datetime.date.fromisoformat(text)
            except ValueError:
                told = f"line {line}: `{name}` is `{text}`; write a day as 2026-11-03"
                raise ValueError(told) from None
