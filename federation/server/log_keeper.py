"""The process of the log, as the supervisor keeps it: started first, started again when it dies."""

from __future__ import annotations

import selectors
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field

from .crew import Log
from .reports import Failed, Pipe, Ready

MODULE = "platelaw.federation.log.process"
_PATIENCE = 5.0  # seconds for one message on a pipe
_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # seconds before it is started again
_CALM = 60.0  # seconds of service after which pauses begin anew
_LEAVE = 10.0  # seconds in which it ends when it is told to


@dataclass(slots=True)
class LogKeeper:
    """Keeps the process of a log alive.

    Attributes:
        log: Where it tells what happens.
        gave_up: Why it is of no use to go on; empty as long as it is.
        restarts: How often it was started again.
    """

    log: Log
    gave_up: str = field(default="", init=False)
    restarts: int = field(default=0, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _pipe: Pipe | None = field(default=None, init=False)
    _was_ready: bool = field(default=False, init=False)
    _file: str = field(default="", init=False)
    _started: float = field(default=0.0, init=False)
    _due: float = field(default=0.0, init=False)
    _pause: float = field(default=_PAUSE, init=False)

    def start(self, file: str) -> None:
        """Start it with a configuration."""
        self._file = file
        mine, its = socket.socketpair()
        mine.settimeout(_PATIENCE)
        with its:
            self._process = subprocess.Popen(
                [sys.executable, "-m", MODULE, str(its.fileno()), file],
                pass_fds=[its.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._pipe, self._started = Pipe(mine), time.monotonic()

    def look(self) -> None:
        """Hear what it says, and start it again if it is gone; does not wait."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._due:
                self.restarts += 1
                self.start(self._file)
            return
        if self._said_something():
            self._hear()

    def end(self) -> None:
        """Let it write what has been sent, and see that it ends."""
        process, self._process = self._process, None
        if process is None or self._pipe is None:
            return
        self._pipe.close()
        try:
            process.wait(_LEAVE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def was_ready(self) -> bool:
        """Whether it served at some time."""
        return self._was_ready

    @property
    def pid(self) -> int | None:
        """Its process id, while there is one."""
        return self._process.pid if self._process is not None else None

    def _said_something(self) -> bool:
        assert self._pipe is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipe.socket, selectors.EVENT_READ)
            return bool(selector.select(0))

    def _hear(self) -> None:
        assert self._pipe is not None
        try:
            message = self._pipe.receive()
        except TimeoutError:
            message = None
        if isinstance(message, Ready):
            self._was_ready = True
            self.log.info("log serves", pid=self.pid)
        elif isinstance(message, Failed):
            self.log.error("log cannot be served", why=message.why)
            if not self._was_ready:
                self.gave_up = f"the log cannot be served: {message.why}"
        elif message is None:
            self._lose()

    def _lose(self) -> None:
        assert self._process is not None
        assert self._pipe is not None
        self._pipe.close()
        with suppress(OSError):
            self._process.kill()
        status = self._process.wait()
        self._process = None
        now = time.monotonic()
        self._pause = (
            _PAUSE if now - self._started > _CALM else min(self._pause * 2, _LONGEST_PAUSE)
        )
        self._due = now + self._pause
        self.log.error("log's process died", status=status, seconds=self._pause)
