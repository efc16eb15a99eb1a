"""A log and its witnesses: asked in the background for cosignatures on its newest checkpoint.

What enough of them cosigned last is kept beside the high-water mark, and a log that does not reach
it is not served.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ..witness.client import WitnessClient
from ..witness.gathering import EVERY, Gatherer, Round
from ..witness.policy import WitnessPolicy
from ..witness.witnessing import Witnessing
from .high_water import HighWater
from .notes import Note, NoteError
from .opening import OpenLog, place_beside
from .reading import nodes_of
from .store import StoreUnavailableError
from .tree import consistency_proof


@dataclass(slots=True)
class LogWitnesses:
    """The witnesses of one log at work.

    Attributes:
        log: The log.
        policy: Who they are, and how many are enough.
        report: Is told in words when one stops cosigning, and when it does again.
        every: Seconds from one round to the next.
    """

    log: OpenLog
    policy: WitnessPolicy
    report: Callable[[str], None]
    every: float = EVERY
    _witnessing: Witnessing = field(init=False)
    _kept: HighWater = field(init=False)
    _gatherer: Gatherer = field(init=False)

    def __post_init__(self) -> None:
        """Go on from what was cosigned last."""
        now = time.time()
        self._witnessing = Witnessing(self.policy, now)
        self._kept = HighWater(place_beside(self.log.mark.path))
        with suppress(NoteError):  # under another policy it counts for nothing
            if (kept := self._kept.read()) is not None:
                self._witnessing.take(kept, now)
        clients = [WitnessClient(each) for each in self.policy.witnesses.values() if each.url]
        self._gatherer = Gatherer(
            clients, self._newest, self._prove, self._take, self.report, every=self.every
        )

    def start(self) -> None:
        """Begin to ask them."""
        self._gatherer.start()

    def stop(self) -> None:
        """Ask no more."""
        self._gatherer.stop()

    @property
    def since(self) -> int:
        """When enough of them had cosigned last, or since when they are asked; a POSIX time."""
        return self._witnessing.since

    @property
    def is_overdue(self) -> bool:
        """Whether that is too long ago."""
        return self._witnessing.is_overdue(time.time())

    def _newest(self) -> Note | None:
        signed = self.log.sequencer.signed
        return Note.parse(signed.checkpoint) if signed.size else None

    def _prove(self, old: int, new: int) -> Sequence[bytes]:
        return consistency_proof(old, new, nodes_of(self.log.store, new))

    def _take(self, asked: Round) -> None:
        if self._witnessing.take(asked.note, time.time()):
            with suppress(StoreUnavailableError):  # the mark says so too, and bars the log
                self._kept.keep(str(asked.note))
