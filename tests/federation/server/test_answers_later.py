"""Calls whose answers come later: no thread waits for them, and each ends as it should."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from platelaw.federation.call import Call
from platelaw.federation.later import Later
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.server import receiving
from platelaw.federation.server.grpc_server import GrpcServer
from platelaw.federation.server.limits import Limits

from .conftest import Serve, until

LATER = "/test.Later/Later"
Ask = Callable[..., bytes]


class Desk:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[bytes, Later]] = []

    def take(self, call: Call, data: bytes) -> Later:
        del call
        later = Later()
        self.waiting.append((data, later))
        return later

    def settle_all(self) -> None:
        for data, later in self.waiting:
            later.settle(data)
        self.waiting.clear()


def counts(server: GrpcServer) -> dict[tuple[str, str], int]:
    total = server.gate.accounts.tallies.total()
    assert total.begun == total.ended
    return {key: timing.count for key, timing in total.calls.items()}


def test_more_calls_wait_than_there_are_threads(serve: Serve, ask: Ask) -> None:
    desk = Desk()
    server = serve({LATER: desk.take}, Limits(threads=2))
    with ThreadPoolExecutor(40) as askers:
        asked = [askers.submit(ask, server, LATER, b"%d" % at) for at in range(40)]
        until(lambda: len(desk.waiting) == 40)
        assert server.open_calls == 40
        desk.settle_all()
        assert [each.result(10) for each in asked] == [b"%d" % at for at in range(40)]
    until(lambda: server.open_calls == 0)
    assert counts(server) == {(LATER, "OK"): 40}


def test_a_refusal_that_comes_later_has_its_status_and_when_to_come_again(
    serve: Serve, ask: Ask
) -> None:
    desk = Desk()
    server = serve({LATER: desk.take})
    refusal = RefusedCallError(Status.UNAVAILABLE, "the log is away", retry_after=2)
    with ThreadPoolExecutor(1) as asker:
        asked = asker.submit(ask, server, LATER)
        until(lambda: bool(desk.waiting))
        desk.waiting.pop()[1].settle(refusal)
        with pytest.raises(grpc.RpcError) as found:
            asked.result(10)
    error: grpc.Call = found.value  # type: ignore[assignment]
    assert (error.code(), error.details()) == (grpc.StatusCode.UNAVAILABLE, "the log is away")
    assert ("retry-after-ms", "2000") in tuple(error.trailing_metadata() or ())
    until(lambda: server.open_calls == 0)
    assert counts(server) == {(LATER, "UNAVAILABLE"): 1}


def test_a_failure_that_comes_later_tells_nothing_of_itself(serve: Serve, ask: Ask) -> None:
    desk = Desk()
    server = serve({LATER: desk.take})
    with ThreadPoolExecutor(1) as asker:
        asked = asker.submit(ask, server, LATER)
        until(lambda: bool(desk.waiting))
        desk.waiting.pop()[1].settle(KeyError("ABC123"))
        with pytest.raises(grpc.RpcError) as found:
            asked.result(10)
    error: grpc.Call = found.value  # type: ignore[assignment]
    assert error.code() is grpc.StatusCode.INTERNAL
    assert "ABC123" not in str(error.details())
    assert "Incident" in str(error.details())


def test_who_has_gone_meanwhile_is_not_answered_and_the_call_is_over(
    serve: Serve, ask: Ask
) -> None:
    desk = Desk()
    server = serve({LATER: desk.take})
    with pytest.raises(grpc.RpcError) as found:
        ask(server, LATER, timeout=0.2)
    error: grpc.Call = found.value  # type: ignore[assignment]
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    desk.settle_all()
    until(lambda: server.open_calls == 0)


def test_a_server_that_drains_waits_for_answers_that_come_later(serve: Serve, ask: Ask) -> None:
    desk = Desk()
    server = serve({LATER: desk.take})
    with ThreadPoolExecutor(1) as asker:
        asked = asker.submit(ask, server, LATER, b"kept")
        until(lambda: bool(desk.waiting))
        stopping = threading.Thread(target=server.stop, args=(20,))
        stopping.start()
        until(lambda: server.draining)
        desk.settle_all()
        assert asked.result(10) == b"kept"
        stopping.join(20)
        assert not stopping.is_alive()


def test_without_grpcio_as_it_was_a_thread_waits_for_each(
    serve: Serve, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "fits", lambda: False)
    desk = Desk()
    server = serve({LATER: desk.take})
    with ThreadPoolExecutor(8) as askers:
        asked = [askers.submit(ask, server, LATER, b"%d" % at) for at in range(8)]
        until(lambda: len(desk.waiting) == 8)
        desk.settle_all()
        assert [each.result(10) for each in asked] == [b"%d" % at for at in range(8)]
    assert counts(server) == {(LATER, "OK"): 8}
