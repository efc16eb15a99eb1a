"""``platelaw serve``: the decision service."""

from __future__ import annotations

import datetime
import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from ..engine.cache import Cache
from ..federation.bundles.errors import BundleError
from ..federation.deciding.recording import Recording
from ..federation.embedded import TRUST_DOMAIN, Embedded, Home, embedded
from ..federation.evidence.database import StoreError
from ..federation.identity.authorizing import load_authorizer
from ..federation.identity.credentials import ServerTls
from ..federation.journal import JournalUnavailableError
from ..federation.log.acting import SequencerRecorder
from ..federation.log.gathering import LocalLog
from ..federation.log.keyring import KeyRing
from ..federation.log.opening import LogError, open_log
from ..federation.log.sealer import RingSealer
from ..federation.log.shredding import settle
from ..federation.log.vault import VaultError
from ..federation.running import (
    BUILD,
    SYNC,
    HttpFace,
    MetricsReaders,
    faults_of,
    handlers_of_log,
    policy_in_use,
)
from ..federation.server.accounts import Accounts
from ..federation.server.clock import Clock
from ..federation.server.config import Address, Config, ConfigError, Logging, read_config
from ..federation.server.faults import traced
from ..federation.server.health import Check
from ..federation.server.logs import hear_libraries, logger
from ..federation.server.metrics_server import MetricsServer
from ..federation.server.served import Served, Tools
from ..federation.server.serving import Serving
from ..federation.server.supervisor import Supervisor
from ..federation.service import Service, Version
from .caching import cache_options
from .common import stop, wait_for_end
from .home import home_from, home_option

_GRACE = 10.0  # seconds in which calls under way are finished
_LOOPBACK = "127.0.0.1"


@click.command("serve")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Serve what this TOML file says (docs/operations.md), not a development identity.",
)
@click.option("--check", is_flag=True, help="With --config: check the file and end.")
@home_option
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8443, show_default=True,
    help="The port of gRPC on loopback; 0 takes a free one.",
)  # fmt: skip
@click.option(
    "--http-port", type=click.IntRange(0, 65535), default=8444, show_default=True,
    help="The port of the AuthZEN API on loopback; 0 takes a free one.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Tell where it listens as a line of JSON.")
@cache_options
def serve_command(
    config_file: Path | None,
    check: bool,
    home: Path | None,
    port: int,
    http_port: int,
    as_json: bool,
    cache: Cache | None,
) -> None:
    """Answer questions of agencies and platforms.

    Without a configuration this is a development service: it makes an authority, certificates,
    signing keys and a signed repository of the shipped library in a private folder, listens on
    loopback only, and marks every answer `development`. End it with Ctrl-C.

    \b
    Examples:
      platelaw serve
      platelaw serve --home ./trying --port 0 --json
      platelaw serve --config /etc/platelaw/service.toml
    """  # noqa: D301
    if config_file is not None:
        _serve_config(config_file, check_only=check)
    if check:
        stop("--check needs a file", "name it with --config")
    tools = Tools(Clock(), Accounts(), logger(Logging()))
    hear_libraries(tools.log)
    folder = home_from(home).absolute()  # it is told to whoever asks, from anywhere
    made = _made(folder, cache)
    http = HttpFace(
        Address(_LOOPBACK, http_port),
        ServerTls(made.home.tls(), _report),
        tools.clock.now,
        is_shared=False,
    )
    serving = Serving(_served(made, tools, http), tools, address=f"{_LOOPBACK}:{port}")
    try:
        taken = serving.start()
    except OSError as fault:
        stop(str(fault), "another service may listen there; end it, or choose another port")
    made.home.tell_server(f"{_LOOPBACK}:{taken}")
    _tell(made.home, taken, http.url, is_default=home is None, as_json=as_json)
    wait_for_end()
    serving.stop(_GRACE)


# Configured -----------------------------------------------------------------------------------


