"""The one writer of a log: what is submitted becomes entries, in one order, with their proof.

Commit, then sign, then answer, then let the new tree take the place of the old one. An entry may
exist that nobody was told of; an answer without an entry may not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from ..journal import (
    JournalUnavailableError,
    NotRecordedError,
    Receipt,
    ReplayedError,
    Submission,
    Told,
)
from .signing import LogSigner, Signed
from .store import Group, Head, RecordedCall, Store, StoreUnavailableError
from .tiles import WIDTH, Pending, TileError, node_at
from .tree import Edge, Growth, inclusion_proof, leaf_hash, range_proof_of

_Key = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes of the submissions of one group.

    Attributes:
        fresh: Those that are written, each with the index of its first entry.
        met: Calls that were recorded before, by caller and nonce.
        first: The index of the first new entry.
        end: The index after the last.
    """

    fresh: Sequence[tuple[Submission, int]]
    met: Mapping[_Key, RecordedCall]
    first: int
    end: int


@dataclass(slots=True)
class Sequencer:
    """Writes one log. For one thread at a time.

    Attributes:
        store: What the log is kept in.
        signer: What signs its checkpoints.
        clock: The time in microseconds since 1970.
        signed: The newest checkpoint.
        why_not: Why nothing can be written; empty if it can.
    """

    store: Store
    signer: LogSigner
    clock: Callable[[], int]
    signed: Signed = field(init=False)
    why_not: str = field(default="", init=False)
    _edge: Edge | None = field(default=None, init=False)  # None: to be read again
    _pending: Pending = field(default_factory=Pending, init=False)

    def __post_init__(self) -> None:
        """Begin where the store is.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        self._take_up(self.store.head())

    @property
    def pending(self) -> Pending:
        """The tiles of the newest tree that are not full."""
        return self._pending

    def record(self, submissions: Sequence[Submission]) -> Sequence[Told]:
        """Write a group; a receipt for each, or why there is none."""
        try:
            plan, growth = self._write(submissions)
            if growth is not None:
                self.signed = self.signer.signed(growth.after)
            told = [self._told(each, plan, growth) for each in _numbered(submissions, plan)]
        except StoreUnavailableError as fault:
            self.why_not = str(fault) or "the log cannot be written"
            return [JournalUnavailableError() for _ in submissions]
        self.why_not = ""
        return told

    def keep(self) -> None:
        """Keep the newest checkpoint in the store, which also tells whether it can be written."""
        try:
            self.store.keep_checkpoint(self.signed.checkpoint)
        except StoreUnavailableError as fault:
            self.why_not = str(fault) or "the log cannot be written"
        else:
            self.why_not = ""

    def _take_up(self, head: Head) -> None:
        """Go on from a head.

        Raises:
            StoreUnavailableError: The store cannot be read, or does not hold what its head says.
        """
        self._edge, self._pending = head.edge, pending_of(self.store, head.edge)
        self.signed = self.signer.signed(head.edge)

    def _write(self, submissions: Sequence[Submission]) -> tuple[_Plan, Growth | None]:
        """Write what is new, durably.

        Raises:
            StoreUnavailableError: It cannot be, or nobody knows whether it was.
        """
        try:
            with self.store.appending() as appending:
                head = appending.head
                if head.edge != self._edge:  # another server wrote, or nobody knows what was
                    self._take_up(head)
                plan = _planned(submissions, head.edge.size, appending.calls)
                if not plan.fresh:
                    return plan, None
                group = _group(plan, max(self.clock(), head.at))
                growth = head.edge.extended(group.leaves)
                pending, tiles = self._pending.grown(growth)
                appending.write(group, growth.after, _calls(plan), _circumstances(plan), tiles)
        except StoreUnavailableError:
            self._edge = None
            raise
        self._edge, self._pending = growth.after, pending
        return plan, growth

    def _told(
        self, numbered: tuple[Submission, int | None], plan: _Plan, growth: Growth | None
    ) -> Told:
        submission, first = numbered
        if first is not None and growth is not None:
            end = first + len(submission.entries)
            one = end - first == 1
            proof = growth.inclusion(first) if one else growth.range_proof(first, end)
            return self._receipt(first, proof, ())
        before = plan.met.get((submission.caller, submission.nonce))
        if before is None:
            return NotRecordedError()
        if before.digest != submission.digest:
            return ReplayedError()
        return self._again(before)

    def _again(self, call: RecordedCall) -> Receipt:
        """The receipt of a call that was recorded before, by the newest checkpoint."""
        first, end, size = call.first, call.first + call.count, self._pending.size
        entries = tuple(
            chain.from_iterable(
                group.entries[max(0, first - group.first) : end - group.first]
                for group in self.store.groups(first, end)
            )
        )
        at = node_at(self.store.tile, self._pending)
        one = call.count == 1
        proof = inclusion_proof(first, size, at) if one else range_proof_of(first, end, size, at)
        return self._receipt(first, proof, entries)

    def _receipt(self, first: int, proof: Sequence[bytes], recorded: Sequence[bytes]) -> Receipt:
        signed = self.signed
        return Receipt(
            self.signer.origin,
            first,
            b"".join(proof),
            signed.checkpoint,
            signed.signature,
            signed.key_id,
            recorded,
        )


def pending_of(store: Store, edge: Edge) -> Pending:
    """The tiles at the right edge of a stored log.

    Raises:
        StoreUnavailableError: The store cannot be read, or does not hold what its head says.
    """
    start = edge.size - edge.size % WIDTH
    leaves = tuple(
        chain.from_iterable(
            group.leaves[max(0, start - group.first) : edge.size - group.first]
            for group in store.groups(start, edge.size)
        )
    )
    try:
        pending = Pending.read(edge.size, leaves, store.tile)
        if pending.edge != edge:
            raise TileError("the tiles on file are not those of the head")
    except TileError as fault:
        raise StoreUnavailableError(f"{fault}; run `platelaw log verify`") from fault
    return pending


def _planned(
    submissions: Sequence[Submission],
    first: int,
    calls: Callable[[Sequence[_Key]], Mapping[_Key, RecordedCall]],
) -> _Plan:
    """Number what is new; the second of two with one nonce is a repetition of the first."""
    met = dict(calls([(each.caller, each.nonce) for each in submissions if each.nonce]))
    fresh: list[tuple[Submission, int]] = []
    end = first
    for each in submissions:
        key = each.caller, each.nonce
        if key in met or not each.entries:
            continue
        fresh.append((each, end))
        if each.nonce:
            met[key] = _call(each, end)
        end += len(each.entries)
    return _Plan(fresh, met, first, end)


def _numbered(
    submissions: Sequence[Submission], plan: _Plan
) -> list[tuple[Submission, int | None]]:
    """Every submission, with the index of its first entry if it is new."""
    fresh = {id(submission): first for submission, first in plan.fresh}
    return [(each, fresh.get(id(each))) for each in submissions]


def _group(plan: _Plan, at: int) -> Group:
    entries = tuple(chain.from_iterable(each.entries for each, _ in plan.fresh))
    sealed = tuple(chain.from_iterable(each.sealed for each, _ in plan.fresh))
    return Group(plan.first, entries, tuple(map(leaf_hash, entries)), sealed, at)


def _call(submission: Submission, first: int) -> RecordedCall:
    return RecordedCall(
        submission.caller,
        submission.nonce,
        submission.digest,
        first,
        len(submission.entries),
        submission.until,
    )


def _calls(plan: _Plan) -> list[RecordedCall]:
    return [_call(each, first) for each, first in plan.fresh if each.nonce]


def _circumstances(plan: _Plan) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for each, _ in plan.fresh:
        found.update(each.circumstances)
    return found
