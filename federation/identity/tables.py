"""CSV tables of the registry that the service reads: cells by column, faults by place."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

E = TypeVar("E", bound=Enum)


class TableError(Exception):
    """A table that cannot be gone by; the message names file, line, field and mend."""


class State(Enum):
    """How one on file stands."""

    GOOD = "good"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes:
        file: The name of the file.
        line: The line on which the row ends.
        cells: What stands in each column.
    """

    file: str
    line: int
    cells: Mapping[str, str]

    def fault(self, column: str, says: str, mend: str) -> TableError:
        """What is wrong with one cell."""
        return TableError(f"{self.file}:{self.line}: `{column}` {says}; {mend}")

    def needed(self, column: str) -> str:
        """A cell that may not be blank.

        Raises:
            TableError: It is.
        """
        if not self.cells[column]:
            raise self.fault(column, "is blank", "fill it in")
        return self.cells[column]

    def choice(self, column: str, choices: Iterable[E]) -> E:
        """A cell that holds one of some words.

        Raises:
            TableError: It holds another.
        """
        word = self.needed(column)
        known = {str(choice.value): choice for choice in choices}
        if word not in known:
            raise self.fault(column, f"says `{word}`", f"write {' or '.join(known)}")
        return known[word]

    def moment(self, column: str) -> datetime.datetime:
        """A cell that holds a day, which begins at midnight UTC, or an instant.

        Raises:
            TableError: It holds neither.
        """
        text = self.needed(column)
        try:
            found = datetime.datetime.fromisoformat(text)
        except ValueError:
            found = None
        if found is not None and len(text) == len("2026-11-03"):
            return found.replace(tzinfo=datetime.UTC)
        if found is None or found.tzinfo is None:
            mend = "write a day such as 2026-11-03, or an instant such as 2026-11-03T15:00:00Z"
            raise self.fault(column, f"says `{text}`", mend)
        return found.astimezone(datetime.UTC)


def read_text(file: Path | Traversable) -> str:
    """The text of a table.

    Raises:
        TableError: It cannot be read.
    """
    try:
        return file.read_text("utf-8-sig")
    except FileNotFoundError:
        raise TableError(f"{file}: no such file; make it, or name another folder") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise TableError(f"{file}: cannot be read as UTF-8 text: {fault}") from fault


def read_table(name: str, text: str, columns: Sequence[str]) -> list[Row]:
    """The rows of a table that has exactly these columns, in any order.

    Raises:
        TableError: It has others, or is no CSV.
    """
    lines = csv.reader(io.StringIO(text), strict=True)
    try:
        header = [cell.strip() for cell in next(lines, list[str]())]
        _check_header(name, header, columns)
        return [
            _row(name, lines.line_num, header, cells)
            for cells in lines
            if any(map(str.strip, cells))
        ]
    except csv.Error as fault:
        raise TableError(f"{name}:{lines.line_num}: {fault}; mend the quoting") from fault


def _check_header(name: str, header: Sequence[str], columns: Sequence[str]) -> None:
    for column in columns:
        if header.count(column) != 1:
            what = "no column" if column not in header else "more than one column"
            raise TableError(f"{name}:1: the header has {what} `{column}`; write it once")
    for column in header:
        if column not in columns:
            known = ", ".join(columns)
            raise TableError(f"{name}:1: the column `{column}` is not known; write {known}")


def _row(name: str, line: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) != len(header):
        raise TableError(
            f"{name}:{line}: the row has {len(cells)} cells and the header {len(header)}; "
            "give each column its cell"
        )
    return Row(name, line, {c: cell.strip() for c, cell in zip(header, cells, strict=True)})
