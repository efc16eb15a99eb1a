"""One call to the service, and the shape of what answers it: bytes in, bytes out, at once or later.

Every servicer is a table of handlers by full method name. Who calls has been checked before a
handler runs (``federation.server``); what a handler refuses is a ``RefusedCallError``.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from .caller import Caller
from .later import Later


class Call(msgspec.Struct, frozen=True, gc=False):
    """One call. One is made for each, so it is a struct.

    Attributes:
        caller: Who calls, checked.
        method: The full name of the method, such as ``/platelaw.v1.DecisionService/Decide``.
        now: When it came in, in UTC, by the clock of the service.
        seconds_left: How long the caller still waits; None without a deadline.
    """

    caller: Caller
    method: str
    now: datetime.datetime
    seconds_left: float | None = None


Handler: TypeAlias = Callable[[Call, bytes], bytes | Later]
"""What answers: with bytes at once, or later."""
Handlers: TypeAlias = Mapping[str, Handler]
