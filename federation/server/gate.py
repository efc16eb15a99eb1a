"""The gate: what every call passes before and after its handler, whatever carries it.

One wrapper does it all, because it stands on the way of every call: who calls, whether it may, how
fast, how large, how late; then the handler; then counting, and an error told as what it is.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from ..call import Call, Handler, Handlers
from ..caller import Caller
from ..later import Later, Result
from ..refusal import RefusedCallError, Status
from .accounts import Accounts
from .clock import utc_now
from .faults import traced

# The methods whose messages hold many questions, many owners or a draft.
LARGE = frozenset(
    f"/platelaw.v1.DecisionService/{name}" for name in ("DecideMany", "DecideSearch", "WhatIf")
)

_LONGEST = 30.0  # seconds for which an answer that comes later is waited for

CallerOf: TypeAlias = Callable[[Any, datetime.datetime], Caller]
"""Who calls, by what the transport knows of its peer, checked at a moment.

A call without a caller is refused with a ``RefusedCallError``.
"""

Entrance: TypeAlias = Callable[[Any, CallerOf, bytes, float | None], bytes | Later]
"""The way in to one method: peer, who it is, the message, seconds left; the answer."""


class Authorize(Protocol):
    """Whether a caller may call a method; anything but a plain return is a refusal."""

    def __call__(self, caller: Caller, method: str) -> None:
        """Let it pass.

        Raises:
            RefusedCallError: It may not; PERMISSION_DENIED.
        """
        ...


class Log(Protocol):
    """Where lines are logged; a structlog logger."""

    def info(self, event: str, **fields: Any) -> Any:
        """What somebody may want to know."""
        ...

    def warning(self, event: str, **fields: Any) -> Any:
        """What an operator should look at."""
        ...

    def error(self, event: str, **fields: Any) -> Any:
        """What an operator has to mend."""
        ...


class _Silence:
    """Logs nothing."""

    def info(self, event: str, **fields: Any) -> None:
        """Nothing."""

    def warning(self, event: str, **fields: Any) -> None:
        """Nothing."""

    def error(self, event: str, **fields: Any) -> None:
        """Nothing."""


@dataclass(slots=True)
class Gate:
    """The gate of one worker.

    Attributes:
        handlers: What answers, by full method name.
        authorize: Whether a caller may call a method.
        accounts: What is counted, and what each caller has left.
        now: The time in UTC.
        log: Where refusals and failures are told.
        barred: Why nothing is decided for now, such as a clock that is off; empty if nothing is
            wrong. Calls are refused with UNAVAILABLE and this reason.
        entrances: The ways in, by full method name.
    """

    handlers: Handlers
    authorize: Authorize
    accounts: Accounts = field(default_factory=Accounts)
    now: Callable[[], datetime.datetime] = utc_now
    log: Log = field(default_factory=_Silence)
    barred: str = ""
    entrances: Mapping[str, Entrance] = field(init=False)

    def __post_init__(self) -> None:
        """Bind the ways in."""
        self.entrances = {name: self.entrance(name, of) for name, of in self.handlers.items()}

    def answer(
        self,
        method: str,
        data: bytes,
        peer: Any,
        caller_of: CallerOf,
        seconds_left: float | None = None,
    ) -> bytes:
        """Answer one call that came by another way than gRPC; wait for what comes later.

        Raises:
            RefusedCallError: It is refused.
        """
        entrance = self.entrances.get(method)
        if entrance is None:
            raise RefusedCallError(Status.UNIMPLEMENTED, f"there is no method {method}")
        reply = entrance(peer, caller_of, data, seconds_left)
        return waited(reply, seconds_left) if isinstance(reply, Later) else reply

    def entrance(self, method: str, handler: Handler, *, when_barred: bool = False) -> Entrance:
        """The way in to one method; ``when_barred`` says that it is open even then.

        Everything that does not change from call to call is bound here, once.
        """
        accounts, authorize, now = self.accounts, self.authorize, self.now
        mine, monotonic, spend = accounts.tallies.mine, accounts.monotonic, accounts.allowance.spend
        limits = accounts.limits
        largest = limits.batch if method in LARGE else limits.message
        answered = method, "OK"

        def enter(
            peer: Any, caller_of: CallerOf, data: bytes, seconds_left: float | None
        ) -> bytes | Later:
            tally = mine()
            tally.begun += 1
            began = monotonic()
            caller = None
            try:
                if seconds_left is not None and seconds_left <= 0:
                    raise _late()
                if len(data) > largest:
                    raise _too_large(len(data), largest)
                moment = now()
                caller = caller_of(peer, moment)
                authorize(caller, method)
                spend(caller.spiffe_id, began)
                if self.barred and not when_barred:
                    raise RefusedCallError(Status.UNAVAILABLE, self.barred)
                reply = handler(Call(caller, method, moment, seconds_left), data)
            except RefusedCallError as refusal:
                tally.end((method, refusal.status.name), monotonic() - began)
                self._refused(method, caller, refusal)
                raise
            except Exception as fault:
                tally.end((method, Status.INTERNAL.name), monotonic() - began)
                raise self._failed(method, caller, fault) from None
            if isinstance(reply, Later):
                reply.through(self._at_the_end(method, caller, began))
            else:
                tally.end(answered, monotonic() - began)
            return reply

        return enter

    def _at_the_end(self, method: str, caller: Caller, began: float) -> Callable[[Result], Result]:
        """Count an answer that comes later, and tell an error as what it is."""

        def end(result: Result) -> Result:
            tally, seconds = self.accounts.tallies.mine(), self.accounts.monotonic() - began
            if isinstance(result, bytes):
                tally.end((method, "OK"), seconds)
                return result
            if isinstance(result, RefusedCallError):
                tally.end((method, result.status.name), seconds)
                self._refused(method, caller, result)
                return result
            tally.end((method, Status.INTERNAL.name), seconds)
            return self._failed(method, caller, result)

        return end

    def _refused(self, method: str, caller: Caller | None, refusal: RefusedCallError) -> None:
        self.log.info(
            "call refused", method=method, status=refusal.status.name, caller=_name(caller)
        )

    def _failed(self, method: str, caller: Caller | None, fault: Exception) -> RefusedCallError:
        """What the caller is told of a failure of ours: its number, and nothing of its nature."""
        incident = secrets.token_hex(6)
        self.log.error(
            "call failed", incident=incident, method=method, caller=_name(caller), **traced(fault)
        )
        return RefusedCallError(
            Status.INTERNAL,
            f"the service failed on this call; nothing was decided. Incident {incident}: "
            "tell this number to the operator",
        )


def waited(reply: Later, seconds_left: float | None) -> bytes:
    """An answer that comes later, waited for.

    Raises:
        RefusedCallError: It is refused, or does not come in time.
    """
    try:
        return reply.wait(_LONGEST if seconds_left is None else min(seconds_left, _LONGEST))
    except TimeoutError:
        raise RefusedCallError(
            Status.DEADLINE_EXCEEDED, "the log did not take the answer in time; ask again"
        ) from None


def _name(caller: Caller | None) -> str:
    return "" if caller is None else caller.spiffe_id


def _late() -> RefusedCallError:
    return RefusedCallError(
        Status.DEADLINE_EXCEEDED, "the deadline was over before the call was looked at"
    )


def _too_large(size: int, largest: int) -> RefusedCallError:
    return RefusedCallError(
        Status.RESOURCE_EXHAUSTED,
        f"the message has {size} bytes; this method takes {largest}",
    )
