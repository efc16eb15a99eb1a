"""What an audit finds: verdicts of rows, counts of rules, files and organizations."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from ...dsl import syntax as tree
from ..reference import RuleState
from ..registry import Body
from .beside import OtherReview
from .errors import FaultKind, LogFault
from .layouts import Field
from .reader import SearchLog
from .requesters import OrganizationCount
from .sources import Skipped
from .verdicts import RowVerdict


class Ground(Enum):
    """Whether the owner's own policy opens the search."""

    YES = "yes"
    SILENT = "silent"
    NONE = "no"


# A rule of one period: its id, and the day since when it stands as it does.
Version = tuple[str, datetime.date | None]
ABOVE = (tree.Layer.FEDERAL, tree.Layer.STATE)


@dataclass(frozen=True, slots=True, eq=False)
class Judgment:
    """What was found of all rows that say the same on the same day; each is made once.

    ``is_barred`` says that a rule bites whoever searched, where that is not known; ``readings`` are
    the open questions of law that were asked.
    """

    verdict: RowVerdict
    ground: Ground
    states: tuple[tuple[Version, RuleState], ...]
    missing: tuple[tuple[str, str], ...]
    is_barred: bool = False
    readings: frozenset[str] = frozenset()


@dataclass(slots=True)
class RuleCount:
    """One rule over a log: how many rows it took part in, and what it did."""

    rule_id: str
    title: str
    citation: tree.Citation | None
    in_force: tree.InForce | None
    states: Counter[str] = field(default_factory=Counter[str])


@dataclass(slots=True)
class Review:
    """A log, or several, judged.

    ``rows`` are searches, each counted once; how often a file repeats them stands with the file.
    ``missing`` counts rows by the cause and the name of each fact that an open rule waits for;
    ``organizations`` what became of the rows of each organization that the log names.
    """

    owner: Body
    simulated: bool
    rows: int = 0
    verdicts: Counter[RowVerdict] = field(default_factory=Counter[RowVerdict])
    ground: Counter[Ground] = field(default_factory=Counter[Ground])
    plainly: int = 0
    possibly: int = 0
    missing: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    rules: dict[Version, RuleCount] = field(default_factory=dict[Version, RuleCount])
    periods: dict[datetime.date, Counter[RowVerdict]] = field(
        default_factory=dict[datetime.date, Counter[RowVerdict]]
    )
    unmapped_categories: int = 0
    organizations: dict[str, OrganizationCount] = field(
        default_factory=dict[str, OrganizationCount]
    )
    first: datetime.date | None = None
    last: datetime.date | None = None
    files: list[FileReview] = field(default_factory=list["FileReview"])
    others: list[OtherReview] = field(default_factory=list[OtherReview])
    not_read: list[Skipped] = field(default_factory=list[Skipped])
    notes: list[str] = field(default_factory=list[str])


MOST_FAULTS = 10_000  # of a file that are kept one by one; all are counted


@dataclass(frozen=True, slots=True)
class LogAbout:
    """What a log is: its name, the digest of its bytes, its layout, and the fields it lacks."""

    name: str
    sha256: str
    layout: str
    title: str
    status: str
    encoding: str
    absent: frozenset[Field]

    @classmethod
    def of(cls, log: SearchLog, *, sha256: str | None = None) -> LogAbout:
        """A log that is open; its digest, unless it is given, costs least once it is read."""
        layout = log.layout
        absent = frozenset(each for each in Field if each not in log.order)
        return cls(
            log.name,
            log.sha256 if sha256 is None else sha256,
            layout.name,
            layout.title,
            layout.status,
            log.encoding,
            absent,
        )


@dataclass(slots=True)
class FileReview:
    """One file of a review: ``again`` are rows of searches that were read before."""

    log: LogAbout
    rows: int = 0
    again: int = 0
    faults: list[LogFault] = field(default_factory=list[LogFault])
    counts: Counter[FaultKind] = field(default_factory=Counter[FaultKind])

    def note(self, fault: LogFault) -> None:
        """Count a fault, and keep it."""
        self.counts[fault.kind] += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)
