"""Whether a log on file is what its own bytes say: leaves, tiles and head are recomputed.

What SQLite or PostgreSQL says of a file is no evidence: both read a flipped bit without a word, and
a log that lost its end is a log (`high_water`). This is what a service does before it serves; what
`platelaw log verify` does beyond it stands in `verifying`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .notes import Checkpoint, Note, NoteError
from .records import Records, pending_at
from .store import Group, Head, StoreError, StoreUnavailableError
from .tiles import WIDTH, Pending, TileError
from .tree import HASH_SIZE, Edge, leaf_hash

LAST = 10_000  # entries that are recomputed at every start
_LEAVES_AT_ONCE = 4 * WIDTH
_TOLD = 5


class TornLogError(StoreError):
    """A log that is not what its own bytes say; the message names the entry and the mend."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something on file that is not what it must be.

    Attributes:
        index: The entry where it shows.
        words: What is wrong.
    """

    index: int
    words: str

    def __str__(self) -> str:
        """The finding as a line."""
        return f"entry {self.index:,}: {self.words}"


def check_start(store: Records, last: int = LAST) -> None:
    """Make sure that the end of a log is whole.

    Raises:
        TornLogError: It is not.
        StoreUnavailableError: The head cannot be read.
    """
    size = store.head().edge.size
    findings = recompute(store, size - last, size)
    if findings:
        told = "; ".join(map(str, findings[:_TOLD]))
        more = f"; and {len(findings) - _TOLD:,} more" if len(findings) > _TOLD else ""
        raise TornLogError(
            f"the log is torn and is not served: {told}{more}. Run `platelaw log verify` to see "
            "all of it; put back a whole copy, and then run `platelaw log repair`"
        )


def recompute(store: Records, first: int = 0, end: int | None = None) -> list[Finding]:
    """Recompute a part of a log from the bytes of its entries.

    Args:
        store: What the log is kept in.
        first: The first entry; the part starts at the tile that it is in.
        end: The entry after the last; the head if there is none.

    Returns:
        What is not as it must be, in order; after a gap nothing is looked at.

    Raises:
        StoreUnavailableError: The head cannot be read.
    """
    head = store.head()
    start = max(first, 0) // WIDTH * WIDTH
    end = head.edge.size if end is None else min(end, head.edge.size)
    try:
        run = _Run(store, Pending.read(start, (), store.tile), end)
    except (TileError, StoreUnavailableError) as fault:
        return [Finding(start, f"the tiles before it cannot be used: {fault}")]
    if run.take_all() and end == head.edge.size:
        run.compare_head(head)
    return run.findings


def edge_at(store: Records, size: int) -> Edge:
    """The right edge that the tree of a log had, by its tiles and leaves on file.

    Raises:
        StoreUnavailableError: They cannot be read, or do not reach so far.
    """
    try:
        return pending_at(store, size).edge
    except TileError as fault:
        raise StoreUnavailableError(f"the tree of {size:,} entries cannot be made: {fault}") from (
            fault
        )


@dataclass(slots=True)
class _Run:
    """A part of a log under way."""

    store: Records
    pending: Pending
    end: int
    findings: list[Finding] = field(default_factory=list[Finding])
    _leaves: list[bytes] = field(default_factory=list[bytes])
    _has_begun: bool = False  # the first group may begin before the part
    _at: int = 0

    @property
    def _size(self) -> int:
        return self.pending.size + len(self._leaves)

    def take_all(self) -> bool:
        """Recompute all groups; whether they reach the end without a gap."""
        try:
            for group in self.store.groups(self._size, self.end):
                if not self._take(group):
                    return False
                if len(self._leaves) >= _LEAVES_AT_ONCE:
                    self._grow()
            self._grow()
        except StoreUnavailableError as fault:
            self._note(self._size, f"cannot be read: {fault}")
            return False
        if self._size < self.end:
            self._note(self._size, f"is missing, and all up to {self.end - 1:,}")
        return self._size == self.end

    def compare_head(self, head: Head) -> None:
        """Hold what came out against the head, and against the last note that was kept."""
        if self.pending.edge != head.edge:
            self._note(head.edge.size - 1, "the tree up to it is not that of the head on file")
        if head.at < self._at:
            self._note(head.edge.size - 1, "is of a later moment than the head on file")
        if head.checkpoint:
            self._compare_note(head.checkpoint)

    def _compare_note(self, written: str) -> None:
        try:
            kept = Checkpoint.parse(Note.parse(written).text)
            if kept.size <= self.end and edge_at(self.store, kept.size).root != kept.root:
                self._note(kept.size - 1, "the tree up to it is not that of the signed checkpoint")
        except (NoteError, StoreUnavailableError) as fault:
            self._note(self.end - 1, f"the checkpoint on file cannot be used: {fault}")
        else:
            if kept.size > self.end:
                self._note(self.end, f"is missing: a checkpoint of {kept.size:,} entries is signed")

    def _take(self, group: Group) -> bool:
        """Recompute a group; whether it follows the one before."""
        start = self._size
        if group.first > start or (group.first < start and self._has_begun):
            words = "is missing" if group.first > start else "is there twice"
            self._note(start, f"{words}: the next row begins at entry {group.first:,}")
            return False
        self._has_begun = True
        if group.at < self._at:
            self._note(start, "is of an earlier moment than the one before it")
        self._at = max(group.at, self._at)
        entries = group.entries[start - group.first : self.end - group.first]
        kept = group.leaves[start - group.first :]
        leaves = list(map(leaf_hash, entries))
        for place, (leaf, on_file) in enumerate(zip(leaves, kept, strict=False)):
            if leaf != on_file:
                self._note(start + place, "the leaf hash on file is not that of its bytes")
        self._leaves += leaves
        return True

    def _grow(self) -> None:
        """Grow the tree, and hold each tile that fills against the one on file."""
        growth = self.pending.edge.extended(self._leaves)
        self._leaves = []
        self.pending, filled = self.pending.grown(growth)
        for (level, index), tile in sorted(filled.items()):
            on_file = self.store.tile(level, index)
            if on_file != tile:
                self._note_tile(level, index, tile, on_file)

    def _note_tile(self, level: int, index: int, tile: bytes, on_file: bytes | None) -> None:
        span = WIDTH**level
        place = _first_difference(tile, on_file or b"")
        entry = (index * WIDTH + place) * span
        if on_file is None:
            words = f"the tile {level}/{index} that starts here is missing"
        else:
            words = f"the tile {level}/{index} has another hash for it"
        self._note(entry, words if span == 1 else f"{words} and the {span - 1:,} after it")

    def _note(self, index: int, words: str) -> None:
        self.findings.append(Finding(max(index, 0), words))


def _first_difference(one: bytes, other: bytes) -> int:
    """Which hash of two rows is the first that differs."""
    places: Sequence[int] = range(0, len(one), HASH_SIZE)
    differing = (
        at // HASH_SIZE for at in places if one[at : at + HASH_SIZE] != other[at : at + HASH_SIZE]
    )
    return next(differing, 0)
