"""A report of results: the questions asked, and their answers in the order of reading."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from . import words
from .answers import Answers, answers_of
from .over_time import charts
from .steps import steps, steps_note
from .summary import figures, sentences
from .tables import parts
from .view import Report

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NOTES = (
    "A log proves neither who else received a result nor that no other search happened.",
    "Nothing is said of searches that the exports do not hold.",
    words.PRIVACY,
    words.NOTICE,
)
_SIMULATED = "Simulated: a foreign log, judged as if this agency owned the data."


def report_of(
    results: DuckDBPyConnection, *, owner: str, made_on: datetime.date, file: str = "RESULTS"
) -> Report:
    """What results say.

    Args:
        results: A results database.
        owner: Whose data was searched, in words.
        made_on: Today; what is due before it is late.
        file: The name of the results, as commands that the report tells name it.
    """
    answers = answers_of(results, file)
    return Report(
        title=_title(answers, owner),
        owner=owner,
        made_on=made_on,
        first=answers.day("first_search"),
        last=answers.day("last_search"),
        unit=answers.unit,
        zone=answers.zone,
        about=_about(answers),
        summary=tuple(sentences(answers, owner, made_on)),
        figures=tuple(figures(answers)) if answers.searches else (),
        steps=steps(answers),
        steps_note=steps_note(answers),
        parts=tuple(part for part in parts(answers, charts(answers)) if part.blocks),
        questions=tuple(answers.asked.values()),
        notes=(*((_SIMULATED,) if answers.is_simulated else ()), *_noted(answers), *_NOTES),
    )


def _noted(answers: Answers) -> tuple[str, ...]:
    """What the audit noted; what it warns of stands in the summary."""
    said = (row["message"] for row in answers.rows["notes"])
    return tuple(each for each in said if not each.startswith(words.WARNING))


def _title(answers: Answers, owner: str) -> str:
    if answers.is_simulated:
        return f"Simulated audit: another agency's log under the law for {owner}"
    return f"Audit of searches: {owner}"


_ABOUT = {
    "owner": "agency",
    "zone": "time zone of days and hours",
    "platelaw": "judged by platelaw",
    "policies": "digest of the policies",
    "registry": "digest of the registry",
    "schema": "form of the results",
}


def _about(answers: Answers) -> tuple[tuple[str, str], ...]:
    return tuple((text, answers.about[key]) for key, text in _ABOUT.items() if key in answers.about)
