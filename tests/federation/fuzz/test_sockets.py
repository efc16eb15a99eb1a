"""Bad peers on a real socket with real TLS: the server answers a good one all the while."""

from __future__ import annotations

import contextlib
import datetime
import random
import socket
from collections.abc import Callable, Iterator
from typing import Any, cast

import grpc
import pytest

from platelaw.federation.caller import Caller
from platelaw.federation.conformance.identities import TRUST_DOMAIN, make_identities
from platelaw.federation.deciding.handlers import DECISIONS
from platelaw.federation.identity.credentials import ServerTls
from platelaw.federation.identity.peer import Peers
from platelaw.federation.identity.standing import Standings, standing_of
from platelaw.federation.server.accounts import Accounts
from platelaw.federation.server.gate import Gate
from platelaw.federation.server.grpc_server import GrpcServer
from platelaw.federation.server.limits import Limits
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d

from ...sizes import memory, trials
from ...unit.engine.small import NOW
from .spoiling import ByteSpoiler
from .wires import (
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    GOAWAY,
    HEADERS,
    PING,
    PREFACE,
    PRIORITY,
    PUSH,
    RST,
    SETTINGS,
    WINDOW,
    Target,
    Wire,
    frame,
    prefixed,
)
from .world import AGENCY, EVERYTHING, World, envelope, good, question

DECIDE = f"{DECISIONS}/Decide"
CONNECTIONS = 48
MOST_MEMORY = 150.0  # megabytes that an attack may leave behind
GOOD = d.DecideRequest(envelope=envelope("request-good"), question=question()).SerializeToString()
CALLERS = (
    "spiffe_id,standing,revoked_serials,acts_for,source\n"
    f"spiffe://{TRUST_DOMAIN}/agency/{AGENCY}/role/officer-platform,good,,*,made for tests\n"
)


def channel_to(target: Target) -> grpc.Channel:
    """A channel of the caller's own connection."""
    pair = target.made.caller
    credentials = grpc.ssl_channel_credentials(
        pair.authorities.read_bytes(), pair.key.read_bytes(), pair.certificate.read_bytes()
    )
    own = [("grpc.use_local_subchannel_pool", 1)]
    return grpc.secure_channel(f"127.0.0.1:{target.port}", credentials, own)


class Served:
    """A server, and a caller who behaves."""

    def __init__(self, target: Target, channel: grpc.Channel) -> None:
        self.target = target
        self._ask: Any = channel.unary_unary(DECIDE)

    def is_answering(self) -> bool:
        """Whether the caller who behaves gets his answer."""
        reply = d.DecideResponse.FromString(self._ask(GOOD, timeout=20, wait_for_ready=True))
        return reply.answer.outcome == a.OUTCOME_PERMIT


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("tls")
    made = make_identities(folder, AGENCY, datetime.datetime.now(datetime.UTC))
    peers = Peers(Standings(standing_of(CALLERS)), [TRUST_DOMAIN])

    def caller_of(context: Any, now: datetime.datetime) -> Caller:
        del now  # the small world stands still; certificates do not
        return peers.caller_of(context, datetime.datetime.now(datetime.UTC))

    world = World()
    limits = Limits(connections=CONNECTIONS, silence=0.5, calls=EVERYTHING, holds=EVERYTHING)
    gate = Gate(world.gate.handlers, world.gate.authorize, Accounts(limits), lambda: NOW)
    credentials = ServerTls(made.service, print).credentials()
    server = GrpcServer(gate, caller_of=caller_of, credentials=credentials)
    port = server.start()
    target = Target(port, made)
    with channel_to(target) as channel:
        yield Served(target, channel)
    server.stop(0)
    assert not world.lines.errors
    assert not world.alarms


def test_the_caller_who_behaves_is_answered(served: Served) -> None:
    assert served.is_answering()


def test_a_good_call_frame_by_frame_is_answered(served: Served) -> None:
    """Else what follows would show nothing."""
    with served.target.connected() as wire:
        assert b"permitted" in wire.call(DECIDE, prefixed(GOOD))


# Before TLS ------------------------------------------------------------------------------------

BEFORE = (
    b"\0" * 100,
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    PREFACE + frame(SETTINGS, 0, 0),
    b"\x16\x03\x01\xff\xff" + b"\x01" * 400,  # a record of TLS longer than any
    b"\x16\x03\x01\x00\x05\x01\xff\xff\xff\x03",  # a hello longer than its record
    b"\x15\x03\x03\x00\x02\x02\x28" * 50,  # alerts
    b"\x16\x03\x01",
)


@pytest.mark.parametrize("sent", BEFORE)
def test_garbage_instead_of_tls_ends_its_own_connection(served: Served, sent: bytes) -> None:
    with served.target.plain() as garbage:
        garbage.sendall(sent)
        assert served.is_answering()


def test_connections_that_never_speak_are_bounded_and_harm_nobody(served: Served) -> None:
    before = memory()
    with contextlib.ExitStack() as silent:
        for _ in range(CONNECTIONS * 6):
            with contextlib.suppress(OSError):
                silent.enter_context(served.target.plain())
        assert served.is_answering()
    assert memory() - before < MOST_MEMORY
    assert served.is_answering()


