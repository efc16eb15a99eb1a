"""What a worker takes: how much at once, how large, and how fast from one caller."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..refusal import RefusedCallError, Status

_MOST_CALLERS = 10_000  # whose pace is kept


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one caller may go.

    Attributes:
        rate: How many a second, in the long run.
        burst: How many at once.
    """

    rate: float
    burst: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one worker.

    Attributes:
        threads: How many calls are worked on at once; two to four are best.
        waiting: How many calls may be open at once; one more is refused at once.
        connections: How many connections may be open at once.
        message: The largest message of an ordinary call, in bytes.
        batch: The largest message of a call with many questions or owners, in bytes.
        calls: How fast one caller may call.
        holds: How fast one caller may be answered HOLD, so that nobody probes with them.
        connection_age: After how many seconds a connection is ended, so that every caller shows
            its certificate anew.
        silence: After how many seconds a call whose message does not come is given up.
    """

    threads: int = 4
    waiting: int = 256
    connections: int = 512
    message: int = 64 * 1024
    batch: int = 4 * 1024 * 1024
    calls: Pace = Pace(rate=2_000, burst=4_000)
    holds: Pace = Pace(rate=5, burst=2_000)
    connection_age: float = 600
    silence: float = 10


@dataclass(slots=True)
class _Bucket:
    """What one caller has left, as of a moment. Two threads may lose a step of each other."""

    left: float
    at: float

    def refill(self, pace: Pace, now: float) -> float:
        """What is left now."""
        left = self.left + (now - self.at) * pace.rate
        self.at = now
        self.left = left = left if left < pace.burst else pace.burst
        return left


@dataclass(slots=True)
class Allowance:
    """How fast each caller goes.

    Attributes:
        limits: The limits.
    """

    limits: Limits
    _callers: dict[str, tuple[_Bucket, _Bucket]] = field(
        default_factory=dict[str, tuple[_Bucket, _Bucket]], init=False
    )

    def spend(self, caller: str, now: float) -> None:
        """Count a call of a caller, named by its SPIFFE id, at a moment of the monotonic clock.

        Raises:
            RefusedCallError: It goes too fast; RESOURCE_EXHAUSTED, and when to come again.
        """
        calls, holds = self._callers.get(caller) or self._begin(caller, now)
        if calls.refill(self.limits.calls, now) < 1:
            raise _too_fast("calls", self.limits.calls, calls)
        if holds.left < 1 and holds.refill(self.limits.holds, now) < 1:
            raise _too_fast("answers that are HOLD", self.limits.holds, holds)
        calls.left -= 1

    def held(self, caller: str, now: float) -> None:
        """Count a HOLD that a caller was given."""
        _, holds = self._callers.get(caller) or self._begin(caller, now)
        holds.refill(self.limits.holds, now)
        holds.left -= 1

    def _begin(self, caller: str, now: float) -> tuple[_Bucket, _Bucket]:
        if len(self._callers) >= _MOST_CALLERS:
            self._callers.pop(next(iter(self._callers)), None)
        buckets = _Bucket(self.limits.calls.burst, now), _Bucket(self.limits.holds.burst, now)
        return self._callers.setdefault(caller, buckets)


def _too_fast(what: str, pace: Pace, bucket: _Bucket) -> RefusedCallError:
    wait = (1 - bucket.left) / pace.rate
    return RefusedCallError(
        Status.RESOURCE_EXHAUSTED,
        f"too many {what}: {pace.rate:g} a second are allowed, {pace.burst:g} at once; "
        f"try again in {max(1, round(wait * 1000))} ms",
        retry_after=wait,
    )
