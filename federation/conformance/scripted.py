"""A server that says what it is told: real gRPC, scripted answers, and it keeps what came."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeAlias

import grpc

Context: TypeAlias = grpc.ServicerContext
Script: TypeAlias = Callable[[str, bytes, Context], bytes]

_THREADS = 8


@dataclass(slots=True)
class ScriptedServer:
    """A server on this machine. Every call, whatever its method, is answered by the script.

    Attributes:
        script: Is given the method, the bytes and the context, and gives the answer's bytes.
        credentials: The server's TLS identity; None is plaintext, for tests of the library.
        calls: What came, oldest first: method and bytes.
        port: Where it listens.
    """

    script: Script
    credentials: grpc.ServerCredentials | None = None
    calls: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    port: int = field(default=0, init=False)
    _server: grpc.Server = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        """The server listens, and answers once it is started."""
        self._server = grpc.server(ThreadPoolExecutor(_THREADS), options=[("grpc.so_reuseport", 0)])
        self._server.add_generic_rpc_handlers((_Every(self._answer),))
        if self.credentials is None:
            self.port = self._server.add_insecure_port("127.0.0.1:0")
        else:
            self.port = self._server.add_secure_port("127.0.0.1:0", self.credentials)

    @property
    def target(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, without waiting for calls in flight."""
        self._server.stop(None).wait()

    def _answer(self, method: str, data: bytes, context: Context) -> bytes:
        with self._lock:
            self.calls.append((method, data))
        return self.script(method, data, context)


@dataclass(frozen=True, slots=True)
class _Every(grpc.GenericRpcHandler):
    """Takes every method as one call with one answer, in bytes."""

    answer: Script

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler[bytes, bytes]:
        """The handler of a method."""
        method = handler_call_details.method

        def handle(data: bytes, context: Context) -> bytes:
            return self.answer(method, data, context)

        return grpc.unary_unary_rpc_method_handler(handle)
