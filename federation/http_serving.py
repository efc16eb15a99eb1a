"""An HTTP server in a thread: uvicorn on a socket that is bound, and who is at the other end."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
_CONNECTIONS = 256
_BACKLOG = 2048
_HEAD_BYTES = 16 * 1024
_DRAIN_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Peer:
    """What a connection proved.

    Attributes:
        certificate: The client's certificate, in DER; empty if it sent none.
        tls_version: The version of TLS spoken, as OpenSSL names it; empty without TLS.
    """

    certificate: bytes = b""
    tls_version: str = ""


def url_of(listening: socket.socket, *, is_tls: bool = True) -> str:
    """The address of a bound socket."""
    host, port = listening.getsockname()[:2]
    scheme = "https" if is_tls else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


class HttpServer:
    """An application that listens.

    Args:
        app: The ASGI application; it finds the ``Peer`` of a TLS connection in the state.
        context: Its TLS; None for none.
        listening: A bound socket, so that several workers can share a port.
        name: The name of its thread.
        head_seconds: How long the headers of a request may take to come.
    """

    def __init__(
        self,
        app: Any,
        context: ssl.SSLContext | None,
        listening: socket.socket,
        *,
        name: str,
        head_seconds: float = HEAD_SECONDS,
    ) -> None:
        self._socket = listening
        self.url = url_of(listening, is_tls=context is not None)
        # An answer goes out in two writes; the second must not wait for the first to be confirmed.
        # Accepted sockets inherit it.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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
            backlog=_BACKLOG,
            h11_max_incomplete_event_size=_HEAD_BYTES,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
        config.load()
        config.ssl = context
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

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
        """Begin to answer; who connects from now on is heard, if the thread is late too."""
        self._socket.listen(_BACKLOG)
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests that are being answered, take no more, and end."""
        self._server.should_exit = True
        self._thread.join(_DRAIN_SECONDS + 1)

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
