"""How long one call may be worked on: nobody's batch keeps a thread for minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..call import Call
from ..refusal import RefusedCallError, Status

LONGEST = 20.0  # seconds


@dataclass(frozen=True, slots=True)
class Patience:
    """The time that is left to one call of many questions.

    Attributes:
        monotonic: Seconds that never go back.
        ends: When it is over.
    """

    monotonic: Callable[[], float]
    ends: float

    @classmethod
    def of(cls, call: Call, monotonic: Callable[[], float]) -> Patience:
        """The patience of a service, or that of the caller if it is less."""
        left = call.seconds_left
        return cls(monotonic, monotonic() + (LONGEST if left is None else min(left, LONGEST)))

    def check(self) -> None:
        """Refuse a call that has taken too long.

        Raises:
            RefusedCallError: It has; DEADLINE_EXCEEDED.
        """
        if self.monotonic() > self.ends:
            raise RefusedCallError(
                Status.DEADLINE_EXCEEDED,
                f"it takes longer than the caller waits, or than {LONGEST:.0f} seconds; ask for "
                "less in one call",
            )
