from __future__ import annotations

import datetime
import time
from typing import Any

import pytest

from platelaw.federation.call import Call
from platelaw.federation.caller import Caller
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.server.accounts import Accounts
from platelaw.federation.server.gate import CallerOf, Gate
from platelaw.federation.server.limits import Limits, Pace

from .conftest import VENDOR, Lines, allow, anybody

DECIDE = "/platelaw.v1.DecisionService/Decide"
MANY = "/platelaw.v1.DecisionService/DecideMany"
NOON = datetime.datetime(2026, 11, 3, 12, tzinfo=datetime.UTC)


def gate(handler: Any, **more: Any) -> Gate:
    more.setdefault("authorize", allow)
    accounts = Accounts(more.pop("limits", Limits()), more.pop("monotonic", time.monotonic))
    handlers = {DECIDE: handler, MANY: handler}
    return Gate(handlers, accounts=accounts, now=lambda: NOON, **more)


def refused(
    gate: Gate,
    peer: object = None,
    caller_of: CallerOf = anybody,
    left: float | None = None,
    *,
    method: str = DECIDE,
    data: bytes = b"x",
) -> RefusedCallError:
    with pytest.raises(RefusedCallError) as refusal:
        gate.answer(method, data, peer, caller_of, left)
    return refusal.value


def echo(call: Call, data: bytes) -> bytes:
    del call
    return data


def never(call: Call, data: bytes) -> bytes:
    raise AssertionError("the handler was reached")


def test_a_handler_is_told_who_calls_what_when_and_for_how_long() -> None:
    seen: list[Call] = []

    def handler(call: Call, data: bytes) -> bytes:
        seen.append(call)
        return data + b"!"

    assert gate(handler).answer(DECIDE, b"x", None, anybody, 1.5) == b"x!"
    assert seen == [Call(VENDOR, DECIDE, NOON, 1.5)]


def test_a_method_that_nobody_handles_is_unimplemented() -> None:
    assert refused(gate(never), method="/other.Service/Call").status is Status.UNIMPLEMENTED


def test_a_caller_that_is_not_known_does_not_reach_the_handler() -> None:
    def nobody(peer: Any, now: datetime.datetime) -> Caller:
        assert (peer, now) == ("somebody", NOON)
        raise RefusedCallError(Status.UNAUTHENTICATED, "two names")

    found = refused(gate(never), "somebody", nobody)
    assert (found.status, found.message) == (Status.UNAUTHENTICATED, "two names")


def test_a_caller_that_may_not_call_a_method_does_not_reach_the_handler() -> None:
    def deny(caller: Caller, method: str) -> None:
        raise RefusedCallError(Status.PERMISSION_DENIED, f"{caller.role.value} {method}")

    found = refused(gate(never, authorize=deny))
    assert (found.status, found.message) == (Status.PERMISSION_DENIED, f"vendor {DECIDE}")


def test_a_call_whose_deadline_is_over_does_not_reach_the_handler() -> None:
    found = refused(gate(never), None, anybody, 0.0)
    assert found.status is Status.DEADLINE_EXCEEDED


def test_a_message_is_held_against_the_size_of_its_method() -> None:
    small = gate(echo, limits=Limits(message=10, batch=20))
    assert small.answer(DECIDE, b"x" * 10, None, anybody) == b"x" * 10
    assert small.answer(MANY, b"x" * 20, None, anybody) == b"x" * 20
    found = refused(small, data=b"x" * 11)
    assert (found.status, found.message) == (
        Status.RESOURCE_EXHAUSTED,
        "the message has 11 bytes; this method takes 10",
    )
    assert refused(small, method=MANY, data=b"x" * 21).status is Status.RESOURCE_EXHAUSTED


def test_while_nothing_is_decided_a_call_is_told_why() -> None:
    closed = gate(never)
    closed.barred = "the clock is off"
    found = refused(closed)
    assert (found.status, found.message) == (Status.UNAVAILABLE, "the clock is off")


def test_a_failure_is_told_by_a_number_and_logged_without_what_the_caller_sent() -> None:
    def failing(call: Call, data: bytes) -> bytes:
        del call
        raise KeyError(data.decode())

    log = Lines()
    found = refused(gate(failing, log=log), data=b"PLATE 1")
    assert found.status is Status.INTERNAL
    [(event, fields)] = log.lines
    assert event == "call failed"
    assert fields["incident"] in found.message
    assert fields["error"] == "builtins.KeyError"
    assert fields["frames"][-1].endswith("failing")
    assert "PLATE" not in found.message + repr(fields)


def test_a_caller_that_goes_too_fast_is_told_when_to_come_again() -> None:
    moment = 100.0
    slow = gate(echo, limits=Limits(calls=Pace(rate=2, burst=3)), monotonic=lambda: moment)
    for _ in range(3):
        slow.answer(DECIDE, b"", None, anybody)
    found = refused(slow)
    assert (found.status, found.retry_after) == (Status.RESOURCE_EXHAUSTED, 0.5)
    assert "try again in 500 ms" in found.message
    moment = 100.5
    assert slow.answer(DECIDE, b"y", None, anybody) == b"y"


def test_one_caller_that_goes_too_fast_leaves_others_alone() -> None:
    other = Caller("spiffe://example/other", "XX/two", VENDOR.role, "02", VENDOR.expires)
    slow = gate(echo, limits=Limits(calls=Pace(rate=0.001, burst=1)))
    slow.answer(DECIDE, b"", None, anybody)
    refused(slow)
    assert slow.answer(DECIDE, b"z", None, lambda peer, now: other) == b"z"


def test_a_caller_that_is_held_too_often_is_refused_before_it_learns_more() -> None:
    moment = 5.0
    holding = gate(echo, limits=Limits(holds=Pace(rate=1, burst=2)), monotonic=lambda: moment)
    call = Call(VENDOR, DECIDE, NOON)
    for outcome in ("HOLD", "DENY", "PERMIT", "HOLD"):
        holding.answer(DECIDE, b"", None, anybody)
        holding.accounts.after(call, outcome)
    found = refused(holding)
    assert found.status is Status.RESOURCE_EXHAUSTED
    assert "answers that are HOLD" in found.message
    moment = 6.0
    assert holding.answer(DECIDE, b"", None, anybody) == b""


def test_every_call_is_counted_once_by_method_and_status() -> None:
    def sometimes(call: Call, data: bytes) -> bytes:
        del call
        if data == b"bad":
            raise ZeroDivisionError
        return data

    counting = gate(sometimes, limits=Limits(message=5))
    for _ in range(3):
        counting.answer(DECIDE, b"x", None, anybody)
    refused(counting, data=b"bad")
    refused(counting, data=b"longer")
    counting.accounts.after(Call(VENDOR, DECIDE, NOON), "DENY")
    total = counting.accounts.tallies.total()
    assert {key: timing.count for key, timing in total.calls.items()} == {
        (DECIDE, "OK"): 3,
        (DECIDE, "INTERNAL"): 1,
        (DECIDE, "RESOURCE_EXHAUSTED"): 1,
    }
    assert total.outcomes == {(DECIDE, "DENY"): 1}
    assert (total.begun, total.ended) == (5, 5)
