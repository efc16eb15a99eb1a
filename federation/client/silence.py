"""What a failed call says about itself."""

from __future__ import annotations

import grpc
from grpc import aio

from .attempts import asked_wait
from .errors import RefusedError, SilenceError

_REFUSALS = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.ALREADY_EXISTS,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.UNAUTHENTICATED,
    }
)
_HINTS = {
    grpc.StatusCode.UNAVAILABLE: "the service cannot be reached, or one side did not take the "
    "other's certificate: both look the same",
    grpc.StatusCode.DEADLINE_EXCEEDED: "the time was up before an answer came",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "the service is busy, or the message is too large",
    grpc.StatusCode.UNAUTHENTICATED: "the certificate has expired, lacks its one SPIFFE id, or "
    "lost its standing",
    grpc.StatusCode.ALREADY_EXISTS: "the request id belongs to another question; make a new one",
    grpc.StatusCode.UNIMPLEMENTED: "the service does not know this method; compare the revision "
    "that `snapshot` tells",
}
_OF_THE_CLOCK = (
    "compare the clock of this machine with that of the service: a request is taken within 30 "
    "seconds of when it says it was sent"
)


def told(fault: grpc.RpcError) -> tuple[grpc.StatusCode, str, float | None]:
    """The status of a failed call, what was said of it, and the wait that was asked for."""
    if not isinstance(fault, grpc.Call):
        return grpc.StatusCode.UNKNOWN, str(fault), None
    trailing = [(one.key, one.value) for one in fault.trailing_metadata() or ()]
    return fault.code(), fault.details() or "", asked_wait(trailing)


def told_aio(fault: aio.AioRpcError) -> tuple[grpc.StatusCode, str, float | None]:
    """The same of a call under asyncio."""
    return fault.code(), fault.details() or "", asked_wait(fault.trailing_metadata())


def silence(status: grpc.StatusCode, details: str, request_id: str) -> SilenceError:
    """The error of a call that ended without an answer."""
    hint = _HINTS.get(status, "")
    if "issued_at" in details or "clock" in details:
        hint = _OF_THE_CLOCK
    kind = RefusedError if status in _REFUSALS else SilenceError
    return kind(
        f"no answer: {status.name}{': ' if details else ''}{details}",
        request_id=request_id,
        status=status,
        hint=hint,
    )
