"""The handlers of LogService: checkpoints, entries and proofs for whoever may read the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ..call import Call, Handlers
from ..messages import read
from ..refusal import RefusedCallError, Status
from ..v1 import answer_pb2 as a
from ..v1 import log_pb2 as log
from .notes import Checkpoint, Note
from .records import Records, entries_of, pending_at
from .store import Store, StoreError, StoreUnavailableError
from .tiles import TileError, node_at
from .tree import NodeAt, ProofError, consistency_proof, range_proof_of

T = TypeVar("T")
SERVICE = "/platelaw.v1.LogService"
_LARGEST = 900_000  # bytes of entries in one response


def handlers(opened: Callable[[], Store]) -> Handlers:
    """The handlers of a log, by full method name.

    Args:
        opened: Opens what it is kept in for reading, when somebody reads first; it may not be
            there before.
    """
    desk = LogDesk(opened)
    return {
        f"{SERVICE}/GetCheckpoint": desk.checkpoint,
        f"{SERVICE}/GetEntries": desk.entries,
        f"{SERVICE}/GetConsistency": desk.consistency,
    }


@dataclass(frozen=True, slots=True)
class _Tree:
    """The log up to its last kept checkpoint."""

    note: str
    size: int
    at: NodeAt


@dataclass(frozen=True, slots=True)
class LogDesk:
    """Takes calls of readers."""

    opened: Callable[[], Store]
    _store: list[Store] = field(default_factory=list[Store], init=False)

    @property
    def store(self) -> Store:
        """The store, opened when it is needed first.

        Raises:
            StoreError: It cannot be opened.
        """
        if not self._store:
            self._store.append(self.opened())
        return self._store[0]

    def checkpoint(self, call: Call, data: bytes) -> bytes:
        """The newest checkpoint that is kept, at most a second old.

        Raises:
            RefusedCallError: It is refused.
        """
        del call
        read(log.GetCheckpointRequest, data)
        note = _available(lambda: self.store.head().checkpoint)
        return log.GetCheckpointResponse(checkpoint=note).SerializeToString()

    def entries(self, call: Call, data: bytes) -> bytes:
        """Entries in their order; fewer than asked for where they are large.

        Raises:
            RefusedCallError: It is refused; OUT_OF_RANGE beyond the newest checkpoint.
        """
        del call
        request = read(log.GetEntriesRequest, data)
        return _available(lambda: self._entries(request))

    def consistency(self, call: Call, data: bytes) -> bytes:
        """The proof that a log of one size grew to another.

        Raises:
            RefusedCallError: It is refused; OUT_OF_RANGE beyond the newest checkpoint.
        """
        del call
        request = read(log.GetConsistencyRequest, data)
        return _available(lambda: self._consistency(request))

    def _entries(self, request: log.GetEntriesRequest) -> bytes:
        tree = self._tree()
        first, end = request.first, min(request.first + request.count, tree.size)
        if first >= end:
            raise _beyond("first", tree.size)
        entries = _fitting(entries_of(self.store, first, end))
        end = first + len(entries)
        digests = {digest for entry in entries if (digest := _circumstances(entry))}
        found = (self.store.circumstances(digest) for digest in sorted(digests))
        hashes = b"".join(range_proof_of(first, end, tree.size, tree.at))
        return log.GetEntriesResponse(
            entries=entries,
            circumstances=[text for text in found if text is not None],
            proof=a.TreeProof(hashes=hashes, checkpoint=tree.note),
        ).SerializeToString()

    def _consistency(self, request: log.GetConsistencyRequest) -> bytes:
        tree = self._tree()
        if request.later > tree.size:
            raise _beyond("later", tree.size)
        try:
            hashes = consistency_proof(request.earlier, request.later, tree.at)
        except ProofError as fault:
            raise RefusedCallError(Status.INVALID_ARGUMENT, f"earlier: {fault}") from None
        return log.GetConsistencyResponse(hashes=b"".join(hashes)).SerializeToString()

    def _tree(self) -> _Tree:
        note = self.store.head().checkpoint
        size = Checkpoint.parse(Note.parse(note).text).size if note else 0
        return _Tree(note, size, nodes_of(self.store, size))


def nodes_of(store: Records, size: int) -> NodeAt:
    """The nodes of a stored log as it was at a size, for making proofs.

    Raises:
        StoreUnavailableError: The store cannot be read.
        TileError: It does not hold what it must.
    """
    return node_at(store.tile, pending_at(store, size))


def _fitting(entries: Sequence[bytes]) -> Sequence[bytes]:
    """As many of the first as fit into a response; at least one."""
    size = 0
    for at, entry in enumerate(entries):
        size += len(entry)
        if size > _LARGEST and at:
            return entries[:at]
    return entries


def _circumstances(entry: bytes) -> bytes:
    return log.LogEntry.FromString(entry).answer.circumstances


def _beyond(field: str, size: int) -> RefusedCallError:
    return RefusedCallError(
        Status.OUT_OF_RANGE, f"{field}: the newest checkpoint is of {size:,} entries"
    )


def _available(reading: Callable[[], T]) -> T:
    """What is read; UNAVAILABLE if the log cannot be."""
    try:
        return reading()
    except (StoreError, StoreUnavailableError, TileError) as fault:
        raise RefusedCallError(Status.UNAVAILABLE, f"the log cannot be read: {fault}") from fault
