"""``platelaw audit``: search logs judged under the law of each day."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import click

from ..compliance.reports.words import WARNING
from ..dsl import syntax as tree
from ..engine.audit.beside import OtherReview, review_other
from ..engine.audit.errors import FaultKind
from ..engine.audit.findings import Review
from ..engine.audit.layouts import shipped_layouts
from ..engine.audit.others import Other
from ..engine.audit.postgres import TableAddress
from ..engine.audit.reader import LogError, Opened
from ..engine.audit.report import VERSION, other_json, other_lines, review_json, review_text
from ..engine.audit.requesters import REQUESTER
from ..engine.audit.watch import LEAST
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.registry import Body, Registry
from .audit_results import files_of_results, kept_review
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
from .example import example_log
from .findings_review import review_results
from .log_crew import cluster_option, reading_crew, workers_option
from .search_logs import (
    LogPlace,
    as_if_option,
    judge_all,
    layout_option,
    named_by,
    open_all,
    own_layouts,
    own_searches_option,
    owner_of,
    owner_option,
    reviewer_of,
)


@click.command("audit")
@click.argument("logs", nargs=-1, metavar="LOG...", type=LogPlace(path_type=Path))
@owner_option
@as_if_option
@own_searches_option
@click.option(
    "--example", is_flag=True, help="Judge the log of Darien, Connecticut, that is shipped."
)
@layout_option
@click.option(
    "--results",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep every row with its judgment in this database; made if there is none.",
)
@click.option(
    "--no-review", is_flag=True, help="With --results: keep the rows, and make no checks over them."
)
@workers_option
@cluster_option
@click.option("--json", "as_json", is_flag=True, help="Print the review as JSON.")
@policy_option
@cache_options
@registry_option
def audit_command(
    logs: tuple[Path | TableAddress, ...],
    owner: str | None,
    as_if: str | None,
    own_searches: bool,
    example: bool,
    maps: tuple[Path, ...],
    results: Path | None,
    no_review: bool,
    workers: int,
    cluster: str | None,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Judge search logs row by row under the law of each day.

    Every row gets one verdict: shown unlawful, question for counsel, cannot be told (with the
    missing facts), lawful on the record, no law of that day, or outside this law. Without --owner
    the agency is taken from the file's name (`darien_ct_pd_...csv`).

    Who searched is told by the organization that a row names; a name that does not surely mean one
    body of the registry is nobody known, and such a search is never shown unlawful.

    LOG is a text file, a workbook (.xlsx: every visible sheet), a zip archive of these, a Parquet
    file, a database (SQLite, DuckDB: every table), or a folder of such files; or a table of
    PostgreSQL, as postgresql://USER@HOST/DATABASE#SCHEMA.TABLE (the password in PGPASSWORD or
    ~/.pgpass). What it is, is told by its columns, never by its name; docs/logs.md lists the
    exports that are known.

    With --results the same command, run again after whatever ended it, goes on where it was; logs
    that are kept already are not read again, and new ones are added. docs/auditing.md tells more.

    The checks of `platelaw findings review` are made over what is kept, but not over a log judged
    as another agency's; `platelaw report FILE` then tells the whole.

    Exit code 0 if every record was read, 5 if some could not be, 2 if a file could not.

    \b
    Examples:
      platelaw audit --example
      platelaw audit --owner CT/darien-pd search_audit.csv
      platelaw audit --owner CT/darien-pd network_audit_2026.zip
      platelaw audit --owner CT/darien-pd --workers 4 network_audit_2026.csv
      platelaw audit --as-if-owner CT/darien-pd eugene.csv --json
      platelaw audit --owner CT/darien-pd exports/ --results year.results
      platelaw audit --owner CT/darien-pd postgresql://reader@db.example/logs#audit.searches
    """  # noqa: D301
    registry = registry_from(registry_folder)
    engine = engine_from(places, registry, cache)
    if example:
        logs = (*logs, example_log())
    if not logs:
        stop("no log is named", "name a file, or see the shipped one with --example")
    if owner or as_if:
        owner_of(registry, (), owner, as_if)  # an agency that is not on file is told before the log
    layouts = (*(layout for path in maps for layout in own_layouts(path)), *shipped_layouts())
    opened = open_all(logs, layouts, files_of_results(results))
    searches = [log for _, found in opened for log in found.logs]
    others = [_other(export) for _, found in opened for export in found.others]
    if not searches:
        _print_others(others, as_json=as_json)
    paths = tuple(_naming(registry, opened))
    body = owner_of(registry, paths, owner, as_if)
    reviewer = reviewer_of(engine, body, simulated=as_if is not None, own_searches=own_searches)
    reviewer.review.others += others
    reviewer.review.not_read += [part for _, found in opened for part in found.skipped]
    with reading_crew(workers, cluster) as reviewer.pool:
        if results is None:
            judge_all(reviewer, searches)
            review = reviewer.review
            review.notes += notes_on(engine, review, paths)
        else:
            review = kept_review(
                results, reviewer, searches, lambda found: notes_on(engine, found, paths)
            )
    print_review(review, as_json=as_json)
    for note in review.notes:
        if note.startswith(WARNING):  # once more, below the tables
            click.echo(note, err=True)
    if results is not None:
        _after(results, engine, body, review=not no_review and as_if is None)
    unread = any(file.counts[FaultKind.UNREAD] for file in review.files)
    raise SystemExit(_exit_code(others, unread=unread))


