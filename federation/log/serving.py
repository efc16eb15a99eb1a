"""The log's process at work: it takes what workers send, writes it in groups, and answers.

One thread does it all, so that there is one order. What has come from every worker while a group
was written is the next group.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from .sequencer import Sequencer
from .wire import PIECE, FrameError, Frames, Group, Written, frame, read_group, short

_KEEP_EVERY = 1.0  # seconds between two looks after what is not done with every group
_SEND_SECONDS = 5.0


class Witnesses(Protocol):
    """How a log stands with its witnesses."""

    @property
    def since(self) -> int:
        """When enough of them had cosigned last, a POSIX time."""
        ...

    @property
    def is_overdue(self) -> bool:
        """Whether that is too long ago."""
        ...


@dataclass(slots=True, eq=False)
class _Worker:
    """The connection of one worker."""

    socket: socket.socket
    frames: Frames = field(default_factory=Frames)


@dataclass(slots=True)
class LogServer:
    """Serves one log to the workers of a machine.

    Attributes:
        listening: Where they connect.
        sequencer: What writes.
        keep: What is done once a second: checkpoint and marks kept, old nonces forgotten.
        witnesses: Those who cosign its checkpoints; None if nobody does.
    """

    listening: socket.socket
    sequencer: Sequencer
    keep: Callable[[], None]
    witnesses: Witnesses | None = None
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector, init=False)

    def serve(self, ending: socket.socket) -> None:
        """Serve until a socket says something or ends."""
        self.listening.setblocking(False)
        self._selector.register(self.listening, selectors.EVENT_READ)
        self._selector.register(ending, selectors.EVENT_READ)
        next_keep = 0.0
        while True:
            now = time.monotonic()
            if now >= next_keep:
                self.keep()
                next_keep = time.monotonic() + _KEEP_EVERY
            ready = self._selector.select(max(0.0, next_keep - now))
            if any(key.fileobj is ending for key, _ in ready):
                break
            groups: list[tuple[_Worker, Group]] = []
            for key, _ in ready:
                if key.fileobj is self.listening:
                    self._accept()
                else:
                    groups += self._taken(key.data)
            self._write(groups)
        self._end()

    def _accept(self) -> None:
        with suppress(OSError):
            connection, _ = self.listening.accept()
            connection.settimeout(_SEND_SECONDS)
            self._selector.register(connection, selectors.EVENT_READ, _Worker(connection))

    def _taken(self, worker: _Worker) -> list[tuple[_Worker, Group]]:
        """What has come from one worker; its end ends the connection."""
        try:
            data = worker.socket.recv(PIECE)
            groups = [read_group.decode(body) for body in worker.frames.take(data)]
        except (OSError, FrameError, msgspec.DecodeError):
            data, groups = b"", []
        if not data:
            self._drop(worker)
        return [(worker, group) for group in groups]

    def _write(self, groups: list[tuple[_Worker, Group]]) -> None:
        """Write what has come, and tell each worker."""
        if not groups:
            return
        submissions = [each for _, group in groups for each in group.submissions]
        told = list(self.sequencer.record(submissions)) if submissions else []
        signed, origin = self.sequencer.signed, self.sequencer.signer.origin
        at = 0
        for worker, group in groups:
            mine = told[at : at + len(group.submissions)]
            at += len(mine)
            written = Written(
                group.number,
                origin,
                signed.checkpoint,
                signed.signature,
                signed.key_id,
                [short(each) for each in mine],
                self.sequencer.why_not,
                self.witnesses.since if self.witnesses is not None else 0,
                self.witnesses is not None and self.witnesses.is_overdue,
            )
            try:
                worker.socket.sendall(frame(written))
            except OSError:
                self._drop(worker)

    def _drop(self, worker: _Worker) -> None:
        with suppress(KeyError, ValueError):  # gone already
            self._selector.unregister(worker.socket)
        worker.socket.close()

    def _end(self) -> None:
        """Write what has been sent by now, and let the workers go."""
        for key in list(self._selector.get_map().values()):
            if isinstance(key.data, _Worker):
                key.data.socket.setblocking(False)
                while key.data.socket.fileno() >= 0:  # when nothing is there, it is let go
                    self._write(self._taken(key.data))
        self.keep()
        self._selector.close()
