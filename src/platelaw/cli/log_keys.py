"""``platelaw log keys``: the keys of the log's free texts, and the legal holds over them."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ..federation.client import Client, ClientError, LegalHold, LogKey, LogKeys
from ..federation.client.log_keys import legal_hold, log_key
from ..federation.log.keyring import KeyRing
from ..federation.log.keys_servicer import hold_message, key_message
from ..federation.log.legal_holds import LegalHolds
from ..federation.log.sealing import Month, SealingError
from ..federation.log.vault import MAY_REMAIN, Vault, VaultError
from .common import stop
from .home import calling_from, calling_options, timeout_option
from .signing import is_terminal
from .silence import end_without_answer

KEEPER = (
    "darien-custodian"  # the identity of a development service that keeps keys, if none is named
)
VERSION = 1

_json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
_yes_option = click.option("--yes", is_flag=True, help="Do it without asking.")


@click.group("keys")
def keys_group() -> None:
    """Keys of the log's free texts, and legal holds over them.

    A key opens the reasons, users and case numbers of one owner and month. No command shows one.
    Deleting a key and setting or lifting a hold are decided by a policy of the service and stand in
    the log before they are done.

    \b
    Examples:
      platelaw log keys list CT/darien-pd
      platelaw log keys hold CT/darien-pd --matter "26-cv-758"
    """  # noqa: D301


@keys_group.command("list")
@click.argument("owner", required=False)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False, exists=True),
              metavar="DIR", help="Read a folder of keys on this machine, and ask no service."
              )  # fmt: skip
@timeout_option
@_json_option
@calling_options
def list_command(
    owner: str | None, folder: Path | None, timeout: float, as_json: bool, **calling: Any
) -> None:
    """Show which keys and legal holds of an owner there are, and which there were."""
    if folder is not None:
        found = _of_folder(folder, owner)
    elif owner is None:
        stop("whose keys is not said", "name an owner by registry key, or a folder with --folder")
    else:
        with _asking(calling, timeout) as client:
            found = client.log_keys(owner)
    if as_json:
        click.echo(_json({"version": VERSION, **dataclasses.asdict(found)}))
    else:
        click.echo("\n".join(_lines(found)))


@keys_group.command("delete")
@click.argument("owner")
@click.argument("month")
@_yes_option
@timeout_option
@_json_option
@calling_options
def delete_command(
    owner: str, month: str, yes: bool, timeout: float, as_json: bool, **calling: Any
) -> None:
    """Delete the key of an owner and MONTH, such as 2026-11. It cannot be taken back.

    The entries stay and can be verified; what was typed can be read by nobody any more. It is
    refused while the records must be kept, and under a legal hold.

    \b
    Example:
      platelaw log keys delete CT/darien-pd 2026-11
    """  # noqa: D301
    _check_month(month)
    _confirm(f"The texts of {owner} of {month} can be read by nobody any more.", yes=yes)
    with _asking(calling, timeout) as client:
        gone = client.delete_log_key(owner, month)
    _show(f"deleted: {_key(gone)}\nnote: {MAY_REMAIN}", gone, as_json=as_json)


@keys_group.command("hold")
@click.argument("owner")
@click.option("--matter", required=True, metavar="TEXT",
              help="Why, such as the number of a docket. It stands in the log: name no person."
              )  # fmt: skip
@click.option("--from", "first", default="", metavar="MONTH",
              help="The first month; all from the beginning if not said.")  # fmt: skip
@click.option("--to", "last", default="", metavar="MONTH",
              help="The last month; all to come if not said.")  # fmt: skip
@timeout_option
@_json_option
@calling_options
def hold_command(
    owner: str, matter: str, first: str, last: str, timeout: float, as_json: bool, **calling: Any
) -> None:
    """Set a legal hold over an owner's keys: none that it covers is deleted while it stands.

    \b
    Example:
      platelaw log keys hold CT/darien-pd --matter "26-cv-758" --from 2026-10
    """  # noqa: D301
    for month in filter(None, (first, last)):
        _check_month(month)
    if not matter.strip():
        stop("--matter: blank", "say why, such as the number of a docket")
    with _asking(calling, timeout) as client:
        hold = client.set_legal_hold(owner, matter.strip(), first=first, last=last)
    _show(f"set: {_hold(hold)}", hold, as_json=as_json)


@keys_group.command("release")
@click.argument("hold_id", metavar="HOLD")
@timeout_option
@_json_option
@calling_options
def release_command(hold_id: str, timeout: float, as_json: bool, **calling: Any) -> None:
    """Lift the legal hold of an id that `platelaw log keys list` tells."""
    with _asking(calling, timeout) as client:
        hold = client.lift_legal_hold(hold_id)
    _show(f"lifted: {_hold(hold)}", hold, as_json=as_json)


# What the commands share ----------------------------------------------------------------------


@contextmanager
def _asking(calling: dict[str, Any], timeout: float) -> Generator[Client]:
    """A client of the service that the options name; no answer ends the command."""
    called = calling_from(**calling, default=KEEPER)
    try:
        with Client(
            called.server, called.tls, timeout=timeout, allow_development=called.development
        ) as client:
            yield client
    except ClientError as fault:
        end_without_answer(fault)


def _of_folder(folder: Path, owner: str | None) -> LogKeys:
    """The keys and legal holds of a folder, read and left as it is."""
    vault = Vault(folder)
    try:
        keys, holds = KeyRing(vault).list(), LegalHolds(vault).all()
    except VaultError as fault:
        stop(str(fault))
    return LogKeys(
        tuple(log_key(key_message(each)) for each in keys if owner in (None, each.owner)),
        tuple(legal_hold(hold_message(each)) for each in holds if owner in (None, each.owner)),
    )


def _check_month(text: str) -> None:
    try:
        Month.parse(text)
    except SealingError as fault:
        stop(str(fault))


def _confirm(what: str, *, yes: bool) -> None:
    if yes:
        return
    click.echo(what, err=True)
    if not is_terminal():
        stop("nobody is there to confirm it", "add --yes to do it without being asked")
    click.confirm("Delete the key?", abort=True, err=True)


def _show(said: str, told: LogKey | LegalHold, *, as_json: bool) -> None:
    """Print what was done."""
    if as_json:
        said = _json({"version": VERSION, **dataclasses.asdict(told)})
    click.echo(said)


def _json(plain: dict[str, Any]) -> str:
    return json.dumps(plain, indent=2, ensure_ascii=False, default=datetime.datetime.isoformat)


def _lines(found: LogKeys) -> Iterator[str]:
    """Keys and holds, a line each."""
    yield from map(_key, found.keys)
    yield from map(_hold, found.holds)
    if not found.keys and not found.holds:
        yield "There is no key and no legal hold."


def _key(key: LogKey) -> str:
    generation = f", generation {key.generation}" if key.generation > 1 else ""
    said = f"{key.owner} {key.month}{generation}: key {key.id}, made {_day(key.made_at)}"
    if key.deleted_by:
        said += f", deleted {_day(key.deleted_at)} by {key.deleted_by}"
    return said


def _hold(hold: LegalHold) -> str:
    months = f"{hold.first or 'the beginning'} to {hold.last or 'all to come'}"
    said = f"{hold.owner} {months}: legal hold {hold.id} ({hold.matter}), "
    said += f"set {_day(hold.set_at)} by {hold.set_by}"
    if not hold.stands:
        said += f", lifted {_day(hold.lifted_at)} by {hold.lifted_by}"
    return said


def _day(moment: datetime.datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "when is not known"
