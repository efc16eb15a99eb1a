from __future__ import annotations

import datetime
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import grpc
import pytest
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from platelaw.federation.call import Call
from platelaw.federation.caller import Caller
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.server.clock import Clock
from platelaw.federation.server.gate import Gate
from platelaw.federation.server.grpc_server import GrpcServer
from platelaw.federation.server.health import CHECK, WATCH, Check, Health
from platelaw.federation.server.streams import REFLECTION
from platelaw.federation.server.writable import why_not_writable

from .conftest import Lines, allow, anybody

DECIDE = "/platelaw.v1.DecisionService/Decide"
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
Ask = Callable[..., bytes]


def echo(call: Call, data: bytes) -> bytes:
    del call
    return data


class Faults:
    """What is wrong, as a test says."""

    def __init__(self) -> None:
        self.clock = self.policy = ""


@pytest.fixture
def faults() -> Faults:
    return Faults()


def deny_streams(caller: Caller, method: str) -> None:
    del caller
    if method in (WATCH, *REFLECTION):
        raise RefusedCallError(Status.PERMISSION_DENIED, f"{method} is not for a vendor")


def started(faults: Faults, authorize: Any, log: Lines) -> GrpcServer:
    gate = Gate({DECIDE: echo}, authorize=authorize, log=log)
    checks = {
        "clock": Check(lambda: faults.clock, bars=True),
        "policy": Check(lambda: faults.policy),
    }
    health = Health(gate, checks)
    server = GrpcServer(gate, caller_of=anybody, health=health, reflects=True)
    server.start()
    return server


@pytest.fixture
def log() -> Lines:
    return Lines()


@pytest.fixture
def server(faults: Faults, log: Lines) -> Iterator[GrpcServer]:
    server = started(faults, allow, log)
    yield server
    server.stop(0)


@pytest.fixture
def guarded(faults: Faults, log: Lines) -> Iterator[GrpcServer]:
    server = started(faults, deny_streams, log)
    yield server
    server.stop(0)


def told(ask: Ask, server: GrpcServer, service: str = "") -> int:
    request = health_pb2.HealthCheckRequest(service=service).SerializeToString()
    return health_pb2.HealthCheckResponse.FromString(ask(server, CHECK, request)).status


def test_a_server_with_nothing_wrong_serves(server: GrpcServer, ask: Ask) -> None:
    assert told(ask, server) == SERVING
    assert told(ask, server, "platelaw.v1.DecisionService") == SERVING


def test_a_service_that_is_not_there_has_no_health(server: GrpcServer, ask: Ask) -> None:
    with pytest.raises(grpc.RpcError) as refusal:
        told(ask, server, "platelaw.v1.NoSuchService")
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_policies_that_are_too_old_make_it_not_serving_and_leave_the_answer_to_who_decides(
    server: GrpcServer, ask: Ask, faults: Faults, log: Lines
) -> None:
    faults.policy = "policies were issued 8 days ago"
    assert told(ask, server) == NOT_SERVING
    assert ask(server, DECIDE, b"x") == b"x"
    assert ("not serving", {"check": "policy", "why": faults.policy}) in log.lines
    faults.policy = ""
    assert told(ask, server) == SERVING
    assert ("mended", {"check": "policy"}) in log.lines


def test_a_clock_that_is_off_bars_every_decision_and_no_health(
    server: GrpcServer, ask: Ask, faults: Faults
) -> None:
    faults.clock = "the clock went back"
    assert told(ask, server) == NOT_SERVING
    with pytest.raises(grpc.RpcError) as refusal:
        ask(server, DECIDE, b"x")
    assert refusal.value.code() is grpc.StatusCode.UNAVAILABLE
    assert refusal.value.details() == "the clock went back"


