"""Text to records of cells, one at a time and in bounded memory.

A record that breaks the rules of CSV quoting (RFC 4180) costs only its first line: the lines it
had run into are read anew. A file cut off inside an unquoted last cell cannot be told from a
whole one.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

LINE_CHARACTERS = 262_144  # with the next two, what bounds the memory of a record
RECORD_LINES = 100
CELL_CHARACTERS = 131_072  # the csv module's own limit, named for the message

# What surrogateescape makes of a byte that is not UTF-8.
_STRAY_BYTE = re.compile("[\udc80-\udcff]")


class TextForm(NamedTuple):
    """How a file's text is written: what tells one character, line and cell from the next."""

    encoding: str
    line_break: str  # "\n", also where a carriage return precedes it, or "" for "\r" and "\n" alike
    delimiter: str


class Record(NamedTuple):
    """The cells between two line ends; ``problem`` is why they cannot be gone by, and the mend.

    ``doubts`` says the same of single cells, by their place. ``written`` is the text of it with its
    line end, none for a row of a sheet.
    """

    line: int
    last_line: int
    cells: list[str]
    problem: tuple[str, str] | None = None
    notes: tuple[int, ...] = ()  # the lines that held bytes of another encoding
    is_cut: bool = False  # the text ends within this record
    doubts: Mapping[int, tuple[str, str]] = {}
    written: str | None = None


class Flaw(NamedTuple):
    """What is wrong with some cells, and the mend.

    ``is_whole`` says that they are one record all the same; else its later lines are read anew.
    """

    message: str
    help: str
    is_whole: bool = False


# What is wrong with some cells; the second argument says that the text ends there.
Judge: TypeAlias = Callable[[Sequence[str], bool], Flaw | None]


class _Line(NamedTuple):
    number: int
    text: str
    problem: str = ""  # why it cannot be read
    repaired: bool = False  # held bytes that are not of the file's encoding


class _RunawayError(Exception):
    """A record that runs over too many lines."""


class _Lines:
    """The physical lines of a text, and those that the current record has taken."""

    def __init__(self, text: io.TextIOWrapper, line_break: str, passed: int) -> None:
        self._text = text
        self._ends = line_break or ("\r", "\n")
        self._number = passed
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
        if len(text) == LINE_CHARACTERS and not text.endswith(self._ends):
            while text and not text.endswith(self._ends):
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


def records(
    text: io.TextIOWrapper, form: TextForm, judge: Judge | None = None, passed: int = 0
) -> Generator[Record]:
    """Split a text into records; blank lines between them are none.

    Args:
        text: What is read from, at its start.
        form: How it is written.
        judge: What is wrong with the cells of a record, if anything is.
        passed: How many lines stand above the text.
    """
    lines = _Lines(text, form.line_break, passed)
    reader = csv.reader(lines, delimiter=form.delimiter, strict=True, skipinitialspace=True)
    end = "\n"
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
        if broken := next((line for line in lines.taken if line.problem), None):
            problem = (broken.problem, "export the file again, or remove the line by hand")
            if broken is not lines.taken[0]:
                problem = _csv_problem(_RunawayError())
        elif problem is None and (not cells or (len(cells) == 1 and not cells[0].strip())):
            continue
        is_cut = not lines.taken[-1].text.endswith(("\r", "\n"))
        flaw = judge(cells, is_cut) if problem is None and judge is not None else None
        if flaw is not None:
            problem = flaw.message, flaw.help
        is_rest = is_cut and judge is not None and _is_rest(lines.taken, form, judge)
        if problem and not is_rest and not (flaw and flaw.is_whole):
            lines.give_back()
        taken = lines.taken
        notes = tuple(line.number for line in taken if line.repaired)
        end = _end(taken[-1].text) or end
        written = "".join(line.text for line in taken) + end * is_cut
        yield Record(taken[0].number, taken[-1].number, cells, problem, notes, is_cut,
                     written=written)  # fmt: skip


def _end(text: str) -> str:
    """The line end of a text, if it has one."""
    return text[len(text.rstrip("\r\n")) :]


def _is_rest(taken: Sequence[_Line], form: TextForm, judge: Judge) -> bool:
    """Whether the last of two lines, where the text was cut off, is no record of its own."""
    if len(taken) != 2:
        return False
    try:
        cells = next(csv.reader([taken[1].text], delimiter=form.delimiter, strict=True))
    except csv.Error:
        return True
    return judge(cells, True) is not None


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
