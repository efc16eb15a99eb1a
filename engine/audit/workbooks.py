"""Sheets of Excel workbooks (ECMA-376) as records of text cells.

A formula is not trusted: what a workbook says that it comes to may be of another day, so a row
that needs such a cell is reported and gives no search. So is one that needs a cell which is merged
with others. A date that Excel keeps as a number becomes text by the workbook's own calendar.
Hidden sheets are named and not read; macros are never run.
"""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .errors import LogError, unreadable
from .records import CELL_CHARACTERS, Judge, Record, TextForm
from .sheet_values import column_of, place_of
from .sheet_xml import (
    CHUNK,
    Contents,
    Look,
    Relations,
    Row,
    SharedTexts,
    Sheet,
    SheetEntry,
    Styles,
)
from .sources import SAVE_AS_CSV, SHEET_FORM, Skipped, Source, shown

MOST_MERGED = 200_000  # cells

_BROKEN = (KeyError, ValueError, IndexError, EOFError, zipfile.BadZipFile, zlib.error,
           NotImplementedError, RuntimeError)  # fmt: skip


class SheetSource:
    """One visible sheet of a workbook."""

    def __init__(
        self, path: Path, name: str, part: str, look: Look, data: bytes | None, sha256: str
    ) -> None:
        """Name the sheet and find its merged cells; its rows are not read yet."""
        self.path, self.part, self.data, self.look = path, part, data, look
        self.name = shown(name)
        self.form: TextForm = SHEET_FORM
        self.sha256 = sha256
        self.position = 0
        with _in_words(), _archive(path, data) as book:
            self.size = book.getinfo(part).file_size
            self._merged = _merged(book, part)

    def has_changed(self) -> bool:
        """Whether the file is another than was opened."""
        return self.data is None and _digest(self.path) != self.sha256

    def records(self, judge: Judge | None = None) -> Generator[Record]:
        """Its rows in order, without the blank cells at their ends; blank rows are none."""
        sheet = Sheet(self.look)
        with _in_words(), _archive(self.path, self.data) as book, book.open(self.part) as file:
            for _ in sheet.feed(file):
                self.position = file.tell()
                for row in sheet.rows:
                    cells, doubts = self._cells(row)
                    if cells or doubts:
                        yield Record(row.number, row.number, cells, doubts=doubts)
                sheet.rows.clear()

    def _cells(self, row: Row) -> tuple[list[str], dict[int, tuple[str, str]]]:
        """The cells of a row as text, and what is wrong with some of them."""
        cells = [""] * (max((cell.column for cell in row.cells if cell.text), default=-1) + 1)
        doubts: dict[int, tuple[str, str]] = {}
        for cell in row.cells:
            if cell.text:
                cells[cell.column] = cell.text[:CELL_CHARACTERS]
            if cell.is_formula:
                place = place_of(cell.column, row.number)
                doubts[cell.column] = (
                    f"cell {place} holds a formula, not what was exported",
                    "replace it by its value (paste special), or ask for the export itself",
                )
        for column in self._merged.get(row.number, ()):
            place = place_of(column, row.number)
            doubts[column] = f"cell {place} is merged with others", "take the merged cells apart"
        return cells, doubts


def sheets(
    path: Path, name: str, data: bytes | None
) -> tuple[tuple[Source, ...], tuple[Skipped, ...]]:
    """The visible sheets of a workbook, and those that are hidden.

    Raises:
        LogError: It is no workbook that can be read.
    """
    sha256 = hashlib.sha256(data).hexdigest() if data is not None else _digest(path)
    with _in_words(), _archive(path, data) as book:
        contents, relations, styles = Contents(), Relations(), Styles()
        contents.read(_part(book, "xl/workbook.xml"))
        relations.read(_part(book, "xl/_rels/workbook.xml.rels"))
        names = set(book.namelist())
        if "xl/styles.xml" in names:
            styles.read(_part(book, "xl/styles.xml"))
        texts = SharedTexts()
        if "xl/sharedStrings.xml" in names:
            texts.read(_part(book, "xl/sharedStrings.xml"))
    look = Look(texts.found, styles.dates, contents.is_1904)
    found: list[Source] = []
    skipped: list[Skipped] = []
    for entry in contents.sheets:
        title = f"{name}#{entry.title}"
        part = relations.targets.get(entry.key, "")
        if why := _why_not(entry, part in names):
            skipped.append(Skipped(shown(title), why))
        else:
            found.append(SheetSource(path, title, part, look, data, sha256))
    return tuple(found), tuple(skipped)


def _why_not(entry: SheetEntry, is_there: bool) -> str:
    """Why a sheet is not read, if it is not."""
    if entry.state != "visible":
        how = {"veryHidden": "hidden by a program"}.get(entry.state, "hidden")
        return f"the sheet is {how}; show it to have it read"
    return "" if is_there else "the workbook does not hold this sheet"


def _part(book: zipfile.ZipFile, name: str) -> IO[bytes]:
    return book.open(name)


# Merged cells stand behind the rows of a sheet.
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_OVERLAP = 100


def _merged(book: zipfile.ZipFile, part: str) -> Mapping[int, list[int]]:
    """The columns, by row, of cells that show what another cell holds."""
    found: dict[int, list[int]] = {}
    count = 0
    rest = b""
    with book.open(part) as file:
        while data := file.read(CHUNK):
            data = rest + data
            end = 0
            for match in _MERGED.finditer(data):
                end = match.end()
                left, right = column_of(match[1].decode()), column_of(match[3].decode())
                top, bottom = int(match[2]), int(match[4])
                count += (right - left + 1) * (bottom - top + 1)
                if count > MOST_MERGED:
                    raise LogError("very many cells are merged", "take the merged cells apart")
                for row in range(top, bottom + 1):
                    columns = range(left + (row == top), right + 1)
                    found.setdefault(row, []).extend(columns)
            rest = data[max(end, len(data) - _OVERLAP) :]
    return found


@contextmanager
def _archive(path: Path, data: bytes | None) -> Generator[zipfile.ZipFile]:
    with zipfile.ZipFile(io.BytesIO(data) if data is not None else path) as book:
        yield book


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
