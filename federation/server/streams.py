"""Methods that are streams: watching the health, and reflection. Both pass the gate at their start.

A stream of reflection takes a thread, of which there are a few for nothing else, and is ended after
a while. Watching takes none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection, reflection_pb2

from ..call import Call
from ..refusal import RefusedCallError
from .gate import CallerOf, Entrance, Gate
from .health import CHECK, WATCH, Health, services_of
from .refusing import refuse, seconds_left

REFLECTION = (
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
)
_LONGEST = 30.0  # seconds of one stream of reflection

Method = Any  # a grpc.RpcMethodHandler, whose kinds of messages differ


def nothing(call: Call, data: bytes) -> bytes:
    """What stands behind the gate where a stream begins."""
    del call, data
    return b""


def watching(gate: Gate, health: Health, caller_of: CallerOf) -> dict[str, Method]:
    """The method that tells the health whenever it changes."""
    enter = gate.entrance(WATCH, nothing, when_barred=True)

    def watch(request: Any, context: grpc.ServicerContext, send: Callable[[Any], None]) -> None:
        _pass(enter, caller_of, context)
        health.servicer.Watch(request, context, send)

    watch.experimental_non_blocking = True  # type: ignore[attr-defined]  # read by grpcio
    method = grpc.unary_stream_rpc_method_handler(
        watch,
        request_deserializer=health_pb2.HealthCheckRequest.FromString,
        response_serializer=health_pb2.HealthCheckResponse.SerializeToString,
    )
    return {WATCH: method}


def reflecting(gate: Gate, caller_of: CallerOf, threads: ThreadPoolExecutor) -> dict[str, Method]:
    """The methods that tell which services there are; each stream takes one of the threads."""
    names = services_of([*gate.handlers, CHECK, *REFLECTION])
    servicer = reflection.ReflectionServicer(sorted(names))
    return {name: _reflection(name, gate, caller_of, servicer, threads) for name in REFLECTION}


def _reflection(
    name: str, gate: Gate, caller_of: CallerOf, servicer: Any, threads: ThreadPoolExecutor
) -> Method:
    enter = gate.entrance(name, nothing, when_barred=True)

    def reflect(requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        _pass(enter, caller_of, context)
        ending = threading.Timer(_LONGEST, context.cancel)
        ending.daemon = True
        ending.start()
        try:
            yield from servicer.ServerReflectionInfo(requests, context)
        finally:
            ending.cancel()

    reflect.experimental_thread_pool = threads  # type: ignore[attr-defined]  # read by grpcio
    return grpc.stream_stream_rpc_method_handler(
        reflect,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )


def _pass(enter: Entrance, caller_of: CallerOf, context: grpc.ServicerContext) -> None:
    """Let a stream through the gate, or end it."""
    try:
        enter(context, caller_of, b"", seconds_left(context))
    except RefusedCallError as refusal:
        refuse(context, refusal)
