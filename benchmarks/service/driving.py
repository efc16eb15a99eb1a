"""Calls kept in flight over connections, in a closed loop or at a fixed rate."""

from __future__ import annotations

import selectors
import time
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.service.wire import Answer, Connection

_SETTLE = 30.0  # seconds for the last answers
_POLL = 0.0005  # seconds; the longest that a call at a fixed rate is late for want of looking


class NoAnswerError(Exception):
    """Calls that were never answered."""


@dataclass(slots=True)
class Drive:
    """One run of calls of one method.

    Attributes:
        connections: Over which it goes.
        path: The full name of the method.
        message: The next request.
        look: What is told of every answer's message.
        latencies: Seconds from when a call was due to its answer.
        statuses: Answers by status.
        longest_gap: Seconds between two answers.
        bytes_in: Bytes of answers.
        bytes_out: Bytes of requests.
    """

    connections: Sequence[Connection]
    path: str
    message: Callable[[], bytes]
    look: Callable[[bytes], None]
    latencies: array[float] = field(default_factory=lambda: array("d"))
    statuses: Counter[int] = field(default_factory=Counter[int])
    longest_gap: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0
    _due: list[dict[int, float]] = field(default_factory=list[dict[int, float]])
    _last: float = 0.0

    def closed(self, in_flight: int, seconds: float) -> None:
        """Keep so many calls in flight: the next is sent when one is answered.

        Raises:
            NoAnswerError: Some are never answered.
        """
        with self._selector() as selector:
            until = self._last + seconds
            for turn in range(in_flight):
                self._send(turn % len(self.connections), self._last)
            self._flush()
            while self._under_way():
                for key, _ in selector.select(1.0):
                    place: int = key.data
                    now, ended = self._take(place)
                    if now < until:
                        for _ in range(ended):
                            self._send(place, now)
                    self.connections[place].flush()
                if time.perf_counter() > until + _SETTLE:
                    raise NoAnswerError(f"{self._under_way()} calls were never answered")

    def at_rate(self, rate: float, most: int, seconds: float) -> None:
        """Send so many calls a second, whether or not those before are answered.

        A call counts from when it was due, so that a server that stalls is charged for all calls
        that fell due meanwhile.

        Raises:
            NoAnswerError: Some are never answered.
        """
        with self._selector() as selector:
            began, sent, turn = self._last, 0, 0
            total = round(rate * seconds)
            while sent < total or self._under_way():
                now = time.perf_counter()
                while sent < total and began + sent / rate <= now and self._under_way() < most:
                    self._send(turn, began + sent / rate)
                    sent, turn = sent + 1, (turn + 1) % len(self.connections)
                self._flush()
                wait = min(_POLL, began + sent / rate - now) if sent < total else 0.1
                for key, _ in selector.select(max(0.0, wait)):
                    self._take(key.data)
                if now > began + seconds + _SETTLE:
                    raise NoAnswerError(f"{self._under_way()} calls were never answered")

    def _selector(self) -> selectors.DefaultSelector:
        selector = selectors.DefaultSelector()
        for place, connection in enumerate(self.connections):
            selector.register(connection.socket, selectors.EVENT_READ, place)
        self._due = [{} for _ in self.connections]
        self._last = time.perf_counter()
        return selector

    def _under_way(self) -> int:
        return sum(map(len, self._due))

    def _send(self, place: int, due: float) -> None:
        message = self.message()
        self._due[place][self.connections[place].start(self.path, message)] = due
        self.bytes_out += len(message)

    def _flush(self) -> None:
        for connection in self.connections:
            connection.flush()

    def _take(self, place: int) -> tuple[float, int]:
        """The answers that are there: when, and how many."""
        ended: list[Answer] = self.connections[place].receive()
        now = time.perf_counter()
        if not ended:
            return now, 0
        self.longest_gap = max(self.longest_gap, now - self._last)
        self._last = now
        due, latencies, statuses = self._due[place], self.latencies, self.statuses
        open_before = len(due)
        for stream, status, message in ended:
            began = due.pop(stream, None)
            if began is None:
                continue  # a server may reset a stream that it has answered already
            latencies.append(now - began)
            statuses[status] += 1
            self.bytes_in += len(message)
            self.look(message)
        return now, open_before - len(due)
