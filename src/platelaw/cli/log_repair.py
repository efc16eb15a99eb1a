"""``platelaw log repair``: mending a log that may not be served, so that the loss stands in it."""

from __future__ import annotations

import datetime
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..federation.caller import CallerRole
from ..federation.embedded import Home
from ..federation.identity.spiffe import SpiffeId
from ..federation.journal import JournalUnavailableError
from ..federation.log.damage import Damage, damage_of
from ..federation.log.exported import Exported, ExportError
from ..federation.log.exporting import unpacked
from ..federation.log.keys import LogKey, LogKeys
from ..federation.log.notes import NoteVerifier
from ..federation.log.opening import Place, microseconds, open_store, place_beside, place_of
from ..federation.log.repairing import (
    Rebuilt,
    RepairError,
    aside,
    entered,
    mark_anew,
    rebuilt,
)
from ..federation.log.sequencer import Sequencer
from ..federation.log.signing import LogKeyError, LogSigner, log_signer
from ..federation.log.sqlite_store import SqliteStore
from ..federation.log.store import StoreError, StoreUnavailableError
from ..federation.server.config import ConfigError, read_config
from .common import stop
from .home import home_from
from .log_common import VERSION, json_option
from .signing import is_terminal

_TOLD = 20
_SUFFIXES = ("", "-wal", "-shm")  # of the files of one SQLite database


@click.command("repair")
@click.option("--copy", type=click.Path(path_type=Path, exists=True), metavar="PATH",
              help="An export of this log, which gives back what it has.")  # fmt: skip
@click.option("--home", "--state", "home", metavar="DIR",
              type=click.Path(path_type=Path, file_okay=False),
              help="The folder of a development service "
              "[default: platelaw/development in the user's state folder].")  # fmt: skip
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="The configuration of the service whose log it is.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Mend it without asking.")
@json_option
def repair_command(
    copy: Path | None, home: Path | None, config: Path | None, yes: bool, as_json: bool
) -> None:
    """Mend a log that is torn, or lost its end, and enter in it what is lost.

    The service must not run. What is wrong is shown first, and nothing is done unless you say yes.
    A torn store is set aside whole and a new one written, up to the first entry that is not what
    was written and that no copy gives back. Then the loss is entered in the log as an act, with the
    head that was and the head that is, and the high-water mark is made anew.
    Exit code: 0 mended, or nothing to mend; 2 if it cannot be.

    \b
    Examples:
      platelaw log repair
      platelaw log repair --config platelaw.toml --copy yesterday.zip
    """  # noqa: D301
    place, service = _place(home, config)
    try:
        signer = log_signer(place.signing, place.origin)
        damage = _damage(place, signer)
        if damage.is_none:
            told = {"version": VERSION, "act": None, "lost": 0, "restored": 0}
            whole = "Nothing is wrong: the log is whole and leads to its mark."
            click.echo(json.dumps(told, indent=2) if as_json else whole)
            return
        for line in _lines(damage):
            click.echo(line, err=True)
        _confirm(yes=yes)
        made = None
        if damage.findings or copy is not None:
            if place.postgres:
                stop("rows in PostgreSQL are mended there", "restore the database, then mend again")
            made = _rebuilt(place, copy)
        index = _entered(place, signer, damage, made, service)
    except (
        ExportError,
        JournalUnavailableError,
        LogKeyError,
        RepairError,
        StoreError,
        StoreUnavailableError,
    ) as fault:
        stop(str(fault), "put back a whole copy of the log, its mark and its keys")
    except OSError as fault:
        stop(f"{fault.filename or place.file}: {fault.strerror or fault}")
    _tell(damage, made, index, as_json=as_json)


