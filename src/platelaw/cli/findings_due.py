"""``platelaw findings due`` and ``suspensions``: what waits, and whose access ends."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import click

from ..compliance.findings.acting import Actor
from ..compliance.findings.incidents import Clock, clocks, incidents
from ..compliance.findings.overdue import Due, due, escalate_overdue
from ..compliance.findings.suspending import Suspension, Suspensions, suspensions
from ..compliance.own_days import OwnDays, days_of_results
from ..federation import durable
from ..federation.identity.entering import with_suspended
from ..federation.identity.standing import standing_of
from ..federation.identity.tables import State, TableError, read_text
from .common import EXIT_FAULTS, EXIT_OK, stop
from .day import Day
from .findings_common import (
    NO_NOTICES,
    about_of,
    book_from,
    book_option,
    file_argument,
    json_option,
    now,
    print_json,
    results_from,
    subject_text,
    today,
)


@click.command("due")
@file_argument
@click.option("--on", "day", type=Day(), metavar="DATE", help="On this day [default: today].")
@click.option(
    "--within", type=click.IntRange(0, 3660), default=0, metavar="DAYS",
    help="What comes due in so many days, too.",
)  # fmt: skip
@click.option(
    "--escalate", is_flag=True,
    help="Bring what is overdue to the next of its path; needs --by and --role.",
)  # fmt: skip
@click.option("--by", default="", metavar="NAME", help="Who escalates.")
@click.option("--role", default="", metavar="ROLE", help="In which role.")
@book_option
@json_option
def due_command(
    results_file: Path,
    day: datetime.datetime | None,
    within: int,
    escalate: bool,
    by: str,
    role: str,
    own_book: Path | None,
    as_json: bool,
) -> None:
    """Tell which findings and notices are due, and whose turn comes next.

    Exit code 0 if nothing is overdue, 5 if something is.

    \b
    Examples:
      platelaw findings due year.results
      platelaw findings due year.results --on 2026-12-24 --within 14 --json
      platelaw findings due year.results --escalate --by desk --role records_supervisor
    """  # noqa: D301
    if not escalate and (by or role):
        stop("--by and --role are about --escalate", "leave them out")
    if escalate and day:
        stop("--escalate acts today, not on another day", "leave out --on, or --escalate")
    book = book_from(own_book)
    with results_from(results_file, write=escalate) as results:
        own = days_of_results(results)
        on = day.date() if day else today(own)
        moment = own.end(on) if day else now()
        found = due(results, book, on, within)
        running, entered = clocks(results, book), incidents(results)
        actor = Actor(by, role, now())
        entries = list(escalate_overdue(results, book, on, actor)) if escalate else []
    late = [clock for clock in running if clock.is_late(moment)]
    if as_json:
        print_json({
            "on": on, "findings": found, "escalated": entries,
            "notices": [_clock_json(clock, moment) for clock in running],
        })  # fmt: skip
    else:
        lines = [*map(_due_line, found), *(_clock_line(clock, moment) for clock in running)]
        lines += [f"{entry.finding[:8]}: now with {entry.owner}: {entry.note}"
                  for entry in entries]  # fmt: skip
        click.echo("\n".join(lines or ["Nothing is due."]))
    if entered and not book.notices:
        told = ", ".join(finding[:8] for finding in entered)
        click.echo(f"note: incidents are entered ({told}), but {NO_NOTICES}", err=True)
    overdue = any(one.is_overdue for one in found) or any(clock.given is None for clock in late)
    raise SystemExit(EXIT_FAULTS if overdue else EXIT_OK)


def _due_line(one: Due) -> str:
    days = abs(one.days)
    told = (
        "due today" if not days else f"{'overdue by' if one.is_overdue else 'due in'} {days} days"
    )
    after = f", then {one.next}" if one.next else ", the last of its path"
    finding = one.finding
    remark = f" ({finding.remark})" if finding.remark else ""
    return (
        f"{finding.id[:8]}  {finding.severity:<6}  {finding.check}: {told}, {finding.owner}{after}"
        f": {subject_text(finding.subject)}{remark}"
    )


def _clock_line(clock: Clock, moment: datetime.datetime) -> str:
    hours = f"{clock.hours_taken(moment):g} of {clock.hours:g} hours"
    given = "notice given after" if clock.given else "no notice yet after"
    late = ", late" if clock.is_late(moment) else ""
    return (
        f"{clock.finding[:8]}  incident: {given} {hours} to {clock.recipient}{late} "
        f"({clock.source})"
    )


def _clock_json(clock: Clock, moment: datetime.datetime) -> Mapping[str, object]:
    return {
        "finding": clock.finding,
        "recipient": clock.recipient,
        "hours": clock.hours,
        "source": clock.source,
        "discovered": clock.discovered,
        "due": clock.due,
        "given": clock.given,
        "hours_taken": clock.hours_taken(moment),
        "late": clock.is_late(moment),
    }


@click.command("suspensions")
@file_argument
@click.option(
    "--callers", "register", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="The register of callers (callers.csv) of the registry, to tell whose ids they are.",
)  # fmt: skip
@click.option(
    "--enter", is_flag=True,
    help="Write `suspended` for them into that register; it counts once it is published.",
)  # fmt: skip
@json_option
def suspensions_command(
    results_file: Path, register: Path | None, enter: bool, as_json: bool
) -> None:
    """Tell whose access to suspend, by the findings that were upheld.

    Accounts are tokens: the agency that holds the key knows whose they are, and its platform
    switches them off. Organizations are suspended in the register of callers, by which the decision
    service lets callers in.

    \b
    Examples:
      platelaw findings suspensions year.results --json
      platelaw findings suspensions year.results --callers registry/callers.csv --enter
    """  # noqa: D301
    if enter and register is None:
        stop("--enter writes a register", "name it with --callers FILE")
    callers = _callers(register) if register else {}
    with results_from(results_file) as results:
        found, owner = suspensions(results, callers), about_of(results).get("owner", "")
        own = days_of_results(results)
    if enter and register is not None:
        _enter(register, found)
    if as_json:
        print_json({"owner": owner, "as_of": now(), "suspensions": found.who,
                    "of_nobody": found.of_nobody})  # fmt: skip
    else:
        click.echo("\n".join([*(_suspension_line(one, own) for one in found.who), *_rest(found)]))


def _callers(register: Path) -> dict[str, list[str]]:
    """The ids on file that are in good standing, by registry key."""
    try:
        standing = standing_of(read_text(register), str(register))
    except TableError as fault:
        stop(str(fault))
    found: dict[str, list[str]] = {}
    for caller in standing.callers.values():
        if caller.state is State.GOOD:
            found.setdefault(caller.spiffe_id.agency, []).append(str(caller.spiffe_id))
    return found


def _enter(register: Path, found: Suspensions) -> None:
    ids = [each for one in found.who for each in one.callers]
    try:
        kept = with_suspended(register, ids) if ids else None
        if kept is not None:
            durable.replace(register, kept.data, durable.PUBLIC)
    except (TableError, OSError) as fault:
        stop(f"{register}: cannot be written: {fault}", "nothing was changed")
    click.echo(f"{len(ids)} callers suspended in {register}", err=True)


def _suspension_line(one: Suspension, own: OwnDays) -> str:
    who = f"account {one.account} of {one.organization}" if one.account else one.organization
    body = f" ({one.body})" if one.body else ""
    callers = f"; callers {', '.join(one.callers)}" if one.callers else ""
    return (
        f"{who}{body}: since {own.day(one.since)}, by {', '.join(one.findings)} on "
        f"{', '.join(one.rules)}{callers}"
    )


def _rest(found: Suspensions) -> list[str]:
    lines = [] if found.who else ["No finding that was upheld names an account or organization."]
    if found.of_nobody:
        lines.append(f"Upheld, but about nobody alone: {', '.join(found.of_nobody)}")
    return lines
