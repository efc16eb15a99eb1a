"""A refusal as grpcio sends it, and how long a caller still waits as grpcio says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

import grpc

from ..refusal import RefusedCallError

_CODES: Mapping[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}
_FOREVER = 1e8  # seconds; what grpcio says of a call without a deadline is beyond


def refuse(context: grpc.ServicerContext, refusal: RefusedCallError) -> NoReturn:
    """End a call with the status of a refusal, and when to come again."""
    context.set_trailing_metadata(trailing_of(refusal))
    context.abort(_CODES[refusal.status.value], refusal.message)


def trailing_of(refusal: RefusedCallError) -> tuple[tuple[str, str], ...]:
    """The metadata at the end of a refused call: when to come again, if that is known."""
    if refusal.retry_after is None:
        return ()
    return (("retry-after-ms", str(max(1, round(refusal.retry_after * 1000)))),)


def seconds_left(context: grpc.ServicerContext) -> float | None:
    """How long the caller still waits; None without a deadline."""
    left = context.time_remaining()
    return left if left < _FOREVER else None
