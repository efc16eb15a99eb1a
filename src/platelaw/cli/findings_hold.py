"""``platelaw findings hold``, ``incident`` and what goes with them, entered in the register."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..compliance.findings.acting import Actor
from ..compliance.findings.holding import Hold, Terms, holds, lift_hold, set_hold
from ..compliance.findings.incidents import discover, give_notice
from ..compliance.findings.scope import Covered, Scope, covered, digest_of_log
from ..compliance.own_days import OwnDays, days_of_results
from .common import EXIT_FAULTS, EXIT_OK, stop
from .day import Day
from .findings_common import (
    NO_NOTICES,
    about_of,
    acting_options,
    book_from,
    book_option,
    file_argument,
    finding_argument,
    id_from,
    json_option,
    now,
    print_json,
    results_from,
    today,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@click.command("hold")
@file_argument
@click.option("--matter", required=True, metavar="TEXT",
              help="Why, such as the number of a docket. It names no person.")  # fmt: skip
@click.option("--from", "first", type=Day(), metavar="DATE",
              help="The first day on which it counts [default: today].")  # fmt: skip
@click.option("--until", type=Day(), metavar="DATE",
              help="The last day on which it counts [default: until it is lifted].")  # fmt: skip
@click.option("--log", "logs", multiple=True, metavar="FILE",
              help="Over the searches of this file, by its name or SHA-256.")  # fmt: skip
@click.option("--agency", "agencies", multiple=True, metavar="KEY",
              help="Over searches that surely were made by this body of the registry.")  # fmt: skip
@click.option("--searches-from", type=Day(), metavar="DATE", help="Over searches from this day on.")
@click.option("--searches-to", type=Day(), metavar="DATE", help="Over searches to this day.")
@click.option("--finding", "findings", multiple=True, metavar="ID",
              help="Over the searches and records of this finding.")  # fmt: skip
@acting_options
@book_option
@json_option
def hold_command(
    results_file: Path, matter: str, by: str, role: str, own_book: Path | None, as_json: bool,
    first: datetime.datetime | None, until: datetime.datetime | None, **over: Any,
) -> None:  # fmt: skip
    """Set a legal hold on logs. It never extends the time that plate data are kept.

    It is over every search and log of the results, or over those alone that all options of its
    scope name. It is entered in the register. The texts in the log of the decision service have
    holds of their own: the command for them is printed.

    \b
    Examples:
      platelaw findings hold year.results --matter "26-cv-758" --by desk --role owner_counsel
      platelaw findings hold year.results --matter "26-cv-758" --finding 3f2a --until 2027-12-31 --by desk --role owner_counsel
    """  # noqa: D301, E501
    with results_from(results_file, write=True) as results:
        terms = Terms(matter.strip(), _scope(results, **over), _day(first), _day(until))
        hold = set_hold(results, book_from(own_book), Actor(by, role, now()), terms)
        owner, own = about_of(results).get("owner", ""), days_of_results(results)
        found = covered(results, hold.scope)
    if as_json:
        print_json({"hold": hold, "covered": found})
        return
    click.echo(_hold_line(hold, own))
    click.echo(_covered_line(found))
    months = f" --from {hold.scope.first:%Y-%m}" if hold.scope.first else ""
    months += f" --to {hold.scope.last:%Y-%m}" if hold.scope.last else ""
    click.echo(
        f'for the log of answers: platelaw log keys hold {owner} --matter "{matter}"{months}'
    )


def _scope(
    results: DuckDBPyConnection, logs: tuple[str, ...], agencies: tuple[str, ...],
    searches_from: datetime.datetime | None, searches_to: datetime.datetime | None,
    findings: tuple[str, ...],
) -> Scope:  # fmt: skip
    digests = tuple(_digest(results, log) for log in logs)
    ids = tuple(id_from(results, each) for each in findings)
    return Scope(digests, agencies, _day(searches_from), _day(searches_to), ids)


def _digest(results: DuckDBPyConnection, log: str) -> str:
    found = digest_of_log(results, log)
    if not found:
        stop(f"no file of the results is `{log}`, or several are",
             "name it as `platelaw results show` does, or by its SHA-256")  # fmt: skip
    return found


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return moment.date() if moment else None


@click.command("release")
@file_argument
@click.argument("hold_id", metavar="HOLD")
@click.option("--note", required=True, metavar="TEXT", help="Why. It names no person.")
@acting_options
@book_option
@json_option
def release_command(
    results_file: Path, hold_id: str, note: str, by: str, role: str, own_book: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Lift a legal hold of an id that `platelaw findings holds` tells.

    \b
    Example:
      platelaw findings release year.results hold-3f2a91cc --by desk --role owner_counsel --note "settled"
    """  # noqa: D301, E501
    with results_from(results_file, write=True) as results:
        hold = lift_hold(results, book_from(own_book), Actor(by, role, now()), hold_id, note)
        own = days_of_results(results)
    if as_json:
        print_json({"hold": hold})
    else:
        click.echo(_hold_line(hold, own))


@click.command("holds")
@file_argument
@click.option("--standing", is_flag=True,
              help="Those that stand today, with what they are over: whoever deletes results, "
              "exports or event logs asks this first.")  # fmt: skip
