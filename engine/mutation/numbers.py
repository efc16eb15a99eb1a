"""Numbers, days and lengths of time, moved by one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
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
    for field, word in (("start", "from"), ("latest", "at the latest"), ("end", "until")):
        day: datetime.date | None = getattr(period, field)
        if day is None or day == datetime.date.min:
            continue
        for other, way in ((day + _DAY, "a day later"), (day - _DAY, "a day earlier")):
            if field == "latest" and other <= period.start:
                continue
            says = f"`{word} {day}` becomes {other}, {way}"
            node = replace(period, **{field: other})
            yield altered(period.span, says, _text(period), _text(node), node)
    if period.end is not None:
        node = replace(period, end=None)
        yield altered(period.span, "it never ends", _text(period), _text(node), node)


def _text(period: tree.InForce) -> str:
    text = f"in force from {period.start}"
    if period.latest is not None:
        text += f" at the earliest, {period.latest} at the latest"
    return text + (f" until {period.end}" if period.end else "")


def stops(order: tree.Enjoined) -> Iterator[Altered[tree.Enjoined]]:
    """An order of a court with one of its days moved."""
    for field in ("start", "end"):
        day: datetime.date | None = getattr(order, field)
        if day is None:
            continue
        for other, way in ((day + _DAY, "a day later"), (day - _DAY, "a day earlier")):
            says = f"the order of {day} becomes one of {other}, {way}"
            node = replace(order, **{field: other})
            yield altered(order.span, says, str(day), str(other), node)
