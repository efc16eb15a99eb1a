"""What a report shows, before it is a page or JSON: figures, charts and tables.

Whatever shows a number names the question by which it was computed (``how``).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .questions import Question

Cell: TypeAlias = str | int | float | datetime.date | None


class Tone(Enum):
    """How something stands out; it is always told in words too."""

    BREACH = "breach"
    ASK = "ask"
    UNKNOWN = "unknown"
    FINE = "fine"
    ASIDE = "aside"


class Kind(Enum):
    """What stands in a column."""

    TEXT = "text"
    CODE = "code"
    CHOICE = "choice"  # one of a few words: the table can be filtered by it
    COUNT = "count"
    SHARE = "share"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the summary."""

    text: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that matters.

    Attributes:
        value: The number as it is read.
        label: What it counts.
        tone: How it stands out.
        how: The question that it answers.
        part: Where in the report more of it stands.
    """

    value: str
    label: str
    tone: Tone
    how: str
    part: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``left_out`` of its rows are not shown, and ``rest`` is the command that does."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    how: str
    left_out: int = 0
    note: str = ""
    rest: str = ""

    @property
    def left_out_note(self) -> str:
        """How many rows are not shown, and how one gets them; empty if all are shown."""
        if not self.left_out:
            return ""
        way = f"`{self.rest}` shows all." if self.rest else "The statement below gives all."
        rows = "row is" if self.left_out == 1 else "rows are"
        return f"{self.left_out:,} more {rows} left out. {way}"


@dataclass(frozen=True, slots=True)
class Series:
    """One of the things that a chart compares: a value for each time, None if there is none."""

    label: str
    tone: Tone
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers over time, one upon the other, or shares beside each other.

    Attributes:
        note: What it does not show, and why.
    """

    name: str
    title: str
    times: tuple[datetime.date, ...]
    series: tuple[Series, ...]
    how: str
    is_share: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the report below its summary."""

    name: str
    title: str
    lead: str
    blocks: tuple[Table | Chart, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The results of an audit, as a chief reads them.

    Attributes:
        owner: Whose data was searched, in words.
        made_on: The day of the report.
        unit: Of time: day, week or month.
        zone: The time zone of all days.
        summary: What there is to know, in a minute.
        figures: The few numbers that matter.
        steps: What to do next, with owner and date.
        notes: What the numbers do not say.
    """

    title: str
    owner: str
    made_on: datetime.date
    first: datetime.date | None
    last: datetime.date | None
    unit: str
    zone: str
    about: tuple[tuple[str, str], ...]
    summary: tuple[Sentence, ...]
    figures: tuple[Figure, ...]
    steps: Table | None
    steps_note: str
    parts: tuple[Part, ...]
    questions: tuple[Question, ...]
    notes: tuple[str, ...]
