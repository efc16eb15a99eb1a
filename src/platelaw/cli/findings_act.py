"""``platelaw findings assign`` and the other acts of people; each is entered in the register."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..compliance.findings.acting import Act, Actor, Asked, RegisterError, act_on, is_account
from ..compliance.findings.chain import Entry
from ..compliance.findings.outcomes import outcome
from .common import stop
from .day import Day
from .findings_common import (
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
    tokens_of,
)


def _acting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what all acts on a finding need."""
    note = click.option("--note", default="", metavar="TEXT",
                        help="Why. It stands in the register: name no person.")  # fmt: skip
    for option in reversed(
        (file_argument, finding_argument, acting_options, note, book_option, json_option)
    ):
        command = option(command)
    return command


def _ending(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what says that the actor is not whom the finding is about."""
    for option in (
        click.option("--no-account", is_flag=True,
                     help="Declare that the actor has no account in the logs."),
        click.option("--account", "accounts", multiple=True, metavar="TOKEN",
                     help="The actor's own account in the logs: its name, or its token."),
    ):  # fmt: skip
        command = option(command)
    return command


_due_option = click.option("--due", type=Day(), metavar="DATE", help="By when.")


@click.command("assign")
@_acting
@click.option("--to", "owner", required=True, metavar="ROLE", help="Who has it from now on.")
@_due_option
def assign_command(owner: str, due: datetime.datetime | None, **told: Any) -> None:
    """Give a finding to a role, to be looked at.

    \b
    Example:
      platelaw findings assign year.results 3f2a --to owner_counsel --by desk --role records_supervisor
    """  # noqa: D301, E501
    _do(Asked(Act.ASSIGN, owner, due.date() if due else None, told["note"]), told)


@click.command("clear")
@_acting
@_ending
def clear_command(accounts: tuple[str, ...], no_account: bool, **told: Any) -> None:
    """End a finding: nothing is wrong. Nobody may clear a finding about his own searches.

    \b
    Example:
      platelaw findings clear year.results 3f2a --by u-17 --role records_supervisor --account u-17 --note "a theft, see the report"
    """  # noqa: D301, E501
    _end(Act.CLEAR, accounts, told, no_account=no_account)


@click.command("uphold")
@_acting
@_ending
def uphold_command(accounts: tuple[str, ...], no_account: bool, **told: Any) -> None:
    """End a finding: it is as it says. `platelaw findings suspensions` then names whom to suspend.

    \b
    Example:
      platelaw findings uphold year.results 3f2a --by desk --role owner_command --no-account --note "no case stands behind it"
    """  # noqa: D301, E501
    _end(Act.UPHOLD, accounts, told, no_account=no_account)


@click.command("escalate")
@_acting
@click.option("--to", "owner", default="", metavar="ROLE",
              help="Who has it from now on [default: the next of its path].")  # fmt: skip
@_due_option
def escalate_command(owner: str, due: datetime.datetime | None, **told: Any) -> None:
    """Bring a finding to the next of its path, such as counsel or command.

    \b
    Example:
      platelaw findings escalate year.results 3f2a --by desk --role records_supervisor --note "no answer"
    """  # noqa: D301, E501
    _do(Asked(Act.ESCALATE, owner, due.date() if due else None, told["note"]), told)


@click.command("reopen")
@_acting
def reopen_command(**told: Any) -> None:
    """Take up a finding again that was cleared or upheld.

    \b
    Example:
      platelaw findings reopen year.results 3f2a --by desk --role owner_counsel --note "a witness came forward"
    """  # noqa: D301, E501
    _do(Asked(Act.REOPEN, note=told["note"]), told)


@click.command("note")
@_acting
def note_command(**told: Any) -> None:
    """Add a remark to a finding; it changes nothing else.

    \b
    Example:
      platelaw findings note year.results 3f2a --by desk --role records_supervisor --note "asked the unit"
    """  # noqa: D301, E501
    _do(Asked(Act.NOTE, note=told["note"]), told)


@click.command("outcome")
@file_argument
@finding_argument
@click.option("--wrong", required=True, type=click.IntRange(0), metavar="NUMBER",
              help="How many searches of the sample were wrong.")  # fmt: skip
@acting_options
@book_option
@json_option
def outcome_command(
    results_file: Path, finding: str, wrong: int, by: str, role: str, own_book: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Enter what a random sample showed, with the exact interval for all searches.

    \b
    Example:
      platelaw findings outcome year.results 3f2a --wrong 0 --by desk --role records_supervisor
    """  # noqa: D301
    book, actor = book_from(own_book), Actor(by, role, now())
    with results_from(results_file, write=True) as results:
        found = outcome(results, book, id_from(results, finding), wrong, actor)
    if as_json:
        print_json({"outcome": found})
    else:
        click.echo(f"{found.finding}: {found.told}")


def _end(act: Act, accounts: tuple[str, ...], told: dict[str, Any], *, no_account: bool) -> None:
    if bool(accounts) == no_account:
        stop(
            "it is not said whether the actor has an account in the logs",
            "name each with --account, or declare with --no-account that there is none",
        )
    declared = "has accounts of his own" if accounts else "has no account of his own"
    note = f"{told['note'].strip()} [{declared}]" if told["note"].strip() else ""
    _do(Asked(act, note=note), told, accounts)


def _do(asked: Asked, told: dict[str, Any], accounts: tuple[str, ...] = ()) -> None:
    book, path = book_from(told["own_book"]), told["results_file"]
    own = (*accounts, *map(tokens_of(path), accounts))
    actor = Actor(told["by"], told["role"], now(), own)
    with results_from(path, write=True) as results:
        for account in accounts:
            if not is_account(results, (account, tokens_of(path)(account))):
                raise RegisterError(
                    f"no search is by an account `{account}`",
                    "write it as the log has it, or declare with --no-account that there is none",
                )
        key = id_from(results, told["finding"])
        entry = act_on(results, book, key, actor, asked)
    _show(entry, as_json=told["as_json"])


def _show(entry: Entry, *, as_json: bool) -> None:
    if as_json:
        print_json({"entry": entry})
        return
    due = f", due {entry.due}" if entry.due else ""
    told = entry.act if entry.act == entry.status else f"{entry.act}; {entry.status}"
    why = f": {entry.note}" if entry.act == Act.ESCALATE.value else ""
    click.echo(f"{entry.finding}: {told}, with {entry.owner}{due}{why}")
