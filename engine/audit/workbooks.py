"""Sheets of Excel workbooks (ECMA-376) as records of text cells.

A formula is not trusted: what a workbook says that it comes to may be of another day, so its row
is reported and gives no search. A date that Excel keeps as a number becomes text by the
workbook's own calendar. Hidden sheets are named and not read.
"""

import datetime
import hashlib
import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from .errors import LogError, unreadable
from .records import CELL_CHARACTERS, Judge, Record, TextForm
from .sources import SAVE_AS_CSV, SHEET_FORM, Skipped, Source, quiet

_BROKEN = (KeyError, ValueError, TypeError, AttributeError, IndexError, ParseError,
           InvalidFileException, EOFError)  # fmt: skip


class SheetSource:
    """One visible sheet of a workbook."""

    def __init__(self, path: Path, book: str, sheet: str, data: bytes | None, sha256: str) -> None:
        """Name the sheet; nothing is read yet."""
        self.path, self.book, self.sheet, self.data = path, book, sheet, data
        self.name = f"{book}#{sheet}"
        self.size = len(data) if data is not None else path.stat().st_size
        self.form: TextForm = SHEET_FORM
        self.sha256 = sha256

    def has_changed(self) -> bool:
        """Whether the file is another than was opened."""
        return self.data is None and _digest(self.path) != self.sha256

    def records(self, judge: Judge | None = None) -> Iterator[Record]:
        """Its rows in order; blank rows are none."""
        with _opened(self.path, self.data) as book, _in_words():
            width = 0
            for line, row in enumerate(book[self.sheet].iter_rows(), start=1):
                cells, problem = _texts(row)
                while cells and not cells[-1] and len(cells) > width:
                    cells.pop()
                if not any(cells) and problem is None:
                    continue
                width = width or len(cells)
                cells += [""] * (width - len(cells))
                flaw = judge(cells, False) if problem is None and judge is not None else None
                if flaw is not None:
                    problem = flaw.message, flaw.help
                yield Record(line, line, cells, problem)


def _texts(row: Any) -> tuple[list[str], tuple[str, str] | None]:
    """The cells of a row as text, and what is wrong with one of them."""
    cells: list[str] = []
    problem = None
    for cell in row:
        value = cell.value
        if value is None:
            cells.append("")
        elif cell.data_type == "f":
            problem = (
                f"cell {cell.coordinate} holds a formula, not what was exported",
                "replace it by its value (paste special), or ask for the export itself",
            )
            cells.append("")
        else:
            cells.append(_text(value)[:CELL_CHARACTERS])
    return cells, problem


def _text(value: object) -> str:
    """A cell's value as the vendor's CSV would have it."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case datetime.datetime():
            moment = value + datetime.timedelta(microseconds=500_000)  # Excel keeps fractions
            return moment.replace(microsecond=0).isoformat(" ")
        case datetime.date():
            return value.isoformat()
        case _:
            return str(value)


def sheets(
    path: Path, name: str, data: bytes | None
) -> tuple[tuple[Source, ...], tuple[Skipped, ...]]:
    """The visible sheets of a workbook, and those that are hidden.

    Raises:
        LogError: It is no workbook that can be read.
    """
    sha256 = hashlib.sha256(data).hexdigest() if data is not None else _digest(path)
    found: list[Source] = []
    skipped: list[Skipped] = []
    with _opened(path, data) as book:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                found.append(SheetSource(path, name, sheet.title, data, sha256))
            else:
                how = _HIDDEN.get(sheet.sheet_state, "hidden")
                why = f"the sheet is {how}; show it to have it read"
                skipped.append(Skipped(f"{name}#{sheet.title}", why))
    return tuple(found), tuple(skipped)


_HIDDEN = {"hidden": "hidden", "veryHidden": "hidden by a program"}


@contextmanager
def _opened(path: Path, data: bytes | None) -> Generator[Any]:
    with _in_words(), quiet():
        file = io.BytesIO(data) if data is not None else path.open("rb")
        with file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
            try:
                yield book
            finally:
                book.close()


@contextmanager
def _in_words() -> Generator[None]:
    """What goes wrong in a workbook, in words."""
    try:
        yield
    except OSError as error:
        raise unreadable(error) from error
    except _BROKEN as error:
        raise LogError(
            f"the workbook is damaged: {str(error)[:80] or type(error).__name__}", SAVE_AS_CSV
        ) from error


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(error) from error
