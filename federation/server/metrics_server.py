"""Metrics over HTTP: on loopback, or to a caller whose certificate is good for it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509

from .config import Address, Tls
from .metrics import CONTENT_TYPE

_PATH = "/metrics"
_SLOWEST = 5.0  # seconds for one request
MOST_CONNECTIONS = 16  # at once; one more is ended

MayRead = Callable[[x509.Certificate], bool]
"""Whether the holder of a certificate, checked against the authorities, may read metrics."""


class MetricsServer:
    """Tells metrics to whoever may read them.

    Args:
        address: Where it listens.
        text: The metrics now.
        tls: What it shows and asks for; None is for loopback only.
        may_read: Who may, beyond loopback.
    """

    def __init__(
        self,
        address: Address,
        text: Callable[[], bytes],
        *,
        tls: Tls | None = None,
        may_read: MayRead | None = None,
    ) -> None:
        if not address.is_loopback and (tls is None or may_read is None):
            raise ValueError(f"{address}: without certificates metrics are told on loopback only")
        told = {
            "text": staticmethod(text),
            "may_read": staticmethod(may_read) if may_read else None,
            "context": _context(tls) if tls else None,
        }
        handler = type("Handler", (_Handler,), told)
        self._server = _Server((address.host, address.port), handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> int:
        """Listen; the port."""
        self._thread.start()
        return self.port

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    """A thread for each connection, of which there are so many and no more."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._room = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection, or end it if there are too many."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer on a connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that failed is nobody's matter but its client's."""
        del request, client_address


class _Handler(BaseHTTPRequestHandler):
    """One connection; a subclass made for each server says what it tells and to whom."""

    text: Callable[[], bytes]
    may_read: MayRead | None
    context: ssl.SSLContext | None
    timeout = _SLOWEST

    def setup(self) -> None:
        """Speak TLS if the server does."""
        self.request.settimeout(_SLOWEST)
        if self.context is not None:
            self.request = self.context.wrap_socket(
                self.request, server_side=True, do_handshake_on_connect=False
            )
        super().setup()

    def handle(self) -> None:
        """Shake hands, in the thread of the connection, so that a slow one blocks nobody."""
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().handle()

    def finish(self) -> None:
        """End the connection."""
        super().finish()
        self.request.close()

    def do_GET(self) -> None:
        """Tell the metrics."""
        if self.path != _PATH:
            self._say(404, b"metrics are at /metrics\n")
        elif not self._may_read():
            self._say(403, b"this certificate is not for reading metrics\n")
        else:
            self._say(200, self.text(), CONTENT_TYPE)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""
        del format, args

    def _may_read(self) -> bool:
        if not isinstance(self.request, ssl.SSLSocket):
            return True  # on loopback, which the server saw to
        shown = self.request.getpeercert(binary_form=True)
        asked = self.may_read
        return bool(shown and asked and asked(x509.load_der_x509_certificate(shown)))

    def _say(self, status: int, text: bytes, kind: str = "text/plain; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def _context(tls: Tls) -> ssl.SSLContext:
    """TLS 1.3 with a certificate asked of the caller."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(tls.certificate, tls.key)
    context.load_verify_locations(tls.authorities)
    context.verify_mode = ssl.CERT_REQUIRED
    return context
