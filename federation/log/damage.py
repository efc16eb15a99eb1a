"""What is wrong with a log that may not be served: what is torn, and to what it does not lead.

One of the edges that read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .checking import Finding, edge_at, recompute
from .keys import LogKeys
from .notes import Checkpoint, Note, NoteError
from .records import Records
from .store import StoreUnavailableError
from .verifying import signed_by


@dataclass(frozen=True, slots=True)
class LostMark:
    """A checkpoint kept apart from the log, to which the log does not lead.

    Attributes:
        name: What it is called.
        file: Where it is kept.
        checkpoint: What it says; None if there is none, or none that holds.
        words: What is wrong.
    """

    name: str
    file: Path
    checkpoint: Checkpoint | None
    words: str


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a log.

    Attributes:
        size: How many entries its head says.
        root: The root of their tree, by the head.
        findings: Entries and tiles that are not what they must be.
        marks: The checkpoints kept apart to which it does not lead.
    """

    size: int
    root: bytes
    findings: tuple[Finding, ...]
    marks: tuple[LostMark, ...]

    @property
    def is_none(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.findings or self.marks)

    @property
    def known(self) -> tuple[int, bytes]:
        """The largest size that was signed or is in the head, and its root."""
        signed = [(m.checkpoint.size, m.checkpoint.root) for m in self.marks if m.checkpoint]
        return max([(self.size, self.root), *signed])


def damage_of(
    records: Records, marks: Sequence[tuple[str, Path]], origin: str, keys: LogKeys
) -> Damage:
    """What is wrong with a log.

    Args:
        records: The log.
        marks: The checkpoints kept apart from it, by name; the first must be there.
        origin: The log's name.
        keys: Its public keys.

    Raises:
        StoreUnavailableError: It cannot be read.
    """
    head = records.head()
    findings = tuple(recompute(records))
    lost = [
        found
        for at, (name, file) in enumerate(marks)
        if (found := _lost(records, name, file, origin, keys, is_needed=not at)) is not None
    ]
    return Damage(head.edge.size, head.edge.root, findings, tuple(lost))


def _lost(
    records: Records, name: str, file: Path, origin: str, keys: LogKeys, *, is_needed: bool
) -> LostMark | None:
    """What is wrong with a mark; None if the log leads to it."""
    size = records.head().edge.size
    try:
        note = Note.parse(file.read_text("utf-8"))
        mark = Checkpoint.parse(note.text)
        signed_by(note, origin, keys)
    except FileNotFoundError:
        told = f"there is none, and the log has {size:,} entries"
        return LostMark(name, file, None, told) if is_needed and size else None
    except (OSError, UnicodeDecodeError, NoteError) as fault:
        return LostMark(name, file, None, f"cannot be used: {fault}")
    if mark.origin != origin:
        return LostMark(name, file, None, f"is of the log `{mark.origin}`")
    if mark.size > size:
        words = f"is of {mark.size:,} entries: the last {mark.size - size:,} are lost"
        return LostMark(name, file, mark, words)
    try:
        is_same = edge_at(records, mark.size).root == mark.root
    except StoreUnavailableError:
        is_same = False
    if is_same:
        return None
    return LostMark(name, file, mark, f"is of other entries than the first {mark.size:,} here")