def _serve_config(file: Path, *, check_only: bool) -> None:
    """Serve a configuration until a signal says to end; this ends the command."""
    try:
        config = read_config(file)
    except ConfigError as error:
        _stop_at(error.faults)
    if check_only:
        if faults := faults_of(config):
            _stop_at(faults)
        click.echo(f"{file}: nothing is wrong with it")
        raise SystemExit(0)
    log = logger(config.logging)
    supervisor = Supervisor(config, BUILD, log, SYNC, keeps_log=True)
    metrics = _metrics(config, supervisor)
    try:
        if metrics is not None:
            metrics.start()
        raise SystemExit(supervisor.run())
    except OSError as fault:
        stop(str(fault), f"end what listens there, or change the address in {file}")
    finally:
        if metrics is not None:
            metrics.stop()


def _stop_at(faults: Sequence[str]) -> NoReturn:
    for fault in faults[:-1]:
        click.echo(f"error: {fault}", err=True)
    stop(faults[-1], "docs/operations.md shows a whole file")


def _metrics(config: Config, supervisor: Supervisor) -> MetricsServer | None:
    address = config.metrics_listen
    if address is None:
        return None
    try:
        if address.is_loopback:
            return MetricsServer(address, supervisor.metrics)
        may_read = MetricsReaders(config, _now).may_read
        return MetricsServer(address, supervisor.metrics, tls=config.tls, may_read=may_read)
    except OSError as fault:
        stop(f"{address}: {fault.strerror or fault}", "change `metrics_listen`")


# Development ----------------------------------------------------------------------------------


def _made(folder: Path, cache: Cache | None) -> Embedded:
    try:
        Home(folder).take()
        return embedded(folder, _now, cache)
    except BlockingIOError:
        stop(
            f"{folder}: another development service uses this folder",
            "end it, or name another folder with --home",
        )
    except BundleError as fault:
        stop(str(fault))
    except OSError as fault:
        stop(f"{folder}: {fault.strerror or fault}", "name a folder of your own with --home")


def _served(made: Embedded, tools: Tools, http: HttpFace) -> Served:
    home = made.home
    try:
        ring = KeyRing.open(home.seals)
        opened = open_log(home.log)
        now = tools.clock.now
        settle(ring, SequencerRecorder(opened.sequencer, now).record, home.service, now())
        log = LocalLog(opened, lambda fault: _alarm(tools, fault))
        service = Service.of(
            Version.of(made.bundle, tools.clock.now),
            store=home.store,
            trust_domains=(TRUST_DOMAIN,),
            authorizer=load_authorizer(),
            clock=tools.clock.now,
            recording=Recording(log, RingSealer(ring), home.service.agency),
            alarm=lambda fault: _alarm(tools, fault),
            after=tools.accounts.after,
        )
    except (JournalUnavailableError, LogError, StoreError, VaultError) as fault:
        stop(str(fault))
    log.start()
    http.peers = service.peers
    return Served(
        {**service.handlers(), **handlers_of_log(home.log, service, ring, tools)},
        service.peers.caller_of,
        service.authorize,
        ServerTls(home.tls(), _report).credentials(),
        checks={"log": Check(lambda: log.why_not)},
        policy=lambda: policy_in_use(service),
        faces=(http,),
        close=log.close,
    )


def _alarm(tools: Tools, fault: Exception) -> None:
    tools.log.error("evaluation failed", **traced(fault))


def _tell(home: Home, port: int, url: str, *, is_default: bool, as_json: bool) -> None:
    if as_json:
        told = {
            "version": 1,
            "grpc": f"{_LOOPBACK}:{port}",
            "http": url,
            "home": str(home.folder),
            "development": True,
        }
        click.echo(json.dumps(told))
        return
    click.echo(click.style("DEVELOPMENT: good for trying only.", fg="yellow", bold=True))
    click.echo(f"gRPC     {_LOOPBACK}:{port}, mutual TLS")
    click.echo(f"AuthZEN  {url}, mutual TLS")
    click.echo(f"keys     {home.folder / 'identities'}")
    click.echo("In a second terminal:")
    there = "" if is_default else f" --home {shlex.quote(str(home.folder))}"
    for example in ("permit", "hold", "deny"):
        click.echo(f"  platelaw ask{there} --example {example}")
    click.echo("Ctrl-C ends it.")


def _report(text: str) -> None:
    click.echo(text, err=True)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
