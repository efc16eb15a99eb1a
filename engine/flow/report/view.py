"""What a report shows, as plain values: all words are made, all counts counted.

Bodies are named by their place in ``ReportData.bodies``, groups by theirs in ``groups``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum

from ..door import Completeness, DoorClass, DoorName
from ..model import Source


class Column(Enum):
    """Where a group stands on the picture, which is read from left to right."""

    HOME = "home"  # the governments of the owners asked about
    HUBS = "hubs"  # networks, vendors and brokers
    ELSEWHERE = "elsewhere"  # other governments
    FEDERAL = "federal"


@dataclass(frozen=True, slots=True)
class Group:
    """Bodies that stand together."""

    name: str
    column: Column


@dataclass(frozen=True, slots=True)
class BodyView:
    """A body, a network or a vendor.

    Attributes:
        key: Its key in the map.
        name: What it is called.
        kind: What it is, in words.
        group: Where it stands.
        is_owner: Whether its data were traced.
        is_recipient: Whether a door ends at it.
        notes: What else is known of it, in words.
    """

    key: str
    name: str
    kind: str
    group: int
    is_owner: bool = False
    is_recipient: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CitationView:
    """A rule with its source, and how sure its wording is."""

    title: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class HopView:
    """One hop, in words.

    Attributes:
        source: Where the data come from.
        target: Who obtains them.
        words: How.
        answer: What the rules say of it.
        citations: The rules that say so.
        switch: The switch that opens it.
        closing: Who can close it, by which act, and what that costs.
        guard: What makes sure that the rules are kept.
        custody: What the target has afterwards.
        purpose: What it is said to be for, and whether that changes here.
        wrongs: What must go wrong.
        opens_if: What would make it lawful, and who may prove that.
        evidence: Where it is known from, how sure and how old that is.
        level: How sure, as one word.
    """

    source: int
    target: int
    words: str
    answer: str
    citations: tuple[CitationView, ...]
    switch: str
    closing: str
    guard: str
    custody: str
    purpose: str
    wrongs: tuple[str, ...]
    opens_if: tuple[str, ...]
    evidence: str
    level: str


@dataclass(frozen=True, slots=True)
class DoorView:
    """A door: its hops by their place in ``ReportData.hops``."""

    hops: tuple[int, ...]
    name: DoorName
    klass: DoorClass
    wrongs: int
    is_filter_only: bool
    since: str = ""
    volume: str = ""


@dataclass(frozen=True, slots=True)
class ReachView:
    """How far the data of one owner get: recipients by the least class of a door to each."""

    owner: int
    by_class: tuple[tuple[DoorClass, int], ...]
    fewest_hops: int | None


@dataclass(frozen=True, slots=True)
class StepView:
    """One switch of a plan; ``pairs`` would have a door if it alone stayed on."""

    act: str
    holder: str
    loss: str
    pairs: int | None = None
    phase: str = ""


@dataclass(frozen=True, slots=True)
class PlanView:
    """What closes the doors, and its price.

    Attributes:
        proof: Whether a cheaper plan can exist, in words.
        is_proved: Whether none can.
        asked: What had to be closed, in words.
        loss: What the whole plan costs.
        steps: What is closed, in order.
        before: Pairs of owner and recipient with a door, by class, before.
        after: The same, after.
        others: Next best plans: what each closes, and its loss.
        frontier: What is left, and the loss for that.
        uncuttable: A walk that no switch allowed can close, hop by hop; empty if there is none.
        notes: What was taken for granted: loss weights, protected flows, limits.
        draft: The change of settings or policy as text; blank if there is none.
    """

    proof: str
    is_proved: bool
    asked: str
    loss: str
    steps: tuple[StepView, ...]
    before: tuple[tuple[DoorClass, int], ...] = ()
    after: tuple[tuple[DoorClass, int], ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    frontier: tuple[tuple[str, str], ...] = ()
    uncuttable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    draft: str = ""


@dataclass(frozen=True, slots=True)
class TableView:
    """A table of a comparison: its caption, its columns and its rows."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ScenariosView:
    """What scenarios change: tables, and what was taken for granted."""

    tables: tuple[TableView, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportData:
    """All that a report shows.

    Attributes:
        title: The question, in words.
        purpose: What the data must not be used for, in words.
        day: The day of the law and of the settings.
        made_on: The day of the report.
        limits: How far was searched, in words.
        groups: Where bodies stand.
        bodies: Everything on the map.
        links: Source, target and place in ``kinds`` of every relation that stands.
        kinds: The kinds of relations, in words.
        hops: Every hop of a door, each once.
        doors: Ranked.
        reaches: For every owner asked about.
        completeness: How much of the map is known.
        assumptions: What was taken for granted.
        bounds: What was cut short.
        sources: What the map was made from.
        plan: What closes the doors, if that was asked.
        scenarios: What scenarios change, if that was asked.
        remarks: What must stand at its head.
    """

    title: str
    purpose: str
    day: datetime.date
    made_on: datetime.date
    limits: str
    groups: tuple[Group, ...]
    bodies: tuple[BodyView, ...]
    links: tuple[tuple[int, int, int], ...]
    kinds: tuple[str, ...]
    hops: tuple[HopView, ...]
    doors: tuple[DoorView, ...]
    reaches: tuple[ReachView, ...]
    completeness: Completeness
    assumptions: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    plan: PlanView | None = None
    scenarios: ScenariosView | None = None
    remarks: tuple[str, ...] = ()
