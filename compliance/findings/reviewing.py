"""A run of the checks over results."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ..results.tables import insert_rows
from .basis import CitedRules
from .catalog import CHECKS
from .checks import Context, NotAtHandError, prepare
from .recording import CheckRun, Recorder


@dataclass(frozen=True, slots=True)
class Reviewing:
    """What a run is made with.

    Attributes:
        context: The results, and what the checks go by.
        rules: Of the library, for citations.
        moment: When it is made, UTC without zone.
        names: The checks to make.
    """

    context: Context
    rules: CitedRules
    moment: datetime.datetime
    names: Sequence[str] = tuple(CHECKS)


def review(asked: Reviewing) -> list[CheckRun]:
    """Make the checks, and add to the register what they found; all of it, or nothing.

    The same results and book add nothing the second time.
    """
    results = asked.context.results
    results.begin()
    try:
        prepare(asked.context)
        recorder = Recorder(
            results, asked.context.book, asked.context.government, asked.rules, asked.moment
        )
        runs = [_made(asked.context, name, recorder) for name in asked.names]
        recorder.write()
        _keep(asked, runs)
        results.commit()
    except BaseException:
        results.rollback()
        raise
    return runs


def _made(context: Context, name: str, recorder: Recorder) -> CheckRun:
    """One check, made."""
    try:
        found = list(CHECKS[name](context))
    except NotAtHandError as fault:
        return CheckRun(name, why_not=str(fault))
    return recorder.record(name, found)


def _keep(asked: Reviewing, runs: Sequence[CheckRun]) -> None:
    """Keep that the run was made, and which checks could not be."""
    results = asked.context.results
    row = results.execute("SELECT coalesce(max(number), 0) + 1 FROM review_run").fetchone()
    number = row[0] if row else 1
    results.execute(
        "INSERT INTO review_run VALUES (?, ?, ?)", [number, asked.moment, asked.context.book.digest]
    )
    told = [(number, run.name, run.found, run.why_not) for run in runs]
    insert_rows(results, "review_check", ("run", "check", "findings", "why_not"), told)
