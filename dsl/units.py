"""Durations and counts on one scale, where they have one."""

from __future__ import annotations

import calendar
import datetime

from . import syntax as tree

_SECONDS = {
    tree.Unit.MINUTE: 60,
    tree.Unit.HOUR: 3600,
    tree.Unit.DAY: 86400,
    tree.Unit.WEEK: 7 * 86400,
}
# A thousand years on each scale: longer durations would leave the calendar.
LONGEST = {"time": 1000 * 366 * 86400, "months": 12_000, "business days": 366_000}


def comparable(value: tree.Value) -> tuple[str, int] | None:
    """A scale and a number on it; values of different scales cannot be compared.

    Months and years have a scale of their own, because no number of days equals them;
    business days another, because they depend on the issuer's calendar.
    """
    match value:
        case tree.Count():
            return "count", value.value
        case tree.Duration(unit=unit, number=number) if unit in _SECONDS:
            return "time", number * _SECONDS[unit]
        case tree.Duration(unit=tree.Unit.MONTH, number=number):
            return "months", number
        case tree.Duration(unit=tree.Unit.YEAR, number=number):
            return "months", 12 * number
        case tree.Duration(number=number):
            return "business days", number
        case _:
            return None


def length(duration: tree.Duration) -> datetime.timedelta | None:
    """How long a duration is, if that does not depend on the calendar."""
    scale = comparable(duration)
    return datetime.timedelta(seconds=scale[1]) if scale and scale[0] == "time" else None


def day_after(day: datetime.date, duration: tree.Duration) -> datetime.date | None:
    """The civil day that lies ``duration`` after ``day``; None for parts of a day.

    A month ends on the same day of the month, or its last.
    """
    scale = comparable(duration)
    if scale is None or scale[0] == "business days":
        return None
    if scale[0] == "time":
        return day + datetime.timedelta(seconds=scale[1]) if scale[1] % 86400 == 0 else None
    return months_after(day, scale[1])


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day of the month so many months later, or its last."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def in_words(duration: tree.Duration) -> str:
    """``1 day``, ``21 days``."""
    unit = duration.unit.value
    return f"{duration.number} {unit}" if duration.number == 1 else f"{duration.number} {unit}s"
