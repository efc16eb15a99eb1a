"""What supervisor and workers tell each other: whole messages on a pipe.

The end of the pipe is the end of the other side: a worker whose supervisor is gone stops.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from .tallies import Tally, Timing

_LENGTH = struct.Struct("!I")
_LONGEST = 16 * 1024 * 1024


class Start(msgspec.Struct, frozen=True, tag=True):
    """To a worker: what to serve.

    Attributes:
        place: Which worker it is, from 0.
        core: On which core it runs; None for any.
        entry: What builds the service, ``module:function``.
        config: The configuration file.
        port: The port to share with the others.
    """

    place: int
    core: int | None
    entry: str
    config: str
    port: int


class Tell(msgspec.Struct, frozen=True, tag=True):
    """To a worker: report."""


class Renew(msgspec.Struct, frozen=True, tag=True):
    """To a worker: take up the policies that are there now."""


class Drain(msgspec.Struct, frozen=True, tag=True):
    """To a worker: finish what is under way and end."""


class Ready(msgspec.Struct, frozen=True, tag=True):
    """From a worker: it serves."""

    port: int


class Failed(msgspec.Struct, frozen=True, tag=True):
    """From a worker: it cannot serve, and trying again would not help."""

    why: str


class Renewed(msgspec.Struct, frozen=True, tag=True):
    """From a worker: which policies decide now; why others were refused, or nothing."""

    digest: str
    why_not: str = ""


class Report(msgspec.Struct, frozen=True, tag=True):
    """From a worker: how it is.

    Attributes:
        calls: Durations by method and status.
        outcomes: Answers by method and outcome.
        open_calls: How many calls are worked on or wait.
        shed: How many calls were refused at once.
        digest: The digest of the policies that decide.
        issued: When these were issued, in seconds since 1970; None before there are any.
        clock_offset: How far the clock may be off, in seconds; None if nobody can tell.
        why_not: Why it does not serve, by check.
    """

    calls: list[tuple[str, str, list[int], float]] = []
    outcomes: list[tuple[str, str, int]] = []
    open_calls: int = 0
    shed: int = 0
    digest: str = ""
    issued: float | None = None
    clock_offset: float | None = None
    why_not: dict[str, str] = {}


class Synced(msgspec.Struct, frozen=True):
    """How fetching policies went.

    Attributes:
        digest: The digest of what is there.
        issued: When it was issued, in ISO 8601; the same files are issued anew so that they stay
            young.
        why_not: Why there is nothing new.
        alarms: What somebody should look into.
    """

    digest: str = ""
    issued: str = ""
    why_not: str = ""
    alarms: tuple[str, ...] = ()


Message: TypeAlias = Start | Tell | Renew | Drain | Ready | Failed | Renewed | Report
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def counts_of(tally: Tally) -> Report:
    """The counts of a tally as a report."""
    return Report(
        calls=[(*key, timing.classes, timing.seconds) for key, timing in tally.calls.items()],
        outcomes=[(*key, count) for key, count in tally.outcomes.items()],
    )


def tally_of(report: Report) -> Tally:
    """The tally of the counts of a report."""
    return Tally(
        calls={(m, status): Timing(list(c), s) for m, status, c, s in report.calls},
        outcomes={(method, outcome): count for method, outcome, count in report.outcomes},
    )


@dataclass(slots=True)
class Pipe:
    """One end of a pipe."""

    socket: socket.socket
    _rest: bytearray = field(default_factory=bytearray, init=False)

    def send(self, message: Message) -> None:
        """Send a message.

        Raises:
            OSError: The other side is gone.
        """
        body = msgspec.msgpack.encode(message)
        self.socket.sendall(_LENGTH.pack(len(body)) + body)

    def receive(self) -> Message | None:
        """The next message, or None at the end of the pipe.

        Raises:
            TimeoutError: None came in the time that the socket allows; what came is kept.
        """
        length = self._peek(_LENGTH.size)
        if length is None:
            return None
        (size,) = _LENGTH.unpack(length)
        whole = self._peek(_LENGTH.size + size) if size <= _LONGEST else None
        if whole is None:
            return None
        del self._rest[: len(whole)]
        return _decoder.decode(whole[_LENGTH.size :])

    def close(self) -> None:
        """End it."""
        self.socket.close()

    def _peek(self, size: int) -> bytes | None:
        """So many bytes, or None if the pipe ends before."""
        while len(self._rest) < size:
            try:
                received = self.socket.recv(65536)
            except ConnectionError:
                return None
            if not received:
                return None
            self._rest += received
        return bytes(self._rest[:size])
