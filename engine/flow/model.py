"""The map of who can obtain whose data: bodies, relations, switches and terms.

The map says what is set up. Whether a hop may be taken is asked of the rules
(``engine.flow.judging``) and never written here. Files of it are described in docs/flow.md.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from types import MappingProxyType

from .. import names


class NodeKind(Enum):
    """What a node of the map is."""

    AGENCY = "agency"
    NETWORK = "network"
    VENDOR = "vendor"
    TASK_FORCE = "task_force"
    FUSION_CENTER = "fusion_center"
    FEDERAL = "federal"
    BROKER = "broker"
    UNKNOWN = "unknown"


class Custody(Enum):
    """What the body at the end of a relation has."""

    LIVE = "live"  # access, which can be taken back
    COPY = "copy"  # a copy in a system of its own, which may share it on
    HAND = "hand"  # what a person found or was told: a copy that no system shares


class RelationKind(Enum):
    """How data get from one node to the next. The data flow from ``source`` to ``target``."""

    SHARES_QUERY = "shares_query"  # the target may search the source's data
    SHARES_COPY = "shares_copy"  # the source sends copies
    ALERTS = "alerts"  # a hit at the source pushes a copy
    JOINS = "joins"  # the source's data are there for the members of a network
    MEMBER_OF = "member_of"  # the target, a member, may search what is in the network
    HOSTS = "hosts"  # the target runs the system that holds the data
    VENDOR_ACCESS = "vendor_access"  # the target, a vendor, may look into the data
    SELLS = "sells"
    LEGAL_PROCESS = "legal_process"  # released on a paper that a court signed
    RE_DISCLOSES = "re_discloses"  # a person passes on what the source has
    SEARCHES_FOR = "searches_for"  # an officer of the source searches for the target

    @property
    def custody(self) -> Custody:
        """What the target has if the relation does not say."""
        if self in BY_HAND:
            return Custody.HAND
        return Custody.LIVE if self in _LIVE else Custody.COPY


# What people at a body can do with data that it may see and does not hold.
BY_HAND = frozenset({RelationKind.RE_DISCLOSES, RelationKind.SEARCHES_FOR})

# Whoever runs the system that holds the data has them, whatever the contract says.
_LIVE = frozenset({
    RelationKind.SHARES_QUERY, RelationKind.JOINS, RelationKind.MEMBER_OF,
    RelationKind.VENDOR_ACCESS,
})  # fmt: skip


class Guard(Enum):
    """What makes sure that a rule is kept at a relation, the weakest first."""

    NONE = "none"
    PAPER = "paper"
    CONTRACT = "contract"
    KEYWORD_FILTER = "keyword_filter"
    TECHNICAL = "technical"  # the rules are asked before data move, and the answer is enforced


GUARDS = tuple(Guard)  # the weakest first


class Grant(Enum):
    """Who let the target in."""

    OWNER = "owner"
    NETWORK = "network"  # by the membership of both
    VENDOR = "vendor"
    PILOT = "pilot"
    LEFTOVER = "leftover"  # access that nobody took back


class Level(Enum):
    """How sure it is that a relation stands, the surest first."""

    CONFIRMED = "confirmed"  # by the body that can switch it off
    PUBLISHED = "published"  # in a public list or record of one side
    INFERRED = "inferred"  # from other relations or records
    ASSUMED = "assumed"  # for the sake of the question

    @property
    def is_guess(self) -> bool:
        """Whether nothing is on file of the relation itself."""
        return self in (Level.INFERRED, Level.ASSUMED)


class SwitchKind(Enum):
    """What kind of act opens or closes a switch."""

    SETTING = "setting"
    CONTRACT = "contract"
    MEMBERSHIP = "membership"
    ACCOUNT = "account"
    AGREEMENT = "agreement"
    PRACTICE = "practice"  # what people do: closed by an order and supervision


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a relation is known from."""

    source: str = ""
    level: Level = Level.PUBLISHED
    day: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A body, a network or a vendor's platform.

    Attributes:
        key: The registry key where the body is on file, else a key of the map's own.
        kind: What it is.
        name: What it is called.
        body: The registry key; blank if it is not on file or not surely so.
        sureness: How likely ``body`` is meant by the name in the source, from 0 to 1.
        bars: The purposes that it publicly calls off limits.
        cameras: How many cameras it has, if known.
        keeps_days: How many days it keeps reads and copies of them, if known.
        settings_known: Whether its sharing settings were seen (completeness of the map).
    """

    key: str
    kind: NodeKind
    name: str
    body: str = ""
    sureness: float = 1.0
    bars: tuple[str, ...] = ()
    cameras: int | None = None
    keeps_days: int | None = None
    settings_known: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """The one setting, contract or membership that opens relations; many may share it.

    Attributes:
        key: Its key in the map.
        kind: What kind of act opens or closes it.
        holder: The key of the node that can close it by a single act.
        words: What it is, in words.
        loss: What closing it costs, in released records per 90 days of lawful sharing; None if
            nobody measured it.
        is_on: Whether it is open; a closed one opens nothing.
    """

    key: str
    kind: SwitchKind
    holder: str
    words: str = ""
    loss: float | None = None
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """What the source asked of the target beside the law.

    Attributes:
        key: Their key in the map.
        words: What they say.
        onward: Whether the data may go on to anyone else.
        purposes: What the data may be used for; empty for anything.
        detectable: Whether breaking them could be noticed.
    """

    key: str
    words: str = ""
    onward: bool = False
    purposes: tuple[str, ...] = ()
    detectable: bool = True


@dataclass(frozen=True, slots=True)
class Relation:
    """One way that data take from ``source`` to ``target``.

    Attributes:
        source: The key of the node that the data come from.
        target: The key of the node that obtains them.
        kind: How.
        switch: The key of the switch that opens it.
        data: The kinds of data.
        purposes: What the setting admits; empty for anything.
        custody: What the target then has.
        terms: The key of the terms; blank if there are none beside the law.
        guard: What makes sure that the rules are kept.
        grant: Who let the target in.
        start: The first day; None if it is not known when it began.
        until: The first day on which it stands no more; None if no end is known.
        evidence: Where it is known from.
        volume: Records released over it in 90 days, if measured.
    """

    source: str
    target: str
    kind: RelationKind
    switch: str
    data: tuple[str, ...] = (names.SEARCHED_DATA,)
    purposes: tuple[str, ...] = ()
    custody: Custody = Custody.LIVE
    terms: str = ""
    guard: Guard = Guard.NONE
    grant: Grant = Grant.OWNER
    start: datetime.date | None = None
    until: datetime.date | None = None
    evidence: Evidence = Evidence()
    volume: float | None = None

    def stands_on(self, day: datetime.date) -> bool:
        """Whether it stands on a day: from ``start``, and before ``until``."""
        return (self.start is None or self.start <= day) and (
            self.until is None or day < self.until
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A list that the map was made from: what it is, where it is from, and as of when."""

    name: str
    origin: str = ""
    day: datetime.date | None = None
    note: str = ""


