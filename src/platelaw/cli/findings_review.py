"""``platelaw findings review``: the checks, made over the results of an audit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..compliance.findings.admin_events import AdminEvent, read_events
from ..compliance.findings.basis import cited_rules
from ..compliance.findings.book import Book
from ..compliance.findings.catalog import CHECKS
from ..compliance.findings.checks import Context
from ..compliance.findings.kept import kept_by_law
from ..compliance.findings.own_tables import (
    APPROVALS,
    DECLARATIONS,
    ROSTER,
    Columns,
    OwnTable,
    TableError,
    read_table,
)
from ..compliance.findings.recording import CheckRun
from ..compliance.findings.reviewing import Reviewing, review
from ..compliance.findings.watched_words import reader_of
from ..engine.audit.errors import LogFault
from ..engine.audit.judging import Judge
from ..engine.audit.layouts import shipped_layouts
from ..engine.audit.others import EVENT_LOG, OtherKind
from ..engine.audit.reader import LogError
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.registry import Body
from .caching import cache_options
from .common import (
    EXIT_FAULTS,
    EXIT_OK,
    engine_from,
    policy_option,
    registry_from,
    registry_option,
    stop,
)
from .findings_common import (
    about_of,
    book_from,
    book_option,
    file_argument,
    json_option,
    now,
    print_json,
    results_from,
    tokens_of,
)
from .search_logs import open_log

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

F = TypeVar("F", bound=Callable[..., Any])


def _file(name: str, parameter: str, what: str, *, multiple: bool = False) -> Callable[[F], F]:
    return click.option(
        name, parameter, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
        multiple=multiple, help=what,
    )  # fmt: skip


@click.command("review")
@file_argument
@click.option(
    "--check", "checks", multiple=True, type=click.Choice(tuple(CHECKS)), metavar="NAME",
    help="Make this check alone; repeat it to name several.",
)  # fmt: skip
@click.option(
    "--seed", default="", metavar="TEXT",
    help="The seed of the random sample [default: the digests of the files, so that nobody "
    "chooses it].",
)  # fmt: skip
@_file("--roster", "roster", "The agency's accounts, with the days they are active and trained.")
@_file("--declarations", "declarations", "The declarations on file, by body.")
@_file("--approvals", "approvals", "Who approved what for whom.")
@_file("--events", "events", "An event log of the vendor; repeat it to name several.",
       multiple=True)  # fmt: skip
@book_option
@json_option
@policy_option
@cache_options
@registry_option
def review_command(
    results_file: Path,
    checks: tuple[str, ...],
    seed: str,
    own_book: Path | None,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
    **own: Any,
) -> None:
    """Make the checks over the results of an audit, and add what they find to the register.

    A check that is made again finds the same findings under the same ids, and adds nothing. What
    it finds no more is noted and stays as it stands. A check that needs what no export shows, or a
    table that was not given, is named as not made. Exit code 0, 5 if records of an event log could
    not be read, or 2 if a file cannot be gone by.

    \b
    Examples:
      platelaw findings review year.results
      platelaw findings review year.results --roster accounts.csv --events events.csv
      platelaw findings review year.results --check random-sample --seed 2026-11
    """  # noqa: D301
    book = book_from(own_book)
    registry = registry_from(registry_folder)
    tables = {name: _table(own[name], columns) for name, columns in _TABLES.items()}
    faults: list[LogFault] = []
    with results_from(results_file, write=True) as results:
        owner = about_of(results).get("owner", "")
        body = registry.get(owner)
        if body is None:
            stop(f"the registry has no agency `{owner}`, whose results these are",
                 "name the registry of the audit with --registry")  # fmt: skip
        engine = engine_from(places, registry, cache)
        token = tokens_of(results_file)
        events = _events(own["events"], token, faults)
        context = _context(results, book, engine, body, token, seed=seed, **tables, events=events)
        runs = review(
            Reviewing(context, cited_rules(engine.library), now(), checks or tuple(CHECKS))
        )
    for fault in faults:
        click.echo(f"not read: line {fault.line}: {fault.message}", err=True)
    if as_json:
        print_json({"owner": owner, "checks": runs, "unread": len(faults)})
    else:
        click.echo("\n".join(_lines(owner, runs)))
    raise SystemExit(EXIT_FAULTS if faults else EXIT_OK)


def review_results(file: Path, engine: Engine, body: Body) -> list[CheckRun]:
    """Make all checks that need no table of the agency's own over the results in a file."""
    with results_from(file, write=True) as results:
        return checked(results, file, engine, body, tuple(CHECKS))


def checked(
    results: DuckDBPyConnection, file: Path, engine: Engine, body: Body, names: Sequence[str]
) -> list[CheckRun]:
    """Make checks that need no table of the agency's own, by the shipped book."""
    context = _context(results, book_from(None), engine, body, tokens_of(file))
    return review(Reviewing(context, cited_rules(engine.library), now(), names))


def _context(
    results: DuckDBPyConnection,
    book: Book,
    engine: Engine,
    body: Body,
    token: Callable[[str], str],
    *,
    seed: str = "",
    **own: Any,
) -> Context:
    """What checks go by; ``own`` are the agency's own tables and events."""
    judge = Judge(engine, body)
    return Context(
        results, book, body.sovereign, seed, token, reader_of(judge),
        kept_by_law(judge.probe, book.retention.get(body.sovereign, "")), **own,
    )  # fmt: skip


_TABLES = {"roster": ROSTER, "declarations": DECLARATIONS, "approvals": APPROVALS}


def _table(path: Path | None, columns: Columns) -> OwnTable | None:
    if path is None:
        return None
    try:
        return read_table(path, columns)
    except TableError as fault:
        stop(str(fault), "mend the table; docs/findings.md tells its columns")


def _events(
    paths: Sequence[Path], token: Callable[[str], str], faults: list[LogFault]
) -> list[AdminEvent] | None:
    """The events of the logs named; None if none is."""
    if not paths:
        return None
    found: list[AdminEvent] = []
    for path in paths:
        logs = [other for other in open_log(path, shipped_layouts()).others
                if other.kind is OtherKind.EVENT_LOG]  # fmt: skip
        if not logs:
            stop(f"{path}: it holds no event log",
                 f"export one with the columns {', '.join(EVENT_LOG)}")  # fmt: skip
        try:
            found += [event for log in logs for event in read_events(log, token, faults)]
        except LogError as fault:
            stop(f"{path}: {fault.message}", fault.help)
    return found


def _lines(owner: str, runs: Sequence[CheckRun]) -> list[str]:
    total, new = sum(run.found for run in runs), sum(run.new for run in runs)
    lines = [f"{owner}: {total:,} findings, {new:,} of them new"]
    for run in runs:
        if run.why_not:
            lines.append(f"  {run.name:<24} not made: {run.why_not}")
            continue
        told = f"{run.found:>7,} found, {run.new:,} new"
        told += f", {run.again:,} measured otherwise" if run.again else ""
        told += f", {run.gone:,} not found any more" if run.gone else ""
        lines.append(f"  {run.name:<24} {told}")
    return [*lines, "platelaw informs counsel; it is not legal advice."]
