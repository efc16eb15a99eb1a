"""An answer that comes when something else is done: when the log has it on its disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeAlias

Result: TypeAlias = bytes | Exception
"""The bytes of an answer, or why there is none."""

Change: TypeAlias = Callable[[Result], Result]


class Later:
    """One answer to come: settled once, told once.

    Whoever passes it on may add what is done to the result on its way out (``through``), before
    somebody asks to be told of it (``then``) or waits for it (``wait``).
    """

    __slots__ = ("_changes", "_lock", "_result", "_tell")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changes: list[Change] = []
        self._result: Result | None = None
        self._tell: Callable[[Result], None] | None = None

    def through(self, change: Change) -> None:
        """Let a result pass a function on its way; the first that was added is the first."""
        self._changes.append(change)

    def settle(self, result: Result) -> None:
        """Give the result. It is told in this thread if somebody has asked already."""
        with self._lock:
            self._result, tell = result, self._tell
        if tell is not None:
            tell(self._changed(result))

    def then(self, tell: Callable[[Result], None]) -> None:
        """Ask to be told; at once if it is there already."""
        with self._lock:
            self._tell, result = tell, self._result
        if result is not None:
            tell(self._changed(result))

    def wait(self, seconds: float) -> bytes:
        """Wait for it.

        Args:
            seconds: How long at most.

        Raises:
            TimeoutError: It does not come.
            Exception: What there is in place of an answer.
        """
        there = threading.Event()
        found: list[Result] = []

        def tell(result: Result) -> None:
            found.append(result)
            there.set()

        self.then(tell)
        if not there.wait(seconds):
            raise TimeoutError
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]

    def _changed(self, result: Result) -> Result:
        for change in self._changes:
            result = change(result)
        return result


def at_once(reply: bytes | Later) -> bytes:
    """What was answered at once, by a service that records nothing."""
    assert isinstance(reply, bytes)
    return reply
