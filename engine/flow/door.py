"""What tracing finds: doors, each a walk from an owner to a recipient, hop by hop."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import Enum

from ...dsl import syntax as tree
from .model import GUARDS, Custody, Evidence, Guard, RelationKind


class DoorName(Enum):
    """What the published research calls a door."""

    FRONT = "front"  # the owner itself shares with the recipient's body
    BACK = "back"  # the body searches without the owner's explicit grant
    SIDE = "side"  # another body searches for it or passes the data on


class DoorClass(Enum):
    """What must go wrong before data pass, the worst hole first."""

    OPEN = "0"  # settings alone: every rule is kept
    ONE = "1"  # one lie or broken promise
    MORE = "2+"
    LAWFUL = "L"  # on a paper or a word that has yet to be proven by who may


class WrongKind(Enum):
    """How a hop goes wrong."""

    LIE = "lie"  # a false statement to whoever asks the rules
    BREACH = "breach"  # an act that a rule, or the terms, do not let happen


@dataclass(frozen=True, slots=True)
class Wrong:
    """One false statement or broken promise, in words, and what it is about."""

    kind: WrongKind
    words: str
    detectable: bool = True


@dataclass(frozen=True, slots=True)
class Citation:
    """A rule that allows or binds a hop, its source and how sure the wording is."""

    rule: str
    title: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a door.

    Attributes:
        relation: The number of the relation in the map.
        source: The node that the data come from.
        target: The node that obtains them.
        kind: How.
        switch: The switch that opens it.
        guard: What makes sure that the rules are kept.
        act: The act that the rules were asked about; blank where no rule speaks of it.
        true_purpose: What it is really for.
        stated_purpose: What it is said to be for.
        outcome: What the rules say of the true request; None where no rule speaks of it.
        reason: The reason of that answer.
        citations: The rules that decide it.
        wrongs: What must go wrong; empty if it keeps every rule.
        opens_if: What would make it lawful, in words, with who may prove it; for class L.
        custody: What the target has afterwards.
        drifts: Whether the purpose changes here.
        evidence: Where the relation is known from.
        start: The first day on which the relation stands, if known.
        volume: Records over it in 90 days, if measured.
    """

    relation: int
    source: str
    target: str
    kind: RelationKind
    switch: str
    guard: Guard
    act: str
    true_purpose: str
    stated_purpose: str
    outcome: tree.Outcome | None
    reason: str
    citations: tuple[Citation, ...]
    wrongs: tuple[Wrong, ...]
    opens_if: tuple[str, ...]
    custody: Custody
    drifts: bool
    evidence: Evidence
    start: datetime.date | None = None
    volume: float | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """A walk from an owner to a recipient that serves the purpose asked about."""

    hops: tuple[Hop, ...]
    name: DoorName
    because: str = ""  # why the end is a recipient of the zone

    @property
    def source(self) -> str:
        """The owner of the data."""
        return self.hops[0].source

    @property
    def sink(self) -> str:
        """Who obtains them for the purpose asked about."""
        return self.hops[-1].target

    @property
    def switches(self) -> tuple[str, ...]:
        """The switches that it passes, each once, in the order of the walk."""
        return tuple(dict.fromkeys(hop.switch for hop in self.hops))

    @property
    def wrongs(self) -> int:
        """How many false statements and broken promises it takes."""
        return sum(len(hop.wrongs) for hop in self.hops)

    @property
    def klass(self) -> DoorClass:
        """What must go wrong."""
        if self.wrongs == 0:
            lawful = any(hop.opens_if for hop in self.hops)
            return DoorClass.LAWFUL if lawful else DoorClass.OPEN
        return DoorClass.ONE if self.wrongs == 1 else DoorClass.MORE

    @property
    def is_filter_only(self) -> bool:
        """Whether a keyword filter is the strongest thing that stands in its way."""
        return max((GUARDS.index(hop.guard) for hop in self.hops), default=0) == _FILTER

    @property
    def open_since(self) -> datetime.date | None:
        """The first day on which every hop stands, as far as starts are known."""
        return max((hop.start for hop in self.hops if hop.start is not None), default=None)

    @property
    def volume(self) -> float | None:
        """The most records in 90 days that can pass: the least of its hops."""
        return min((hop.volume for hop in self.hops if hop.volume is not None), default=None)


_FILTER = GUARDS.index(Guard.KEYWORD_FILTER)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a map.

    Attributes:
        purpose: What the data must not be used for, by its kind.
        zone: The name of the zone of recipients (``policies/flow/zones.toml``).
        day: The day of the law and of the settings.
        owners: The nodes whose data are traced.
        hops: The most hops of a walk.
        wrongs: The most false statements and broken promises.
        doors: The most doors shown for one owner.
    """

    purpose: str
    zone: str
    day: datetime.date
    owners: tuple[str, ...]
    hops: int = 4
    wrongs: int = 2
    doors: int = 5


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of the map is known: shown beside every number."""

    nodes: int
    settings_known: int
    unresolved: int
    relations: dict[str, int] = field(default_factory=dict[str, int])  # by level of evidence
    oldest: datetime.date | None = None
    newest: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one owner's data get.

    ``by_class`` counts the recipients of the zone by the least class of a door to each.
    """

    owner: str
    by_class: dict[DoorClass, int]
    fewest_hops: int | None


@dataclass(frozen=True, slots=True)
class Trace:
    """The answer to a question.

    Attributes:
        question: What was asked.
        reaches: For every owner asked about, in their order.
        doors: The doors shown, ranked by class, then wrongs, hops and name.
        completeness: How much of the map is known.
        assumptions: What was taken for granted, in words, with how many doors rest on each.
        bounds: What was cut short, in words; empty if nothing was.
    """

    question: Question
    reaches: tuple[Reach, ...]
    doors: tuple[Door, ...]
    completeness: Completeness
    assumptions: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
