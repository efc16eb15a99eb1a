"""The parts of an Excel workbook that hold what its cells say (ECMA-376, part 1, chapter 18).

Read as a stream, so that a sheet of a million rows costs no memory but that of its shared texts.
Names of elements are taken without their prefix; a document type, which no such part has, is
refused before an entity can grow.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, NamedTuple
from xml.parsers import expat

from .sheet_values import MOST_COLUMNS, SheetError, column_of, date_text, unescaped

CHUNK = 1 << 16
MOST_ROWS = 1_048_576  # of a sheet
MOST_CHARACTERS = 1 << 28  # of all shared texts


class Cell(NamedTuple):
    """A cell: where it stands, its text, and whether a formula made it."""

    column: int
    text: str
    is_formula: bool


class Row(NamedTuple):
    """A row with the cells that it has."""

    number: int
    cells: Sequence[Cell]


class _Part:
    """A part of a workbook, element by element."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._take
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._texts: list[str] | None = None

    def feed(self, file: IO[bytes]) -> Iterator[None]:
        """Read a part; yields after each piece."""
        try:
            while data := file.read(CHUNK):
                self._parser.Parse(data, False)
                yield
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise SheetError(str(error)) from error
        yield

    def read(self, file: IO[bytes]) -> None:
        """Read a part to its end."""
        for _ in self.feed(file):
            pass

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self.start(name.rpartition(":")[2], attributes)

    def _close(self, name: str) -> None:
        self.end(name.rpartition(":")[2])

    def _take(self, text: str) -> None:
        if self._texts is not None:
            self._texts.append(text)

    def _refuse(self, *_: object) -> None:
        raise SheetError("it declares a document type")


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook names it: ``key`` leads to its part."""

    title: str
    key: str
    state: str


class Contents(_Part):
    """The list of sheets, and the calendar that numbers stand for dates in."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.sheets: list[SheetEntry] = []
        self.is_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take sheets and the properties of the workbook."""
        if name == "sheet":
            key = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            state = attributes.get("state", "visible")
            self.sheets.append(SheetEntry(attributes.get("name", ""), key, state))
        elif name == "workbookPr":
            self.is_1904 = attributes.get("date1904", "0") in ("1", "true")


class Relations(_Part):
    """Where the parts lie that the workbook names by keys."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a relation."""
        if name == "Relationship":
            target = attributes.get("Target", "")
            place = target[1:] if target.startswith("/") else f"xl/{target}"
            self.targets[attributes.get("Id", "")] = place


class SharedTexts(_Part):
    """The texts that cells refer to by number."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.found: list[str] = []
        self._characters = 0
        self._pieces: list[str] = []
        self._aside = False  # how a text is pronounced

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin a text, or a piece of one."""
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._aside = True
        elif name == "t" and not self._aside:
            self._texts = []

    def end(self, name: str) -> None:
        """End a text, or a piece of one."""
        if name == "t" and self._texts is not None:
            self._pieces += self._texts
            self._texts = None
        elif name == "rPh":
            self._aside = False
        elif name == "si":
            self.found.append(unescaped("".join(self._pieces)))
            self._characters += len(self.found[-1])
            if self._characters > MOST_CHARACTERS:
                raise SheetError("its texts are larger than is sensible")


class Styles(_Part):
    """Which styles of cells show numbers as dates: by number, with or without the time of day."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.dates: list[str] = []  # for each style the letters of its date format, if it is one
        self._formats: dict[str, str] = dict(_BUILTIN)
        self._is_cell = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a format or a style."""
        if name == "numFmt":
            bare = _ASIDE.sub("", attributes.get("formatCode", "").partition(";")[0].lower())
            self._formats[attributes.get("numFmtId", "")] = "".join(_DATE_LETTERS.findall(bare))
        elif name == "cellXfs":
            self._is_cell = True
        elif name == "xf" and self._is_cell:
            self.dates.append(self._formats.get(attributes.get("numFmtId", "0"), ""))

    def end(self, name: str) -> None:
        """Leave the styles of cells."""
        if name == "cellXfs":
            self._is_cell = False


_ASIDE = re.compile(r'"[^"]*"|\[(?!h+\]|m+\]|s+\])[^\]]*\]|\\.|_.|\*.|general')
_DATE_LETTERS = re.compile(r"[dmyhs]")
_BUILTIN = {
    **{str(number): "dmy" for number in (*range(14, 18), *range(27, 32), 36, *range(50, 59))},
    **{str(number): "hms" for number in (*range(18, 22), *range(32, 36), 45, 46, 47)},
    "22": "dmyhm",
}


@dataclass(slots=True)
class Look:
    """What cells need to be read: shared texts, styles that are dates, the calendar."""

    texts: Sequence[str] = field(default_factory=list[str])
    dates: Sequence[str] = field(default_factory=list[str])
    is_1904: bool = False


class Sheet(_Part):
    """The rows of a sheet."""

    def __init__(self, look: Look) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.rows: list[Row] = []
        self._look = look
        self._number = 0
        self._column = -1
        self._cells: list[Cell] = []
        self._attributes: Mapping[str, str] = {}
        self._pieces: list[str] = []
        self._is_formula = False
        self._aside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin a row, a cell, or what it holds."""
        if name == "c":
            self._attributes = attributes
            self._is_formula = False
            self._pieces = []
        elif name == "v" or (name == "t" and not self._aside):
            self._texts = []
        elif name == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._column, self._cells = -1, []
        elif name == "f":
            self._is_formula = True
        elif name == "rPh":
            self._aside = True

    def end(self, name: str) -> None:
        """End what a cell holds, a cell, or a row."""
        if name in ("v", "t"):
            self._pieces += self._texts or []
            self._texts = None
        elif name == "c":
            place = self._attributes.get("r")
            self._column = column_of(place) if place else self._column + 1
            if self._column >= MOST_COLUMNS:
                raise SheetError("a cell right of the last column")
            if self._pieces or self._is_formula:
                self._cells.append(Cell(self._column, self._text(), self._is_formula))
        elif name == "row":
            if not 0 < self._number <= MOST_ROWS:
                raise SheetError("a row below the last one")
            self.rows.append(Row(self._number, self._cells))
        elif name == "rPh":
            self._aside = False

    def _text(self) -> str:
        """A cell's value as the vendor's CSV would have it."""
        text = "".join(self._pieces)
        match self._attributes.get("t", "n"):
            case "s":
                return self._look.texts[int(text)]
            case "n":
                return self._number_text(text)
            case "b":
                return "TRUE" if text == "1" else "FALSE"
            case _:
                return unescaped(text)

    def _number_text(self, text: str) -> str:
        style = int(self._attributes.get("s", 0))
        letters = self._look.dates[style] if style < len(self._look.dates) else ""
        if letters and text:
            return date_text(float(text), letters, is_1904=self._look.is_1904)
        if text.isdigit() or not text:
            return text
        number = float(text)
        return str(int(number)) if number.is_integer() else text
