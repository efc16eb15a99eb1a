"""What ``platelaw audit --results`` does: the logs judged into a database, and its review."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

import click

from ..compliance.results.ingest import Ingest
from ..compliance.results.reviewing import review_of
from ..compliance.results.secret import key_beside
from ..compliance.results.store import ResultsError
from ..compliance.results.writing import Results, open_to_write
from ..engine.audit.findings import Review
from ..engine.audit.reader import LogError, SearchLog
from ..engine.audit.review import Reviewer
from ..engine.collecting import collector_paused
from .common import stop
from .search_logs import with_progress
from .writing import private_files


def files_of_results(results: Path | None) -> set[Path]:
    """The files that make up a results database, which are no logs."""
    if results is None:
        return set()
    return {results, key_beside(results), results.with_name(f"{results.name}.wal")}


def kept_review(
    path: Path,
    reviewer: Reviewer,
    logs: Sequence[SearchLog],
    notes: Callable[[Review], Iterable[str]],
) -> Review:
    """Judge logs into a results database, and tell what it holds then.

    Args:
        path: The database; made if there is none.
        reviewer: Who judges; what lies beside the logs stands in its review.
        logs: The logs.
        notes: What is to be said of a review as a whole.
    """
    try:
        results = open_to_write(path, reviewer, version("platelaw"))
    except ResultsError as fault:
        stop(fault.message, fault.help)
    ingest = Ingest(results, reviewer, lambda told: click.echo(f"note: {told}", err=True))
    try:
        with private_files():
            with collector_paused():
                ingest.add(logs, with_progress)
            return _finished(results, reviewer, notes)
    except (LogError, ResultsError) as fault:
        stop(fault.message, fault.help)
    except KeyboardInterrupt:
        click.echo(
            f"\n{path} keeps what was judged so far; the same command goes on from there", err=True
        )
        raise
    finally:
        results.close()


def _finished(
    results: Results, reviewer: Reviewer, notes: Callable[[Review], Iterable[str]]
) -> Review:
    results.keep_beside(reviewer.review.others, reviewer.review.not_read)
    review = review_of(results.connection, reviewer.engine.registry)
    review.notes = results.keep_notes(notes(review))
    return review
