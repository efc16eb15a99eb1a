"""Numbers, days and lengths of time, moved by one."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace

from ...dsl import syntax as tree
from ...dsl.printer import value_text
from .altered import Altered, altered

_DAY = datetime.timedelta(days=1)


def moved(value: tree.Value) -> Iterator[Altered[tree.Value]]:
    """A value one more and one less; none for what is no number."""
    for other, way in _neighbors(value):
        before, after = value_text(value), value_text(other)
        yield altered(value.span, f"{before} becomes {after}, {way}", before, after, other)


def _neighbors(value: tree.Value) -> Iterator[tuple[tree.Value, str]]:
    match value:
        case tree.Count():
            yield replace(value, value=value.value + 1), "one more"
            if value.value:
                yield replace(value, value=value.value - 1), "one less"
        case tree.Duration():
            yield replace(value, number=value.number + 1), "one more"
            if value.number > 1:
                yield replace(value, number=value.number - 1), "one less"
        case tree.Date():
            yield replace(value, day=value.day + _DAY), "a day later"
            yield replace(value, day=value.day - _DAY), "a day earlier"
        case _:
            return


def periods(period: tree.InForce) -> Iterator[Altered[tree.InForce]]:
    """A period with one of its days moved, or without its end."""
    for name, day, put in _days_of(period):
        for other, way in _days_beside(day):
            node = put(other)
            if node.latest is None or node.latest > node.start:
                says = f"`{name} {day}` becomes {other}, {way}"
                yield altered(period.span, says, _text(period), _text(node), node)
    if period.end is not None:
        node = replace(period, end=None)
        yield altered(period.span, "it never ends", _text(period), _text(node), node)


def _days_of(
    period: tree.InForce,
) -> Iterator[tuple[str, datetime.date, Callable[[datetime.date], tree.InForce]]]:
    """The days of a period, what each is called, and the period with another in its place."""
    if period.start != datetime.date.min:
        yield "from", period.start, lambda day: replace(period, start=day)
    if period.latest is not None:
        yield "at the latest", period.latest, lambda day: replace(period, latest=day)
    if period.end is not None:
        yield "until", period.end, lambda day: replace(period, end=day)


def _days_beside(day: datetime.date) -> Iterator[tuple[datetime.date, str]]:
    yield day + _DAY, "a day later"
    yield day - _DAY, "a day earlier"


def _text(period: tree.InForce) -> str:
    text = f"in force from {period.start}"
    if period.latest is not None:
        text += f" at the earliest, {period.latest} at the latest"
    return text + (f" until {period.end}" if period.end else "")


def stops(order: tree.Enjoined) -> Iterator[Altered[tree.Enjoined]]:
    """An order of a court with one of its days moved."""
    for other, way in _days_beside(order.start):
        says = f"the order of {order.start} becomes one of {other}, {way}"
        node = replace(order, start=other)
        yield altered(order.span, says, str(order.start), str(other), node)
    for other, way in _days_beside(order.end) if order.end is not None else ():
        says = f"the order ends on {other}, {way}"
        yield altered(order.span, says, str(order.end), str(other), replace(order, end=other))