def _naming(registry: Registry, opened: Sequence[tuple[Path, Opened]]) -> Iterator[Path]:
    """The names that may tell whose log it is: of members of an archive, else of its file."""
    for path, found in opened:
        if found.logs:
            members = (Path(log.name) for log in found.logs)
            yield from [each for each in members if named_by(registry, each)] or [path]


def _after(results: Path, engine: Engine, body: Body, *, review: bool) -> None:
    """Make the checks over what is kept, and say what comes next."""
    if review:
        runs = review_results(results, engine, body)
        found, new = (sum(getattr(run, name) for run in runs) for name in ("found", "new"))
        stand = "1 finding stands" if found == 1 else f"{found:,} findings stand"
        click.echo(f"these checks: {stand} in the register, {new:,} of them new", err=True)
    click.echo(f"next: platelaw report {results} --html report.html", err=True)


def print_review(review: Review, *, as_json: bool) -> None:
    """Print a review, as text or as JSON."""
    if as_json:
        click.echo(json.dumps(review_json(review), indent=2, ensure_ascii=False))
    else:
        click.echo(review_text(review), nl=False)


def notes_on(engine: Engine, review: Review, paths: Sequence[Path]) -> list[str]:
    """What is to be said of a review as a whole."""
    return [
        *policy_notes(engine, review),
        *_on_requesters(review),
        *_on_owner(engine.registry, review, paths),
    ]


def _exit_code(others: Iterable[OtherReview], *, unread: bool) -> int:
    return EXIT_FAULTS if unread or any(other.faults for other in others) else EXIT_OK


def _print_others(others: list[OtherReview], *, as_json: bool) -> NoReturn:
    """Tell what exports hold that are no search logs, and end."""
    if as_json:
        found = {"version": VERSION, "others": [other_json(other) for other in others]}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        click.echo("No search log is among the files: there is nothing to judge.")
        click.echo("\n".join(line for other in others for line in other_lines(other)))
    raise SystemExit(_exit_code(others, unread=False))


def _other(export: Other) -> OtherReview:
    try:
        return review_other(export)
    except LogError as fault:
        stop(f"{export.source.name}: {fault.message}", fault.help)


def policy_notes(engine: Engine, review: Review) -> Iterator[str]:
    """When the owner's policy on file begins, if that is after searches of the log."""
    starts = [
        rule.node.in_force.start
        for policy in engine.library.policies
        if policy.layer is tree.Layer.OWNER and policy.name == review.owner.policy
        for rule in policy.rules
        if rule.node.in_force is not None
    ]
    if starts and review.first and min(starts) > review.first:
        when = "the last" if review.last and min(starts) > review.last else "the first"
        yield (
            f"the agency's policy on file is known from {min(starts)}, after {when} search of the "
            "log; what its policy said before is not on file."
        )


def _on_requesters(review: Review) -> Iterator[str]:
    """What to do about rows of which the export has no organization."""
    if review.simulated and review.organizations:
        yield "the rows name who searched; the agency whose log it is counts as another agency."
    without = review.missing["not exported", REQUESTER]
    if without:
        yield (
            f"{without:,} rows stand in an export without a column for the organization, so who "
            "searched is not known. If it is the audit of the agency's own searches, say so with "
            "--own-searches."
        )


def _on_owner(registry: Registry, review: Review, paths: Sequence[Path]) -> Iterator[str]:
    """What speaks for the log being another agency's."""
    if review.simulated:
        return
    for path in paths:
        named = named_by(registry, path)
        if named is not None and named.key != review.owner.key:
            yield (
                f"{WARNING} the name of {path.name} is that of a log of {named.name} "
                f"({named.key}), not of {review.owner.key}; see whose log it is."
            )
    rows: Counter[str] = Counter()
    for count in review.organizations.values():
        if count.resolution is not None and count.resolution.body is not None:
            rows[count.resolution.body.key] += count.rows
    if rows.total() >= LEAST and not rows[review.owner.key]:
        most, count_ = rows.most_common(1)[0]
        yield (
            f"{WARNING} not one row is by {review.owner.name} itself; most are by {most} "
            f"({count_:,} rows). The audit of an agency's network holds its own searches too; see "
            "whose log it is."
        )
