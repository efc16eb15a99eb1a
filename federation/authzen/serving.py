"""The HTTP face in a thread of the worker: mutual TLS, and calls through the gate of all calls."""

from __future__ import annotations

import datetime
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from ..caller import Caller
from ..http_serving import HEAD_SECONDS, HttpServer, Peer, url_of
from .app import Ask, AuthzenApp

_THREADS = 4


class _Gate(Protocol):
    """What checks every call, whatever carries it."""

    def answer(
        self,
        method: str,
        data: bytes,
        peer: Any,
        caller_of: Callable[[Any, datetime.datetime], Caller],
        seconds_left: float | None = None,
    ) -> bytes:
        """Answer one call."""
        ...


class _Peers(Protocol):
    """What tells who holds a certificate."""

    def caller_of_certificate(
        self, certificate: bytes, tls_version: str, now: datetime.datetime
    ) -> Caller:
        """Who holds it."""
        ...


def ask_through(gate: _Gate, peers: _Peers) -> Ask:
    """How HTTP calls are answered: by the same gate as those of gRPC."""

    def caller_of(peer: Peer, now: datetime.datetime) -> Caller:
        return peers.caller_of_certificate(peer.certificate, peer.tls_version, now)

    def ask(method: str, data: bytes, peer: Peer) -> bytes:
        return gate.answer(method, data, peer, caller_of)

    return ask


class AuthzenServer(HttpServer):
    """The HTTP face, listening.

    Args:
        ask: What answers.
        context: The TLS of the service: version 1.3 alone, clients must prove themselves.
        listening: A bound socket, so that several workers can share a port.
        base_url: The address that the service tells of itself; that of the socket if left out.
        clock: The clock of the service, in UTC.
        body_seconds: How long a body may take to come.
        head_seconds: How long the headers of a request may take to come.
    """

    def __init__(
        self,
        ask: Ask,
        context: ssl.SSLContext,
        listening: socket.socket,
        *,
        base_url: str = "",
        clock: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC),
        body_seconds: float = 5.0,
        head_seconds: float = HEAD_SECONDS,
    ) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="authzen")
        app = AuthzenApp(ask, base_url or url_of(listening), clock, self._pool, body_seconds)
        super().__init__(app, context, listening, name="authzen", head_seconds=head_seconds)

    def stop(self) -> None:
        """Finish the requests that are being answered, take no more, and end."""
        super().stop()
        self._pool.shutdown(wait=False, cancel_futures=True)
