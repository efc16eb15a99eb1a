"""One agency's service, put together: what decides, who may call, what is on file.

A version of the policies brings the register of callers and that of signers with it. All three are
taken over in one go; every one of them is swapped by one assignment.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from .bundles.client import VerifiedBundle
from .bundles.snapshots import snapshot_of
from .call import Call, Handlers
from .caller import Caller
from .deciding.copies import Copies
from .deciding.desk import Desk
from .deciding.handlers import handlers as deciding_handlers
from .deciding.point import DecisionPoint
from .deciding.recording import Recording
from .evidence.servicer import handlers as evidence_handlers
from .evidence.store import EvidenceStore
from .identity.authorizing import Authorizer
from .identity.peer import Peers
from .identity.signers import Signers, SignersInUse
from .identity.standing import Standing, Standings
from .log.acting import JournalRecorder
from .log.acts import Record
from .snapshot import PolicySnapshot, Snapshots

Clock = Callable[[], datetime.datetime]


@dataclass(frozen=True, slots=True)
class Version:
    """All that one version of the policies brings."""

    snapshot: PolicySnapshot
    standing: Standing
    signers: Signers

    @classmethod
    def of(cls, bundle: VerifiedBundle, clock: Clock) -> Version:
        """What a verified version says."""
        contents = bundle.contents
        return cls(snapshot_of(bundle, clock), contents.standing, contents.signers)


@dataclass(slots=True)
class Service:
    """One service.

    Attributes:
        snapshots: The policies in use.
        standings: The callers on file.
        signers: The signers on file.
        store: The evidence on file.
        point: What decides.
        authorizer: Who may call what.
        peers: Who calls.
        clock: The time in UTC.
        record: Records recalls and deletions in the log; None where there is none.
    """

    snapshots: Snapshots
    standings: Standings
    signers: SignersInUse
    store: EvidenceStore
    point: DecisionPoint
    authorizer: Authorizer
    peers: Peers
    clock: Clock
    record: Record | None = None

    @classmethod
    def of(
        cls,
        version: Version,
        *,
        store: Path,
        trust_domains: Collection[str],
        authorizer: Authorizer,
        clock: Clock,
        recording: Recording | None = None,
        unwitnessed: Callable[[], bool] = lambda: False,
        alarm: Callable[[Exception], None] = lambda fault: None,
        after: Callable[[Call, str], None] = lambda call, outcome: None,
    ) -> Service:
        """The service of a first version.

        Args:
            version: What decides from the beginning.
            store: The file of the evidence.
            trust_domains: The trust domains whose callers are let in.
            authorizer: Who may call what.
            clock: The time in UTC.
            recording: Where answers are recorded; nowhere if not said.
            unwitnessed: Whether the log has been without enough witnesses for too long.
            alarm: What is told of an evaluation that failed.
            after: What is told of every answer: its call and its outcome.

        Raises:
            StoreError: The evidence cannot be used.
        """
        snapshots, standings = Snapshots(version.snapshot), Standings(version.standing)
        signers = SignersInUse(version.signers)
        evidence = EvidenceStore(store, signers)
        evidence.tidy(clock())
        point = DecisionPoint(
            snapshots,
            evidence.proofs,
            evidence.holds,
            evidence.refusals,
            recording,
            alarm,
            after,
            unwitnessed=unwitnessed,
            copies=Copies(evidence.releases),
        )
        peers = Peers(standings, trust_domains)
        record = JournalRecorder(recording.journal, clock).record if recording else None
        return cls(snapshots, standings, signers, evidence, point, authorizer, peers, clock, record)

    def take(self, version: Version) -> None:
        """Let another version count from the next call on."""
        desk = Desk(version.snapshot)
        self.point.warm(desk, self.clock())
        self.standings.replace(version.standing)
        self.signers.replace(version.signers)
        self.point.use(desk)

    def refresh(self, version: Version) -> None:
        """Take over the time of issue of a version whose files are those in use."""
        same = replace(self.snapshots.current, issued_at=version.snapshot.issued_at)
        self.point.use(self.point.desk.of(same))

    def handlers(self) -> Handlers:
        """What answers calls, by full method name."""
        return {
            **deciding_handlers(self.point),
            **evidence_handlers(self.store, self.signers, self.snapshots, self.record),
        }

    def authorize(self, caller: Caller, method: str) -> None:
        """Let a caller call a method, or not.

        Raises:
            RefusedCallError: It may not; PERMISSION_DENIED.
        """
        self.authorizer.check(caller, method, self.clock())
