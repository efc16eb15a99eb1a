"""Answers of many calls gathered for a moment, so that one write serves all of them (``Journal``).

Between two groups there is a window: what comes within it goes together with the next, and what
comes after it goes at once. No thread of a call waits: each is told by whoever finishes its group.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from ..journal import JournalUnavailableError, Submission, Told
from .opening import OpenLog

WINDOW = 0.002  # seconds
MOST_ENTRIES = 512  # of a group
REST = 1.0  # seconds between two looks after what is not done with every group
MOST_WAITING = 20_000  # submissions; more find the log unavailable

Waiting = tuple[Submission, Callable[[Told], None]]


class Gathering(ABC):
    """Gathers submissions into groups, which it hands over in a thread of its own."""

    def __init__(self, window: float = WINDOW) -> None:
        self._window = window
        self._lock = threading.Lock()
        self._waiting: list[Waiting] = []
        self._wanted = threading.Event()
        self._is_ending = False
        self._thread = threading.Thread(target=self._gather, name="gathering", daemon=True)

    def start(self) -> None:
        """Begin to gather."""
        self._thread.start()

    def record(self, submission: Submission, tell: Callable[[Told], None]) -> None:
        """Record the answers of one call with the next group."""
        with self._lock:
            is_full = self._is_ending or len(self._waiting) >= MOST_WAITING
            is_first = not is_full and not self._waiting
            if not is_full:
                self._waiting.append((submission, tell))
        if is_full:
            tell(JournalUnavailableError())
        elif is_first:
            self._wanted.set()

    def close(self) -> None:
        """Hand over what is left, and end."""
        with self._lock:
            self._is_ending = True
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join()

    @abstractmethod
    def rest(self) -> None:
        """What is done once a second beside the groups, in the same thread."""

    @abstractmethod
    def hand_over(self, group: Sequence[Waiting]) -> None:
        """Have a group written. It must see that each is told, whatever happens."""

    def _gather(self) -> None:
        next_rest = next_group = 0.0
        while True:
            if time.monotonic() >= next_rest:
                self.rest()
                next_rest = time.monotonic() + REST
            if not self._wanted.wait(REST):
                continue
            if not self._is_ending:
                time.sleep(max(0.0, next_group - time.monotonic()))
            next_group = time.monotonic() + self._window
            self._wanted.clear()
            with self._lock:
                waiting, self._waiting = self._waiting, []
                is_ending = self._is_ending
            for group in _groups(waiting):
                self.hand_over(group)
            if is_ending:
                return


def _groups(waiting: list[Waiting]) -> list[list[Waiting]]:
    """Groups that are not too large; the answers of a call are never parted."""
    groups: list[list[Waiting]] = []
    size = MOST_ENTRIES
    for each in waiting:
        count = max(1, len(each[0].entries))
        if size + count > MOST_ENTRIES:
            groups.append([])
            size = 0
        groups[-1].append(each)
        size += count
    return groups


class LocalLog(Gathering):
    """A log that is written in the process that answers: that of a development service."""

    def __init__(
        self, log: OpenLog, alarm: Callable[[Exception], None], window: float = WINDOW
    ) -> None:
        super().__init__(window)
        self._log = log
        self._alarm = alarm

    def rest(self) -> None:
        """Keep checkpoint and marks."""
        self._log.keep()

    def close(self) -> None:
        """Write what is left, and let go of the log."""
        super().close()
        self._log.keep()
        self._log.close()

    def hand_over(self, group: Sequence[Waiting]) -> None:
        """Write a group here."""
        try:
            told = self._log.sequencer.record([submission for submission, _ in group])
        except Exception as fault:
            self._alarm(fault)
            told = [JournalUnavailableError() for _ in group]
        for (_, tell), each in zip(group, told, strict=True):
            tell(each)

    @property
    def why_not(self) -> str:
        """Why nothing can be recorded; empty if it can."""
        return self._log.sequencer.why_not
