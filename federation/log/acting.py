"""Acts on their way to the log: whoever does something waits until it stands there (``Record``)."""

from __future__ import annotations

import datetime
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

from ..journal import Journal, JournalUnavailableError, Receipt, Submission, Told
from ..v1 import log_pb2 as log
from .acts import Act
from .sequencer import Sequencer

_ID_WIDTH = 16
_WAIT = 20.0  # seconds; a log that is away says so sooner


@dataclass(frozen=True, slots=True)
class JournalRecorder:
    """Records acts in the log of a service.

    Attributes:
        journal: The log.
        clock: The time in UTC.
    """

    journal: Journal
    clock: Callable[[], datetime.datetime]

    def record(self, act: Act) -> None:
        """Record an act.

        Raises:
            JournalUnavailableError: It does not stand in the log, as far as anybody knows.
        """
        there = threading.Event()
        found: list[Told] = []

        def tell(told: Told) -> None:
            found.append(told)
            there.set()

        self.journal.record(submission_of(act, self.clock()), tell)
        if not there.wait(_WAIT):
            raise JournalUnavailableError("the log does not answer")
        _check(found[0])


@dataclass(frozen=True, slots=True)
class SequencerRecorder:
    """Records acts where the log is written, before it serves.

    Attributes:
        sequencer: What writes it.
        clock: The time in UTC.
    """

    sequencer: Sequencer
    clock: Callable[[], datetime.datetime]

    def record(self, act: Act) -> None:
        """Record an act.

        Raises:
            JournalUnavailableError: It does not stand in the log, as far as anybody knows.
        """
        (told,) = self.sequencer.record([submission_of(act, self.clock())])
        _check(told)


def submission_of(act: Act, at: datetime.datetime) -> Submission:
    """An act as it is handed to the log: an entry of its own, which no retry can meet."""
    entry = log.LogEntry(id=os.urandom(_ID_WIDTH))
    entry.at.FromDatetime(at)
    entry.act.kind, entry.act.by = act.kind.value, act.by
    entry.act.details = json.dumps(
        dict(act.details), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()
    return Submission("", b"", b"", 0, (entry.SerializeToString(),), (b"",), {})


def _check(told: Told) -> None:
    if not isinstance(told, Receipt):
        raise JournalUnavailableError(str(told) or "the log cannot be written") from told
