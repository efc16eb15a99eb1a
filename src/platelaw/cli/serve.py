"""``platelaw serve``: the decision service."""

from __future__ import annotations

import datetime
import json
import signal
import threading
from pathlib import Path
from types import FrameType

import click

from ..engine.cache import Cache
from ..federation.bundles.errors import BundleError
from ..federation.embedded import TRUST_DOMAIN, Embedded, Home, embedded
from ..federation.evidence.database import StoreError
from ..federation.identity.authorizing import load_authorizer
from ..federation.identity.credentials import ServerTls
from ..federation.server.gate import Gate
from ..federation.server.grpc_server import GrpcServer
from ..federation.service import Service, Version
from .caching import cache_options
from .common import stop
from .home import home_from, home_option

_GRACE = 10.0  # seconds in which calls under way are finished


@click.command("serve")
@home_option
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8443, show_default=True,
    help="The port of the development service on loopback; 0 takes a free one.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Tell where it listens as a line of JSON.")
@cache_options
def serve_command(home: Path | None, port: int, as_json: bool, cache: Cache | None) -> None:
    """Answer questions of agencies and platforms.

    Without a configuration this is a development service: it makes an authority, certificates,
    signing keys and a signed repository of the shipped library in a private folder, listens on
    loopback only, and marks every answer `development`. End it with Ctrl-C.

    \b
    Examples:
      platelaw serve
      platelaw serve --home ./trying --port 0 --json
    """  # noqa: D301
    folder = home_from(home)
    made = _made(folder, cache)
    service = _service(made)
    address = f"127.0.0.1:{port}"
    gate = Gate(service.handlers(), service.authorize, now=_now)
    server = GrpcServer(
        gate,
        caller_of=service.peers.caller_of,
        address=address,
        credentials=ServerTls(made.home.tls(), _report).credentials(),
    )
    try:
        taken = server.start()
    except OSError as fault:
        stop(str(fault), "another service may listen there; end it, or choose another --port")
    made.home.tell_server(f"127.0.0.1:{taken}")
    _tell(made.home, taken, as_json=as_json)
    _wait(server)


def _made(folder: Path, cache: Cache | None) -> Embedded:
    try:
        return embedded(folder, _now, cache)
    except BundleError as fault:
        stop(str(fault))
    except OSError as fault:
        stop(f"{folder}: {fault.strerror or fault}", "name a folder of your own with --home")


def _service(made: Embedded) -> Service:
    try:
        return Service.of(
            Version.of(made.bundle, _now),
            store=made.home.store,
            trust_domains=(TRUST_DOMAIN,),
            authorizer=load_authorizer(),
            clock=_now,
            alarm=lambda fault: _report(f"an evaluation failed: {type(fault).__name__}"),
        )
    except StoreError as fault:
        stop(str(fault))


def _tell(home: Home, port: int, *, as_json: bool) -> None:
    if as_json:
        told = {"grpc": f"127.0.0.1:{port}", "home": str(home.folder), "development": True}
        click.echo(json.dumps(told))
        return
    click.echo(click.style("DEVELOPMENT: good for trying only.", fg="yellow", bold=True))
    click.echo(f"gRPC with mutual TLS on 127.0.0.1:{port}; keys and policies in {home.folder}")
    click.echo("In a second terminal:")
    for example in ("permit", "hold", "deny"):
        click.echo(f"  platelaw ask --example {example}")
    click.echo("Ctrl-C ends it.")


def _wait(server: GrpcServer) -> None:
    """Until somebody ends it; calls under way are finished."""
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    ended.wait()
    server.stop(_GRACE)


def _report(text: str) -> None:
    click.echo(text, err=True)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
