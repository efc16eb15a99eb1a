"""The workers of a supervisor: started, asked how they are, started again when they die."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from . import processes
from .processes import Worker
from .reports import Drain, Failed, Message, Ready, Renew, Renewed, Report, Start, Tell, tally_of
from .tallies import Tally

_TELL_EVERY = 1.0  # seconds
_SILENT = 30.0  # seconds after which a worker that says nothing is ended
_STARTING = 600.0  # seconds in which a worker has to be ready
_LEAVE = 5.0  # seconds beyond its grace after which a worker is ended


class Log(Protocol):
    """Where lines are logged."""

    def info(self, event: str, **fields: object) -> object:
        """What somebody may want to know."""
        ...

    def warning(self, event: str, **fields: object) -> object:
        """What an operator should look at."""
        ...

    def error(self, event: str, **fields: object) -> object:
        """What an operator has to mend."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How often workers may die.

    Attributes:
        crashes: So many within ``seconds`` are too many.
        seconds: That time.
        pause: Seconds before a worker is started again; doubled with each crash within it.
    """

    crashes: int = 8
    seconds: float = 60
    pause: float = 0.25


@dataclass(slots=True)
class Crew:
    """Workers that serve one thing on one port.

    Attributes:
        count: How many there should be.
        log: Where it logs.
        grace: Seconds that calls under way are given when a worker ends.
        patience: How often they may die.
        workers: Those that are there.
        gone: The counts of those that are not any more.
        gone_shed: How many calls these refused at once.
        restarts: How many were started again.
        refused: How often one of them refused policies.
        gave_up: Why it is of no use to go on; empty as long as it is.
    """

    count: int
    log: Log
    grace: float
    patience: Patience = field(default_factory=Patience)
    workers: list[Worker] = field(default_factory=list[Worker], init=False)
    gone: Tally = field(default_factory=Tally, init=False)
    gone_shed: int = field(default=0, init=False)
    restarts: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)
    gave_up: str = field(default="", init=False)
    _due: list[tuple[float, Start]] = field(default_factory=list[tuple[float, Start]], init=False)
    _crashes: deque[float] = field(default_factory=deque[float], init=False)
    _next_tell: float = field(default=0, init=False)
    _were_ready: bool = field(default=False, init=False)

    @property
    def were_ready(self) -> bool:
        """Whether all of them served at some time."""
        return self._were_ready

    def start_all(self, entry: str, file: str, port: int) -> None:
        """Start them, each on a core of its own as far as there are cores."""
        cores = sorted(os.sched_getaffinity(0))
        for place in range(self.count):
            core = cores[place % len(cores)] if self.count > 1 else None
            self._start(Start(place, core, entry, file, port))

    def look(self, seconds: float) -> None:
        """Hear what they say for some time, and do what is due."""
        processes.heard_from(self.workers, seconds, self._hear)
        now = time.monotonic()
        for due in [due for due in self._due if due[0] <= now]:
            self._due.remove(due)
            self._start(due[1])
        if now >= self._next_tell:
            self._next_tell = now + _TELL_EVERY
            self._ask_all(now)

    def reports(self) -> list[Report]:
        """What those that serve said last."""
        return [worker.report for worker in list(self.workers) if worker.ready]

    def renew(self) -> None:
        """Let them take up the policies that are there now."""
        for worker in self.workers:
            worker.tell(Renew())

    def replace(self) -> None:
        """Start another for each; as soon as it serves, the one before ends."""
        for worker in [worker for worker in self.workers if not worker.draining]:
            self._start(worker.start, replaces=worker)

    def end_all(self) -> None:
        """Let each finish what is under way, and see that all end."""
        self._due.clear()
        for worker in self.workers:
            self._drain(worker)
        until = time.monotonic() + self.grace + _LEAVE
        while self.workers and time.monotonic() < until:
            processes.heard_from(self.workers, until - time.monotonic(), self._hear)
        for worker in self.workers:
            worker.end(0)

    # What they say ---------------------------------------------------------------------------

    def _hear(self, worker: Worker, message: Message | None) -> None:
        worker.heard = time.monotonic()
        match message:
            case None:
                self._lose(worker)
            case Report():
                worker.report = message
            case Ready():
                self._begin(worker)
            case Renewed(why_not=why) if why:
                self.refused += 1
                self.log.error("policies refused", worker=worker.start.place, why=why)
            case Failed(why=why):
                self._fail(worker, why)
            case _:
                pass

    def _begin(self, worker: Worker) -> None:
        worker.ready = True
        self.log.info("worker serves", worker=worker.start.place, pid=worker.process.pid)
        if worker.replaces is not None:
            self._drain(worker.replaces)
            worker.replaces = None
        self._were_ready |= len(self.reports()) >= self.count

    def _fail(self, worker: Worker, why: str) -> None:
        """One says that it cannot serve."""
        self.log.error("worker cannot serve", worker=worker.start.place, why=why)
        if not self._were_ready:
            self.gave_up = f"a worker cannot serve: {why}"

    def _ask_all(self, now: float) -> None:
        """Ask them how they are, and end those that do not answer."""
        for worker in self.workers:
            worker.tell(Tell())
            if now - worker.heard > self._longest(worker):
                self.log.error("worker does not answer", worker=worker.start.place)
                worker.process.kill()

    def _longest(self, worker: Worker) -> float:
        """How long a worker may say nothing, in seconds."""
        if worker.draining:
            return self.grace + _LEAVE
        return _SILENT if worker.ready else _STARTING

    # Beginning and end -----------------------------------------------------------------------

    def _start(self, start: Start, replaces: Worker | None = None) -> None:
        worker = processes.start_worker(start, time.monotonic())
        worker.replaces = replaces
        self.workers.append(worker)

    def _drain(self, worker: Worker) -> None:
        worker.draining = True
        worker.heard = time.monotonic()
        worker.tell(Drain())

    def _lose(self, worker: Worker) -> None:
        """One is at its end: keep what it counted, and start another unless it was told to end."""
        self.workers.remove(worker)
        status = worker.end(_LEAVE)
        self.gone += tally_of(worker.report)
        self.gone_shed += worker.report.shed
        if worker.draining:
            return
        if worker.replaces is not None and worker.replaces in self.workers:
            self.log.error("the worker before goes on", worker=worker.start.place)
            return
        self._start_again(worker, _said(status))

    def _start_again(self, worker: Worker, how: str) -> None:
        now = time.monotonic()
        self._crashes.append(now)
        while self._crashes[0] < now - self.patience.seconds:
            self._crashes.popleft()
        crashes = len(self._crashes)
        pause = self.patience.pause * 2 ** (crashes - 1)
        self.log.error("worker died", worker=worker.start.place, code=how, seconds=pause)
        if crashes >= self.patience.crashes:
            self.gave_up = self.gave_up or (
                f"{crashes} workers died within {self.patience.seconds:g} seconds, the last with "
                f"{how}; the lines above say why"
            )
        self.restarts += 1
        self._due.append((now + pause, worker.start))


def _said(status: int) -> str:
    """An exit status in words."""
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
