from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import grpc
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import Event, ResponseReceived, StreamReset, TrailersReceived

from platelaw.federation.call import Call
from platelaw.federation.server import receiving
from platelaw.federation.server.grpc_server import GrpcServer
from platelaw.federation.server.limits import Limits

from .conftest import Serve, until

ECHO = "/test.Echo/Echo"
MESSAGE = b"\0" + (5).to_bytes(4, "big") + b"hello"
Ask = Callable[..., bytes]


def echo(call: Call, data: bytes) -> bytes:
    del call
    return data


class Slow:
    """A client that sends of a call what it is told, when it is told."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.wire = H2Connection(H2Configuration(header_encoding=None))
        self.wire.initiate_connection()
        self.flush()

    def flush(self) -> None:
        self.socket.sendall(self.wire.data_to_send())

    def headers(self) -> int:
        stream = self.wire.get_next_available_stream_id()
        self.wire.send_headers(
            stream,
            [
                (":method", "POST"),
                (":scheme", "http"),
                (":path", ECHO),
                (":authority", "test"),
                ("content-type", "application/grpc"),
                ("te", "trailers"),
            ],
        )
        self.flush()
        return stream

    def send(self, stream: int, data: bytes, *, end: bool = False) -> None:
        self.wire.send_data(stream, data, end_stream=end)
        self.flush()

    def events(self) -> Iterator[Event]:
        while received := self.socket.recv(65536):
            yield from self.wire.receive_data(received)
            self.flush()

    def status(self) -> str:
        """The status with which a call ends."""
        for event in self.events():
            if isinstance(event, (ResponseReceived, TrailersReceived)):
                headers = dict(event.headers)
                if b"grpc-status" in headers:
                    return headers[b"grpc-status"].decode()
            assert not isinstance(event, StreamReset)
        raise AssertionError("the connection ended")


@pytest.fixture
def slow() -> Iterator[Callable[[GrpcServer], Slow]]:
    with ExitStack() as stack:

        def connected(server: GrpcServer) -> Slow:
            client = Slow(server.port)
            stack.callback(client.socket.close)
            return client

        yield connected


def test_grpcio_is_what_this_was_written_for() -> None:
    assert receiving.fits()


@pytest.mark.parametrize("sent", [b"", MESSAGE[:3], MESSAGE[:7]])
def test_clients_that_never_send_their_message_block_nobody(
    serve: Serve, ask: Ask, slow: Callable[[GrpcServer], Slow], sent: bytes
) -> None:
    server = serve({ECHO: echo}, Limits(threads=2))
    for _ in range(6):
        client = slow(server)
        stream = client.headers()
        if sent:
            client.send(stream, sent)
    until(lambda: server.open_calls == 6)
    assert ask(server, ECHO, b"hello", timeout=5) == b"hello"


def test_a_message_that_trickles_in_is_answered_once_it_is_whole(
    serve: Serve, slow: Callable[[GrpcServer], Slow]
) -> None:
    client = slow(serve({ECHO: echo}))
    stream = client.headers()
    for byte in MESSAGE[:-1]:
        client.send(stream, bytes([byte]))
    client.send(stream, MESSAGE[-1:], end=True)
    assert client.status() == "0"


def test_a_call_whose_message_does_not_come_is_given_up(
    serve: Serve, ask: Ask, slow: Callable[[GrpcServer], Slow]
) -> None:
    server = serve({ECHO: echo}, Limits(silence=0.01))
    client = slow(server)
    client.headers()
    until(lambda: server.open_calls == 1)
    threading.Event().wait(0.02)
    ask(server, ECHO)  # an arrival is when the others are looked at
    assert client.status() == str(grpc.StatusCode.DEADLINE_EXCEEDED.value[0])
    until(lambda: server.open_calls == 0)


def test_a_call_that_ends_without_a_message_is_over(
    serve: Serve, slow: Callable[[GrpcServer], Slow]
) -> None:
    server = serve({ECHO: echo})
    client = slow(server)
    client.send(client.headers(), b"", end=True)
    assert client.status() == str(grpc.StatusCode.UNIMPLEMENTED.value[0])
    until(lambda: server.open_calls == 0)


def test_a_client_that_goes_away_leaves_nothing_open(
    serve: Serve, ask: Ask, slow: Callable[[GrpcServer], Slow]
) -> None:
    server = serve({ECHO: echo})
    client = slow(server)
    client.headers()
    until(lambda: server.open_calls == 1)
    client.socket.close()
    until(lambda: server.open_calls == 0)
    assert ask(server, ECHO, b"hello") == b"hello"


def test_where_grpcio_is_another_a_plain_pool_answers(
    serve: Serve, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_PARAMETERS", {"_no_such_function": ""})
    server = serve({ECHO: echo})
    with ThreadPoolExecutor(8) as callers:
        replies = [callers.submit(ask, server, ECHO, b"hello") for _ in range(40)]
        assert {reply.result() for reply in replies} == {b"hello"}
    until(lambda: server.open_calls == 0)
