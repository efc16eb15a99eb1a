"""What is due and what is overdue on a day, and whose turn comes next."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .acting import OPEN, Act, Actor, Asked, act_on, next_step
from .book import Book
from .chain import Entry, last_of
from .showing import Listed, listed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Due:
    """An open finding with a day.

    Attributes:
        days: How many days are left; below zero it is overdue.
        next: Whose turn comes when the day has passed; empty at the end of the path.
    """

    finding: Listed
    days: int
    next: str

    @property
    def is_overdue(self) -> bool:
        """Whether the day has passed."""
        return self.days < 0


def due(results: DuckDBPyConnection, book: Book, day: datetime.date, within: int) -> list[Due]:
    """Open findings whose day has passed or comes within some days, the longest overdue first."""
    last = last_of(results)
    found = [
        Due(one, (one.due - day).days, step.to if step else "")
        for one in listed(results)
        if one.status in OPEN and one.due is not None
        for step in [next_step(results, book, last[one.id])]
    ]
    return sorted((one for one in found if one.days <= within), key=lambda one: one.days)


def escalate_overdue(
    results: DuckDBPyConnection, book: Book, day: datetime.date, actor: Actor
) -> Iterator[Entry]:
    """Bring each overdue finding to the next of its path; those at its end stay where they are.

    Raises:
        RegisterError: Who acts is not said.
    """
    for one in due(results, book, day, -1):
        if one.next:
            asked = Asked(Act.ESCALATE, note=f"overdue since {one.finding.due}")
            yield act_on(results, book, one.finding.id, actor, asked)
