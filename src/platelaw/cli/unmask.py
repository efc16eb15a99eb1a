"""``platelaw unmask``: whom tokens mean, told when two persons of the agency say so."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click
from securesystemslib.signer import CryptoSigner

from ..compliance.unmasking.record import (
    FIRST,
    Line,
    RecordError,
    add,
    read_record,
    record_beside,
    signed_line,
)
from ..compliance.unmasking.telling import told
from ..compliance.unmasking.two_persons import UnmaskingError, asked, confirmed
from ..engine.audit.layouts import shipped_layouts
from ..federation.bundles.errors import AuthoringError
from ..federation.bundles.keys import read_signer
from ..federation.identity.signers import Signer, Signers, signers_of
from ..federation.identity.tables import TableError
from .common import stop
from .report_common import FILE, opened
from .search_logs import layout_option, open_log, own_layouts

_SHOWN = 12  # letters of the id of a request


def _signing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say who signs."""
    for option in (
        click.option("--signers", "register", type=FILE, required=True, metavar="FILE",
                     help="The register of signers (signers.csv)."),
        click.option("--signer", "key", type=FILE, required=True, metavar="FILE",
                     help="Your private key that signs, in PEM."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group("unmask")
def unmask_command() -> None:
    """Tell whom tokens of your own agency's searches mean, to two persons together.

    One asks, with a reason; another confirms, with a key of their own. Both are in the register of
    signers for the agency whose log it is. The original exports are read again, and the record of
    who asked, who confirmed and why is written before anything is shown. Plates are never told,
    nor accounts of other agencies.

    \b
    Examples:
      platelaw unmask ask year.results --search 17 --reason "review of finding 3f2a" --signer a.key --signers signers.csv
      platelaw unmask list year.results
    """  # noqa: D301, E501


@unmask_command.command("ask")
@click.argument("results", type=FILE)
@click.option("--search", "searches", type=int, multiple=True, required=True, metavar="NUMBER",
              help="A search by its number, as `platelaw findings show` tells it; "
              "repeatable.")  # fmt: skip
@click.option("--reason", required=True, metavar="TEXT", help="What it is needed for.")
@_signing
def ask_command(
    results: Path, searches: tuple[int, ...], reason: str, register: Path, key: Path
) -> None:
    """Ask for the names behind tokens; nothing is shown yet."""
    signer, by, _ = _signer(key, register)
    place = record_beside(results)
    with opened(results) as connection:
        try:
            record = read_record(place)
            said = asked(connection, searches, reason, by, _now())
            add(place, signed_line(said, _last(record), signer))
            line = read_record(place)[-1]
        except (RecordError, UnmaskingError) as fault:
            _stop(fault)
    click.echo(f"asked: {line.digest[:_SHOWN]}; another person confirms it within 7 days")


@unmask_command.command("confirm")
@click.argument("results", type=FILE)
@click.argument("request")
@click.option("--logs", multiple=True, required=True, type=click.Path(path_type=Path),
              metavar="FILE", help="An original export; repeat it for each.")  # fmt: skip
@layout_option
@_signing
def confirm_command(
    results: Path,
    request: str,
    logs: tuple[Path, ...],
    maps: tuple[Path, ...],
    register: Path,
    key: Path,
) -> None:
    """Confirm what another person asked, and show it; each request is shown once."""
    signer, by, signers = _signer(key, register)
    place = record_beside(results)
    layouts = (*(layout for path in maps for layout in own_layouts(path)), *shipped_layouts())
    with opened(results) as connection:
        try:
            record = read_record(place)
            said, places = confirmed(connection, record, request, signers, by, _now())
            found = told((log for path in logs for log in open_log(path, layouts).logs), places)
            add(place, signed_line(said, _last(record), signer))
        except (RecordError, UnmaskingError) as fault:
            _stop(fault)
    for each in found:
        click.echo(f"search {each.place.search} ({each.place.source}, line {each.place.line})")
        for name, text in each.cells:
            click.echo(f"  {name}: {text}")


@unmask_command.command("list")
@click.argument("results", type=FILE)
def list_command(results: Path) -> None:
    """Show who asked and who confirmed, when and why."""
    place = record_beside(results)
    if not place.exists():
        with opened(results):  # that nobody has asked is said of results only
            pass
    try:
        record = read_record(place)
    except RecordError as fault:
        _stop(fault)
    for line in record:
        said, what = line.said, f"confirmed {line.said.get('of', '')[:_SHOWN]}"
        if said["act"] == "asked":
            what = f"asked for {len(said['searches'])}: {said['reason']}"
        click.echo(f"{said['at']}  {line.digest[:_SHOWN]}  {said['role']} {said['user']} {what}")
    if not record:
        click.echo("nobody has asked")


def _signer(key: Path, register: Path) -> tuple[CryptoSigner, Signer, Signers]:
    """Who signs, as the register has it."""
    try:
        signer = read_signer(key)
        signers = signers_of(register.read_text("utf-8"), str(register), keys_in=register.parent)
    except AuthoringError as fault:
        stop(fault.message, fault.help)
    except (OSError, UnicodeDecodeError, TableError) as fault:
        stop(f"{register}: cannot be gone by: {fault}", "`platelaw keys signer` makes its rows")
    by = signers.find(signer.public_key.keyid)
    if by is None:
        stop(f"{register}: it does not have the key in {key}",
             "enter it with `platelaw keys signer --signers`")  # fmt: skip
    return signer, by, signers


def _last(record: tuple[Line, ...]) -> str:
    return record[-1].digest if record else FIRST


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def _stop(fault: RecordError | UnmaskingError) -> NoReturn:
    stop(fault.message, fault.help)
