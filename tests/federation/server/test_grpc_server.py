from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import grpc
import pytest

from platelaw.federation.call import Call
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.server.gate import Gate
from platelaw.federation.server.grpc_server import GrpcServer
from platelaw.federation.server.limits import Limits, Pace

from .conftest import Serve, allow, anybody

ECHO = "/test.Echo/Echo"
Ask = Callable[..., bytes]


def echo(call: Call, data: bytes) -> bytes:
    del call
    return data


def status(ask: Ask, *arguments: object, **more: object) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as refusal:
        ask(*arguments, **more)
    return refusal.value.code(), refusal.value.details() or ""


def test_a_call_is_answered_over_the_wire(serve: Serve, ask: Ask) -> None:
    assert ask(serve({ECHO: echo}), ECHO, b"hello") == b"hello"


def test_a_method_that_nobody_handles_is_unimplemented(serve: Serve, ask: Ask) -> None:
    code, _ = status(ask, serve({ECHO: echo}), "/test.Echo/Other")
    assert code is grpc.StatusCode.UNIMPLEMENTED


def test_a_refusal_carries_its_status_and_words(serve: Serve, ask: Ask) -> None:
    def refuse(call: Call, data: bytes) -> bytes:
        raise RefusedCallError(Status.ALREADY_EXISTS, "request id r-1 is taken")

    found = status(ask, serve({ECHO: refuse}), ECHO)
    assert found == (grpc.StatusCode.ALREADY_EXISTS, "request id r-1 is taken")


def test_a_failure_tells_a_number_and_no_traceback(serve: Serve, ask: Ask) -> None:
    def fail(call: Call, data: bytes) -> bytes:
        raise KeyError("PLATE 1")

    code, words = status(ask, serve({ECHO: fail}), ECHO)
    assert code is grpc.StatusCode.INTERNAL
    assert "Incident" in words
    assert "PLATE" not in words
    assert "Key" not in words


def test_a_caller_that_goes_too_fast_reads_when_to_come_again(serve: Serve, ask: Ask) -> None:
    server = serve({ECHO: echo}, Limits(calls=Pace(rate=0.01, burst=1)))
    ask(server, ECHO)
    with pytest.raises(grpc.RpcError) as refusal:
        ask(server, ECHO)
    assert refusal.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    trailing: dict[str, str] = dict(cast("Any", refusal.value.trailing_metadata()))
    assert 90_000 < int(trailing["retry-after-ms"]) <= 100_000


@pytest.mark.parametrize("size", [70_000, 5_000_000])
def test_a_message_that_is_too_large_is_refused(serve: Serve, ask: Ask, size: int) -> None:
    code, _ = status(ask, serve({ECHO: echo}), ECHO, b"x" * size)
    assert code is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_calls_beyond_what_may_wait_are_refused_at_once(serve: Serve, ask: Ask) -> None:
    let_go, entered = threading.Event(), threading.Semaphore(0)

    def wait(call: Call, data: bytes) -> bytes:
        entered.release()
        assert let_go.wait(10)
        return data

    server = serve({ECHO: wait}, Limits(threads=2, waiting=4))
    with ThreadPoolExecutor(4) as callers:
        accepted = [callers.submit(ask, server, ECHO, b"x") for _ in range(4)]
        for _ in range(2):
            assert entered.acquire(timeout=10)
        while server.open_calls < 4:
            let_go.wait(0.01)
        code, _ = status(ask, server, ECHO, b"y")
        let_go.set()
        assert [future.result() for future in accepted] == [b"x"] * 4
    assert code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert server.shed == 1


def test_stopping_finishes_calls_under_way_and_takes_no_new_ones(serve: Serve, ask: Ask) -> None:
    let_go, entered = threading.Event(), threading.Semaphore(0)

    def wait(call: Call, data: bytes) -> bytes:
        entered.release()
        assert let_go.wait(10)
        return data

    server = serve({ECHO: wait})
    with ThreadPoolExecutor(5) as callers:
        under_way = [callers.submit(ask, server, ECHO, b"x") for _ in range(4)]
        for _ in range(4):
            assert entered.acquire(timeout=10)
        stopped = callers.submit(server.stop, 10)
        while not server.draining:
            let_go.wait(0.01)
        code, _ = status(ask, server, ECHO, b"y", timeout=5)
        let_go.set()
        assert [future.result() for future in under_way] == [b"x"] * 4
        stopped.result()
    assert code is grpc.StatusCode.UNAVAILABLE


def test_garbage_ends_its_own_connection_only(serve: Serve, ask: Ask) -> None:
    server = serve({ECHO: echo})
    for bytes_ in (b"\0" * 100, b"GET / HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff"):
        with socket.create_connection(("127.0.0.1", server.port)) as garbage:
            garbage.sendall(bytes_)
            assert ask(server, ECHO, b"hello") == b"hello"


def test_without_tls_a_server_listens_on_loopback_only() -> None:
    gate = Gate({}, authorize=allow)
    with pytest.raises(ValueError, match="loopback"):
        GrpcServer(gate, caller_of=anybody, address="0.0.0.0:0")


def test_an_address_that_is_taken_is_an_error_that_names_it(serve: Serve) -> None:
    server = serve({ECHO: echo})
    other = GrpcServer(server.gate, caller_of=anybody, address=f"127.0.0.1:{server.port}")
    with pytest.raises(OSError, match=f"{server.port}"):
        other.start()
