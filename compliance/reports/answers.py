"""The answers that a report is made from: every question asked once."""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..findings.book import read_book
from ..findings.catalog import READ_FIRST
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
        file: The name of the results, as a command names it.
    """

    about: Mapping[str, str]
    unit: str
    asked: Mapping[str, Question]
    rows: Mapping[str, Rows]
    file: str

    def one(self, name: str) -> dict[str, Any]:
        """The only row of an answer."""
        (row,) = self.rows[name]
        return row

    def counts(self, name: str, key: str, value: str = "searches") -> dict[Any, int]:
        """An answer of two columns."""
        return {row[key]: row[value] for row in self.rows[name]}

    @property
    def is_simulated(self) -> bool:
        """Whether the log is another agency's, judged as if the owner's data had been searched."""
        return self.about.get("simulated") == "yes"

    @property
    def zone(self) -> str:
        """The zone of the agency's days, by its name in the database of time zones."""
        return self.about["zone"]

    @property
    def searches(self) -> int:
        """How many searches there are, each counted once."""
        found: int = self.one("totals")["searches"]
        return found

    def findings_command(self, more: str = "") -> str:
        """The command that lists findings."""
        return f"platelaw findings list {self.file}{more}"

    def day(self, which: str) -> datetime.date | None:
        """The day of ``first_search`` or ``last_search``, in the zone."""
        moment: datetime.datetime | None = self.one("totals")[which]
        return moment.date() if moment else None


def answers_of(results: DuckDBPyConnection, file: str) -> Answers:
    """Ask everything.

    Args:
        results: A results database.
        file: Its name.
    """
    about = dict(results.execute("SELECT name, value FROM about ORDER BY name").fetchall())
    barring = _barring()
    totals = answer(results, questions(unit=_DAY, barring=barring)["totals"])
    unit = _unit(totals[0]["first_search"], totals[0]["last_search"])
    asked = questions(unit=unit, barring=barring)
    rows = {
        name: totals if name == "totals" else answer(results, each) for name, each in asked.items()
    }
    return Answers(about, unit, asked, rows, shlex.quote(file))


def _barring() -> str:
    """The rules about uses that a text plainly states, as a list in SQL."""
    rules = read_book().checks[READ_FIRST].rules
    return ", ".join(f"'{rule}'" for each in rules.values() for rule in each)


def _unit(first: datetime.datetime | None, last: datetime.datetime | None) -> str:
    days = (last - first).days if first and last else 0
    return _DAY if days <= _MOST_DAYS else "week" if days <= _MOST_WEEKS else "month"