@dataclass(frozen=True, eq=False)
class FlowMap:
    """A frozen map. Change it by ``with_*``: each gives a new one.

    Attributes:
        nodes: By key.
        relations: In a fixed order; a relation's place in it is its number.
        switches: By key.
        terms: By key.
        as_of: The day that the map is of.
        sources: What it was made from.
    """

    nodes: Mapping[str, Node]
    relations: tuple[Relation, ...]
    switches: Mapping[str, Switch]
    terms: Mapping[str, Terms] = field(default_factory=lambda: MappingProxyType({}))
    as_of: datetime.date | None = None
    sources: tuple[Source, ...] = ()

    @classmethod
    def of(
        cls,
        nodes: Iterable[Node],
        relations: Iterable[Relation],
        switches: Iterable[Switch],
        terms: Iterable[Terms] = (),
        *,
        as_of: datetime.date | None = None,
        sources: Iterable[Source] = (),
    ) -> FlowMap:
        """A map of parts that are known to fit (``engine.flow.validating`` checks)."""
        return cls(
            {node.key: node for node in nodes},
            tuple(relations),
            {switch.key: switch for switch in switches},
            {each.key: each for each in terms},
            as_of,
            tuple(sources),
        )

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of the relations that leave each node."""
        found: dict[str, list[int]] = {}
        for number, relation in enumerate(self.relations):
            found.setdefault(relation.source, []).append(number)
        return {key: tuple(numbers) for key, numbers in found.items()}

    @cached_property
    def by_switch(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of the relations that each switch opens."""
        found: dict[str, list[int]] = {}
        for number, relation in enumerate(self.relations):
            found.setdefault(relation.switch, []).append(number)
        return {key: tuple(numbers) for key, numbers in found.items()}

    def open_on(self, day: datetime.date) -> Iterator[int]:
        """The numbers of the relations that stand on a day and whose switch is on."""
        for number, relation in enumerate(self.relations):
            if self.switches[relation.switch].is_on and relation.stands_on(day):
                yield number

    def with_switches(self, changed: Iterable[Switch]) -> FlowMap:
        """The map with some switches changed or added."""
        return replace(self, switches={**self.switches, **{each.key: each for each in changed}})

    def with_closed(self, keys: Iterable[str]) -> FlowMap:
        """The map with some switches closed.

        Raises:
            KeyError: The map has no such switch.
        """
        return self.with_switches(replace(self.switches[key], is_on=False) for key in keys)

    def with_nodes(self, changed: Iterable[Node]) -> FlowMap:
        """The map with some nodes changed or added."""
        return replace(self, nodes={**self.nodes, **{node.key: node for node in changed}})

    def with_relations(self, relations: Iterable[Relation]) -> FlowMap:
        """The map with other relations."""
        return replace(self, relations=tuple(relations))
