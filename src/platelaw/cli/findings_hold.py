"""``platelaw findings hold``, ``incident`` and what goes with them, entered in the register."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import click

from ..compliance.findings.acting import Actor
from ..compliance.findings.holding import Hold, holds, lift_hold, set_hold
from ..compliance.findings.incidents import discover, give_notice
from .common import stop
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
)


@click.command("hold")
@file_argument
@click.option("--matter", required=True, metavar="TEXT",
              help="Why, and over what, such as the number of a docket. It names no person."
              )  # fmt: skip
@acting_options
@book_option
@json_option
def hold_command(
    results_file: Path, matter: str, by: str, role: str, own_book: Path | None, as_json: bool
) -> None:
    """Set a legal hold on logs. It never extends the time that plate data are kept.

    It is entered in the register. The texts in the log of the decision service have holds of their
    own: the command for them is printed.

    \b
    Example:
      platelaw findings hold year.results --matter "26-cv-758" --by desk --role owner_counsel
    """  # noqa: D301
    with results_from(results_file, write=True) as results:
        hold = set_hold(results, book_from(own_book), Actor(by, role, now()), matter.strip())
        owner = about_of(results).get("owner", "")
    if as_json:
        print_json({"hold": hold})
        return
    click.echo(_hold_line(hold))
    click.echo(f'for the log of answers: platelaw log keys hold {owner} --matter "{matter}"')


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
    if as_json:
        print_json({"hold": hold})
    else:
        click.echo(_hold_line(hold))


@click.command("holds")
@file_argument
@book_option
@json_option
def holds_command(results_file: Path, own_book: Path | None, as_json: bool) -> None:
    """List legal holds, those that were lifted too.

    \b
    Example:
      platelaw findings holds year.results
    """  # noqa: D301
    with results_from(results_file) as results:
        found = holds(results, book_from(own_book))
    if as_json:
        print_json({"holds": found})
    else:
        click.echo("\n".join(map(_hold_line, found)) or "There is no legal hold.")


def _hold_line(hold: Hold) -> str:
    told = f"{hold.id}: {hold.matter}; set {hold.set_at:%Y-%m-%d} by {hold.set_by}"
    told += f", lifted {hold.lifted_at:%Y-%m-%d}" if hold.lifted_at else ", stands"
    return f"{told}; covers {', '.join(hold.covers)}, never {', '.join(hold.never)}"


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
