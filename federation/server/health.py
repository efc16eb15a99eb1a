"""Whether the service serves, told by grpc.health.v1: the truth, asked afresh.

A check returns why not, or nothing. Some checks bar every decision meanwhile (a clock that is off);
others are only told, because what decides says DENY by itself (policies that are too old).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from google.protobuf.message import DecodeError
from grpc_health.v1 import health_pb2
from grpc_health.v1.health import HealthServicer

from ..call import Call
from ..refusal import RefusedCallError, Status
from .faults import traced
from .gate import Gate

CHECK = "/grpc.health.v1.Health/Check"
WATCH = "/grpc.health.v1.Health/Watch"
_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
DRAINING = "this server is stopping"


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must be so.

    Attributes:
        why_not: Why it is not so; empty if it is.
        bars: Whether no decision is given meanwhile.
    """

    why_not: Callable[[], str]
    bars: bool = False


class Health:
    """What is told about a server.

    Args:
        gate: The gate that is barred.
        checks: What must be so, by name.
    """

    def __init__(self, gate: Gate, checks: Mapping[str, Check]) -> None:
        self.servicer = HealthServicer(experimental_non_blocking=True)
        self.why: dict[str, str] = {}
        self._gate = gate
        self._checks = dict(checks)
        self._services = ["", *sorted(services_of(gate.handlers))]
        self._draining = False
        self._told: bool | None = None
        self._telling = threading.Lock()
        self.refresh()

    @property
    def is_serving(self) -> bool:
        """Whether everything is as it must be."""
        return not self.why

    def refresh(self) -> None:
        """Check everything and tell whoever watches."""
        with self._telling:
            why = {name: found for name, check in self._checks.items() if (found := _why(check))}
            if self._draining:
                why["draining"] = DRAINING
            self._tell(why)

    def drain(self) -> None:
        """From now on this server does not serve, whatever the checks say."""
        self._draining = True
        self.refresh()

    def check(self, call: Call, data: bytes) -> bytes:
        """``grpc.health.v1.Health/Check``."""
        del call
        try:
            asked = health_pb2.HealthCheckRequest.FromString(data)
        except DecodeError:
            words = "not a grpc.health.v1.HealthCheckRequest message"
            raise RefusedCallError(Status.INVALID_ARGUMENT, words) from None
        if asked.service not in self._services:
            words = "there is no such service; the empty name asks for the server as a whole"
            raise RefusedCallError(Status.NOT_FOUND, words)
        self.refresh()
        status = _SERVING if self.is_serving else _NOT_SERVING
        return health_pb2.HealthCheckResponse(status=status).SerializeToString()

    def _tell(self, why: Mapping[str, str]) -> None:
        barring = [name for name, check in self._checks.items() if check.bars and name in why]
        self._gate.barred = "; ".join(why[name] for name in barring)
        if why != self.why:
            self._log(why)
        was_serving, self.why = self._told, dict(why)
        if was_serving != self.is_serving:
            self._told = self.is_serving
            for service in self._services:
                self.servicer.set(service, _SERVING if self.is_serving else _NOT_SERVING)

    def _log(self, why: Mapping[str, str]) -> None:
        for name in self._checks.keys() & why.keys() - self.why.keys():
            self._gate.log.error("not serving", check=name, why=why[name])
        for name in self.why.keys() - why.keys():
            self._gate.log.info("mended", check=name)


def _why(check: Check) -> str:
    """Why a check fails; one that raises fails."""
    try:
        return check.why_not()
    except Exception as fault:
        return f"it cannot be checked ({traced(fault)['error']})"


def services_of(methods: Iterable[str]) -> set[str]:
    """The names of the services of some methods."""
    return {method.split("/")[1] for method in methods}