# After TLS -------------------------------------------------------------------------------------


def _continuing(wire: Wire, payload: bytes, times: int) -> None:
    wire.send(frame(HEADERS, 0, 1, wire.headers(DECIDE)))
    for _ in range(times):
        if not wire.send(frame(CONTINUATION, 0, 1, payload)):
            return


def _endless_headers(wire: Wire) -> None:
    _continuing(wire, b"\x00\x01x" + b"\x7f\xe9\x06" + b"y" * 1000, 200)


def _continuation_flood(wire: Wire) -> None:
    _continuing(wire, b"", 20_000)


def _reset_flood(wire: Wire) -> None:
    for stream in range(1, 8_001, 2):
        opened = frame(HEADERS, END_HEADERS, stream, wire.headers(DECIDE))
        if not wire.send(opened + frame(RST, 0, stream, b"\0\0\0\x08")):
            return


def _reset_flood_with_messages(wire: Wire) -> None:
    for stream in range(1, 4_001, 2):
        opened = frame(HEADERS, END_HEADERS, stream, wire.headers(DECIDE))
        body = frame(DATA, END_STREAM, stream, prefixed(GOOD))
        if not wire.send(opened + body + frame(RST, 0, stream, b"\0\0\0\x08")):
            return


def _many_streams(wire: Wire) -> None:
    for stream in range(1, 2_001, 2):
        if not wire.send(frame(HEADERS, END_HEADERS, stream, wire.headers(DECIDE))):
            return


def _flood(sent: bytes) -> Callable[[Wire], None]:
    def flood(wire: Wire) -> None:
        for _ in range(400):
            if not wire.send(sent * 50):
                return

    return flood


def _bomb_of_headers(wire: Wire) -> None:
    """A long header entered into the table, then named again and again by one byte."""
    entered = b"\x40\x01x\x7f\xe0\x1e" + b"y" * 3967
    wire.send(frame(HEADERS, 0, 1, wire.headers(DECIDE)))
    wire.send(frame(CONTINUATION, 0, 1, entered))
    for _ in range(50):
        if not wire.send(frame(CONTINUATION, 0, 1, b"\xbe" * 10_000)):
            return


def _bytes(*frames: bytes) -> Callable[[Wire], None]:
    def send(wire: Wire) -> None:
        for each in frames:
            wire.send(each)

    return send


AFTER: dict[str, Callable[[Wire], None]] = {
    "garbage": _bytes(b"\xff" * 5000),
    "HTTP/1.1": _bytes(b"POST /platelaw.v1.DecisionService/Decide HTTP/1.1\r\nHost: x\r\n\r\n"),
    "data first": _bytes(frame(DATA, END_STREAM, 1, prefixed(GOOD))),
    "data on no stream": _bytes(frame(DATA, 0, 0, b"x")),
    "an even stream": _bytes(frame(HEADERS, END_HEADERS, 2, b"\x82")),
    "a continuation of nothing": _bytes(frame(CONTINUATION, END_HEADERS, 1, b"\x82")),
    "headers broken off by data": _bytes(frame(HEADERS, 0, 1, b"\x82"), frame(DATA, 0, 1, b"x")),
    "headers of no table": _bytes(frame(HEADERS, END_HEADERS, 1, b"\xff\xff\xff\xff\x7f")),
    "a window of nothing": _bytes(frame(WINDOW, 0, 0, b"\0\0\0\0")),
    "a window beyond all": _bytes(*[frame(WINDOW, 0, 0, b"\x7f\xff\xff\xff")] * 3),
    "settings of a wrong length": _bytes(frame(SETTINGS, 0, 0, b"\0\1\2")),
    "settings on a stream": _bytes(frame(SETTINGS, 0, 1)),
    "a push": _bytes(frame(PUSH, END_HEADERS, 1, b"\0\0\0\x02\x82")),
    "a stream that hangs on itself": _bytes(frame(PRIORITY, 0, 1, b"\0\0\0\x01\x10")),
    "a frame that nobody knows": _bytes(frame(0xEE, 0xFF, 7, b"x" * 100)),
    "a frame longer than any": _bytes(b"\xff\xff\xff\x00\x00\x00\x00\x00\x01" + b"x" * 1000),
    "a stream reset that never was": _bytes(frame(RST, 0, 99, b"\0\0\0\x08")),
    "an end that goes on": _bytes(frame(GOAWAY, 0, 0, b"\0" * 8), frame(PING, 0, 0, b"x" * 8)),
    "endless headers": _endless_headers,
    "a flood of continuations": _continuation_flood,
    "a flood of resets": _reset_flood,
    "a flood of resets with messages": _reset_flood_with_messages,
    "more streams than allowed": _many_streams,
    "a flood of pings": _flood(frame(PING, 0, 0, b"x" * 8)),
    "a flood of settings": _flood(frame(SETTINGS, 0, 0, b"\0\x04\0\0\xff\xff")),
    "a flood of empty data": _flood(frame(DATA, 0, 1)),
    "a bomb of headers": _bomb_of_headers,
}