def test_a_check_that_fails_to_run_is_a_fault(faults: Faults) -> None:
    def broken() -> str:
        raise OSError("the disk is on fire")

    health = Health(Gate({}, authorize=allow), {"store": Check(broken)})
    assert health.why == {"store": "it cannot be checked (builtins.OSError)"}


def test_who_watches_is_told_of_every_change(server: GrpcServer, faults: Faults) -> None:
    seen: queue.Queue[int] = queue.Queue()
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        watch: Any = channel.unary_stream(
            WATCH,
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        stream = watch(health_pb2.HealthCheckRequest(), timeout=10)

        def read() -> None:
            for response in stream:
                seen.put(response.status)
                if seen.qsize() > 9:
                    return

        reader = threading.Thread(target=_quiet, args=(read,), daemon=True)
        reader.start()
        assert seen.get(timeout=10) == SERVING
        assert server.health is not None
        faults.policy = "old"
        server.health.refresh()
        server.health.refresh()
        assert seen.get(timeout=10) == NOT_SERVING
        faults.policy = ""
        server.health.refresh()
        assert seen.get(timeout=10) == SERVING
        server.health.drain()
        assert seen.get(timeout=10) == NOT_SERVING
        assert seen.empty()
        stream.cancel()
        reader.join(10)


def _quiet(work: Callable[[], None]) -> None:
    try:
        work()
    except grpc.RpcError:
        return


def services(server: GrpcServer, method: str) -> list[str]:
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        reflect: Any = channel.stream_stream(
            method,
            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )
        asked = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
        [response] = list(reflect(asked, timeout=10))
        return [service.name for service in response.list_services_response.service]


@pytest.mark.parametrize("method", REFLECTION)
def test_reflection_lists_the_services(server: GrpcServer, method: str) -> None:
    assert set(services(server, method)) >= {
        "grpc.health.v1.Health",
        "platelaw.v1.DecisionService",
    }


@pytest.mark.parametrize("method", REFLECTION)
def test_reflection_is_refused_to_who_may_not(guarded: GrpcServer, method: str) -> None:
    with pytest.raises(grpc.RpcError) as refusal:
        services(guarded, method)
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert refusal.value.details() == f"{method} is not for a vendor"


def test_watching_is_refused_to_who_may_not(guarded: GrpcServer) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{guarded.port}") as channel:
        watch = cast("Any", channel).unary_stream(WATCH)
        with pytest.raises(grpc.RpcError) as refusal:
            list(watch(b"", timeout=10))
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    assert why_not_writable(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []
    gone = tmp_path / "gone"
    assert why_not_writable(gone) == (
        f"{gone}: nothing can be written there (No such file or directory)"
    )


# The clock -----------------------------------------------------------------------------------


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime.datetime(2026, 11, 3, 12, tzinfo=datetime.UTC)
        self.offset: float | None = None

    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, offset=lambda: self.offset)


def test_a_clock_that_steps_back_is_not_gone_by_until_it_has_caught_up() -> None:
    time = Time()
    clock = time.clock()
    time.now += datetime.timedelta(hours=1)
    assert clock.check() == ""
    time.now -= datetime.timedelta(seconds=2)
    assert "went back by 2.0 seconds" in clock.check()
    assert "went back" in clock.check()
    time.now += datetime.timedelta(seconds=2)
    assert clock.check() == ""


def test_a_small_step_back_does_no_harm() -> None:
    time = Time()
    clock = time.clock()
    time.now -= datetime.timedelta(seconds=1)
    assert clock.check() == ""


@pytest.mark.parametrize(("offset", "wrong"), [(None, False), (4.9, False), (5.1, True)])
def test_a_clock_far_from_the_truth_is_not_gone_by(offset: float | None, wrong: bool) -> None:
    time = Time()
    time.offset = offset
    assert ("off by 5.1 seconds" in time.clock().check()) is wrong


def test_the_kernel_tells_an_offset_or_that_it_knows_none() -> None:
    found = Clock().offset()
    assert found is None or 0 <= found < 3600
