"""Processes of the supervisor: workers, and the one that fetches policies."""

from __future__ import annotations

import selectors
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from .reports import Message, Pipe, Report, Start, Synced

_WORKER = "platelaw.federation.server.worker"
_SYNCING = "platelaw.federation.server.syncing"
_PATIENCE = 5.0  # seconds for one message on a pipe


@dataclass(slots=True, eq=False)
class Worker:
    """A worker process.

    Attributes:
        start: What it was told to serve.
        process: The process.
        pipe: The supervisor's end.
        heard: When it was last heard of, by the monotonic clock.
        ready: Whether it serves.
        draining: Whether it was told to end.
        replaces: The worker that is told to end once this one serves.
        report: What it said last.
    """

    start: Start
    process: subprocess.Popen[bytes]
    pipe: Pipe
    heard: float
    ready: bool = False
    draining: bool = False
    replaces: Worker | None = None
    report: Report = field(default_factory=Report)

    def tell(self, message: Message) -> None:
        """Tell it something; one that is gone hears nothing, which is seen soon."""
        try:
            self.pipe.send(message)
        except OSError:
            return

    def end(self, patience: float) -> int:
        """Wait for its end, and make one; its exit status."""
        try:
            status = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.pipe.close()
        return status


def start_worker(start: Start, now: float) -> Worker:
    """Start a worker: a new program, and no copy of this process, which grpc would not bear."""
    mine, its = socket.socketpair()
    mine.settimeout(_PATIENCE)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", _WORKER, str(its.fileno())],
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt at the terminal is the supervisor's alone
        )
    worker = Worker(start, process, Pipe(mine), heard=now)
    worker.tell(start)
    return worker


@dataclass(slots=True)
class Syncing:
    """The process that fetches policies."""

    process: subprocess.Popen[bytes]

    def poll(self) -> Synced | None:
        """How it went, once it is over."""
        status = self.process.poll()
        if status is None:
            return None
        assert self.process.stdout is not None
        with self.process.stdout as told:
            line = told.read()
        try:
            return msgspec.json.decode(line, type=Synced)
        except msgspec.DecodeError:
            return Synced(why_not=f"fetching policies ended with status {status}")

    def kill(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def start_syncing(entry: str, file: str) -> Syncing:
    """Start to fetch the policies of a configuration."""
    command = [sys.executable, "-m", _SYNCING, entry, file]
    return Syncing(
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
        )
    )


def heard_from(
    workers: list[Worker], seconds: float, on_message: Callable[[Worker, Message | None], None]
) -> None:
    """Wait for words of workers, and pass on one of each; None is the end of one."""
    with selectors.DefaultSelector() as selector:
        for worker in workers:
            selector.register(worker.pipe.socket, selectors.EVENT_READ, worker)
        for key, _ in selector.select(seconds):
            speaking: Worker = key.data
            on_message(speaking, _received(speaking))


def _received(worker: Worker) -> Message | None:
    try:
        return worker.pipe.receive()
    except (TimeoutError, msgspec.DecodeError):
        return None  # it says half a message, or none that is known
