"""Spans of calls, for whoever runs OpenTelemetry: which method, how long, how it ended.

Without an endpoint nothing of this is imported, and a call does nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from typing import Any, cast

import grpc

from ..later import Later, Result
from ..refusal import RefusedCallError

Behavior = Callable[[bytes, grpc.ServicerContext], bytes | Later]
Tracing = Callable[[str, Behavior], Behavior]
"""Gives the behavior of a method spans."""

NOT_INSTALLED = "spans need the extra; in platelaw's folder: pip install '.[telemetry]'"


_OK, _UNKNOWN = grpc.StatusCode.OK.value[0], grpc.StatusCode.UNKNOWN.value[0]


class TracingUnavailableError(Exception):
    """Spans are wanted, and what makes them is not installed."""

    def __init__(self) -> None:
        super().__init__(NOT_INSTALLED)


def exporting(endpoint: str, version: str) -> Tracing:
    """Spans that go to an OTLP endpoint.

    Raises:
        TracingUnavailableError: The extra ``telemetry`` is not installed.
    """
    try:
        sdk = import_module("opentelemetry.sdk.trace")
        export = import_module("opentelemetry.sdk.trace.export")
        resources = import_module("opentelemetry.sdk.resources")
        otlp = import_module("opentelemetry.exporter.otlp.proto.grpc.trace_exporter")
    except ImportError:
        raise TracingUnavailableError from None
    about = {"service.name": "platelaw", "service.version": version}
    provider = sdk.TracerProvider(resource=resources.Resource.create(about))
    is_plain = endpoint.startswith("http://")
    exporter = otlp.OTLPSpanExporter(endpoint=endpoint, insecure=is_plain)
    provider.add_span_processor(export.BatchSpanProcessor(exporter))
    return spans(provider)


def spans(provider: Any) -> Tracing:
    """Spans of a provider; their parent is the caller's ``traceparent``."""
    trace = import_module("opentelemetry.trace")
    propagation = import_module("opentelemetry.trace.propagation.tracecontext")
    parent_of = propagation.TraceContextTextMapPropagator().extract
    tracer = provider.get_tracer("platelaw")

    def traced(method: str, behavior: Behavior) -> Behavior:
        service, _, name = method.removeprefix("/").partition("/")
        about = {"rpc.system": "grpc", "rpc.service": service, "rpc.method": name}

        def serve(data: bytes, context: grpc.ServicerContext) -> bytes | Later:
            parent = parent_of(carrier(context.invocation_metadata()))
            with tracer.start_as_current_span(
                method.removeprefix("/"),
                context=parent,
                kind=trace.SpanKind.SERVER,
                attributes=about,
                record_exception=False,  # its words may quote what the caller sent
                set_status_on_exception=False,
                end_on_exit=False,
            ) as span:
                try:
                    reply = behavior(data, context)
                except Exception:
                    code = cast("Any", context).code() or grpc.StatusCode.UNKNOWN
                    _end(span, code.value[0])
                    raise
            if isinstance(reply, Later):
                reply.through(partial(_end_later, span))
            else:
                _end(span, _OK)
            return reply

        return serve

    return traced


def _end(span: Any, code: int) -> None:
    span.set_attribute("rpc.grpc.status_code", code)
    span.end()


def _end_later(span: Any, result: Result) -> Result:
    """End the span of an answer that came later."""
    code = _OK if isinstance(result, bytes) else _UNKNOWN
    _end(span, result.status.value if isinstance(result, RefusedCallError) else code)
    return result


def carrier(metadata: Iterable[Any] | None) -> dict[str, str]:
    """What of the metadata of a call a trace is read from."""
    wanted = ("traceparent", "tracestate")
    return {key: value for key, value in metadata or () if key in wanted}
