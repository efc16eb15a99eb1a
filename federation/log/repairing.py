"""Mending a log that may not be served: what is lost is named, and entered in the log.

Nothing is ever taken away: a store that is torn is set aside whole, and a new one is written from
its entries up to the first that is not what was written. A copy of the log gives back what it
has. What is lost then stands in the log as an act, with the head that was and the head that is,
so that the loss is found by whoever reads it. One of the edges that read and write.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from google.protobuf.message import DecodeError

from ...engine.json_text import Json
from ..v1 import log_pb2 as log
from .acting import SequencerRecorder
from .acts import Act, ActKind
from .damage import Damage, LostMark
from .high_water import HighWater
from .records import Records
from .sequencer import Sequencer
from .store import Group, Store, StoreUnavailableError
from .tiles import Pending
from .tree import leaf_hash

MAX_TOLD = 100  # findings that are entered in the log
_GROUP = 256  # entries of a group that is written anew


class RepairError(Exception):
    """A log that cannot be mended here; the message says what to do."""


@dataclass(slots=True)
class Rebuilt:
    """A log written anew.

    Attributes:
        size: How many entries it has.
        root: The root of their tree.
        restored: The entries that a copy gave back.
    """

    size: int = 0
    root: bytes = b""
    restored: list[int] = field(default_factory=list[int])


def rebuilt(records: Records, copy: Records | None, target: Store) -> Rebuilt:
    """Write a log anew from its entries, and from a copy where they are not what was written.

    It ends before the first entry that neither has.

    Args:
        records: The torn log.
        copy: A copy of it, such as an export; None if there is none.
        target: Where it is written; empty.

    Raises:
        RepairError: The copy is of another log.
        StoreUnavailableError: It cannot be written.
    """
    writing = _Writing(records, copy, target)
    entries_hold = _entries_make_the_head(records)
    try:
        for group in records.groups(0, records.head().edge.size):
            if group.first != writing.size or not writing.take(group, entries_hold=entries_hold):
                break
    except StoreUnavailableError:
        pass  # a row that cannot be read ends what this store has
    writing.take_rest()
    writing.flush()
    head = target.head()
    writing.found.size, writing.found.root = head.edge.size, head.edge.root
    return writing.found


def _entries_make_the_head(records: Records) -> bool:
    """Whether the bytes of all entries make the tree of the head, whatever stands beside them."""
    head = records.head().edge
    edge = Pending().edge
    try:
        for group in records.groups(0, head.size):
            edge = edge.extended([leaf_hash(entry) for entry in group.entries]).after
    except StoreUnavailableError:
        return False
    return edge == head


@dataclass(slots=True)
class _Writing:
    """A log being written anew."""

    records: Records
    copy: Records | None
    target: Store
    found: Rebuilt = field(default_factory=Rebuilt)
    _pending: Pending = field(default_factory=Pending)
    _entries: list[bytes] = field(default_factory=list[bytes])
    _sealed: list[bytes] = field(default_factory=list[bytes])
    _at: int = 0

    @property
    def size(self) -> int:
        """How many entries were taken."""
        return self._pending.size + len(self._entries)

    def take(self, group: Group, *, entries_hold: bool) -> bool:
        """Take a group; whether all of it could be."""
        self._at = max(self._at, group.at)
        for place, entry in enumerate(group.entries):
            leaf, sealed = group.leaves[place], group.sealed[place]
            if not entries_hold and leaf_hash(entry) != leaf:
                given = self._of_copy(group.first + place, leaf)
                if given is None:
                    return False
                entry, sealed = given
                self.found.restored.append(group.first + place)
            self._add(entry, sealed)
        return True

    def take_rest(self) -> None:
        """Take from the copy what comes after all that was taken.

        Raises:
            RepairError: The copy is of another log.
        """
        copy = self.copy
        if copy is None:
            return
        head = copy.head().edge
        if head.size > self.size:
            first = self.size
            for group in copy.groups(first, head.size):
                for place, entry in enumerate(group.entries):
                    if group.first + place >= first:
                        self._add(entry, group.sealed[place])
                        self.found.restored.append(group.first + place)
            self.flush()
            if self._pending.edge != head:
                raise RepairError("the copy is of another log: it does not go on where this ends")

    def flush(self) -> None:
        """Write what was taken.

        Raises:
            StoreUnavailableError: It cannot be.
        """
        if not self._entries:
            return
        entries, leaves = tuple(self._entries), tuple(map(leaf_hash, self._entries))
        with self.target.appending() as appending:
            growth = appending.head.edge.extended(leaves)
            pending, tiles = self._pending.grown(growth)
            at = max(self._at, appending.head.at)
            group = Group(self._pending.size, entries, leaves, tuple(self._sealed), at)
            appending.write(group, growth.after, (), self._circumstances(entries), tiles)
        self._pending, self._entries, self._sealed = pending, [], []

    def _add(self, entry: bytes, sealed: bytes) -> None:
        self._entries.append(entry)
        self._sealed.append(sealed)
        if len(self._entries) >= _GROUP:
            self.flush()

    def _of_copy(self, index: int, leaf: bytes) -> tuple[bytes, bytes] | None:
        """An entry as a copy has it, if it is the one that was written."""
        if self.copy is None or index >= self.copy.head().edge.size:
            return None
        for group in self.copy.groups(index, index + 1):
            entry = group.entries[index - group.first]
            if leaf_hash(entry) == leaf:
                return entry, group.sealed[index - group.first]
        return None

    def _circumstances(self, entries: Sequence[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        for digest in filter(None, map(circumstances_of, entries)):
            text = self.records.circumstances(digest)
            if text is None or hashlib.sha256(text).digest() != digest:
                text = self.copy.circumstances(digest) if self.copy is not None else text
            if text is not None:
                found[digest] = text
        return found


def circumstances_of(entry: bytes) -> bytes:
    """The digest of what an entry was decided from; empty if it is none of an answer."""
    try:
        return log.LogEntry.FromString(entry).answer.circumstances
    except DecodeError:
        return b""


# Entering it -----------------------------------------------------------------------------------


def entered(
    sequencer: Sequencer,
    damage: Damage,
    rebuilt: Rebuilt | None,
    by: str,
    clock: Callable[[], datetime.datetime],
) -> int:
    """Enter in the log what was lost; the index of the act.

    Args:
        sequencer: What writes the log, opened at what is left.
        damage: What was wrong.
        rebuilt: What was written anew; None if nothing was.
        by: The SPIFFE id of the service.
        clock: The time in UTC.

    Raises:
        JournalUnavailableError: It cannot be entered.
    """
    head = sequencer.store.head().edge
    old_size, old_root = damage.known
    found = [str(finding) for finding in damage.findings[:MAX_TOLD]]
    found += (f"{mark.name} {mark.words}" for mark in damage.marks)
    restored = rebuilt.restored[:MAX_TOLD] if rebuilt is not None else []
    details: dict[str, Json] = {
        "old": {"size": old_size, "root": old_root.hex()},
        "new": {"size": head.size, "root": head.root.hex()},
        "lost": max(old_size - head.size, 0),
        "found": [*found],
        "restored": [*restored],
    }
    SequencerRecorder(sequencer, clock).record(Act(ActKind.REPAIRED, by, details))
    return head.size


def mark_anew(marks: Sequence[LostMark], checkpoint: str, first: Path) -> None:
    """Keep the new checkpoint as the mark, and set aside the marks to which the log does not lead.

    Raises:
        StoreUnavailableError: It cannot be written.
        OSError: One cannot be set aside.
    """
    for mark in marks:
        if mark.file.exists():
            mark.file.replace(aside(mark.file))
    HighWater(first).keep(checkpoint)


def aside(file: Path) -> Path:
    """A name beside a file under which nothing is kept yet."""
    number = 1
    while (place := file.with_name(f"{file.name}.set-aside-{number}")).exists():
        number += 1
    return place