def _place(home: Path | None, config: Path | None) -> tuple[Place, str]:
    """Where the log is, and the SPIFFE id of its service, which must not run."""
    if config is None:
        development = Home(home_from(home))
        if not development.log.file.exists():
            stop(f"{development.log.file}: there is no log", "name its folder with --home")
        try:
            development.take()
        except BlockingIOError:
            stop(f"{development.folder}: the service runs", "end it first")
        return development.log, str(development.service)
    try:
        read = read_config(config)
    except ConfigError as fault:
        stop(str(fault))
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as asking:
        if not asking.connect_ex(str(read.log.socket)):
            stop(f"{config}: the service runs", "end it first")
    service = SpiffeId(read.trust_domain, read.operator, CallerRole.SERVICE)
    return place_of(read), str(service)


def _damage(place: Place, signer: LogSigner) -> Damage:
    vkey, dsse = signer.public
    keys = LogKeys((LogKey(place.origin, "this", NoteVerifier.of(vkey), dsse),), "its keys")
    marks = (
        ("the high-water mark", place.mark),
        ("the last cosigned checkpoint", place_beside(place.mark)),
    )
    with closing(open_store(place, only_reading=True)) as store:
        return damage_of(store, marks, place.origin, keys)


def _confirm(*, yes: bool) -> None:
    if yes:
        return
    if not is_terminal():
        stop("nobody is there to confirm it", "add --yes to mend it without being asked")
    click.confirm("Mend it, and enter the loss in the log?", abort=True, err=True)


def _rebuilt(place: Place, copy: Path | None) -> Rebuilt:
    """Write the log anew beside the old one, which is set aside."""
    new = place.file.with_name(f"{place.file.name}.new")
    for suffix in _SUFFIXES:
        new.with_name(new.name + suffix).unlink(missing_ok=True)
    with (
        closing(SqliteStore(place.file, only_reading=True)) as old,
        closing(SqliteStore(new)) as target,
    ):
        if copy is None:
            made = rebuilt(old, None, target)
        else:
            with unpacked(copy) as folder:
                made = rebuilt(old, Exported.open(folder), target)
    kept = aside(place.file)
    for suffix in _SUFFIXES:
        old_file = place.file.with_name(place.file.name + suffix)
        if old_file.exists():
            old_file.replace(kept.with_name(kept.name + suffix))
    new.replace(place.file)
    return made


def _entered(
    place: Place, signer: LogSigner, damage: Damage, made: Rebuilt | None, service: str
) -> int:
    """Enter the loss in the log, and make its marks anew."""
    if made is not None:  # it may lead to other marks than before
        damage = replace(damage, marks=_damage(place, signer).marks)
    with closing(open_store(place)) as store:
        sequencer = Sequencer(store, signer, microseconds)
        index = entered(sequencer, damage, made, service, _now)
        sequencer.keep()
        mark_anew(damage.marks, sequencer.signed.checkpoint, place.mark)
    return index


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _lines(damage: Damage) -> Iterator[str]:
    yield f"the log has {damage.size:,} entries, by its head"
    for finding in damage.findings[:_TOLD]:
        yield f"  - {finding}"
    if len(damage.findings) > _TOLD:
        yield f"  - and {len(damage.findings) - _TOLD:,} more"
    for mark in damage.marks:
        yield f"  - {mark.name} ({mark.file}) {mark.words}"


def _tell(damage: Damage, made: Rebuilt | None, index: int, *, as_json: bool) -> None:
    old_size, old_root = damage.known
    lost = max(old_size - index, 0)
    restored = len(made.restored) if made is not None else 0
    if as_json:
        told: dict[str, Any] = {"version": VERSION, "act": index, "lost": lost,
                                "restored": restored,
                                "old": {"size": old_size, "root": old_root.hex()}}  # fmt: skip
        click.echo(json.dumps(told, indent=2))
        return
    click.echo(f"Mended: {lost:,} entries are lost, {restored:,} were given back by the copy.")
    click.echo(f"Entry {index:,} says so. Tell the witnesses and whoever reads this log: those who")
    click.echo("know the lost entries will find that it does not lead to them.")
