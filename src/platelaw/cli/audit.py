"""``platelaw audit``: search logs judged under the law of each day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from ..dsl import syntax as tree
from ..engine.audit.beside import OtherReview, review_other
from ..engine.audit.errors import FaultKind
from ..engine.audit.findings import Review
from ..engine.audit.layouts import shipped_layouts
from ..engine.audit.others import Other
from ..engine.audit.reader import LogError
from ..engine.audit.report import VERSION, other_json, other_lines, review_json, review_text
from ..engine.audit.requesters import REQUESTER
from ..engine.cache import Cache
from ..engine.decision import Engine
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
from .log_crew import cluster_option, reading_crew, workers_option
from .search_logs import (
    as_if_option,
    judge_all,
    layout_option,
    open_log,
    own_layouts,
    own_searches_option,
    owner_of,
    owner_option,
    reviewer_of,
)


@click.command("audit")
@click.argument("logs", nargs=-1, metavar="LOG...", type=click.Path(path_type=Path))
@owner_option
@as_if_option
@own_searches_option
@click.option(
    "--example", is_flag=True, help="Judge the log of Darien, Connecticut, that is shipped."
)
@layout_option
@workers_option
@cluster_option
@click.option("--json", "as_json", is_flag=True, help="Print the review as JSON.")
@policy_option
@cache_options
@registry_option
def audit_command(
    logs: tuple[Path, ...],
    owner: str | None,
    as_if: str | None,
    own_searches: bool,
    example: bool,
    maps: tuple[Path, ...],
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

    LOG is a text file, a workbook (.xlsx: every visible sheet) or a zip archive of these. What it
    is, is told by its columns, never by its name; docs/logs.md lists the exports that are known.

    Exit code 0 if every record was read, 5 if some could not be, 2 if a file could not.

    \b
    Examples:
      platelaw audit --example
      platelaw audit --owner CT/darien-pd search_audit.csv
      platelaw audit --owner CT/darien-pd network_audit_2026.zip
      platelaw audit --owner CT/darien-pd --workers 4 network_audit_2026.csv
      platelaw audit --as-if-owner CT/darien-pd eugene.csv --json
    """  # noqa: D301
    registry = registry_from(registry_folder)
    engine = engine_from(places, registry, cache)
    if example:
        logs = (*logs, example_log())
    if not logs:
        stop("no log is named", "name a file, or see the shipped one with --example")
    layouts = (*(layout for path in maps for layout in own_layouts(path)), *shipped_layouts())
    opened = [open_log(path, layouts) for path in logs]
    searches = [log for found in opened for log in found.logs]
    others = [_other(export) for found in opened for export in found.others]
    if not searches:
        _print_others(others, as_json=as_json)
    body = owner_of(registry, logs, owner, as_if)
    reviewer = reviewer_of(engine, body, simulated=as_if is not None, own_searches=own_searches)
    reviewer.review.others += others
    reviewer.review.not_read += [part for found in opened for part in found.skipped]
    with reading_crew(workers, cluster) as reviewer.pool:
        judge_all(reviewer, searches)
    note_policy(engine, reviewer.review)
    note_requesters(reviewer.review)
    if as_json:
        click.echo(json.dumps(review_json(reviewer.review), indent=2, ensure_ascii=False))
    else:
        click.echo(review_text(reviewer.review), nl=False)
    unread = any(file.counts[FaultKind.UNREAD] for file in reviewer.review.files)
    raise SystemExit(_exit_code(others, unread=unread))


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


def note_policy(engine: Engine, review: Review) -> None:
    """Say when the owner's policy on file begins, if that is after searches of the log."""
    starts = [
        rule.node.in_force.start
        for policy in engine.library.policies
        if policy.layer is tree.Layer.OWNER and policy.name == review.owner.policy
        for rule in policy.rules
        if rule.node.in_force is not None
    ]
    if starts and review.first and min(starts) > review.first:
        when = "the last" if review.last and min(starts) > review.last else "the first"
        review.notes.append(
            f"the agency's policy on file is known from {min(starts)}, after {when} search of the "
            "log; what its policy said before is not on file."
        )


def note_requesters(review: Review) -> None:
    """Say what to do about rows of which the export has no organization."""
    if review.simulated and review.organizations:
        review.notes.append(
            "the rows name who searched; the agency whose log it is counts as another agency."
        )
    without = review.missing["not exported", REQUESTER]
    if without:
        review.notes.append(
            f"{without:,} rows stand in an export without a column for the organization, so who "
            "searched is not known. If it is the audit of the agency's own searches, say so with "
            "--own-searches."
        )
