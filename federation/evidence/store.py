"""Evidence on file: one store, in three parts that decisions ask."""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..refusal import RefusedCallError
from . import known, remembered
from .database import Database
from .holds import Holds
from .proofs import MOST_KEPT, Proofs
from .refusals import RefusedBefore
from .releases import ReleasesOnFile
from .signers import Signers

KEPT_FOR = datetime.timedelta(days=90)
_TIDIED_EVERY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was forgotten: statements, HOLDs and refusals."""

    statements: int
    holds: int
    refusals: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a store one process keeps in memory; what is more is looked up on file.

    Attributes:
        keys: Of how many statements, and of how many HOLDs, it is known that there are any.
        statements: How many statements are kept.
        refusals: How many refusals are kept.
    """

    keys: int = known.MOST
    statements: int = MOST_KEPT
    refusals: int = remembered.MOST


_BOUNDS = Bounds()


class EvidenceStore:
    """One store, opened by one process; several may open the same file.

    Attributes:
        proofs: Statements on file (``ProofOnFile``).
        holds: HOLDs on file (``HoldBook``).
        refusals: What was refused (``Refusals``).
        releases: What was recalled and deleted (``Releases``).
    """

    def __init__(self, path: Path, signers: Signers, bounds: Bounds = _BOUNDS) -> None:
        """Open a store; a new one is made if there is none.

        Args:
            path: Its file.
            signers: The register of signers, as it is at any moment.
            bounds: How much is kept in memory.

        Raises:
            StoreError: The file cannot be used; the message tells the mend.
        """
        self._database = Database(path)
        self.proofs = Proofs(self._database, signers, bounds.keys, bounds.statements)
        self.releases = ReleasesOnFile(self.proofs)
        self.holds = Holds(self._database, bounds.keys)
        self.refusals = RefusedBefore(self._database, bounds.refusals)
        self._tidied: datetime.datetime | None = None

    def forget(self, now: datetime.datetime, kept_for: datetime.timedelta = KEPT_FOR) -> Forgotten:
        """Forget what is over: expired statements, closed HOLDs, refusals that count no more.

        Args:
            now: The moment.
            kept_for: How long statements are kept after they expired, and HOLDs after they closed.

        Raises:
            RefusedCallError: The store cannot be written; UNAVAILABLE.
        """
        before = now - kept_for
        return Forgotten(
            self.proofs.forget(before), self.holds.forget(before), self.refusals.forget(now)
        )

    def tidy(self, now: datetime.datetime) -> None:
        """Forget what is over, at most once a day; a store that is busy is tidied another time."""
        if self._tidied is not None and now - self._tidied < _TIDIED_EVERY:
            return
        with suppress(RefusedCallError):
            self.forget(now)
            self._tidied = now

    def close(self) -> None:
        """Close the store."""
        self.refusals.close()
        self._database.close()
