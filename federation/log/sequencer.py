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
from .records import entries_of, pending_at
from .signing import LogSigner, Signed
from .store import Group, Head, RecordedCall, Store, StoreUnavailableError
from .tiles import Pending, TileError, node_at
from .tree import Edge, Growth, inclusion_proof, leaf_hash, range_proof_of

_Key = tuple[str, bytes]
_MOST_KNOWN = 20_000  # circumstances that are known to be in the store


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes of the submissions of one group.

    Attributes:
        firsts: For each the index of its first entry; None if it is not written.
        fresh: Those that are written.
        calls: The calls among these.
        met: Calls that were recorded before or are now, by caller and nonce.
        first: The index of the first new entry.
    """

    firsts: Sequence[int | None]
    fresh: Sequence[Submission]
    calls: Sequence[RecordedCall]
    met: Mapping[_Key, RecordedCall]
    first: int


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
    _written: set[bytes] = field(default_factory=set[bytes], init=False)  # digests in the store

    def __post_init__(self) -> None:
        """Begin where the store is.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        self._take_up(self.store.head())

    def record(self, submissions: Sequence[Submission]) -> Sequence[Told]:
        """Write a group; a receipt for each, or why there is none."""
        try:
            plan, growth = self._write(submissions)
            if growth is not None:
                self.signed = self.signer.signed(growth.after.size, growth.root)
            told = [
                self._told(each, first, plan, growth)
                for each, first in zip(submissions, plan.firsts, strict=True)
            ]
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
        self.signed = self.signer.signed(head.edge.size, head.edge.root)

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
                circumstances = self._unwritten(plan)
                appending.write(group, growth.after, plan.calls, circumstances, tiles)
        except StoreUnavailableError:
            self._edge = None
            raise
        self._edge, self._pending = growth.after, pending
        self._written.update(circumstances)
        return plan, growth

    def _unwritten(self, plan: _Plan) -> dict[bytes, bytes]:
        """The circumstances of a group that are not known to be in the store."""
        if len(self._written) > _MOST_KNOWN:
            self._written.clear()
        return {
            digest: text
            for each in plan.fresh
            for digest, text in each.circumstances.items()
            if digest not in self._written
        }

    def _told(
        self, submission: Submission, first: int | None, plan: _Plan, growth: Growth | None
    ) -> Told:
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
        entries = entries_of(self.store, first, end)
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
    try:
        pending = pending_at(store, edge.size)
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
    firsts: list[int | None] = []
    fresh: list[Submission] = []
    new: list[RecordedCall] = []
    end = first
    for each in submissions:
        key, count = (each.caller, each.nonce), len(each.entries)
        if key in met or not count:
            firsts.append(None)
            continue
        firsts.append(end)
        fresh.append(each)
        if each.nonce:
            call = RecordedCall(each.caller, each.nonce, each.digest, end, count, each.until)
            new.append(call)
            met[key] = call
        end += count
    return _Plan(firsts, fresh, new, met, first)


def _group(plan: _Plan, at: int) -> Group:
    entries = tuple(chain.from_iterable(each.entries for each in plan.fresh))
    sealed = tuple(chain.from_iterable(each.sealed for each in plan.fresh))
    return Group(plan.first, entries, tuple(map(leaf_hash, entries)), sealed, at)
