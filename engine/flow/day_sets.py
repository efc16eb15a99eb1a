"""Sets of days as spans, for walks in time: met, joined, and kept on for a while."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable

from .model import Relation

Day = float  # an ordinal, or an infinity: no day is known from which, or until which
Span = tuple[Day, Day]  # the first day and the last, both of the span
DaySet = tuple[Span, ...]  # spans in order that neither meet nor overlap

ALWAYS: Span = (-math.inf, math.inf)


def day_set(spans: Iterable[Span]) -> DaySet:
    """The days of any spans; those of which the first day is after the last have none."""
    found: list[Span] = []
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return tuple(found)


def met(one: DaySet, other: DaySet) -> DaySet:
    """The days of both."""
    return day_set((max(a, c), min(b, d)) for a, b in one for c, d in other)


def joined(one: DaySet, other: DaySet) -> DaySet:
    """The days of either."""
    return day_set((*one, *other)) if one and other else one or other


def kept(received: DaySet, days: float) -> DaySet:
    """The days on which something is there that is kept so long after it was received."""
    return day_set((first, last + days) for first, last in received)


def standing(relation: Relation) -> Span:
    """The days on which a relation stands; its switch is another matter."""
    first = relation.start.toordinal() if relation.start else -math.inf
    last = relation.until.toordinal() - 1 if relation.until else math.inf
    return first, last


def date_of(day: Day) -> datetime.date | None:
    """The date of a day; None if it is not known, or lies outside the calendar."""
    if not 1 <= day <= datetime.date.max.toordinal():
        return None
    return datetime.date.fromordinal(int(day))
