"""Deadlines, repetitions and silence: what is sent again, and what never is."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import grpc
import pytest

from platelaw.federation.client import (
    AsyncClient,
    Client,
    CredentialsError,
    RefusedError,
    SilenceError,
    insecure_loopback,
)
from platelaw.federation.client.attempts import Attempts, asked_wait
from platelaw.federation.conformance.scripted import Context, ScriptedServer
from platelaw.federation.v1 import decision_pb2

from .playing import NOW, REQUEST, Service, serving

BUSY = (grpc.StatusCode.RESOURCE_EXHAUSTED, "busy", "40")
AWAY = (grpc.StatusCode.UNAVAILABLE, "draining", "")


def client_of(server: ScriptedServer, waits: list[float] | None = None, **settings: Any) -> Client:
    settings.setdefault("timeout", 10)
    waits = list[float]() if waits is None else waits
    return Client(
        server.target, insecure_loopback(), clock=lambda: NOW, sleep=waits.append, **settings
    )


def test_a_service_that_is_away_gets_the_same_bytes_again() -> None:
    with serving(Service(failures=[AWAY, BUSY])) as server, client_of(server) as client:
        assert client.decide(REQUEST).permits(NOW)
    assert len(server.calls) == 3
    assert len(set(server.calls)) == 1


def test_the_wait_that_the_service_asks_for_is_kept() -> None:
    waits: list[float] = []
    with serving(Service(failures=[BUSY])) as server, client_of(server, waits) as client:
        client.decide(REQUEST)
    (wait,) = waits
    assert 0.040 <= wait <= 0.050


@pytest.mark.parametrize(
    "code",
    [code for code in grpc.StatusCode if code not in (grpc.StatusCode.OK, BUSY[0], AWAY[0])],
)
def test_no_other_end_of_a_call_is_tried_again(code: grpc.StatusCode) -> None:
    with (
        serving(Service(failures=[(code, "why", "")])) as server,
        client_of(server) as client,
        pytest.raises(SilenceError) as told,
    ):
        client.decide(REQUEST, request_id="request-1")
    assert len(server.calls) == 1
    assert told.value.status is code
    assert told.value.request_id == "request-1"
    assert "nothing is released" in str(told.value)


def test_a_refusal_is_told_from_an_outage() -> None:
    denied = (grpc.StatusCode.PERMISSION_DENIED, "not for XX/a-pd", "")
    with (
        serving(Service(failures=[denied])) as server,
        client_of(server) as client,
        pytest.raises(RefusedError, match="not for XX/a-pd"),
    ):
        client.decide(REQUEST)


def test_a_request_that_is_too_old_says_to_look_at_the_clock() -> None:
    old = (grpc.StatusCode.INVALID_ARGUMENT, "issued_at is 45 seconds ago", "")
    with (
        serving(Service(failures=[old])) as server,
        client_of(server) as client,
        pytest.raises(RefusedError) as told,
    ):
        client.decide(REQUEST)
    assert "compare the clock of this machine" in told.value.hint


def test_time_that_is_up_is_silence() -> None:
    over = threading.Event()

    def never(method: str, data: bytes, context: Context) -> bytes:
        over.wait(20)
        return b""

    with serving(never) as server, client_of(server, timeout=0.5) as client:
        with pytest.raises(SilenceError) as told:
            client.decide(REQUEST)
        over.set()
    assert told.value.status is grpc.StatusCode.DEADLINE_EXCEEDED
    assert len(server.calls) <= 1


def test_nobody_there_is_silence_within_the_deadline() -> None:
    with serving(Service()) as server:
        target = server.target
    with (
        Client(target, insecure_loopback(), timeout=0.5) as client,
        pytest.raises(SilenceError, match="nothing is released"),
    ):
        client.decide(REQUEST)


def test_each_call_has_a_nonce_and_an_id_of_its_own_and_a_resumption_has_the_same_id() -> None:
    with serving(Service()) as server, client_of(server) as client:
        first = client.decide(REQUEST)
        client.decide(REQUEST)
        client.resume(first.request_id, REQUEST)
    sent = [decision_pb2.DecideRequest.FromString(data).envelope for _, data in server.calls]
    assert len({envelope.nonce for envelope in sent}) == 3
    assert sent[0].request_id != sent[1].request_id
    assert sent[0].request_id == sent[2].request_id == first.request_id
    assert sent[0].issued_at.ToDatetime() == NOW.replace(tzinfo=None)


def test_waits_grow_and_end_with_the_deadline() -> None:
    now = [0.0]
    attempts = Attempts(2.0, lambda: now[0], lambda: 0.5)
    waits: list[float] = []
    while (wait := attempts.wait(grpc.StatusCode.UNAVAILABLE, None)) is not None:
        waits.append(wait)
        now[0] += wait
    assert waits == sorted(waits)
    assert waits[1] == 2 * waits[0]
    assert sum(waits) < 2.0
    assert Attempts(2.0, lambda: 0.0, lambda: 0.5).wait(grpc.StatusCode.UNAVAILABLE, 3.0) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("250", 0.25), (b"250", 0.25), ("-1", None), ("1e9", None), ("9" * 400, None), ("", None)],
)
def test_only_a_plain_number_of_milliseconds_is_a_wait(
    value: str | bytes, seconds: float | None
) -> None:
    assert asked_wait([("other", "1"), ("retry-after-ms", value)]) == seconds


def test_the_client_of_asyncio_does_the_same() -> None:
    async def ask(target: str) -> None:
        waits: list[float] = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)

        async with AsyncClient(
            target, insecure_loopback(), clock=lambda: NOW, sleep=sleep, timeout=10
        ) as client:
            assert (await client.decide(REQUEST)).permits(NOW)
            assert len(await client.decide_many([REQUEST] * 1001)) == 1001
            answers = await asyncio.gather(*(client.decide(REQUEST) for _ in range(20)))
            assert all(answer.permits(NOW) for answer in answers)
            service.failures.append((grpc.StatusCode.NOT_FOUND, "no HOLD", ""))
            with pytest.raises(RefusedError, match="no HOLD"):
                await client.explain(request_id="request-1")
        assert len(waits) == 2
        assert 0.040 <= waits[1] <= 0.050

    service = Service(failures=[AWAY, BUSY])
    with serving(service) as server:
        asyncio.run(ask(server.target))
    assert server.calls[0] == server.calls[1] == server.calls[2]


@pytest.mark.parametrize(
    "target", ["service.example:443", "10.0.0.1:443", "localhost:1", "0.0.0.0:1"]
)
def test_plaintext_goes_to_an_address_of_this_machine_only(target: str) -> None:
    for kind in (Client, AsyncClient):
        with pytest.raises(CredentialsError, match="not an address of this machine"):
            kind(target, insecure_loopback())
