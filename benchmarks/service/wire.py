"""HTTP/2 for a load client: frames of many calls in one write, answers told apart, no more.

The load must not limit what it measures, so there is no library between calls and socket: header
blocks that teach the other side no new words are encoded, or decoded, once.
"""

from __future__ import annotations

import socket
import ssl
import struct
from typing import NamedTuple

from hpack import Decoder, Encoder

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RST_STREAM, _SETTINGS, _PING, _GOAWAY, _WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
_END_STREAM, _END_HEADERS, _ACK = 0x1, 0x4, 0x1
_INITIAL_WINDOW, _ENABLE_PUSH, _NO_STATUS = 4, 2, -1
_LARGEST = 2**31 - 1
_FRAME = 16_384  # the largest frame that a peer must take
_WINDOW = 65_535  # of a connection or stream for which nothing else was said
_RENEWED = 2**24  # bytes received after which the window of the connection is opened again
_BLOCKS = 1_000  # header blocks that are remembered

_read_frame = struct.Struct(">IBI").unpack_from  # length and kind, flags, stream
_headers = struct.Struct(">IBI").pack
_call = struct.Struct(">IBIBI").pack  # a frame of data, then gRPC's flag and length
_setting = struct.Struct(">HI")


class Answer(NamedTuple):
    """The end of one call.

    Attributes:
        stream: The stream that it came on.
        status: The status of gRPC; -1 if there was none.
        message: The answer, empty if there was none.
    """

    stream: int
    status: int
    message: bytes


class ConnectionEndedError(Exception):
    """The server ended the connection."""


