"""A log that is written by another process of this machine: groups go over a Unix socket.

While the log's process is away every answer is DENY; the socket is tried again until it is back.
What was sent and not answered is unknown: it may stand in the log, and nobody is given it.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from ..journal import JournalUnavailableError
from .gathering import WINDOW, Gathering, Waiting
from .wire import PIECE, FrameError, Frames, Group, Written, frame, read_written

_PAUSE = 0.1  # seconds between two tries to connect
_SEND_SECONDS = 5.0
_SILENT = 10.0  # seconds after which a log that does not answer is taken for away
AWAY = "the process of the log is away"


class RemoteLog(Gathering):
    """The log's process, as a worker sees it (``Journal``).

    Args:
        path: The Unix socket at which it listens.
        window: For how many seconds a group is gathered.
    """

    def __init__(self, path: Path, window: float = WINDOW) -> None:
        super().__init__(window)
        self._path = path
        self._changing = threading.Lock()
        self._socket: socket.socket | None = None
        self._sent: dict[int, tuple[float, Sequence[Waiting]]] = {}
        self._number = 0
        self._ended = threading.Event()
        self._why_not = AWAY
        self._is_overdue = False
        self._connecting = threading.Thread(target=self._stay, name="log", daemon=True)

    def start(self) -> None:
        """Connect, and begin to gather."""
        super().start()
        self._connecting.start()

    def close(self) -> None:
        """Send what is left, wait a moment for its answer, and end."""
        super().close()
        until = time.monotonic() + _SEND_SECONDS
        while any(group for _, group in list(self._sent.values())) and time.monotonic() < until:
            time.sleep(0.005)
        self._ended.set()
        self._cut()

    @property
    def why_not(self) -> str:
        """Why nothing can be recorded; empty if it can."""
        return self._why_not

    @property
    def is_unwitnessed(self) -> bool:
        """Whether the log has been without enough witnesses for too long."""
        return self._is_overdue

    def hand_over(self, group: Sequence[Waiting]) -> None:
        """Send a group to the log."""
        with self._changing:
            self._number += 1
            number, to = self._number, self._socket
            if to is not None:
                self._sent[number] = time.monotonic(), group
        if to is None:
            _tell_unavailable(group)
            return
        message = frame(Group(number, [submission for submission, _ in group]))
        # Without the lock: to settle what has come needs it, and the log may wait for just that
        # before it takes more. Nobody else sends.
        try:
            to.sendall(message)
        except OSError:
            self._cut()

    def _stay(self) -> None:
        """Be connected, until the end."""
        while not self._ended.is_set():
            connection = self._connected()
            if connection is None:
                self._ended.wait(_PAUSE)
                continue
            with self._changing:
                self._socket = connection
            self._why_not = ""
            with suppress(OSError, FrameError, msgspec.DecodeError):
                self._hear(connection)
            self._lose(connection)

    def _connected(self) -> socket.socket | None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(self._path))
        except OSError:
            connection.close()
            return None
        timeout = int(_SEND_SECONDS).to_bytes(8, "little") + bytes(8)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
        return connection

    def _hear(self, connection: socket.socket) -> None:
        """Tell each what became of it, until the connection ends."""
        frames = Frames()
        while data := connection.recv(PIECE):
            for body in frames.take(data):
                self._settle(read_written.decode(body))

    def _settle(self, written: Written) -> None:
        with self._changing:
            _, group = self._sent.pop(written.number, (0.0, ()))
        self._why_not, self._is_overdue = written.why_not, written.is_overdue
        if len(written.told) != len(group):
            _tell_unavailable(group)
            return
        for (_, tell), told in zip(group, written.receipts(), strict=True):
            tell(told)

    def _lose(self, connection: socket.socket) -> None:
        """Nobody knows what became of what was sent: it is not given."""
        with self._changing:
            self._socket = None
            lost, self._sent = self._sent, {}
        self._why_not = AWAY
        connection.close()
        for _, group in lost.values():
            _tell_unavailable(group)

    def _cut(self) -> None:
        connection = self._socket
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def rest(self) -> None:
        """Ask how the log is, and end a connection on which nothing comes back."""
        with self._changing:
            oldest = min((since for since, _ in self._sent.values()), default=None)
            is_connected = self._socket is not None
        if oldest is not None and time.monotonic() - oldest > _SILENT:
            self._cut()
        elif is_connected:
            self.hand_over(())


def _tell_unavailable(group: Sequence[Waiting]) -> None:
    for _, tell in group:
        tell(JournalUnavailableError())
