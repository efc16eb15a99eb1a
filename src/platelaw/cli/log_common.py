"""Which log a command reads: that of a development service, of a configuration, or an export."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from ..federation.bundles.layout import Part
from ..federation.embedded import Home
from ..federation.identity.tables import TableError
from ..federation.log.exported import LOGS, POLICIES, Exported, ExportError
from ..federation.log.exporting import unpacked
from ..federation.log.keys import LOGS_FILE, LogKeys, logs_of, read_logs
from ..federation.log.opening import Place, open_store, place_beside, place_of
from ..federation.log.policies import PolicyArchive, PolicyArchiveError
from ..federation.log.records import Records
from ..federation.log.store import StoreError
from ..federation.server.config import ConfigError, read_config
from .common import EXIT_NOTHING, stop
from .home import home_from

VERSION = 1  # of the JSON of these commands
EXIT_BROKEN = EXIT_NOTHING

json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
key_option = click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The public keys of the log: a registry's logs.csv, or a verifier key (C2SP) by itself "
    "[default: those of the registry that is kept with the log].",
)


@dataclass(frozen=True, slots=True)
class LogAt:
    """A log that was opened to be read.

    Attributes:
        name: What messages call it.
        records: What it holds.
        keys: Its public keys, if they are needed.
        archive: The policies that it rests on.
        marks: Checkpoints that are kept apart from it, by what they are called.
        seals: The folder of the keys of its texts; None if it is not at hand.
        place: Where it is written; None for an export.
        export: The export, if it is one.
    """

    name: str
    records: Records
    keys: LogKeys
    archive: PolicyArchive
    marks: tuple[tuple[str, Path], ...] = ()
    seals: Path | None = None
    place: Place | None = None
    export: Exported | None = None


def log_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say which log it reads (``log_from``)."""
    for option in reversed(
        (
            click.option(
                "--home",
                "--state",
                "home",
                type=click.Path(path_type=Path, file_okay=False),
                metavar="DIR",
                help="The folder of a development service, or another one that is laid out so "
                "[default: platelaw/development in the user's state folder].",
            ),
            click.option(
                "--config",
                type=click.Path(path_type=Path, dir_okay=False),
                metavar="FILE",
                help="The configuration of the service whose log it is.",
            ),
            click.option(
                "--export",
                type=click.Path(path_type=Path),
                metavar="PATH",
                help="A folder or archive that `platelaw log export` wrote, to read instead.",
            ),
        )
    ):
        command = option(command)
    return command


@contextmanager
def log_from(
    home: Path | None,
    config: Path | None,
    export: Path | None,
    *,
    key_file: Path | None = None,
    needs_keys: bool = False,
) -> Generator[LogAt]:
    """The log that the options of ``log_options`` name, opened.

    Args:
        home: The folder of a development service.
        config: A configuration.
        export: An export.
        key_file: The file of its public keys; those kept with the log if None.
        needs_keys: Whether the command is of no use without its public keys.
    """
    if sum(each is not None for each in (home, config, export)) > 1:
        stop("two logs are named", "name one of --home, --config and --export")
    try:
        if export is not None:
            with unpacked(export) as folder:
                yield _exported(export, folder, key_file)
            return
        at = _stored(home, config, key_file, needs_keys=needs_keys)
    except StoreError as fault:
        click.echo(f"{click.style('BROKEN:', fg='red', bold=True)} {fault}", err=True)
        raise SystemExit(EXIT_BROKEN) from None
    except (ExportError, PolicyArchiveError, TableError) as fault:
        stop(str(fault))
    if needs_keys and not at.keys.keys:
        stop(f"{at.name}: no public key of the log is at hand", "name a file of them with --key")
    try:
        yield at
    finally:
        at.records.close()


def _exported(named: Path, folder: Path, key_file: Path | None) -> LogAt:
    export = Exported.open(folder)
    keys = LogKeys()
    if key_file is not None:
        keys = read_logs(key_file)
    elif (folder / LOGS).exists():
        keys = replace(read_logs(folder / LOGS), source="the export itself; name yours with --key")
    archive = PolicyArchive(folder / POLICIES)
    return LogAt(str(named), export, keys, archive, export=export)


def _stored(
    home: Path | None, config: Path | None, key_file: Path | None, *, needs_keys: bool
) -> LogAt:
    """The log of a service on this machine."""
    if config is not None:
        try:
            read = read_config(config)
        except ConfigError as fault:
            stop(str(fault))
        place, seals, folder = place_of(read), read.log.seals, read.state
    else:
        development = Home(home_from(home))
        place, seals, folder = development.log, development.seals, development.folder
    if not place.postgres and not place.file.exists():
        mend = "name its folder with --home, its configuration with --config, or an export"
        stop(f"{place.file}: there is no log", mend)
    archive = PolicyArchive(folder / POLICIES)
    keys = LogKeys()
    if needs_keys:
        keys = read_logs(key_file) if key_file else registered(archive)
    name = place.postgres or str(place.file)
    marks = (("the high-water mark", place.mark), ("the last cosigned checkpoint",
             place_beside(place.mark)))  # fmt: skip
    records = open_store(place, only_reading=True)
    return LogAt(name, records, keys, archive, marks, seals, place)


def registered(archive: PolicyArchive) -> LogKeys:
    """The keys that the newest registry says that is kept with a log.

    Raises:
        PolicyArchiveError: It is torn.
        TableError: Its register cannot be gone by.
    """
    newest = max(archive.known(), key=lambda one: one.issued_at, default=None)
    files = archive.files(newest.digest) if newest is not None else None
    text = (files or {}).get(f"{Part.REGISTRY.value}/{LOGS_FILE}")
    if text is None:
        return LogKeys()
    return logs_of(text.decode("utf-8-sig"), f"the registry ({LOGS_FILE})")


def short(digest: str) -> str:
    """A digest as it is told."""
    return f"{digest[:12]}…" if digest else "none"
