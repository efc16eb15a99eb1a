from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from platelaw.federation.call import Handlers
from platelaw.federation.caller import Caller, CallerRole
from platelaw.federation.server.accounts import Accounts
from platelaw.federation.server.gate import Gate
from platelaw.federation.server.grpc_server import GrpcServer
from platelaw.federation.server.limits import Limits

VENDOR = Caller(
    spiffe_id="spiffe://example/agency/XX/one/role/vendor",
    agency="XX/one",
    role=CallerRole.VENDOR,
    serial="01",
    expires=datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC),
)


def anybody(peer: Any, now: datetime.datetime) -> Caller:
    del peer, now
    return VENDOR


def allow(caller: Caller, method: str) -> None:
    del caller, method


class Lines:
    """Keeps what is logged."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def info(self, event: str, **fields: Any) -> None:
        self.lines.append((event, fields))

    warning = error = info


def until(true: Callable[[], bool]) -> None:
    for _ in range(3000):
        if true():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not come about")


Serve = Callable[..., GrpcServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers on loopback that end with the test."""
    servers: list[GrpcServer] = []

    def started(handlers: Handlers, limits: Limits | None = None, **more: Any) -> GrpcServer:
        gate = Gate(handlers, more.pop("authorize", allow), Accounts(limits or Limits()))
        server = GrpcServer(gate, caller_of=more.pop("caller_of", anybody), **more)
        server.start()
        servers.append(server)
        return server

    yield started
    for server in servers:
        server.stop(0)


@pytest.fixture
def ask() -> Iterator[Callable[..., bytes]]:
    """Calls a method of a server; the connection is kept and ends with the test."""
    channels: dict[int, Any] = {}

    def asked(
        server: GrpcServer, method: str, data: bytes = b"", timeout: float | None = 10
    ) -> bytes:
        port = server.port
        if port not in channels:
            channels[port] = grpc.insecure_channel(f"127.0.0.1:{port}")
        reply: bytes = channels[port].unary_unary(method)(data, timeout=timeout)
        return reply

    yield asked
    for channel in channels.values():
        channel.close()
