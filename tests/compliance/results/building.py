"""Made logs judged into results databases by a small law; as a program, broken off on the way."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from platelaw.compliance.results import writing
from platelaw.compliance.results.ingest import Ingest
from platelaw.compliance.results.reviewing import review_of
from platelaw.compliance.results.store import ResultsError, open_results
from platelaw.engine.audit.beside import review_other
from platelaw.engine.audit.findings import Review
from platelaw.engine.audit.reader import SearchLog, open_logs
from platelaw.engine.audit.review import Reviewer
from platelaw.engine.decision import Engine
from platelaw.engine.registry import Registry

from ...audit.exports import search, table
from ...audit.test_requesters import BARRED, BODIES
from ...unit.engine.small import ANY_USE, engine_of, owner, rule, state

ROOT = Path(__file__).parents[3]
SOME = ("stolen car", "Robbery -", "Barred (civil/administrative) -", "x", "", "***", "warrant ")
WHO = ("AA/pd", "Elm AA PD", "Fir BB PD", "[Federal] US Border Bureau [Inactive]", "Oak PD", "")


def law(*more: str) -> Engine:
    """A law that bars a use, and asks for the number of a case."""
    rules = (
        rule("barred-use", BARRED),
        rule(
            "numbered",
            "forbid search of alpr_data\nif case.number is not stated",
            status="secondary",
        ),
    )
    return engine_of(state(*rules, *more), owner(ANY_USE), registry=Registry(BODIES))


def log(path: Path, numbers: Iterable[int]) -> Path:
    """A log of made searches, told by their numbers."""
    rows = [
        search(
            number, name=f"Officer Secret{number % 7}", plate=f"PLT{number:05}",
            org=WHO[number % len(WHO)], reason=SOME[number % len(SOME)],
            case=f"CASE-{number:05}" if number % 3 else "",
        )
        for number in numbers
    ]  # fmt: skip
    path.write_text(table(rows), "utf-8")
    return path


def reviewer_of(engine: Engine) -> Reviewer:
    """Who judges logs of the agency."""
    body = engine.registry.get("AA/pd")
    assert body is not None
    return Reviewer(engine, body)


def plainly(engine: Engine, *paths: Path) -> Review:
    """The review of logs, nothing kept."""
    reviewer = reviewer_of(engine)
    for path in paths:
        opened = open_logs(path)
        reviewer.review.others += [review_other(each) for each in opened.others]
        reviewer.review.not_read += opened.skipped
        for each in opened.logs:
            run_through(each, reviewer.read(each))
    return reviewer.review


def kept(results: Path, engine: Engine, *paths: Path) -> list[str]:
    """Judge logs into a database; what was told."""
    told: list[str] = []
    reviewer = reviewer_of(engine)
    opened = [open_logs(path) for path in paths]
    database = writing.open_to_write(results, reviewer, "0")
    try:
        Ingest(database, reviewer, told.append).add(
            [each for found in opened for each in found.logs], run_through
        )
        database.keep_beside(
            [review_other(each) for found in opened for each in found.others],
            [part for found in opened for part in found.skipped],
        )
        database.keep_notes([])
    finally:
        database.close()
    return told


def run_through(log: SearchLog, lines: Iterable[int]) -> None:
    """Read a log to its end, without progress."""
    del log
    for _ in lines:
        pass


def review_in(results: Path, engine: Engine) -> Review:
    """The review that a database holds."""
    with open_results(results) as opened:
        return review_of(opened, engine.registry)


def contents(results: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that a database holds, table by table."""
    with open_results(results) as opened:
        names = opened.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
        ).fetchall()
        return {name: opened.execute(f"FROM {name} ORDER BY ALL").fetchall() for (name,) in names}


def main(how: str, at: str, results: str, *paths: str) -> None:
    """Judge logs into a database, and break off: killed within a write, or without room."""
    writing.ROWS = 1_000
    if how == "no room":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(at), int(at)))
    else:
        _die_in_write(int(at))
    try:
        kept(Path(results), law(), *map(Path, paths))
    except ResultsError as fault:
        sys.exit(f"{fault.message}; {fault.help}")


def _die_in_write(number: int) -> None:
    """Be killed in the write of this number, when all of it is done but for its end."""
    writes = 0
    writing_ = writing.Results.writing

    @contextmanager
    def dying(self: writing.Results) -> Generator[None]:
        nonlocal writes
        with writing_(self):
            yield
            writes += 1
            if writes == number:
                os.kill(os.getpid(), signal.SIGKILL)

    writing.Results.writing = dying  # type: ignore[method-assign]


if __name__ == "__main__":
    main(*sys.argv[1:])
