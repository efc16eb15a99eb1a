"""When the same bytes are sent again, and when not.

A call is sent again only if the service says that it did not take it (UNAVAILABLE, or
RESOURCE_EXHAUSTED), and only as the same bytes: same nonce, same request id. A
service that keeps a log knows such a repetition and gives the recorded answer; one without answers
anew. Everything ends with the deadline of the call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import grpc

AGAIN = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED})
RETRY_AFTER = "retry-after-ms"
FIRST_WAIT = 0.025  # seconds, doubled by every attempt
LONGEST_WAIT = 0.8


@dataclass(slots=True)
class Attempts:
    """The attempts of one call.

    Attributes:
        seconds: How long the caller waits in all.
        clock: A monotonic clock.
        chance: Gives numbers from 0 up to 1, so that callers do not come back all at once.
    """

    seconds: float
    clock: Callable[[], float]
    chance: Callable[[], float]
    _until: float = field(init=False)
    _made: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """The time begins to run."""
        self._until = self.clock() + self.seconds

    @property
    def left(self) -> float:
        """The seconds left until the deadline."""
        return max(0.0, self._until - self.clock())

    def wait(self, status: grpc.StatusCode, asked: float | None) -> float | None:
        """How long to wait before the same bytes are sent again; None if they are not.

        Args:
            status: How the last attempt ended.
            asked: The seconds that the service asked to wait, if it did.
        """
        if status not in AGAIN:
            return None
        backoff = min(LONGEST_WAIT, FIRST_WAIT * 2**self._made) * (0.5 + self.chance() / 2)
        self._made += 1
        wait = max(backoff, (asked or 0.0) * (1 + self.chance() / 4))
        return wait if wait < self.left else None


def asked_wait(trailing: Iterable[tuple[str, str | bytes]] | None) -> float | None:
    """The seconds that a service asked to wait, from its trailing metadata."""
    for key, value in trailing or ():
        if key == RETRY_AFTER:
            text = value.decode("ascii", "replace") if isinstance(value, bytes) else value
            return int(text) / 1000 if re.fullmatch("[0-9]{1,9}", text) else None
    return None