class Connection:
    """One connection with its calls under way; nothing blocks but its beginning.

    Args:
        address: Host and port.
        tls: How it proves itself; None speaks plaintext.
    """

    def __init__(self, address: tuple[str, int], tls: ssl.SSLContext | None = None) -> None:
        plain = socket.create_connection(address)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = plain if tls is None else tls.wrap_socket(plain, server_hostname=address[0])
        self._authority = f"{address[0]}:{address[1]}"
        self._scheme = "http" if tls is None else "https"
        self._encoder, self._decoder = Encoder(), Decoder()
        self._blocks: dict[str, bytes] = {}
        self._met: dict[bytes, int] = {}
        self._parts: dict[int, list[bytes]] = {}
        self._next, self._received = 1, 0
        self._window: int = _WINDOW
        self._stream_window: int = _WINDOW
        self._waiting: list[tuple[int, bytes, int]] = []  # stream, what is left, its window
        self._out, self._rest = bytearray(), b""
        settings = _setting.pack(_INITIAL_WINDOW, _LARGEST) + _setting.pack(_ENABLE_PUSH, 0)
        self._out += _PREFACE + _frame(_SETTINGS, 0, 0, settings) + _opened(_LARGEST - _WINDOW)
        self.flush()
        self.socket.setblocking(False)

    # Calls -----------------------------------------------------------------------------------

    def start(self, path: str, message: bytes) -> int:
        """Begin a call; it is sent by ``flush``. The stream that its answer comes on."""
        stream, self._next = self._next, self._next + 2
        block, size = self._block(path), len(message) + 5
        self._out += _headers(len(block) << 8 | _HEADERS, _END_HEADERS, stream) + block
        if size <= min(_FRAME, self._window) and not self._waiting:
            self._window -= size
            self._out += _call(size << 8 | _DATA, _END_STREAM, stream, 0, size - 5) + message
        else:
            whole = b"\0" + len(message).to_bytes(4, "big") + message
            self._waiting.append((stream, whole, self._stream_window))
            self._pump()
        return stream

    def flush(self) -> bool:
        """Send what the socket takes; whether that was all."""
        out = self._out
        try:
            while out:
                del out[: self.socket.send(out)]
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return False
        return True

    def _block(self, path: str) -> bytes:
        """The header block of a method, kept once it refers to words that the server knows."""
        found = self._blocks.get(path)
        if found is None:
            headers = [
                (":method", "POST"), (":scheme", self._scheme), (":path", path),
                (":authority", self._authority), ("te", "trailers"),
                ("content-type", "application/grpc"), ("user-agent", "platelaw-benchmark"),
                ("grpc-timeout", "30S"),
            ]  # fmt: skip
            table = self._encoder.header_table.dynamic_entries
            before = tuple(table)
            found = self._encoder.encode(headers)
            if tuple(table) != before:
                self._blocks.clear()  # new words move the numbers of all that were known
            else:
                self._blocks[path] = found
        return found

    def _pump(self) -> None:
        """Send of large messages what the windows allow, the oldest first."""
        while self._waiting:
            stream, left, window = self._waiting[0]
            size = min(len(left), _FRAME, window, self._window)
            if size <= 0:
                return
            self._window -= size
            is_last = size == len(left)
            self._out += _frame(_DATA, _END_STREAM * is_last, stream, left[:size])
            if is_last:
                self._waiting.pop(0)
            else:
                self._waiting[0] = stream, left[size:], window - size

    # Answers ---------------------------------------------------------------------------------

    def receive(self) -> list[Answer]:
        """The calls that have ended by what the socket holds.

        Raises:
            ConnectionEndedError: The connection is over.
        """
        chunks = [self._rest]
        try:
            while True:
                chunk = self.socket.recv(1 << 18)
                if not chunk:
                    raise ConnectionEndedError("the server closed the connection")
                chunks.append(chunk)
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        data = b"".join(chunks)
        ended: list[Answer] = []
        at, size = 0, len(data)
        while size - at >= 9:
            word, flags, stream = _read_frame(data, at)
            end = at + 9 + (word >> 8)
            if end > size:
                break
            kind, at = word & 0xFF, at + 9
            if kind == _DATA:
                self._parts.setdefault(stream, []).append(data[at:end])
                self._received += end - at
            elif kind == _HEADERS:
                status = self._status(data[at:end])
                if flags & _END_STREAM:
                    ended.append(self._answer(stream, status))
            else:
                self._other(kind, flags, stream, data[at:end], ended)
            at = end
        self._rest = data[at:]
        if self._received > _RENEWED:
            self._out += _opened(self._received)
            self._received = 0
        return ended

    def _answer(self, stream: int, status: int) -> Answer:
        return Answer(stream, status, b"".join(self._parts.pop(stream, ()))[5:])

    def _status(self, block: bytes) -> int:
        """The status of gRPC in a header block; one that taught no new words is decoded once."""
        found = self._met.get(block)
        if found is None:
            table = self._decoder.header_table.dynamic_entries
            before = tuple(table)
            headers = {str(name): str(value) for name, value in self._decoder.decode(block)}
            found = int(headers.get("grpc-status", _NO_STATUS))
            if tuple(table) != before or len(self._met) >= _BLOCKS:
                self._met.clear()
            else:
                self._met[block] = found
        return found

    def _other(
        self, kind: int, flags: int, stream: int, payload: bytes, ended: list[Answer]
    ) -> None:
        """Frames that keep the connection going."""
        if kind == _RST_STREAM:
            ended.append(self._answer(stream, _NO_STATUS))
        elif kind == _PING and not flags & _ACK:
            self._out += _frame(_PING, _ACK, 0, payload)
        elif kind == _SETTINGS and not flags & _ACK:
            for name, value in _setting.iter_unpack(payload):
                if name == _INITIAL_WINDOW:
                    self._widen(value - self._stream_window)
                    self._stream_window = value
            self._out += _frame(_SETTINGS, _ACK, 0, b"")
        elif kind == _WINDOW_UPDATE:
            more = int.from_bytes(payload, "big")
            if stream == 0:
                self._window += more
            else:
                self._widen(more, stream)
            self._pump()
        elif kind == _GOAWAY:
            raise ConnectionEndedError(f"the server says goodbye: {payload[8:].decode()}")

    def _widen(self, more: int, stream: int = 0) -> None:
        """Let a large message, or all of them, send more."""
        for place, (mine, left, window) in enumerate(self._waiting):
            if stream in (0, mine):
                self._waiting[place] = mine, left, window + more


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return _headers(len(payload) << 8 | kind, flags, stream) + payload


def _opened(more: int) -> bytes:
    """The window of the connection, opened by so many bytes."""
    return _frame(_WINDOW_UPDATE, 0, 0, more.to_bytes(4, "big"))
