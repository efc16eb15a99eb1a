from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from types import ModuleType
from typing import Any, cast

import grpc
import pytest

from platelaw.federation.call import Call
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.server import tracing

from .conftest import Serve, until

trace = pytest.importorskip("opentelemetry.sdk.trace")
export = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
ECHO = "/test.Echo/Echo"
REFUSE = "/test.Echo/Refuse"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def echo(call: Call, data: bytes) -> bytes:
    del call
    return data


def refuse(call: Call, data: bytes) -> bytes:
    raise RefusedCallError(Status.NOT_FOUND, "PLATE 1")


@pytest.fixture
def spans(serve: Serve) -> Iterator[Callable[..., Any]]:
    """Makes a call; its span."""
    kept = export.InMemorySpanExporter()
    provider = trace.TracerProvider()
    provider.add_span_processor(trace.export.SimpleSpanProcessor(kept))
    server = serve({ECHO: echo, REFUSE: refuse}, tracing=tracing.spans(provider))
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:

        def called(method: str, **metadata: str) -> Any:
            call = cast("Any", channel).unary_unary(method)
            with suppress(grpc.RpcError):
                call(b"PLATE 1", metadata=tuple(metadata.items()), timeout=10)
            until(lambda: bool(kept.get_finished_spans()))
            [span] = kept.get_finished_spans()
            return span

        yield called
    provider.shutdown()


def test_a_call_has_a_span_below_that_of_its_caller(spans: Callable[..., Any]) -> None:
    span = spans(ECHO, traceparent=PARENT)
    assert f"{span.context.trace_id:032x}" == PARENT.split("-")[1]
    assert f"{span.parent.span_id:016x}" == PARENT.split("-")[2]
    assert span.name == "test.Echo/Echo"
    assert span.attributes["rpc.grpc.status_code"] == 0


def test_a_refused_call_says_its_status_and_no_words(spans: Callable[..., Any]) -> None:
    span = spans(REFUSE)
    assert span.parent is None
    assert span.attributes["rpc.grpc.status_code"] == grpc.StatusCode.NOT_FOUND.value[0]
    assert "PLATE" not in span.to_json()


def test_where_the_extra_is_not_installed_the_mend_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(tracing, "import_module", missing)
    with pytest.raises(tracing.TracingUnavailableError, match=r"platelaw\[telemetry\]"):
        tracing.exporting("http://127.0.0.1:4317", "1")
