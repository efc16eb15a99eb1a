"""The load on the service sends what it says and counts what comes; speed is not tested."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from benchmarks.service.driving import Drive
from benchmarks.service.home import utc_now
from benchmarks.service.messages import Envelopes, Requests, listed
from benchmarks.service.orders import Measured
from benchmarks.service.questions import PERIODS, PURPOSES, Asking, Pool, pool_of
from benchmarks.service.runs import Turns
from benchmarks.service.wire import Answer, Connection

from platelaw.engine.decision import Engine
from platelaw.engine.library import load, shipped_registry
from platelaw.federation.deciding.desk import Desk
from platelaw.federation.deciding.envelope import check_envelope
from platelaw.federation.snapshot import PolicySnapshot
from platelaw.federation.v1 import decision_pb2 as d

SAME, REFUSES = "/test/Same", "/test/Refuses"


class Methods(grpc.GenericRpcHandler):
    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        def same(data: bytes, context: grpc.ServicerContext) -> bytes:
            return data

        def refuses(data: bytes, context: grpc.ServicerContext) -> bytes:
            context.abort(grpc.StatusCode.PERMISSION_DENIED, f"no {data!r}")
            raise AssertionError

        methods: dict[str, Any] = {
            SAME: grpc.unary_unary_rpc_method_handler(same),
            REFUSES: grpc.unary_unary_rpc_method_handler(refuses),
        }
        return methods.get(str(handler_call_details.method))


@pytest.fixture
def connection() -> Iterator[Connection]:
    server = grpc.server(ThreadPoolExecutor(2), handlers=[Methods()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    made = Connection(("127.0.0.1", port))
    yield made
    made.socket.close()
    server.stop(0)


@pytest.fixture(scope="module")
def desk() -> Desk:
    registry = shipped_registry()
    library = load((), registry.bodies.keys()).library
    assert library is not None
    now = utc_now()
    return Desk(PolicySnapshot(Engine(library, registry), "d" * 64, now, now, {}))


@pytest.fixture(scope="module")
def pool(desk: Desk) -> Pool:
    days: dict[int, str] = dict.fromkeys(PERIODS, "2026-11-20")
    asking = Asking(desk.registry, random.Random(1), "2026-11-26", days)
    return pool_of((asking.question() for _ in range(200)), desk)


def answers(connection: Connection, count: int) -> list[Answer]:
    found: list[Answer] = []
    until = time.monotonic() + 20
    while len(found) < count and time.monotonic() < until:
        connection.flush()
        found += connection.receive()
    return found


# The wire ----------------------------------------------------------------------------------------


def test_answers_come_back_on_their_streams(connection: Connection) -> None:
    sent = {connection.start(SAME, b"%d" % number): b"%d" % number for number in range(50)}
    found = {answer.stream: answer.message for answer in answers(connection, 50)}
    assert found == sent


def test_a_message_larger_than_every_window_arrives_whole(connection: Connection) -> None:
    large = random.Random(1).randbytes(900_000)
    connection.start(SAME, large)
    connection.start(SAME, b"after it")
    found = answers(connection, 2)
    assert {answer.message for answer in found} == {large, b"after it"}


def test_every_status_is_told_apart_whatever_was_called_before(connection: Connection) -> None:
    expected: dict[int, int] = {}
    for number in range(4):
        for path, status in ((SAME, 0), (REFUSES, 7), ("/test/None", 12)):
            expected[connection.start(path, b"%d" % number)] = status
            found = answers(connection, 1)
            assert [(each.stream, each.status) for each in found] == list(expected.items())[-1:]


def test_a_closed_loop_counts_every_call(connection: Connection) -> None:
    seen: list[bytes] = []
    drive = Drive([connection], SAME, lambda: b"x", seen.append)
    drive.closed(5, 0.05)
    assert len(drive.latencies) == len(seen) == sum(drive.statuses.values()) >= 5


def test_calls_at_a_rate_are_as_many_as_fell_due(connection: Connection) -> None:
    drive = Drive([connection], SAME, lambda: b"x", lambda message: None)
    drive.at_rate(400, 64, 0.1)
    assert drive.statuses == {0: 40}


# The questions -----------------------------------------------------------------------------------


def test_no_two_requests_share_id_nonce_case_number_or_subject(pool: Pool) -> None:
    requests = Requests(Envelopes(), pool.templates[:5], 1, set())
    found = [d.DecideRequest.FromString(requests.next()) for _ in range(20)]
    assert len({each.envelope.request_id for each in found}) == 20
    assert len({each.envelope.nonce for each in found}) == 20
    assert len({each.question.subject for each in found}) == 20
    cases = [f.word for each in found for f in each.question.facts if f.name == "case.number"]
    assert len(set(cases)) == len(cases) > 0


def test_requests_are_what_the_service_takes(pool: Pool) -> None:
    single = d.DecideRequest.FromString(Requests(Envelopes(), pool.templates, 1, set()).next())
    check_envelope(single.envelope, time.time())
    assert single.question.facts[0].word in PURPOSES
    batch = Requests(Envelopes(), pool.templates, 7, set()).next()
    assert len(d.DecideManyRequest.FromString(batch).questions) == 7
    search = Requests(Envelopes(), pool.templates, 1, set(), listed(["CT/darien-pd"])).next()
    assert d.DecideSearchRequest.FromString(search).listed.keys == ["CT/darien-pd"]


def test_a_class_counts_as_met_from_its_second_question_on(pool: Pool) -> None:
    requests = Requests(Envelopes(), pool.templates[:1], 1, set())
    for _ in range(3):
        requests.next()
    assert (requests.asked, requests.met_before) == (3, 2)
    assert 1 < pool.classes < len(pool.templates)


# The figures -------------------------------------------------------------------------------------


def measured(calls: int, cpu: float, **statuses: int) -> Measured:
    zero = dict.fromkeys(("p50", "p90", "p99", "p999", "longest", "longest_gap"), 0.0)
    return Measured(
        calls=calls, seconds=1, server_cpu=cpu, log_cpu=0.0, client_cpu=0.1, outcomes={},
        asked=calls,
        statuses={int(key[1:]): count for key, count in statuses.items()},
        met_before=0, bytes_in=0, bytes_out=0, **zero,
    )  # fmt: skip


def test_figures_are_medians_and_errors_are_all_that_is_not_ok() -> None:
    turns = Turns("DecideMany of 100", 100)
    turns.turns = [measured(10, cpu) for cpu in (0.01, 0.02, 0.9)]
    turns.turns[0] = measured(10, 0.01, s0=8, s14=2)
    assert turns.cpu == pytest.approx(2000)
    assert turns.decisions == pytest.approx(50_000)
    assert turns.errors == 2
