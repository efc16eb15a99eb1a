"""A text that can quote itself, and a place in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """One policy text and the name a reader knows it by."""

    name: str
    text: str = field(repr=False)
    _lines: list[int] = field(default_factory=list[int], init=False, repr=False, compare=False)

    def _starts(self) -> list[int]:
        """Where each line starts, noted when somebody first asks."""
        if not self._lines:
            self._lines[:] = [0, *(found.end() for found in re.finditer("\n", self.text))]
        return self._lines

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """The line and column of ``offset``, both counted from 1."""
        starts = self._starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of line ``number``, counted from 1, without its line end."""
        starts = self._starts()
        start = starts[number - 1]
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[start:end].rstrip("\r")


@dataclass(frozen=True, slots=True)
class Span:
    """A place: the characters from ``start`` up to, not including, ``end``."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands at this place."""
        return self.source.text[self.start : self.end]

    def part(self, at: int, length: int) -> Span:
        """The place of some characters in it, ``at`` counted from its start."""
        return Span(self.source, self.start + at, self.start + at + length)

    def __str__(self) -> str:
        """``file:line:column``."""
        line, column = self.source.line_and_column(self.start)
        return f"{self.source.name}:{line}:{column}"
