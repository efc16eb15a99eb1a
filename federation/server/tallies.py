"""Counts of what a worker did: plain numbers of each thread, added up when somebody asks.

A counter that several threads write needs a lock, and locks on the way of every call cost more than
what they count. So each thread counts for itself.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from threading import get_ident

# Upper ends of the classes of durations, in seconds; beyond the last is one more class.
BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
CLASSES = len(BOUNDS) + 1


@dataclass(slots=True)
class Timing:
    """The calls of one method that ended in one way: how many, and how long they took."""

    classes: list[int] = field(default_factory=lambda: [0] * CLASSES)
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.classes[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def __iadd__(self, other: Timing) -> Timing:
        """Add the counts of another."""
        self.classes = [a + b for a, b in zip(self.classes, other.classes, strict=True)]
        self.seconds += other.seconds
        return self

    @property
    def count(self) -> int:
        """How many."""
        return sum(self.classes)


@dataclass(slots=True)
class Tally:
    """Counts of one thread, or of many added up.

    Attributes:
        begun: How many calls came in.
        ended: How many of them are over.
        calls: Durations by method and the name of the status, ``OK`` if it was answered.
        outcomes: Answers by method and outcome.
    """

    begun: int = 0
    ended: int = 0
    calls: dict[tuple[str, str], Timing] = field(default_factory=dict[tuple[str, str], Timing])
    outcomes: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def end(self, key: tuple[str, str], seconds: float) -> None:
        """A call is over; the key is its method and status."""
        timing = self.calls.get(key)
        if timing is None:
            timing = self.calls[key] = Timing()
        timing.add(seconds)
        self.ended += 1

    def __iadd__(self, other: Tally) -> Tally:
        """Add the counts of another."""
        self.begun += other.begun
        self.ended += other.ended
        for key, timing in list(other.calls.items()):
            mine = self.calls.setdefault(key, Timing())
            mine += timing
        for outcome, count in list(other.outcomes.items()):
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + count
        return self


class Tallies:
    """The tallies of all threads of a process."""

    def __init__(self) -> None:
        self._by_thread: dict[int, Tally] = {}

    def mine(self) -> Tally:
        """That of the calling thread."""
        thread = get_ident()
        found = self._by_thread.get(thread)
        return found if found is not None else self._by_thread.setdefault(thread, Tally())

    def total(self) -> Tally:
        """All of them, added up."""
        total = Tally()
        for tally in list(self._by_thread.values()):
            total += tally
        return total