@pytest.mark.parametrize("attack", AFTER.values(), ids=AFTER.keys())
def test_bad_frames_harm_nobody_else(served: Served, attack: Callable[[Wire], None]) -> None:
    before = memory()
    with served.target.connected() as wire:
        attack(wire)
        assert served.is_answering()
    assert memory() - before < MOST_MEMORY


@pytest.mark.parametrize("sent", [b"", b"\xff" * 100, b"GET / HTTP/1.1\r\n\r\n", PREFACE[:10]])
def test_garbage_instead_of_the_preface_harms_nobody_else(served: Served, sent: bytes) -> None:
    with served.target.connected(begun=False) as wire:
        wire.send(sent)
        assert served.is_answering()


# Calls -----------------------------------------------------------------------------------------

BODIES = {
    "a message longer than its length": prefixed(GOOD, length=len(GOOD) - 7),
    "a message shorter than its length": prefixed(GOOD, length=len(GOOD) + 7),
    "a length of four gigabytes": prefixed(GOOD, length=2**32 - 1),
    "compressed garbage": prefixed(b"\xff" * 300, flag=1),
    "a flag that nobody knows": prefixed(GOOD, flag=0xFF),
    "no message": b"",
    "half a length": b"\0\0\0",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_no_message_gets_no_answer(served: Served, body: bytes) -> None:
    with served.target.connected() as wire:
        more = [("grpc-encoding", "gzip")] if body[:1] == b"\x01" else []
        assert b"permitted" not in wire.call(DECIDE, body, *more)
        assert served.is_answering()


def test_of_two_messages_the_first_alone_is_answered(served: Served) -> None:
    with served.target.connected() as wire:
        assert wire.call(DECIDE, prefixed(GOOD) * 2).count(b"permitted") == 1
        assert served.is_answering()


def test_a_body_that_comes_byte_by_byte_harms_nobody_else(served: Served) -> None:
    with served.target.connected() as wire:
        wire.send(frame(HEADERS, END_HEADERS, 1, wire.headers(DECIDE)))
        for byte in prefixed(GOOD)[:20]:
            wire.send(frame(DATA, 0, 1, bytes((byte,))))
        assert served.is_answering()


ODD_HEADERS = (
    ("grpc-timeout", "1n"),
    ("grpc-timeout", "0S"),
    ("grpc-timeout", "-1S"),
    ("grpc-timeout", "99999999999999999999H"),
    ("x-large", "y" * 20_000),
    ("grpc-encoding", "nothing"),
    ("grpc-accept-encoding", "\x00\xff"),
    ("user-bin", "!!! no base64"),
)


@pytest.mark.parametrize("header", ODD_HEADERS)
def test_odd_headers_harm_nobody_else(served: Served, header: tuple[str, str]) -> None:
    with served.target.connected() as wire:
        wire.call(DECIDE, prefixed(GOOD), header)
        assert served.is_answering()


@pytest.mark.parametrize(
    "path", ["", "/", "//", "/x" * 2000, "/platelaw.v1.DecisionService/decide"]
)
def test_a_method_that_is_not_there_gets_no_answer(served: Served, path: str) -> None:
    with served.target.connected() as wire:
        assert b"permitted" not in wire.call(path, prefixed(GOOD))
        assert served.is_answering()


# Many ------------------------------------------------------------------------------------------


def test_no_spoiled_message_over_the_wire_breaks_the_connection(served: Served) -> None:
    """The same as in the process, where the fuzz is; here fewer, through everything."""
    chance = random.Random(1)
    spoiler = ByteSpoiler(chance, [message.SerializeToString() for message in good(DECIDE)])
    statuses: set[str] = set()
    with channel_to(served.target) as channel:
        ask = cast("Any", channel).unary_unary(DECIDE)
        for _ in range(trials(100)):
            try:
                ask(spoiler.spoiled(), timeout=20)
            except grpc.RpcError as refused:
                statuses.add(refused.code().name)
    assert "INVALID_ARGUMENT" in statuses
    allowed = {
        "INVALID_ARGUMENT", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ALREADY_EXISTS",
        "PERMISSION_DENIED",
    }  # fmt: skip
    assert statuses <= allowed
    assert served.is_answering()


def test_no_spoiled_bytes_on_the_connection_harm_anybody_else(served: Served) -> None:
    chance = random.Random(2)
    headers = frame(HEADERS, END_HEADERS, 1, b"\x83\x86\x84")
    whole = [
        PREFACE + frame(SETTINGS, 0, 0) + headers + frame(DATA, END_STREAM, 1, prefixed(GOOD)),
        PREFACE + frame(SETTINGS, 0, 0) + frame(PING, 0, 0, b"x" * 8) + headers,
    ]
    spoiler = ByteSpoiler(chance, whole)
    for number in range(trials(40)):
        with (
            contextlib.suppress(OSError, socket.timeout),
            served.target.connected(begun=False) as wire,
        ):
            wire.send(spoiler.spoiled())
        if number % 10 == 0:
            assert served.is_answering()
    assert served.is_answering()
