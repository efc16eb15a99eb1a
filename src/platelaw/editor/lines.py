"""Lines and columns as editors count them.

A line ends at a line feed or a carriage return; both together became one line feed when the text
was read. A column counts units of the encoding that client and server agreed on, of which a
character outside the basic plane takes two in UTF-16.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

_LINE_END = re.compile(r"[\r\n]")


class Encoding(Enum):
    """What a column counts."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    UTF_32 = "utf-32"


class Place(NamedTuple):
    """A line and a column, both from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text, to turn offsets into places and back."""

    text: str
    encoding: Encoding = Encoding.UTF_16
    _starts: list[int] = field(default_factory=list[int], init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note where each line starts."""
        self._starts[:] = [0, *(found.end() for found in _LINE_END.finditer(self.text))]

    def place(self, offset: int) -> Place:
        """The place of an offset."""
        line = bisect_right(self._starts, offset) - 1
        return Place(line, self._units(self.text[self._starts[line] : offset]))

    def offset(self, place: Place) -> int:
        """The offset of a place; one outside the text is drawn to its nearest end.

        A column within a character counts as the column before it.
        """
        if place.line < 0:
            return 0
        if place.line >= len(self._starts):
            return len(self.text)
        start = self._starts[place.line]
        end = self._end(place.line)
        if self.text.isascii() or self.encoding is Encoding.UTF_32:
            return min(start + max(place.column, 0), end)
        left, at = place.column, start
        while at < end and (left := left - self._units(self.text[at])) >= 0:
            at += 1
        return at

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._starts)

    def _end(self, line: int) -> int:
        """Where a line ends, its line end left out."""
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)
        return self._starts[line] + len(self.text[self._starts[line] : end].rstrip("\r\n"))

    def _units(self, text: str) -> int:
        match self.encoding:
            case Encoding.UTF_32:
                return len(text)
            case Encoding.UTF_8:
                return len(text.encode("utf-8", "surrogatepass"))
            case Encoding.UTF_16:
                return (
                    len(text)
                    if text.isascii()
                    else len(text.encode("utf-16-le", "surrogatepass")) // 2
                )
