"""Since when a log is unwitnessed: the newest checkpoint that enough witnesses cosigned."""

from __future__ import annotations

from dataclasses import dataclass

from ..log.notes import Checkpoint, Note
from .policy import WitnessPolicy
from .quorum import quorum_time

LONGEST = 24 * 3600  # seconds without a quorum after which a log is overdue


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A checkpoint that enough witnesses cosigned.

    Attributes:
        size: How many entries it has.
        at: When enough of them had, a POSIX time.
        note: The checkpoint with their cosignatures.
    """

    size: int
    at: int
    note: Note


class Witnessing:
    """How a log stands with its witnesses. One thread takes notes, any may ask.

    Args:
        policy: Whose cosignatures count, and how many are enough.
        began: When the log began, or began to be witnessed, a POSIX time: it is unwitnessed since
            then if nothing was cosigned yet.
    """

    def __init__(self, policy: WitnessPolicy, began: float) -> None:
        self._policy = policy
        self._began = int(began)
        self._newest: Witnessed | None = None

    @property
    def newest(self) -> Witnessed | None:
        """The newest checkpoint that enough witnesses cosigned."""
        return self._newest

    @property
    def since(self) -> int:
        """The time after which no quorum is known, a POSIX time."""
        return self._newest.at if self._newest else self._began

    def is_overdue(self, now: float, longest: float = LONGEST) -> bool:
        """Whether the log has been without a quorum for too long."""
        return now - self.since > longest

    def take(self, note: Note, now: float) -> bool:
        """Go by a checkpoint with cosignatures; whether it is newer and enough witnesses did.

        A smaller tree is never newer, whatever its times.

        Raises:
            NoteError: It is no checkpoint, or a signature on it does not hold.
        """
        size, at = Checkpoint.parse(note.text).size, quorum_time(note, self._policy, now)
        known = (self._newest.size, self._newest.at) if self._newest else (0, -1)
        if at is None or (size, at) <= known or at < known[1]:
            return False
        self._newest = Witnessed(size, at, note)
        return True
