"""A whole log verified: that nothing in it was changed, taken out, put in, or moved.

The tree is built anew from the bytes of all entries (`checking`), and what comes out is held
against whatever is known of the log: its signed checkpoint, its high-water mark, a checkpoint
that somebody kept. Beyond the tree, every entry is looked at: what it was decided from must be on
file and unchanged, times must not fall, and no two calls may have one nonce. The first entry that
is not what it was is named.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from google.protobuf.message import DecodeError

from ..v1 import log_pb2 as log
from .checking import Finding, edge_at, recompute
from .keys import LogKey, LogKeys
from .notes import Checkpoint, Note, NoteError
from .records import Records
from .store import StoreUnavailableError

SLACK = 60  # seconds by which entries may be out of order: calls wait for each other
_REMEMBERED = 3600  # seconds of entries, at least, among which a nonce must be the only one


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
        size: How many entries the head says.
        root: The root of their tree.
        answers: How many are answers.
        acts: How many are acts.
        circumstances: How many circumstances they were decided from.
        held: The claims that hold.
        findings: What is not as it must be, the first entry first.
        begun: When the first entry was written.
        ended: When the last was.
    """

    size: int = 0
    root: bytes = b""
    answers: int = 0
    acts: int = 0
    circumstances: int = 0
    held: list[Claim] = field(default_factory=list[Claim])
    findings: list[Finding] = field(default_factory=list[Finding])
    begun: datetime.datetime | None = None
    ended: datetime.datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


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
    found = Verified(head.edge.size, head.edge.root, findings=recompute(records))
    entries = _Entries(records, found)
    for group in records.groups(0, head.edge.size):
        for index, entry in enumerate(group.entries, group.first):
            entries.take(index, entry)
        seen(len(group.entries))
    found.circumstances = entries.count
    for claim in claims:
        _compare(records, claim, found)
    found.findings.sort(key=lambda one: one.index)
    return found


def _compare(records: Records, claim: Claim, found: Verified) -> None:
    """Hold a claim against the log."""
    checkpoint = claim.checkpoint
    if checkpoint.size > found.size:
        lost = checkpoint.size - found.size
        words = f"{claim.name} is of {checkpoint.size:,} entries, the last {lost:,} are not here"
        found.findings.append(Finding(found.size, f"is missing: {words}"))
        return
    try:
        root = edge_at(records, checkpoint.size).root
    except StoreUnavailableError as fault:
        found.findings.append(Finding(checkpoint.size, str(fault)))
        return
    if root == checkpoint.root:
        found.held.append(claim)
    else:
        words = (
            f"the tree up to it is not that of {claim.name}: this is another log, or was changed"
        )
        found.findings.append(Finding(max(checkpoint.size - 1, 0), words))


@dataclass(frozen=True, slots=True)
class _Call:
    """An entry of a call: its index, the id of the request without the number in a batch, when."""

    index: int
    request_id: str
    at: int


@dataclass(slots=True)
class _Entries:
    """Every entry looked at, one after another.

    What may stand once only is remembered for an hour or two of entries.
    """

    records: Records
    found: Verified
    _calls: dict[bytes, _Call] = field(default_factory=dict[bytes, _Call])
    _calls_before: dict[bytes, _Call] = field(default_factory=dict[bytes, _Call])
    _turned: int = 0
    _latest: int = 0
    _met: set[bytes] = field(default_factory=set[bytes])

    @property
    def count(self) -> int:
        """How many circumstances were met."""
        return len(self._met)

    def take(self, index: int, data: bytes) -> None:
        """The next entry."""
        found = self.found
        try:
            entry = log.LogEntry.FromString(data)
            moment = entry.at.ToDatetime(datetime.UTC)
        except (DecodeError, OverflowError, ValueError):  # the latter: a moment that no clock shows
            self._note(index, "is no entry of a log")
            return
        at = entry.at.seconds
        found.begun, found.ended = found.begun or moment, moment
        if at < self._latest - SLACK:
            self._note(index, f"is {self._latest - at:,} seconds older than one before it")
        self._latest = max(at, self._latest)
        if at > self._turned + _REMEMBERED:
            self._calls, self._calls_before, self._turned = {}, self._calls, at
        self._check_once(entry.id, _Call(index, "", 0), "has the id of entry")
        if not entry.HasField("answer"):
            found.acts += 1
            return
        found.answers += 1
        answer = entry.answer
        call = _Call(index, answer.request_id.partition(".")[0], at)
        key = answer.caller.encode() + b"\0" + answer.request
        self._check_once(key, call, "has the nonce and question of another call, as entry")
        self._check_circumstances(index, answer.circumstances)

    def _check_once(self, key: bytes, call: _Call, words: str) -> None:
        """That nothing before had what may stand once; answers of one call share its nonce."""
        before = self._calls.get(key) or self._calls_before.get(key)
        is_same = before is not None and call.request_id and (
            (before.request_id, before.at) == (call.request_id, call.at)
        )  # fmt: skip
        if before is not None and not is_same:
            self._note(call.index, f"{words} {before.index:,}")
        self._calls[key] = call

    def _check_circumstances(self, index: int, digest: bytes) -> None:
        if digest in self._met:
            return
        self._met.add(digest)
        text = self.records.circumstances(digest)
        if text is None:
            self._note(index, "what it was decided from is not on file")
        elif hashlib.sha256(text).digest() != digest:
            self._note(index, "what it was decided from was changed")

    def _note(self, index: int, words: str) -> None:
        self.found.findings.append(Finding(index, words))


# Checkpoints -----------------------------------------------------------------------------------


def signed_by(note: Note, origin: str, keys: LogKeys) -> LogKey:
    """The key that signed a checkpoint.

    Raises:
        NoteError: No key of the log did.
    """
    known = keys.of(origin)
    if not known:
        raise NoteError(f"no key of the log `{origin}` is in {keys.source}")
    signers = {(one.name, one.key_id) for one in note.signatures}
    for key in known:
        if (key.note.name, key.note.key_id) in signers:
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
