"""A log and its witnesses: asked in the background for cosignatures on its newest checkpoint.

What enough of them cosigned last is kept beside the high-water mark, and a log that does not reach
it is not served.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..witness.client import WitnessClient
from ..witness.gathering import EVERY, Gatherer, Round
from ..witness.policy import PolicyError, WitnessPolicy, read_policy
from ..witness.quorum import faults_of_outside
from ..witness.witnessing import Witnessing
from .high_water import HighWater
from .notes import Note, NoteError
from .opening import OpenLog, place_beside
from .reading import nodes_of
from .signing import LogSigner
from .store import Store, StoreUnavailableError
from .tree import consistency_proof

_MICROSECONDS = 1e6


@dataclass(slots=True)
class LogWitnesses:
    """The witnesses of one log at work.

    Attributes:
        log: The log.
        policy: Whose cosignatures count, and how many are enough.
        clients: They, as they are asked.
        report: Is told in words when one stops cosigning, and when it does again.
        every: Seconds from one round to the next.
        clock: The time in seconds since 1970.
    """

    log: OpenLog
    policy: WitnessPolicy
    clients: Sequence[WitnessClient]
    report: Callable[[str], None]
    every: float = EVERY
    clock: Callable[[], float] = time.time
    _witnessing: Witnessing = field(init=False)
    _kept: HighWater = field(init=False)
    _gatherer: Gatherer = field(init=False)

    def __post_init__(self) -> None:
        """Go on from what was cosigned last.

        Raises:
            StoreError: What is kept cannot be read.
            StoreUnavailableError: The log cannot be read.
        """
        now = self.clock()
        self._witnessing = Witnessing(self.policy, _began(self.log.store, now))
        self._kept = HighWater(place_beside(self.log.mark.path))
        with suppress(NoteError):  # under another policy it counts for nothing
            if (kept := self._kept.read()) is not None:
                self._witnessing.take(kept, now)
        self._gatherer = Gatherer(
            self.clients, self._newest, self._prove, self._take, self.report, every=self.every
        )

    def start(self) -> None:
        """Begin to ask them."""
        self._gatherer.start()

    def stop(self) -> None:
        """Ask no more."""
        self._gatherer.stop()

    def ask_once(self) -> None:
        """Ask each of them once, in this thread."""
        self._gatherer.ask_once()

    @property
    def since(self) -> int:
        """When enough of them had cosigned last; if never, when the log began; a POSIX time."""
        return self._witnessing.since

    @property
    def is_overdue(self) -> bool:
        """Whether that is too long ago."""
        return self._witnessing.is_overdue(self.clock())

    def _newest(self) -> Note | None:
        signed = self.log.sequencer.signed
        return Note.parse(signed.checkpoint) if signed.size else None

    def _prove(self, old: int, new: int) -> Sequence[bytes]:
        return consistency_proof(old, new, nodes_of(self.log.store, new))

    def _take(self, asked: Round) -> None:
        if self._witnessing.take(asked.note, self.clock()):
            with suppress(StoreUnavailableError):  # the mark says so too, and bars the log
                self._kept.keep(str(asked.note))


def policy_of_log(file: Path, signer: LogSigner, outside: Collection[str]) -> WitnessPolicy:
    """The policy by which a log is witnessed, held to what must be true of it.

    Args:
        file: Its file.
        signer: What signs the checkpoints of the log here.
        outside: The names of the witnesses outside law enforcement.

    Raises:
        PolicyError: It cannot be read, it does not name the key of the log, or a quorum is met
            without anybody outside law enforcement.
    """
    policy = read_policy(file)
    faults = [f"{file}: {fault}" for fault in faults_of_outside(policy, outside)]
    vkey = signer.note.vkey
    if policy.logs and vkey not in {str(log.key) for log in policy.logs}:
        faults.append(f"{file}: does not name the key by which the log is signed; add log {vkey}")
    if faults:
        raise PolicyError(faults)
    return policy


def clients_of(policy: WitnessPolicy, authorities: Path | None = None) -> list[WitnessClient]:
    """The witnesses of a policy, as they are asked.

    Args:
        policy: The policy.
        authorities: The roots that their certificates are believed by; the system's if left out.

    Raises:
        PolicyError: One has no address at which it can be asked, or the roots cannot be read.
    """
    clients, faults = list[WitnessClient](), list[str]()
    for witness in policy.witnesses.values():
        try:
            clients.append(WitnessClient(witness, authorities=authorities))
        except ValueError as error:
            faults.append(str(error))
        except OSError as fault:
            told = f"{authorities}: cannot be read: {fault.strerror or fault}; name a file in PEM"
            raise PolicyError([told]) from fault
    if faults:
        raise PolicyError(faults)
    return clients


def _began(store: Store, now: float) -> float:
    """When a log began: its first entry, or now if it has none.

    Raises:
        StoreUnavailableError: The log cannot be read.
    """
    first = next(iter(store.groups(0, 1)), None) if store.head().edge.size else None
    return first.at / _MICROSECONDS if first else now
