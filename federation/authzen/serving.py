"""The HTTP face in a thread of the worker: uvicorn, mutual TLS, and who is at the other end."""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Protocol, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..caller import Caller
from .app import Ask, AuthzenApp, Peer

_THREADS = 4
_CONNECTIONS = 256
_HEAD_SECONDS = 10.0
_HEAD_BYTES = 16 * 1024
_DRAIN_SECONDS = 5


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


class AuthzenServer:
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
        head_seconds: float = _HEAD_SECONDS,
    ) -> None:
        self._socket = listening
        # An answer goes out in two writes; the second must not wait for the first to be confirmed.
        # Accepted sockets inherit it.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="authzen")
        app = AuthzenApp(ask, base_url or self.url, clock, self._pool, body_seconds)
        config = uvicorn.Config(
            app,
            http=_protocol(head_seconds),
            loop="asyncio",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_CONNECTIONS,
            h11_max_incomplete_event_size=_HEAD_BYTES,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
        config.load()
        config.ssl = context
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="authzen", daemon=True)

    @property
    def url(self) -> str:
        """The address of the socket."""
        host, port = self._socket.getsockname()[:2]
        return f"https://{f'[{host}]' if ':' in host else host}:{port}"

    def __enter__(self) -> Self:
        """Begin to answer."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""
        self.stop()

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests that are being answered, take no more, and end."""
        self._server.should_exit = True
        self._thread.join(_DRAIN_SECONDS + 1)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def _protocol(head_seconds: float) -> type[asyncio.Protocol]:
    """The protocol that also says who is at the other end, and does not wait for ever."""

    class Proven(H11Protocol):
        _late: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            proved = transport.get_extra_info("ssl_object")
            if proved is not None:
                certificate = proved.getpeercert(binary_form=True) or b""
                peer = Peer(certificate, proved.version() or "")
                self.app_state = {**self.app_state, "peer": peer}
            self._late = self.loop.call_later(head_seconds, transport.close)

        def data_received(self, data: bytes) -> None:
            if self._late is None and not self._is_answering():
                self._late = self.loop.call_later(head_seconds, self.transport.close)
            super().data_received(data)
            if self._late is not None and self._is_answering():
                self._late.cancel()
                self._late = None

        def connection_lost(self, exc: Exception | None) -> None:
            if self._late is not None:
                self._late.cancel()
            super().connection_lost(exc)

        def _is_answering(self) -> bool:
            cycle = getattr(self, "cycle", None)  # None until the headers of a request are there
            return cycle is not None and not cycle.response_complete

    return Proven
