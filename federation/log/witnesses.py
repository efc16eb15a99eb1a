"""The witnesses of a log: asked in the background, and what they cosigned kept apart from the log.

The log's own thread offers its newest checkpoint; another one asks. No answer waits for either. The
last checkpoint that a quorum cosigned is kept in a file of its own: after a restart it tells since
when the log is unwitnessed, and a log that does not lead to it is found.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..witness.client import WitnessClient
from ..witness.gathering import EVERY, Gatherer, Round
from ..witness.policy import PolicyError, WitnessPolicy, read_policy
from ..witness.quorum import faults_of_outside
from ..witness.witnessing import Witnessing
from .high_water import HighWater
from .notes import Note, NoteError
from .store import Store, StoreUnavailableError
from .tiles import Pending, node_at
from .tree import consistency_proof

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Offered:
    """A checkpoint, and the tiles of its tree that are not full."""

    note: Note
    pending: Pending


class LogWitnesses:
    """The witnesses of one log.

    Attributes:
        witnessing: Since when the log is unwitnessed. Any thread may ask.
    """

    def __init__(
        self,
        policy: WitnessPolicy,
        clients: Sequence[WitnessClient],
        store: Store,
        kept: HighWater,
        report: Report,
        *,
        clock: Callable[[], float] = time.time,
        every: float = EVERY,
    ) -> None:
        """The witnesses of a log, not asked yet.

        Args:
            policy: Whose cosignatures count.
            clients: The witnesses as they are asked.
            store: What the log is kept in; read, by this thread and others.
            kept: Where the last checkpoint that a quorum cosigned is kept.
            report: Told when a witness stops cosigning, and when it does again.
            clock: The time in seconds since 1970.
            every: Seconds from one round to the next.

        Raises:
            StoreError: What is kept cannot be read.
            StoreUnavailableError: The log cannot be read.
        """
        self._store, self._kept, self._report, self._clock = store, kept, report, clock
        self.witnessing = Witnessing(policy, _began(store, clock()))
        self._offered: _Offered | None = None
        self._asked: _Offered | None = None  # of the round under way
        self._gatherer = Gatherer(
            clients, self._newest, self._prove, self._keep, report, every=every
        )
        self._take_kept()

    def offer(self, checkpoint: str, pending: Pending) -> None:
        """Let the newest checkpoint be cosigned.

        Args:
            checkpoint: It, signed by the log.
            pending: The tiles of the same tree that are not full.
        """
        if self._offered is None or str(self._offered.note) != checkpoint:
            self._offered = _Offered(Note.parse(checkpoint), pending)

    def start(self) -> None:
        """Begin to ask, in a thread of its own."""
        self._gatherer.start()

    def ask_once(self) -> None:
        """One round, in this thread."""
        self._gatherer.ask_once()

    def stop(self) -> None:
        """Ask no more."""
        self._gatherer.stop()

    def _newest(self) -> Note | None:
        self._asked = self._offered
        return self._asked.note if self._asked else None

    def _prove(self, old: int, new: int) -> Sequence[bytes]:
        assert self._asked is not None  # a proof is asked for in a round only
        return consistency_proof(old, new, node_at(self._store.tile, self._asked.pending))

    def _keep(self, asked: Round) -> None:
        if self.witnessing.take(asked.note, self._clock()):
            try:
                self._kept.keep(str(asked.note))
            except StoreUnavailableError as fault:
                self._report(str(fault))

    def _take_kept(self) -> None:
        """Go by what was kept before. What no longer counts by the policy is passed over."""
        note = self._kept.read()
        if note is None:
            return
        try:
            self.witnessing.take(note, self._clock())
        except NoteError as error:
            self._report(f"{self._kept.path}: does not count any more: {error}")


def clients_of(
    policy: WitnessPolicy, *, seconds: float = 10.0, authorities: Path | None = None
) -> list[WitnessClient]:
    """The witnesses of a policy, as they are asked.

    Raises:
        PolicyError: One has no address at which it could be asked.
    """
    clients, faults = list[WitnessClient](), list[str]()
    for witness in policy.witnesses.values():
        try:
            clients.append(WitnessClient(witness, seconds=seconds, authorities=authorities))
        except ValueError as error:
            faults.append(str(error))
    if faults:
        raise PolicyError(faults)
    return clients


def policy_of_log(file: Path, origin: str, vkey: str, outside: Collection[str]) -> WitnessPolicy:
    """The policy by which a log is witnessed, held to what must be true of it.

    Args:
        file: Its file.
        origin: The origin of the log.
        vkey: The key by which this server signs it.
        outside: The names of the witnesses outside law enforcement.

    Raises:
        PolicyError: It cannot be read, it does not name this key of the log, or a quorum is met
            without anybody outside law enforcement.
    """
    policy = read_policy(file)
    faults = [f"{file}: {fault}" for fault in faults_of_outside(policy, outside)]
    if policy.logs and vkey not in {str(log.key) for log in policy.logs}:
        faults.append(f"{file}: does not name the key by which {origin} is signed; add log {vkey}")
    if faults:
        raise PolicyError(faults)
    return policy


def _began(store: Store, now: float) -> float:
    """When a log began: its first entry, or now if it has none.

    Raises:
        StoreUnavailableError: The log cannot be read.
    """
    first = next(iter(store.groups(0, 1)), None) if store.head().edge.size else None
    return first.at / 1e6 if first else now
