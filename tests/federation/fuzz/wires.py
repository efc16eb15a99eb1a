"""A client that speaks HTTP/2 over TLS frame by frame, as badly as it is told."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Generator
from dataclasses import dataclass

from hpack import Encoder

from platelaw.federation.conformance.identities import Identities

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END_STREAM, END_HEADERS = 1, 4
TIMEOUT = 5.0


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """One frame."""
    head = len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big")
    return head + payload


def prefixed(message: bytes, *, length: int | None = None, flag: int = 0) -> bytes:
    """A message as gRPC writes it: a flag, its length, itself."""
    size = len(message) if length is None else length
    return bytes((flag,)) + size.to_bytes(4, "big") + message


@dataclass(frozen=True)
class Target:
    """Where a server listens, and how its caller proves itself."""

    port: int
    made: Identities

    def plain(self) -> socket.socket:
        """A connection without TLS."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT)

    @contextlib.contextmanager
    def connected(self, *, begun: bool = True) -> Generator[Wire]:
        """A connection over TLS; ``begun`` says that the HTTP/2 preface has been sent."""
        context = ssl.create_default_context(cafile=str(self.made.caller.authorities))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(self.made.caller.certificate, self.made.caller.key)
        context.set_alpn_protocols(["h2"])
        with self.plain() as below, context.wrap_socket(below, server_hostname="127.0.0.1") as tls:
            wire = Wire(tls)
            if begun:
                wire.send(PREFACE + frame(SETTINGS, 0, 0))
            yield wire


class Wire:
    """One connection. What the server says is read only when it is asked for."""

    def __init__(self, tls: ssl.SSLSocket) -> None:
        self.tls = tls
        self.encoder = Encoder()

    def send(self, data: bytes) -> bool:
        """Send bytes; whether the server still took them."""
        try:
            self.tls.sendall(data)
        except OSError:
            return False
        return True

    def headers(self, path: str, *more: tuple[str, str], method: str = "POST") -> bytes:
        """The headers of a call, compressed."""
        coded: bytes = self.encoder.encode(
            [
                (":method", method),
                (":scheme", "https"),
                (":path", path),
                (":authority", "127.0.0.1"),
                ("content-type", "application/grpc"),
                ("te", "trailers"),
                *more,
            ]
        )
        return coded

    def call(self, path: str, body: bytes, *more: tuple[str, str], stream: int = 1) -> bytes:
        """Make a call, and read what comes until the connection is quiet."""
        self.send(frame(HEADERS, END_HEADERS, stream, self.headers(path, *more)))
        for at in range(0, len(body), 16_384):
            self.send(frame(DATA, 0, stream, body[at : at + 16_384]))
        self.send(frame(DATA, END_STREAM, stream))
        return self.read()

    def read(self, quiet: float = 0.3) -> bytes:
        """What the server says until it is quiet or ends the connection."""
        self.tls.settimeout(quiet)
        found = bytearray()
        try:
            while more := self.tls.recv(65_536):
                found += more
        except OSError:
            pass
        return bytes(found)
