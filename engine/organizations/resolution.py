"""What a name of an organization was found to mean, how surely, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..registry import Body


class Finding(Enum):
    """What came of a name."""

    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"
    UNSURE = "below the threshold"
    NOT_ON_FILE = "not on file"
    UNREADABLE = "not a name"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that a name may mean, with how likely it does and what speaks for and against it."""

    body: Body
    score: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """A name read.

    Attributes:
        name: The name as it is written.
        finding: What came of it.
        body: The body that it names; None unless one was found surely and alone.
        candidates: The bodies that it may mean, the likeliest first.
        statuses: What the name says of the account: inactive, old and the like.
        proper: The name's words without statuses and tag, for comparison.
        is_tagged: Whether it is of the tagged government: by its body, its tag or its words.
        is_idle: Whether by its status the account should search no more.
    """

    name: str
    finding: Finding
    body: Body | None = None
    candidates: tuple[Candidate, ...] = ()
    statuses: tuple[str, ...] = ()
    proper: str = ""
    is_tagged: bool = False
    is_idle: bool = False

    @property
    def score(self) -> float:
        """How likely the likeliest candidate is."""
        return self.candidates[0].score if self.candidates else 0.0

    @property
    def evidence(self) -> tuple[str, ...]:
        """What speaks for and against the likeliest candidate."""
        return self.candidates[0].evidence if self.candidates else ()
