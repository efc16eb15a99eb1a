"""The high-water mark of a log: its last signed checkpoint, kept in a file apart.

A log that lost its end is a valid log, and nothing in its own file shows the loss. So the last
checkpoint is kept a second time, in another folder and better on another disk, and no log is served
that does not reach it or does not lead to it. The mark is at most as late as it is kept seldom: a
service keeps it once a second.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .. import durable
from .checking import edge_at
from .notes import Checkpoint, Note, NoteError
from .store import Store, StoreError, StoreUnavailableError

_REPAIR = "put back a copy that has them, or run `platelaw log repair`, which enters the loss"


class LostTailError(StoreError):
    """A log that does not reach its high-water mark, or is not the log of the mark."""


class HighWater:
    """A mark.

    Attributes:
        path: Its file.
    """

    def __init__(self, path: Path, log: Path | None = None) -> None:
        """A mark.

        Args:
            path: Its file.
            log: The file of the log, if it is in one.

        Raises:
            StoreError: Both are in one folder, and would be lost together.
        """
        if log is not None and path.absolute().parent == log.absolute().parent:
            raise StoreError(f"{path}: in the folder of the log; name another, on another disk")
        self.path = path
        self._kept = ""

    def keep(self, note: str) -> None:
        """Keep a signed checkpoint, in place of the one before.

        Raises:
            StoreUnavailableError: It cannot be written.
        """
        if note == self._kept:
            return
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            durable.replace(self.path, note.encode())
        except OSError as fault:
            told = f"the high-water mark {self.path} cannot be written: {fault.strerror}"
            raise StoreUnavailableError(told) from fault
        self._kept = note

    def read(self) -> Note | None:
        """The checkpoint that is kept, if there is one; its signatures are not looked at.

        Raises:
            LostTailError: There is a file that is none.
        """
        try:
            return Note.parse(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, NoteError) as fault:
            told = f"{self.path}: the high-water mark cannot be read: {fault}; run "
            raise LostTailError(f"{told}`platelaw log repair`, which makes it anew") from fault

    def check(self, store: Store, origin: str, signed: Callable[[Note], object]) -> None:
        """Make sure that a log reaches the mark and leads to it.

        Args:
            store: What the log is kept in.
            origin: The log's name.
            signed: Raises NoteError if no key of the log signed a note.

        Raises:
            LostTailError: It does not; the message tells what to do.
            StoreUnavailableError: The log cannot be read.
        """
        note, size = self.read(), store.head().edge.size
        if note is None:
            if size:
                raise LostTailError(
                    f"{self.path}: there is no high-water mark, and the log has {size:,} entries: "
                    "whether its end is lost cannot be told. Put the mark back, or run "
                    "`platelaw log repair`, which enters that in the log"
                )
            return
        try:
            signed(note)
            mark = Checkpoint.parse(note.text)
        except NoteError as fault:
            raise LostTailError(
                f"{self.path}: the high-water mark does not hold: {fault}; put it back, or run "
                "`platelaw log repair`"
            ) from fault
        self._compare(store, size, mark, origin)

    def _compare(self, store: Store, size: int, mark: Checkpoint, origin: str) -> None:
        if mark.origin != origin:
            raise LostTailError(
                f"{self.path}: the mark of the log `{mark.origin}`, not of `{origin}`; name the "
                "one of this log"
            )
        if size < mark.size:
            raise LostTailError(
                f"the log ends after {size:,} entries, and {mark.size:,} were signed (mark "
                f"{self.path}): the last {mark.size - size:,} are lost and nothing is served; "
                f"{_REPAIR}"
            )
        if edge_at(store, mark.size).root != mark.root:
            raise LostTailError(
                f"the first {mark.size:,} entries are not those that were signed (mark "
                f"{self.path}): this is another log, or was changed, and is not served; run "
                "`platelaw log verify`, and put back the log that was signed"
            )
