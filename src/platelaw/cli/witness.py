"""``platelaw witness``: cosign the checkpoints of logs, so that none of them can show two faces."""

from __future__ import annotations

import datetime
import json
import socket
import ssl
import time
from http import HTTPStatus
from pathlib import Path
from typing import NoReturn

import click

from ..federation.identity.credentials import CredentialsError, ServerTls, TlsFiles
from ..federation.identity.keeping import KeepingError
from ..federation.log.notes import NoteError
from ..federation.server.config import Address, ConfigError, Logging
from ..federation.server.gate import Log
from ..federation.server.logs import logger
from ..federation.witness.config import WitnessConfig, WitnessTls, logs_of, read_witness_config
from ..federation.witness.keys import WitnessFolder
from ..federation.witness.serving import Tell, WitnessServer
from ..federation.witness.store import WitnessBusyError, WitnessStore, WitnessStoreError
from ..federation.witness.witness import Witness
from .common import stop, wait_for_end

_FOLDER = click.Path(path_type=Path, file_okay=False)
_LOOPBACK = "127.0.0.1"


@click.group("witness")
def witness_command() -> None:
    """Cosign the checkpoints of logs.

    A witness is run by somebody else than the log. It remembers the last checkpoint that it
    cosigned and cosigns the next one only if the log proves that it grew from there: so two readers
    who ask for its cosignature cannot be shown two logs.

    \b
    Examples:
      platelaw witness keys here --name witness.example/one
      platelaw witness serve here --log "$(cat log.vkey)"
    """  # noqa: D301


@witness_command.command("keys")
@click.argument("folder", type=_FOLDER)
@click.option("--name", required=True, metavar="NAME",
              help="What logs will call its key, such as witness.example/one.")  # fmt: skip
def keys_command(folder: Path, name: str) -> None:
    """Make the key of a witness, and the store of what it cosigns with it.

    Writes witness.key, which stays here, witness.vkey, which logs are given, and witness.sqlite.
    Prints the line for the policy of a log. The key and the store belong together: a witness that
    lost its store needs a new key.

    \b
    Example:
      platelaw witness keys here --name witness.example/one
    """  # noqa: D301
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = WitnessFolder(folder).make(name)
    except OSError as fault:
        stop(f"{folder}: cannot be made: {fault.strerror or fault}", "name another folder")
    except NoteError as error:
        stop(f"--name: {error}", "such as witness.example/one")
    except (KeepingError, WitnessStoreError) as fault:
        stop(str(fault).replace(", or say --force", ""))
    click.echo(f"witness {name} {key}")


@witness_command.command("serve")
@click.argument("folder", type=_FOLDER, required=False)
@click.option("--config", "config_file", type=click.Path(path_type=Path), metavar="FILE",
              help="Serve what this TOML file says (docs/witness.md).")  # fmt: skip
@click.option("--log", "logs", multiple=True, metavar="KEY",
              help="The key of a log that it watches; may be repeated.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65535), default=7448, show_default=True,
              help="The port on loopback, without TLS; 0 takes a free one.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Tell where it listens as a line of JSON.")
def serve_command(
    folder: Path | None, config_file: Path | None, logs: tuple[str, ...], port: int, as_json: bool
) -> None:
    """Cosign checkpoints until it is ended, by Ctrl-C or the system.

    Without --config it listens on loopback without TLS: for trying, or behind a proxy that speaks
    TLS. What it cosigns and refuses is logged on standard error.

    \b
    Examples:
      platelaw witness serve here --log "$(cat log.vkey)"
      platelaw witness serve --config /etc/platelaw/witness.toml
    """  # noqa: D301
    config = _config(folder, config_file, logs, port)
    log = logger(Logging())
    try:
        signer, store = WitnessFolder(config.folder).open()
        listening = _listening(config.listen)
        context = _context(config.tls, log)
    except (WitnessStoreError, CredentialsError) as fault:
        stop(str(fault))
    witness = Witness(signer, config.logs, store, time.time)
    with WitnessServer(witness, context, listening, _teller(log)) as server:
        if as_json:
            told = {"version": 1, "url": server.url, "vkey": signer.vkey}
            click.echo(json.dumps(told))
        else:
            click.echo(f"witness  {server.url}")
            click.echo(f"key      {signer.vkey}")
            click.echo(f"watches  {', '.join(config.logs)}")
        wait_for_end()
    store.close()


