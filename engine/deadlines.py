"""What is due when: the days that rules name for an agency's data, from one day to another."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import count

from ..dsl import syntax as tree
from ..dsl.model import Library, Rule
from ..dsl.truth import Truth
from ..dsl.units import day_after, in_words
from .dates import applied, changes
from .registry import Registry
from .render_text import words
from .written import Source, bound_rules
from .written.clauses import must_text, source_of

_UNSURE = "whether it binds depends on who asks, or on when it took effect"


class Kind(Enum):
    """What happens on a day."""

    STARTS = "takes effect"
    MAY_START = "may take effect"
    ENDS = "ends"
    STOPPED = "stopped by a court"
    RESUMES = "applies again"
    DUE = "due"
    REPEATS = "due again"
    OWN = "own date"
    RENEWS = "renews"
    EXPIRES = "expires"
    REVIEW = "to be reviewed"
    NOTICE = "notice owed"


@dataclass(frozen=True, slots=True)
class Deadline:
    """What happens on a day.

    Attributes:
        day: The civil day of the place whose law it is.
        kind: What happens.
        title: What it is about.
        who: The role that it is for, or that attests it, in words; blank if nothing names one.
        rule: The id of the rule; blank of a date that no rule names.
        source: The citation with its status.
        note: What must be known before relying on the day.
    """

    day: datetime.date
    kind: Kind
    title: str
    who: str = ""
    rule: str = ""
    source: Source | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A duty that has no day, because it runs from an act or a refusal.

    Attributes:
        text: It, in words.
        rule: The id of the rule; blank if none says so.
        source: The citation with its status.
        note: Where else it stands.
    """

    text: str
    rule: str
    source: Source | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of an agency, in order, and the duties that run from an act."""

    agency: str
    first: datetime.date
    last: datetime.date
    deadlines: tuple[Deadline, ...]
    standing: tuple[Standing, ...]


def calendar_of(
    library: Library,
    registry: Registry,
    agency: str,
    first: datetime.date,
    last: datetime.date,
    own: Sequence[Deadline] = (),
    own_standing: Sequence[Standing] = (),
) -> Calendar:
    """The days that bind an agency's data, both ends counted, with what is its own among them."""
    days: list[Deadline] = [each for each in own if first <= each.day <= last]
    standing = list(own_standing)
    attesters = {
        duty.name: duty.attested_by
        for words_ in library.vocabularies.values()
        for duty in words_.duties.values()
        if duty.attested_by is not None
    }
    for rule, is_unsure in _bound(library, registry, agency, first, last):
        note = _UNSURE if is_unsure else ""
        days += [
            replace(found, note="; ".join(filter(None, (found.note, note))))
            for found in _of_rule(rule, first, last, attesters)
        ]
        standing += _standing(rule)
    days.sort(key=lambda each: (each.day, each.kind.value, each.title, each.rule))
    return Calendar(agency, first, last, tuple(days), tuple(standing))


def _bound(
    library: Library,
    registry: Registry,
    agency: str,
    first: datetime.date,
    last: datetime.date,
) -> list[tuple[Rule, bool]]:
    """The rules that bind on any of the days, each with whether it surely does on none."""
    turns = {
        day
        for policy in library.policies
        for rule in policy.rules
        for day in changes(rule.node)
        if first < day <= last
    }
    found: dict[tuple[str, tree.InForce | None], tuple[Rule, bool]] = {}
    for day in sorted({first, *turns}):
        bound = bound_rules(library, registry, agency, day)
        for _, rule in bound.rules:
            key = rule.id, rule.node.in_force
            was_unsure = found[key][1] if key in found else True
            found[key] = rule, was_unsure and rule.id in bound.uncertain
    return list(found.values())


def _of_rule(
    rule: Rule, first: datetime.date, last: datetime.date, attesters: Mapping[str, str]
) -> Iterator[Deadline]:
    node, source = rule.node, source_of(rule.node.citation)
    for day, kind in _turns(node):
        if first <= day <= last:
            yield Deadline(day, kind, node.title, rule=rule.id, source=source)
    for must in node.musts:
        title = words(must.duty.text)
        who = words(must.by.text if must.by else attesters.get(must.duty.text, ""))
        if must.by_date is not None and first <= must.by_date <= last:
            yield Deadline(must.by_date, Kind.DUE, title, who, rule.id, source)
        for day in _repeats(node, must, first, last):
            yield Deadline(day, Kind.REPEATS, title, who, rule.id, source, _counted(must.every))


def _counted(every: tree.Duration | None) -> str:
    told = f"every {in_words(every)}, " if every else ""
    return f"{told}counted from the day on which the rule took effect: it names no first day"


def _turns(node: tree.Rule) -> Iterator[tuple[datetime.date, Kind]]:
    period, order = node.in_force, node.enjoined
    if period is not None:
        yield period.start, Kind.MAY_START if period.latest else Kind.STARTS
        if period.latest is not None:
            yield period.latest, Kind.STARTS
        if period.end is not None:
            yield period.end, Kind.ENDS
    if order is not None:
        yield order.start, Kind.STOPPED
        if order.end is not None:
            yield order.end, Kind.RESUMES


def _repeats(
    node: tree.Rule, must: tree.Must, first: datetime.date, last: datetime.date
) -> Iterator[datetime.date]:
    """The days on which a duty falls due again while its rule applies."""
    if must.every is None or node.in_force is None:
        return
    if day_after(node.in_force.start, must.every) in (None, node.in_force.start):
        return  # parts of a day, business days, or no time at all
    for times in count(1):
        total = replace(must.every, number=must.every.number * times)
        day = day_after(node.in_force.start, total)
        if day is None or day > last:
            return
        if day >= first and applied(node, (day, day)) is not Truth.FALSE:
            yield day


def _standing(rule: Rule) -> Iterator[Standing]:
    source = source_of(rule.node.citation)
    for must in rule.node.musts:
        if must.within is not None:
            yield Standing(must_text(must), rule.id, source)
    for must in rule.node.on_refusal:
        yield Standing(f"after a refusal: {must_text(must)}", rule.id, source)