@click.option("--log", "log", default="", metavar="FILE",
              help="Those over this file, by its name or SHA-256 [--standing].")  # fmt: skip
@book_option
@json_option
def holds_command(
    results_file: Path, standing: bool, log: str, own_book: Path | None, as_json: bool
) -> None:
    """List legal holds, those that ended or were lifted too.

    Exit code 0; with --standing 5 if a hold stands: then it is not to be deleted.

    \b
    Examples:
      platelaw findings holds year.results
      platelaw findings holds year.results --standing --log october.csv
    """  # noqa: D301
    if log and not standing:
        stop("--log is about --standing", "add it, or leave --log out")
    with results_from(results_file) as results:
        found, own = holds(results, book_from(own_book)), days_of_results(results)
        if standing:
            found = [hold for hold in found if hold.counts(today(own))]
        told = [(hold, covered(results, hold.scope)) for hold in found]
        if log:
            digest = _digest(results, log)
            told = [each for each in told if digest in {of_log for _, of_log in each[1].logs}]
    if as_json:
        print_json({"holds": [hold for hold, _ in told], "covered": [over for _, over in told]})
    else:
        lines = [
            line for hold, over in told for line in (_hold_line(hold, own), _covered_line(over))
        ]
        none = "No legal hold stands over it." if standing else "There is no legal hold."
        click.echo("\n".join(lines) or none)
    raise SystemExit(EXIT_FAULTS if standing and told else EXIT_OK)


def _hold_line(hold: Hold, own: OwnDays) -> str:
    day = today(own)
    lifted = f", lifted {own.day(hold.lifted_at)}" if hold.lifted_at else ""
    ended = f", ended {hold.until}" if hold.until and hold.until < day else ""
    state = lifted or ended or (", stands" if hold.counts(day) else ", not yet")
    return (
        f"{hold.id}: {hold.matter}; {hold.days}{state}; set {own.day(hold.set_at)} by "
        f"{hold.set_by}; over {hold.scope.words}; covers {', '.join(hold.covers)}, never "
        f"{', '.join(hold.never)}"
    )


def _covered_line(found: Covered) -> str:
    logs = ", ".join(f"{name} ({digest[:12]}…)" for name, digest in found.logs) or "no file"
    return f"  now {found.searches:,} searches, in {logs}"


class _Moment(click.ParamType[datetime.datetime]):
    """A moment with its offset from UTC, as databases keep it: in UTC, without zone."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime.datetime:
        """The moment that is written."""
        try:
            found = datetime.datetime.fromisoformat(str(value))
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.fail(f"`{value}` is no moment; write it as 2026-11-03T15:15:00Z", param, ctx)
        return found.astimezone(datetime.UTC).replace(tzinfo=None)


@click.command("incident")
@file_argument
@finding_argument
@click.option("--discovered", type=_Moment(), metavar="MOMENT",
              help="When, with its offset from UTC [default: now].")  # fmt: skip
@acting_options
@book_option
@json_option
def incident_command(
    results_file: Path, finding: str, discovered: datetime.datetime | None, by: str, role: str,
    own_book: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Enter that a finding is an incident: the clocks of the notices that are owed run from then.

    To whom notices are owed, and within how many hours, stands in the book of the agency.

    \b
    Example:
      platelaw findings incident year.results 3f2a --discovered 2026-11-26T09:00:00-05:00 --by desk --role records_supervisor
    """  # noqa: D301, E501
    book, at = book_from(own_book), now()
    with results_from(results_file, write=True) as results:
        entry = discover(
            results, book, id_from(results, finding), Actor(by, role, at), discovered or at
        )
    if as_json:
        print_json({"entry": entry})
        return
    click.echo(f"{entry.finding}: {entry.note}")
    for to, notice in book.notices.items():
        click.echo(f"owed to {to} within {notice.hours:g} hours ({notice.source})")
    if not book.notices:
        click.echo(f"note: {NO_NOTICES}", err=True)


@click.command("notice")
@file_argument
@finding_argument
@click.option("--to", "recipient", required=True, metavar="WHOM", help="As the book calls it.")
@click.option("--at", "moment", type=_Moment(), metavar="MOMENT",
              help="When it was given, with its offset from UTC [default: now].")  # fmt: skip
@acting_options
@book_option
@json_option
def notice_command(
    results_file: Path, finding: str, recipient: str, moment: datetime.datetime | None, by: str,
    role: str, own_book: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Enter that a notice of an incident was given. `platelaw findings due` tells the hours taken.

    \b
    Example:
      platelaw findings notice year.results 3f2a --to owning_agency --by desk --role records_supervisor
    """  # noqa: D301, E501
    book, at = book_from(own_book), now()
    if recipient not in book.notices:
        known = ", ".join(book.notices) or "none"
        stop(f"the book names no notice to `{recipient}`", f"it names: {known}; see --book")
    with results_from(results_file, write=True) as results:
        key = id_from(results, finding)
        entry = give_notice(results, book, key, Actor(by, role, at), recipient, moment or at)
    if as_json:
        print_json({"entry": entry})
    else:
        click.echo(f"{entry.finding}: {entry.note}")