@witness_command.command("show")
@click.argument("folder", type=_FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show_command(folder: Path, as_json: bool) -> None:
    """Tell the key of a witness, what it cosigned last of each log, and what it refused.

    Refused are checkpoints that a log signed and that do not follow from what it had shown: beside
    the last one that was cosigned they prove that the log showed two faces.
    """
    try:
        key = WitnessFolder(folder).read_key()
        store = WitnessStore(WitnessFolder(folder).state, str(key))
        seen, disputed = store.all_seen(), store.disputed()
        store.close()
    except (WitnessStoreError, WitnessBusyError) as fault:
        stop(str(fault))
    if as_json:
        logs = [
            {"origin": one.origin, "size": one.size, "cosigned_at": _when(one.at)} for one in seen
        ]
        refused = [
            {"origin": one.origin, "at": _when(one.at), "why": one.why, "checkpoint": one.note}
            for one in disputed
        ]
        told = {"version": 1, "vkey": str(key), "logs": logs, "refused": refused}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    click.echo(f"key      {key}")
    for one in seen:
        click.echo(f"log      {one.origin}: {one.size} entries, cosigned {_when(one.at)}")
    for each in disputed:
        click.echo(f"REFUSED  {each.origin}, {_when(each.at)}: {each.why}")


def _config(
    folder: Path | None, file: Path | None, logs: tuple[str, ...], port: int
) -> WitnessConfig:
    if (folder is None) == (file is None):
        stop("exactly one of FOLDER and --config is needed", "docs/witness.md shows a whole file")
    if file is not None and logs:
        stop("--log does not go with --config", f"name the log in {file}")
    try:
        if file is not None:
            return read_witness_config(file)
        if not logs:
            stop("no log is named", "name the key of one with --log")
        assert folder is not None
        return WitnessConfig(folder, logs_of(logs), Address(_LOOPBACK, port))
    except ConfigError as error:
        _stop_at(error.faults)
    except NoteError as error:
        stop(f"--log: {error}", "copy the key as `platelaw log` prints it")


def _stop_at(faults: list[str]) -> NoReturn:
    for fault in faults[:-1]:
        click.echo(f"error: {fault}", err=True)
    stop(faults[-1], "docs/witness.md shows a whole file")


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family)
    except OSError as fault:
        mend = "end what listens there, or choose another port"
        stop(f"{address}: {fault.strerror or fault}", mend)


def _context(tls: WitnessTls | None, log: Log) -> ssl.SSLContext | None:
    """The TLS of a witness; whoever asks need not prove himself, for checkpoints are signed.

    Raises:
        CredentialsError: The files make none.
    """
    if tls is None:
        return None
    files = TlsFiles(tls.certificate, tls.key, authorities=tls.certificate, trust_domains=None)
    tls_files = ServerTls(files, lambda text: log.warning("certificates", why=text))
    return tls_files.context(for_anybody=True)


def _teller(log: Log) -> Tell:
    """Tells the operator of every submission."""

    def tell(status: HTTPStatus, said: str) -> None:
        if status is HTTPStatus.OK:
            log.info("cosigned")
        elif status is HTTPStatus.CONFLICT:
            log.info("another size was seen", size=said)
        else:
            log.warning("not cosigned", status=int(status), why=said)

    return tell


def _when(at: int) -> str:
    return f"{datetime.datetime.fromtimestamp(at, datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"
