"""A whole log verified: that nothing in it was changed, taken out, put in, or moved.

Every entry is hashed anew, the tree is built from all of them, and what comes out is held against
whatever is known of the log: its tiles, its head, its signed checkpoint, its high-water mark, a
checkpoint that somebody kept. The first entry that is not what it was is named.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from google.protobuf.message import DecodeError

from ..v1 import log_pb2 as log
from .keys import LogKey, LogKeys
from .notes import Checkpoint, Note, NoteError
from .records import Records
from .store import Group, Head
from .tiles import FULL, WIDTH
from .tree import HASH_SIZE, Edge, leaf_hash, node_hash

MAX_TOLD = 100  # findings that are told; all are counted
SLACK = 60  # seconds by which entries may be out of order: calls wait for each other
_CHUNK = 4096  # leaves by which the tree grows at a time
_REMEMBERED = 3600  # seconds of entries, at least, among which a nonce must be the only one


class What(Enum):
    """The kinds of finding."""

    ENTRY = "entry"
    LEAF = "leaf"
    TILE = "tile"
    CIRCUMSTANCES = "circumstances"
    TIME = "time"
    NONCE = "nonce"
    GAP = "gap"
    ROOT = "root"
    SIGNATURE = "signature"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be.

    Attributes:
        what: What it is about.
        index: The entry, where it is one.
        words: What is wrong, in words.
    """

    what: What
    index: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says the log is.

    Attributes:
        name: Who, in words.
        checkpoint: The size and root.
    """

    name: str
    checkpoint: Checkpoint


@dataclass(slots=True)
class Verified:
    """What the verification of a log found.

    Attributes:
        size: How many entries were read.
        root: The root of their tree.
        answers: How many are answers.
        acts: How many are acts.
        circumstances: How many circumstances they were decided from.
        held: The claims that hold.
        count: How many findings there are.
        findings: The findings, up to a hundred, as they were met.
        begun: When the first entry was written.
        ended: When the last was.
    """

    size: int = 0
    root: bytes = b""
    answers: int = 0
    acts: int = 0
    circumstances: int = 0
    held: list[Claim] = field(default_factory=list[Claim])
    count: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])
    begun: datetime.datetime | None = None
    ended: datetime.datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.count

    def note(self, what: What, index: int | None, words: str) -> None:
        """Note something that is wrong."""
        self.count += 1
        if len(self.findings) < MAX_TOLD:
            self.findings.append(Finding(what, index, words))


def verified(
    records: Records, claims: Iterable[Claim] = (), *, seen: Callable[[int], None] = lambda n: None
) -> Verified:
    """Verify a log from its first entry to its head.

    Args:
        records: The log.
        claims: What is known of it, each to be held against it.
        seen: Is told how many entries were read since it was told last.

    Raises:
        StoreUnavailableError: It cannot be read.
    """
    head = records.head()
    own = Claim("the head of the store", Checkpoint("", head.edge.size, head.edge.root))
    run = _Run(records, head, sorted([own, *claims], key=lambda one: one.checkpoint.size))
    run.compare()
    for group in records.groups(0, head.edge.size):
        run.take(group)
        seen(len(group.entries))
    run.end()
    return run.found


@dataclass(slots=True)
class _Run:
    """A verification under way."""

    records: Records
    head: Head
    claims: list[Claim]
    found: Verified = field(default_factory=Verified)
    _edge: Edge = field(default_factory=lambda: Edge(0, ()))
    _leaves: list[bytes] = field(default_factory=list[bytes])
    _rows: list[list[bytes]] = field(default_factory=list[list[bytes]])
    _counts: list[int] = field(default_factory=list[int])
    _calls: tuple[dict[bytes, int], dict[bytes, int]] = field(
        default_factory=lambda: (dict[bytes, int](), dict[bytes, int]())
    )
    _turned: int = 0
    _latest: int = 0
    _met: set[bytes] = field(default_factory=set[bytes])

    @property
    def _size(self) -> int:
        return self._edge.size + len(self._leaves)

    def take(self, group: Group) -> None:
        """The next group."""
        note = self.found.note
        if group.first != self._size:
            note(What.GAP, self._size, f"the next group begins at {group.first:,}")
        leaves = [leaf_hash(entry) for entry in group.entries]
        for index, (leaf, kept) in enumerate(zip(leaves, group.leaves, strict=False), group.first):
            if leaf != kept:
                note(What.ENTRY, index, "its bytes are not those of its leaf")
        for index, entry in enumerate(group.entries, group.first):
            self._entry(index, entry)
        for leaf in leaves:
            self._leaf(leaf)

    def end(self) -> None:
        """There are no more groups."""
        self._grow()
        found = self.found
        found.size, found.root = self._size, self._edge.root
        if self.head.edge.size != found.size:
            where = f"the head says {self.head.edge.size:,} entries, and {found.size:,} are there"
            found.note(What.LOST, found.size, where)
        for claim in self.claims:
            if claim.checkpoint.size > found.size:
                lost = claim.checkpoint.size - found.size
                found.note(
                    What.LOST,
                    found.size,
                    f"{claim.name} is of {claim.checkpoint.size:,} entries: the last {lost:,} are "
                    "not here",
                )
        found.circumstances = len(self._met)

    # Entries ---------------------------------------------------------------------------------

    def _entry(self, index: int, data: bytes) -> None:
        found = self.found
        try:
            entry = log.LogEntry.FromString(data)
        except DecodeError:
            found.note(What.ENTRY, index, "is no entry of a log")
            return
        at = entry.at.seconds
        if found.begun is None:
            found.begun = entry.at.ToDatetime(datetime.UTC)
        found.ended = entry.at.ToDatetime(datetime.UTC)
        if at < self._latest - SLACK:
            found.note(What.TIME, index, f"is {self._latest - at:,} seconds older than one before")
        self._latest = max(at, self._latest)
        if not entry.HasField("answer"):
            found.acts += 1
            return
        found.answers += 1
        self._check_call(index, entry.answer, at)
        self._check_circumstances(index, entry.answer.circumstances)

    def _check_call(self, index: int, answer: log.AnswerEntry, at: int) -> None:
        """That no other call had its nonce. Entries of one call stand side by side."""
        if at > self._turned + _REMEMBERED:
            self._calls, self._turned = (dict[bytes, int](), self._calls[0]), at
        new, old = self._calls
        key = answer.caller.encode() + b"\0" + answer.nonce
        last = new.get(key, old.get(key))
        if last is not None and last != index - 1:
            words = f"has the nonce of a call whose last entry is {last:,}"
            self.found.note(What.NONCE, index, words)
        new[key] = index

    def _check_circumstances(self, index: int, digest: bytes) -> None:
        if digest in self._met:
            return
        self._met.add(digest)
        text = self.records.circumstances(digest)
        if text is None:
            self.found.note(What.CIRCUMSTANCES, index, "what it was decided from is not there")
        elif hashlib.sha256(text).digest() != digest:
            self.found.note(What.CIRCUMSTANCES, index, "what it was decided from was changed")

    # The tree --------------------------------------------------------------------------------

    def _leaf(self, leaf: bytes) -> None:
        self._leaves.append(leaf)
        self._node(0, leaf)
        if len(self._leaves) >= _CHUNK:
            self._grow()
        self.compare()

    def compare(self) -> None:
        """Hold the claims that are of the tree as it is now against it."""
        while self.claims and self.claims[0].checkpoint.size == self._size:
            self._grow()
            self._compare(self.claims.pop(0))

    def _grow(self) -> None:
        if self._leaves:
            self._edge = self._edge.extended(self._leaves).after
            self._leaves = []

    def _compare(self, claim: Claim) -> None:
        """Hold a claim against the tree of its size."""
        if claim.checkpoint.root == self._edge.root:
            self.found.held.append(claim)
            return
        words = (
            f"the root of the first {claim.checkpoint.size:,} entries is not the one of "
            f"{claim.name}: something before {claim.checkpoint.size:,} was changed"
        )
        self.found.note(What.ROOT, None, words)

    def _node(self, level: int, node: bytes) -> None:
        """The next node of a level of tiles; a full tile is held against the one on file."""
        if level == len(self._rows):
            self._rows.append([])
            self._counts.append(0)
        row = self._rows[level]
        row.append(node)
        if len(row) == WIDTH:
            number = self._counts[level]
            self._check_tile(level, number, row)
            self._counts[level], self._rows[level] = number + 1, []
            self._node(level + 1, _root(row))

    def _check_tile(self, level: int, number: int, row: Sequence[bytes]) -> None:
        kept, span = self.records.tile(level, number), WIDTH**level
        first = number * WIDTH * span
        if kept is None:
            self.found.note(What.TILE, first, f"tile {level}/{number} is not there")
        elif len(kept) != FULL:
            self.found.note(What.TILE, first, f"tile {level}/{number} has {len(kept)} bytes")
        elif kept != b"".join(row):
            at = next(
                at for at, node in enumerate(row)
                if kept[at * HASH_SIZE : (at + 1) * HASH_SIZE] != node
            )  # fmt: skip
            index = first + at * span
            words = (
                f"is not the one that tile {level}/{number} was made of"
                if not level
                else f"or one of the {span:,} from it on is not what tile {level}/{number} says"
            )
            self.found.note(What.LEAF, index, words)


def _root(nodes: Sequence[bytes]) -> bytes:
    while len(nodes) > 1:
        nodes = [*map(node_hash, nodes[::2], nodes[1::2])]
    return nodes[0]


# Checkpoints -----------------------------------------------------------------------------------


def signed_by(note: Note, origin: str, keys: LogKeys) -> LogKey:
    """The key that signed a checkpoint.

    Raises:
        NoteError: No key of the log did.
    """
    known = keys.of(origin)
    if not known:
        raise NoteError(f"no key of the log `{origin}` is in {keys.source}")
    for key in known:
        if (key.note.name, key.note.key_id) in {(s.name, s.key_id) for s in note.signatures}:
            key.note.check(note)
            return key
    raise NoteError(f"none of the keys of `{origin}` in {keys.source} signed the checkpoint")


def claim_of(name: str, note: str, keys: LogKeys) -> Claim:
    """What a signed checkpoint says, once its signature was checked.

    Raises:
        NoteError: It is no checkpoint, or nobody known signed it.
    """
    parsed = Note.parse(note)
    checkpoint = Checkpoint.parse(parsed.text)
    signed_by(parsed, checkpoint.origin, keys)
    return Claim(name, checkpoint)
