"""The server and the load as processes: one line of JSON to them, one line back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
from benchmarks.service.home import PLATFORMS
from benchmarks.service.orders import Measured, Order, Setup
from benchmarks.service.server import Started, Told, Wanted

from platelaw.federation.embedded import Home

T = TypeVar("T")
_ROOT = Path(__file__).parent.parent.parent


class EndedError(Exception):
    """A process that ended before it answered; it has said why."""


class Child:
    """A process that is spoken to."""

    def __init__(self, module: str, first: msgspec.Struct) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT,
        )  # fmt: skip
        self.tell(msgspec.json.encode(first).decode())

    def tell(self, line: str) -> None:
        """Say something."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def hear(self, kind: type[T]) -> T:
        """What it says next.

        Raises:
            EndedError: Nothing more.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise EndedError(f"a process ended with status {self._process.wait()}")
        return msgspec.json.decode(line, type=kind)

    def end(self) -> None:
        """Let it end, and wait for that."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass(frozen=True, slots=True)
class Bench:
    """A server under load.

    Attributes:
        started: Where it listens.
        seconds: Wall seconds from the start of the program to listening.
        server: The server.
        load: The load.
    """

    started: Started
    seconds: float
    server: Child
    load: Child

    def measure(self, order: Order) -> Measured:
        """Have an order done."""
        self.begin(order)
        return self.load.hear(Measured)

    def begin(self, order: Order) -> None:
        """Have an order done without waiting for it."""
        self.load.tell(msgspec.json.encode(order).decode())

    def ask_server(self, line: str = "tell") -> Told:
        """Ask the server how it is, or to take up new policies."""
        self.server.tell(line)
        return self.server.hear(Told)


@contextmanager
def bench(home: Home, *, tls: bool, logged: bool = False) -> Generator[Bench]:
    """A server of a folder on one core, a load on another; what was on file is forgotten.

    Args:
        home: The folder.
        tls: Whether callers prove themselves.
        logged: Whether answers are recorded; the log's process is on any core.
    """
    for file in (*home.folder.glob("evidence.sqlite*"), *home.folder.glob("log.sqlite*")):
        file.unlink()
    shutil.rmtree(home.folder / "log-mark", ignore_errors=True)
    cores = sorted(os.sched_getaffinity(0))
    core, other = (cores[0], cores[1]) if len(cores) > 1 else (None, None)
    began = time.perf_counter()
    server = Child("benchmarks.service.server", Wanted(str(home.folder), core, tls, logged))
    try:
        started = server.hear(Started)
        seconds = time.perf_counter() - began
        platforms = [str(home.place(f"platform-{at}")) if tls else "" for at in range(PLATFORMS)]
        setup = Setup(
            port=started.port, stock_port=started.stock_port, pids=started.pids, core=other,
            identities=tuple(platforms), authority=str(home.folder / "authority.pem"),
        )  # fmt: skip
        load = Child("benchmarks.service.load", setup)
        try:
            yield Bench(started, seconds, server, load)
        finally:
            load.end()
    finally:
        server.end()
