"""A load client that costs little: the same gRPC call again and again, frames written by hand.

A client library costs more than a server, so that on a few cores it is the client that is measured.
This one knows of HTTP/2 what one unary call takes; it can show a client certificate.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RESET, _SETTINGS, _PING, _GOAWAY, _WINDOW = 0, 1, 3, 4, 6, 7, 8
_END_STREAM, _END_HEADERS, _ACK = 1, 4, 1
_LARGE = 2**31 - 1
_FIRST_WINDOW = 65_535
_FRAME = 16_384  # the largest that every server takes
_HEAD = struct.Struct("!BHBBL")  # length in two parts, kind, flags, stream


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a client shows, and whose service it believes; PEM files."""

    certificate: Path
    key: Path
    authority: Path

    def context(self) -> ssl.SSLContext:
        """A context that speaks HTTP/2."""
        context = ssl.create_default_context(cafile=str(self.authority))
        context.load_cert_chain(self.certificate, self.key)
        context.set_alpn_protocols(["h2"])
        return context


@dataclass(slots=True)
class Outcome:
    """What a run brought.

    Attributes:
        answered: How many calls were answered with a message.
        failed: How many were not.
        seconds: How long it took.
        latencies: How long each call took, in seconds.
        gap: The longest time without any answer, in seconds.
    """

    answered: int = 0
    failed: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list[float])
    gap: float = 0.0


def frame(kind: int, flags: int, stream: int, body: bytes) -> bytes:
    """One frame."""
    return _HEAD.pack(len(body) >> 16, len(body) & 0xFFFF, kind, flags, stream) + body


def data(stream: int, message: bytes) -> bytes:
    """A message in frames."""
    parts = [message[at : at + _FRAME] for at in range(0, len(message), _FRAME)]
    ends = [0] * (len(parts) - 1) + [_END_STREAM]
    return b"".join(frame(_DATA, end, stream, part) for end, part in zip(ends, parts, strict=True))


def headers(path: str, *, secure: bool) -> bytes:
    """The headers of a call, without a table that would change from call to call."""

    def text(value: str) -> bytes:
        return bytes([len(value)]) + value.encode()

    return b"".join(
        (
            b"\x83",  # :method POST
            b"\x87" if secure else b"\x86",  # :scheme
            b"\x04" + text(path),
            b"\x01" + text("localhost"),
            b"\x0f\x10" + text("application/grpc"),
            b"\x00" + text("te") + text("trailers"),
            b"\x00" + text("grpc-timeout") + text("9S"),
        )
    )


class Connection:
    """One connection with so many calls under way."""

    def __init__(self, port: int, path: str, body: bytes, shows: Certificate | None) -> None:
        opened = socket.create_connection(("127.0.0.1", port), timeout=10)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket: socket.socket = opened
        if shows is not None:
            self.socket = shows.context().wrap_socket(opened, server_hostname="localhost")
        message = b"\0" + len(body).to_bytes(4, "big") + body
        self._headers = headers(path, secure=shows is not None)
        self._message = message
        self._stream = 1
        self._window = _FIRST_WINDOW
        self._waiting = 0
        self._rest = b""
        self._begun: dict[int, float] = {}
        self._has_data: set[int] = set()
        first = struct.pack("!HL", 4, _LARGE)  # SETTINGS_INITIAL_WINDOW_SIZE
        self.socket.sendall(
            _PREFACE
            + frame(_SETTINGS, 0, 0, first)
            + frame(_WINDOW, 0, 0, struct.pack("!L", _LARGE - _FIRST_WINDOW))
        )

    def begin(self, calls: int) -> None:
        """Begin some calls, as far as the server lets us."""
        self._waiting += calls
        can = min(self._waiting, self._window // len(self._message))
        if can <= 0:
            return
        self._waiting -= can
        self._window -= can * len(self._message)
        now, sent = time.perf_counter(), bytearray()
        for _ in range(can):
            sent += frame(_HEADERS, _END_HEADERS, self._stream, self._headers)
            sent += data(self._stream, self._message)
            self._begun[self._stream] = now
            self._stream += 2
        self.socket.sendall(sent)

    def receive(self, outcome: Outcome) -> int:
        """Read what came; how many calls ended."""
        received = self.socket.recv(262_144)
        if not received:
            raise ConnectionError("the server ended the connection")
        while isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
            received += self.socket.recv(262_144)
        data, at, ended = self._rest + received, 0, 0
        now = time.perf_counter()
        while len(data) - at >= 9:
            high, low, kind, flags, stream = _HEAD.unpack_from(data, at)
            size = (high << 16) + low
            if len(data) - at < 9 + size:
                break
            body_at, at = at + 9, at + 9 + size
            if kind in (_DATA, _HEADERS):
                if kind == _DATA and size >= 5:
                    self._has_data.add(stream)
                if flags & _END_STREAM:
                    ended += 1
                    self._end(stream, now, outcome)
            elif kind == _RESET and stream in self._begun:
                ended += 1
                self._end(stream, now, outcome)
            elif kind != _RESET:
                self._answer(kind, flags, stream, data[body_at:at])
        self._rest = data[at:]
        return ended

    def _end(self, stream: int, now: float, outcome: Outcome) -> None:
        outcome.latencies.append(now - self._begun.pop(stream))
        if stream in self._has_data:
            self._has_data.discard(stream)
            outcome.answered += 1
        else:
            outcome.failed += 1

    def _answer(self, kind: int, flags: int, stream: int, body: bytes) -> None:
        """What is not about a call."""
        if kind == _WINDOW and stream == 0:
            (more,) = struct.unpack("!L", body)
            self._window += more
            if self._waiting:
                self.begin(0)
        elif kind == _PING and not flags & _ACK:
            self.socket.sendall(frame(_PING, _ACK, 0, body))
        elif kind == _SETTINGS and not flags & _ACK:
            self.socket.sendall(frame(_SETTINGS, _ACK, 0, b""))
        elif kind == _GOAWAY:
            raise ConnectionError(f"the server goes away: {body[8:]!r}")


def run(connections: Iterable[Connection], in_flight: int, seconds: float) -> Outcome:
    """Keep so many calls under way on each connection for some time."""
    outcome = Outcome()
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.begin(in_flight)
        started = last = time.perf_counter()
        until, under_way = started + seconds, True
        while under_way:
            under_way = False
            for key, _ in selector.select(1):
                connection = key.data
                ended = connection.receive(outcome)
                now = time.perf_counter()
                if ended:
                    outcome.gap, last = max(outcome.gap, now - last), now
                if now < until:
                    connection.begin(ended)
            under_way = any(key.data._begun for key in selector.get_map().values())
    outcome.seconds = time.perf_counter() - started
    return outcome
