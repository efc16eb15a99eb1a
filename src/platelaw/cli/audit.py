"""``platelaw audit``: search logs judged under the law of each day."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from ..dsl import syntax as tree
from ..engine.audit.beside import OtherReview, review_other
from ..engine.audit.errors import FaultKind
from ..engine.audit.findings import Review
from ..engine.audit.layouts import Layout, LayoutError, parse_layouts, shipped_layouts
from ..engine.audit.others import Other
from ..engine.audit.reader import LogError, Opened, SearchLog, open_logs
from ..engine.audit.report import VERSION, other_json, other_lines, review_json, review_text
from ..engine.audit.requesters import REQUESTER
from ..engine.audit.review import NoLawBindsError, Reviewer
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.registry import Body, Registry
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

# `darien_ct_pd_search_audit.csv`, and the vendor's `4_1_2025-4_30_2025-Conway AR PD-Audit.csv`.
_NAMED = re.compile(r"(?:[0-9_]+-[0-9_]+-)?([a-z][a-z _-]*?)[ _-]([a-z]{2})[ _-](pd|so)(?![a-z])")


@click.command("audit")
@click.argument("logs", nargs=-1, metavar="LOG...", type=click.Path(path_type=Path))
@click.option("--owner", help="The agency whose log it is: its registry key or ORI.")
@click.option(
    "--as-if-owner",
    "as_if",
    help="Judge a foreign log under the law of this agency (simulated).",
)
@click.option(
    "--own-searches",
    is_flag=True,
    help="A log without a column for the organization is of the owner's own searches.",
)
@click.option(
    "--example", is_flag=True, help="Judge the log of Darien, Connecticut, that is shipped."
)
@click.option(
    "--layout",
    "maps",
    multiple=True,
    metavar="MAP.toml",
    type=click.Path(path_type=Path),
    help="A column map of one's own, tried before those that are shipped.",
)
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


def own_layouts(path: Path) -> tuple[Layout, ...]:
    """The layouts of a column map of one's own."""
    try:
        return parse_layouts(path.read_text("utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as fault:
        stop(f"{path}: cannot be read: {fault}", "name a column map (TOML) that can be read")
    except LayoutError as fault:
        stop(str(fault), "mend the column map; docs/logs.md tells what it must say")


def open_log(path: Path, layouts: tuple[Layout, ...]) -> Opened:
    """The exports of a file; its parts that are none are named on standard error."""
    try:
        opened = open_logs(path, layouts)
    except LogError as fault:
        stop(f"{path}: {fault.message}", fault.help)
    for part in opened.skipped:
        click.echo(f"not read: {part.name}: {part.why}", err=True)
    return opened


def reviewer_of(engine: Engine, body: Body, *, simulated: bool, own_searches: bool) -> Reviewer:
    """What judges logs of an agency; the command ends if no law binds it."""
    try:
        return Reviewer(engine, body, simulated=simulated, own_searches=own_searches)
    except NoLawBindsError:
        stop(f"no law of the library binds {body.key}",
             "judge the log under another agency's law with --as-if-owner KEY")  # fmt: skip


def owner_of(
    registry: Registry, logs: tuple[Path, ...], owner: str | None, as_if: str | None
) -> Body:
    """The agency under whose law the logs are judged."""
    if owner and as_if:
        stop("--owner and --as-if-owner exclude each other", "keep one")
    wanted = as_if or owner
    if wanted is None:
        return _named_in(registry, logs)
    body = registry.get(wanted)
    if body is None:
        stop(f"no agency of the registry has the key or ORI `{wanted}`",
             "find its key with `platelaw agencies NAME`")  # fmt: skip
    return body


def _named_in(registry: Registry, logs: tuple[Path, ...]) -> Body:
    """The one agency that all file names name."""
    found: dict[str, Body] = {}
    for path in logs:
        match = _NAMED.match(path.name.lower())
        key = ""
        if match:
            place = match[1].replace("_", "-").replace(" ", "-")
            key = f"{match[2].upper()}/{place}-{match[3]}"
        body = registry.get(key) if key else None
        if body is None:
            stop(
                f"{path}: the file's name does not tell whose log it is", "say so with --owner KEY"
            )
        found[body.key] = body
    if len(found) > 1:
        stop(f"the logs are of several agencies: {', '.join(sorted(found))}", "audit one at a time")
    body = next(iter(found.values()))
    click.echo(f"owner taken from the file's name: {body.key}", err=True)
    return body


def judge_all(reviewer: Reviewer, logs: Iterable[SearchLog]) -> None:
    """Read every log, with progress on a terminal; one that cannot be read ends the command."""
    try:
        _judged(reviewer, logs)
    except LogError as fault:
        stop(fault.message, fault.help)


def _judged(reviewer: Reviewer, logs: Iterable[SearchLog]) -> None:
    quiet = not sys.stderr.isatty()
    for log in logs:
        size = max(1, log.source.size)
        with click.progressbar(
            length=size, label=log.name, file=sys.stderr, hidden=quiet, show_pos=False
        ) as bar:
            for count, _ in enumerate(reviewer.read(log)):
                if count % _ROWS_A_STEP == 0:
                    bar.update(min(size, log.source.position) - bar.pos)
            bar.update(size - bar.pos)


_ROWS_A_STEP = 5_000


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
