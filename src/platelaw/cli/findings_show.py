"""``platelaw findings list``, ``show`` and ``verify``: what the register has, masked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import click

from ..compliance.findings.acting import Act, Actor, Asked, act_on
from ..compliance.findings.catalog import CHECKS
from ..compliance.findings.chain import Entry
from ..compliance.findings.complete import Lacked, missing_searches
from ..compliance.findings.showing import Evidence, Listed, evidence, history, listed, records
from ..compliance.findings.verifying import verify
from ..compliance.own_days import OwnDays, days_of_results
from .common import EXIT_NOTHING, stop
from .findings_common import (
    book_from,
    file_argument,
    finding_argument,
    id_from,
    json_option,
    now,
    print_json,
    results_from,
    subject_text,
)

_SHORT = 8  # characters of an id that are told in a list


@click.command("list")
@file_argument
@click.option("--severity", type=click.Choice(("deny", "review", "note")), help="Only these.")
@click.option(
    "--status", type=click.Choice(("open", "in review", "escalated", "cleared", "upheld")),
    help="Only these.",
)  # fmt: skip
@click.option("--check", "check", type=click.Choice(tuple(CHECKS)), metavar="NAME",
              help="Only those of one check.")  # fmt: skip
@click.option("--owner", default="", metavar="ROLE", help="Only those that lie with a role.")
@json_option
def list_command(
    results_file: Path,
    severity: str | None,
    status: str | None,
    check: str | None,
    owner: str,
    as_json: bool,
) -> None:
    """List findings as they stand, the gravest first; notes are counted unless asked for.

    \b
    Examples:
      platelaw findings list year.results
      platelaw findings list year.results --severity deny --status open
    """  # noqa: D301
    wanted = {"severity": severity, "status": status, "check": check, "owner": owner}
    with results_from(results_file) as results:
        found = [
            one
            for one in listed(results)
            if all(not text or getattr(one, name) == text for name, text in wanted.items())
        ]
        reviewed = bool(results.execute("SELECT 1 FROM review_run LIMIT 1").fetchone())
    notes = 0
    if not as_json and severity is None:
        notes = sum(one.severity == "note" for one in found)
        found = [one for one in found if one.severity != "note"]
    if as_json:
        print_json({"findings": found})
    elif not found and not notes:
        not_yet = "Nobody has made the checks over these results: `platelaw findings review`."
        click.echo("No finding is so." if reviewed else not_yet)
    else:
        more = [f"and {notes:,} notes; --severity note lists them"] if notes else []
        click.echo("\n".join([*map(_line, found), *more]))


def _line(one: Listed) -> str:
    due = f", due {one.due}" if one.due else ""
    remark = f" ({one.remark})" if one.remark else ""
    return (
        f"{one.id[:_SHORT]}  {one.severity:<6}  {one.check:<22}  {one.searches:>9,}  "
        f"{one.status}{due}, {one.owner}: {subject_text(one.subject)}{remark}"
    )


@click.command("show")
@file_argument
@finding_argument
@click.option(
    "--rows", "most", type=click.IntRange(0, 100_000), default=10, show_default=True,
    help="How many of its searches, records and missing searches to show.",
)  # fmt: skip
@click.option(
    "--reveal-reasons", "reveal", is_flag=True,
    help="Show what was typed, inside the agency. It is entered in the register; needs --by, "
    "--role and --note.",
)  # fmt: skip
@click.option("--by", default="", metavar="NAME", help="Who looks, with --reveal-reasons.")
@click.option("--role", default="", metavar="ROLE", help="In which role, with --reveal-reasons.")
@click.option("--note", default="", metavar="TEXT", help="Why, with --reveal-reasons.")
@json_option
def show_command(
    results_file: Path,
    finding: str,
    most: int,
    reveal: bool,
    by: str,
    role: str,
    note: str,
    as_json: bool,
) -> None:
    """Show one finding: what it rests on, how it was computed, its searches, its history.

    ID is as much of an id as tells it from others. Reasons are masked; plates and names are not in
    the results at all.

    \b
    Examples:
      platelaw findings show year.results 3f2a
      platelaw findings show year.results 3f2a --reveal-reasons --by u-17 --role records_supervisor --note "first reading"
    """  # noqa: D301, E501
    if not reveal and (by or role or note):
        stop("--by, --role and --note are about --reveal-reasons", "leave them out")
    with results_from(results_file, write=reveal) as results:
        key = id_from(results, finding)
        if reveal:
            asked = Asked(Act.SHOW, note=note)
            act_on(results, book_from(None), key, Actor(by, role, now()), asked)
        (one,) = listed(results, key)
        rows = evidence(results, key, most=most, reveal=reveal)
        others = records(results, key, most=most)
        entries, own = history(results, key), days_of_results(results)
        digest = str(one.measure.get("missing_digest", ""))
        missing = missing_searches(results, digest)[:most] if digest else []
    if as_json:
        print_json({
            "finding": one, "searches": rows,
            "records": [{"name": each[0], "digest": each[1], "line": each[2]} for each in others],
            "missing": [dict(zip(_LACKED, each, strict=True)) for each in missing],
            "history": entries,
        })  # fmt: skip
    else:
        click.echo("\n".join(_shown(one, rows, others, missing, entries, own)))


_LACKED = ("search_id", "at", "networks", "logs")


def _shown(
    one: Listed,
    rows: list[Evidence],
    others: list[tuple[str, str, int]],
    missing: list[Lacked],
    entries: list[Entry],
    own: OwnDays,
) -> Iterator[str]:
    yield f"{one.id}  {one.severity}  {one.check}"
    yield one.title
    yield f"  about: {subject_text(one.subject)}"
    due = f", due {one.due}" if one.due else ""
    yield f"  stands: {one.status}, with {one.owner}{due}"
    if one.remark:
        yield f"  last run: {one.remark}"
    yield f"  rests on: {one.rule}: {one.citation} ({one.source_status})"
    for name, value in one.measure.items():
        yield f"  {name.replace('_', ' ')}: {_value(value)}"
    if rows:
        yield f"Searches, the first {len(rows):,} of {one.searches:,}:"
        yield from (_row(row, own) for row in rows)
    if others:
        yield f"Records, the first {len(others):,}:"
        yield from (f"  {name} line {line} ({digest[:12]}…)" for name, digest, line in others)
    if missing:
        yield f"Missing from the exports, the first {len(missing):,} of {one.measure['missing']:,}:"
        yield from (
            f"  {id_ or 'no id'} at {own.told(at, seconds=True)}: in {', '.join(logs)}"
            for id_, at, _, logs in missing
        )
    yield "History:"
    for entry in entries:
        who = f"{entry.actor} ({entry.role})" if entry.role else entry.actor
        note = f": {entry.note}" if entry.note else ""
        stands = "" if entry.act == entry.status else f", {entry.status}"
        stands += f", with {entry.owner}" if entry.owner else ""
        yield f"  {own.told(entry.moment)} {entry.act} by {who}{stands}{note}"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        return "; ".join(f"{key} {_value(each)}" for key, each in table.items())
    if isinstance(value, list):
        return "; ".join(map(_value, cast("Sequence[Any]", value)))
    return f"{value:,}" if isinstance(value, int) else str(value)


def _row(row: Evidence, own: OwnDays) -> str:
    at = own.told(row.at) if row.at else "time not told"
    lines = f"{row.line}" if row.line == row.last_line else f"{row.line} to {row.last_line}"
    return (
        f"  search {row.number}: {row.source} ({row.digest[:12]}…) line {lines}: {at}, "
        f"{row.organization}, account {row.account}, reason {row.reason}, {row.verdict}"
    )


@click.command("verify")
@file_argument
@click.option(
    "--head", default="", metavar="DIGEST",
    help="A head that was noted earlier: nothing written up to it may be missing.",
)  # fmt: skip
@json_option
def verify_command(results_file: Path, head: str, as_json: bool) -> None:
    """Tell whether the register is what was written, and print its head.

    Whoever notes the head elsewhere can tell later that nothing was taken away. Exit code 0 whole,
    1 not.

    \b
    Example:
      platelaw findings verify year.results
    """  # noqa: D301
    with results_from(results_file) as results:
        seen = verify(results, head.strip().lower())
    if as_json:
        print_json({**dataclasses.asdict(seen), "whole": not seen.faults})
    elif seen.faults:
        click.echo("\n".join(["The register is not what was written:", *seen.faults]))
    else:
        entries = "1 entry" if seen.entries == 1 else f"{seen.entries:,} entries"
        click.echo(f"The register is whole: {entries}, head {seen.head}")
    raise SystemExit(EXIT_NOTHING if seen.faults else 0)
