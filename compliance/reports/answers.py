"""The answers that a report is made from: every question asked once."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .questions import Question, answer, questions

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MOST_DAYS, _MOST_WEEKS = 62, 200  # shown day by day, week by week
_DAY = "day"

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Answers:
    """What results say.

    Attributes:
        about: What is told of the audit as a whole.
        unit: Of time: day, week or month.
        asked: The questions, by name.
        rows: The rows that answer each.
    """

    about: Mapping[str, str]
    unit: str
    asked: Mapping[str, Question]
    rows: Mapping[str, Rows]

    def one(self, name: str) -> dict[str, Any]:
        """The only row of an answer."""
        (row,) = self.rows[name]
        return row

    def counts(self, name: str, key: str, value: str = "searches") -> dict[Any, int]:
        """An answer of two columns."""
        return {row[key]: row[value] for row in self.rows[name]}

    @property
    def zone(self) -> str:
        """The zone of the agency's days, by its name in the database of time zones."""
        return self.about["zone"]

    @property
    def searches(self) -> int:
        """How many searches there are, each counted once."""
        found: int = self.one("totals")["searches"]
        return found

    def day(self, which: str) -> datetime.date | None:
        """The day of ``first_search`` or ``last_search``, in the zone."""
        moment: datetime.datetime | None = self.one("totals")[which]
        return moment.date() if moment else None


def answers_of(results: DuckDBPyConnection) -> Answers:
    """Ask everything."""
    about = dict(results.execute("SELECT name, value FROM about ORDER BY name").fetchall())
    totals = answer(results, questions(unit=_DAY)["totals"])
    unit = _unit(totals[0]["first_search"], totals[0]["last_search"])
    asked = questions(unit=unit)
    rows = {
        name: totals if name == "totals" else answer(results, each) for name, each in asked.items()
    }
    return Answers(about, unit, asked, rows)


def _unit(first: datetime.datetime | None, last: datetime.datetime | None) -> str:
    days = (last - first).days if first and last else 0
    return _DAY if days <= _MOST_DAYS else "week" if days <= _MOST_WEEKS else "month"
