"""A synchronous gRPC server around a gate: raw bytes in, raw bytes out."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import grpc

from ..later import Later
from ..refusal import RefusedCallError
from .gate import CallerOf, Entrance, Gate, waited
from .health import CHECK, Health
from .limits import Limits
from .receiving import CallPool, call_pool
from .refusing import refuse, seconds_left
from .streams import Method, reflecting, watching
from .tracing import Behavior, Tracing

_STREAMS = 100  # calls at once on one connection
_STREAM_THREADS = 2  # for reflection, which is asked seldom
_METADATA = 8 * 1024  # bytes of metadata of a call
_AFTER_GRACE = 5.0  # seconds for calls that were told to end
_HANDSHAKE = 10_000  # ms for a connection to come about
_PING_AFTER, _PING_WAIT = 60_000, 20_000  # ms without a word from the client
_CLIENT_PINGS, _PING_STRIKES = 30_000, 2  # ms between pings of a client; more often is a strike


class GrpcServer:
    """One listening server.

    Args:
        gate: What every call passes.
        caller_of: Who calls, by the context of a call.
        address: Where it listens, such as ``127.0.0.1:0``.
        credentials: What it shows and asks for; None speaks without TLS, which is for benchmarks
            and for tests, and refused beyond loopback.
        shared: Whether other workers listen at the same address.
        health: What is told of the server; None tells nothing and has no such methods.
        reflects: Whether a caller who may can ask which methods there are.
        tracing: What gives calls spans; None gives none.
    """

    def __init__(
        self,
        gate: Gate,
        *,
        caller_of: CallerOf,
        address: str = "127.0.0.1:0",
        credentials: grpc.ServerCredentials | None = None,
        shared: bool = False,
        health: Health | None = None,
        reflects: bool = False,
        tracing: Tracing | None = None,
    ) -> None:
        if credentials is None and not _is_loopback(address):
            raise ValueError(f"{address}: without TLS a server listens on loopback only")
        limits = gate.accounts.limits
        self.gate = gate
        self.port = 0
        self._address = address
        self._credentials = credentials
        self.draining = False
        self.health = health
        self._pool = call_pool(limits)
        self._streams = ThreadPoolExecutor(_STREAM_THREADS, thread_name_prefix="stream")
        self._table = _Table(self._methods(caller_of, reflects, tracing), self._pool)
        self._server = grpc.server(
            cast("Any", self._pool),  # grpcio asks for no more than ``submit``
            handlers=[self._table],
            options=[*_options(limits), ("grpc.so_reuseport", int(shared))],
            maximum_concurrent_rpcs=limits.waiting,
        )

    def start(self) -> int:
        """Listen; the port.

        Raises:
            OSError: The address cannot be had.
        """
        try:
            if self._credentials is None:
                self.port = self._server.add_insecure_port(self._address)
            else:
                self.port = self._server.add_secure_port(self._address, self._credentials)
        except RuntimeError:
            raise OSError(f"{self._address}: cannot listen there") from None
        self._server.start()
        return self.port

    def _methods(
        self, caller_of: CallerOf, reflects: bool, tracing: Tracing | None
    ) -> dict[str, Method]:
        """What answers, by full method name."""
        gate, entrances = self.gate, dict(self.gate.entrances)
        methods: dict[str, Method] = {}
        if self.health is not None:
            entrances[CHECK] = gate.entrance(CHECK, self.health.check, when_barred=True)
            methods |= watching(gate, self.health, caller_of)
        if reflects:
            methods |= reflecting(gate, caller_of, self._streams)
        for name, entrance in entrances.items():
            behavior = _behavior(entrance, caller_of, waits=not self._pool.waits_for_no_one)
            spanned = tracing(name, behavior) if tracing is not None else behavior
            methods[name] = grpc.unary_unary_rpc_method_handler(spanned)
        return methods

    @property
    def open_calls(self) -> int:
        """How many calls are worked on or wait for it."""
        return self._pool.taken - self._pool.done

    @property
    def shed(self) -> int:
        """How many calls were refused at once because too many were open."""
        return self._table.asked - self._pool.taken

    def stop(self, grace: float) -> None:
        """Take no new call, finish those under way, and end what is left after some seconds."""
        if self.health is not None:
            self.health.drain()
        stopped = self._server.stop(grace)
        self.draining = True
        stopped.wait(grace + _AFTER_GRACE)
        self._pool.shutdown()
        self._streams.shutdown(wait=False)


class _Table(grpc.GenericRpcHandler):
    """The methods by name. It counts what it was asked for, in grpcio's one thread."""

    def __init__(self, methods: Mapping[str, Method], pool: CallPool) -> None:
        self.asked = 0
        self._methods = methods
        self._give_up = pool.give_up

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Method | None:
        """What answers a method; without one the call is UNIMPLEMENTED."""
        found = self._methods.get(handler_call_details.method)
        self.asked += found is not None
        self._give_up()
        return found


def _behavior(entrance: Entrance, caller_of: CallerOf, *, waits: bool) -> Behavior:
    """An entrance as the pool calls it; ``waits`` for an answer that comes later."""

    def serve(data: bytes, context: grpc.ServicerContext) -> bytes | Later:
        left = seconds_left(context)
        try:
            reply = entrance(context, caller_of, data, left)
            return waited(reply, left) if waits and isinstance(reply, Later) else reply
        except RefusedCallError as refusal:
            refuse(context, refusal)

    return serve


def _options(limits: Limits) -> list[tuple[str, int]]:
    """What the transport enforces by itself."""
    return [
        ("grpc.max_receive_message_length", limits.batch),
        ("grpc.max_metadata_size", _METADATA),
        ("grpc.absolute_max_metadata_size", _METADATA),
        ("grpc.max_concurrent_streams", _STREAMS),
        ("grpc.max_allowed_incoming_connections", limits.connections),
        ("grpc.server_handshake_timeout_ms", _HANDSHAKE),
        ("grpc.max_connection_age_ms", round(limits.connection_age * 1000)),
        ("grpc.max_connection_age_grace_ms", _HANDSHAKE),
        ("grpc.keepalive_time_ms", _PING_AFTER),
        ("grpc.keepalive_timeout_ms", _PING_WAIT),
        ("grpc.http2.min_ping_interval_without_data_ms", _CLIENT_PINGS),
        ("grpc.http2.max_ping_strikes", _PING_STRIKES),
    ]


def _is_loopback(address: str) -> bool:
    """Whether nobody but this machine reaches an address."""
    if address.startswith("unix:"):
        return True
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
