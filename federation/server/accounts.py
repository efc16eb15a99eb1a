"""What is counted of a worker's calls, and what each caller has left."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ..call import Call
from .limits import Allowance, Limits
from .tallies import Tallies

_HELD = "HOLD"


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of one worker.

    Attributes:
        limits: How much, how large, how fast.
        monotonic: Seconds that never go back.
        tallies: What was counted.
        allowance: What each caller has left.
    """

    limits: Limits = field(default_factory=Limits)
    monotonic: Callable[[], float] = time.monotonic
    tallies: Tallies = field(default_factory=Tallies, init=False)
    allowance: Allowance = field(init=False)

    def __post_init__(self) -> None:
        """Open them."""
        object.__setattr__(self, "allowance", Allowance(self.limits))

    def after(self, call: Call, outcome: str) -> None:
        """Count an outcome; who decides calls this once for every answer."""
        outcomes = self.tallies.mine().outcomes
        key = call.method, outcome
        outcomes[key] = outcomes.get(key, 0) + 1
        if outcome == _HELD:
            self.allowance.held(call.caller.spiffe_id, self.monotonic())
