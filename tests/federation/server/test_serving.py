from __future__ import annotations

import datetime
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from platelaw.federation.call import Call
from platelaw.federation.server.accounts import Accounts
from platelaw.federation.server.clock import Clock
from platelaw.federation.server.gate import Gate
from platelaw.federation.server.health import Check
from platelaw.federation.server.served import (
    PolicyInUse,
    RefusedPoliciesError,
    Served,
    Tools,
    build_at,
)
from platelaw.federation.server.serving import Serving
from platelaw.federation.server.swapping import gently

from .conftest import Lines, allow, anybody, until

TEXT = "/test.Test/Text"
NOON = datetime.datetime(2026, 11, 3, 12, tzinfo=datetime.UTC)
Ask = Callable[..., bytes]


@dataclass
class Face:
    """Another way in."""

    gate: Gate | None = None
    grace: float | None = None

    def start(self, gate: Gate) -> None:
        self.gate = gate

    def stop(self, grace: float) -> None:
        self.grace = grace


@dataclass
class World:
    """A service whose text is swapped."""

    text: tuple[str, str] = ("first", "first")
    next_text: str = "second"
    fault: Exception | None = None
    store: str = ""
    offset: float | None = None
    log: Lines = field(default_factory=Lines)
    face: Face = field(default_factory=Face)

    def renew(self) -> None:
        if self.fault is not None:
            raise self.fault
        self.text = (self.next_text, self.next_text)

    def answer(self, call: Call, data: bytes) -> bytes:
        del call, data
        text = self.text
        return f"{text[0]} {text[1]}".encode()

    def serving(self) -> Serving:
        served = Served(
            {TEXT: self.answer},
            anybody,
            allow,
            None,
            checks={"store": Check(lambda: self.store)},
            renew=self.renew,
            policy=lambda: PolicyInUse(self.text[0], NOON),
            faces=[self.face],
        )
        tools = Tools(Clock(offset=lambda: self.offset), Accounts(), self.log)
        return Serving(served, tools, address="127.0.0.1:0")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def serving(world: World) -> Iterator[Serving]:
    serving = world.serving()
    serving.start()
    yield serving
    serving.stop(0)


def test_no_answer_is_of_two_versions_and_none_fails_while_they_are_swapped(
    world: World, serving: Serving, ask: Ask
) -> None:
    replies: list[bytes] = []
    ended = threading.Event()

    def load() -> None:
        while not ended.is_set():
            replies.append(ask(serving.server, TEXT))

    callers = [threading.Thread(target=load) for _ in range(4)]
    for caller in callers:
        caller.start()
    for number in range(20):
        world.next_text = f"version-{number}"
        assert serving.renew().digest == f"version-{number}"
    count = len(replies)
    until(lambda: len(replies) > count + 20)
    ended.set()
    for caller in callers:
        caller.join()
    assert {len(set(reply.split())) for reply in replies} == {1}
    assert replies[-1] == b"version-19 version-19"


def test_policies_that_are_refused_leave_the_ones_before(
    world: World, serving: Serving, ask: Ask
) -> None:
    world.fault = RefusedPoliciesError("the signature is wrong")
    renewed = serving.renew()
    assert (renewed.digest, renewed.why_not) == ("first", "the signature is wrong")
    assert ask(serving.server, TEXT) == b"first first"
    assert ("policies refused", {"why": renewed.why_not, "digest": "first"}) in world.log.lines


def test_a_failure_while_policies_are_loaded_is_a_refusal_without_words_of_the_failure(
    world: World, serving: Serving
) -> None:
    world.fault = KeyError("PLATE 1")
    renewed = serving.renew()
    assert renewed.why_not == "they cannot be loaded (builtins.KeyError)"
    assert "PLATE" not in repr(world.log.lines)


def test_a_report_tells_how_it_is(world: World, serving: Serving, ask: Ask) -> None:
    ask(serving.server, TEXT)
    world.store, world.offset = "the disk is full", 0.25
    serving.health.refresh()
    report = serving.report()
    assert [(method, status, sum(c)) for method, status, c, _ in report.calls] == [(TEXT, "OK", 1)]
    assert (report.digest, report.issued) == ("first", NOON.timestamp())
    assert (report.clock_offset, report.why_not) == (0.25, {"store": "the disk is full"})


def test_the_clock_is_watched_without_being_named(world: World, serving: Serving) -> None:
    world.offset = 6
    serving.health.refresh()
    assert "off by 6.0 seconds" in serving.gate.barred


def test_health_is_kept_true_by_a_heartbeat(world: World, serving: Serving) -> None:
    world.store = "the disk is full"
    until(lambda: not serving.health.is_serving)


def test_other_faces_begin_and_end_with_it(world: World) -> None:
    serving = world.serving()
    serving.start()
    assert world.face.gate is serving.gate
    serving.stop(0.5)
    assert world.face.grace == 0.5
    assert not serving.health.is_serving


def test_loading_lets_others_go_on_often_and_leaves_no_trace() -> None:
    before = sys.getswitchinterval()
    with gently():
        assert sys.getswitchinterval() < before
    assert sys.getswitchinterval() == pytest.approx(before)


def test_what_builds_a_service_is_named_by_its_place() -> None:
    found: object = build_at("platelaw.federation.server.served:build_at")
    assert found is build_at
    with pytest.raises(ImportError, match="there is no such function"):
        build_at("platelaw.federation.server.served:nothing_of_that_name")
