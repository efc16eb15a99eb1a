"""Whether a text of law is in force on a day, and which day it is: docs/semantics.md, section 4."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from ..dsl import syntax as tree
from ..dsl.truth import Truth, all_of
from .request import Request

Days = tuple[datetime.date, datetime.date]


def days_of(request: Request, zone: ZoneInfo) -> Days:
    """The first and last civil day, in ``zone``, that a request may fall on."""
    return request.at.days(zone)


def in_force(period: tree.InForce | None, days: Days) -> Truth:
    """Whether a period covers the day: ``from`` counts, ``until`` does not."""
    if period is None:
        return Truth.TRUE
    begun = _since(period.start, days)
    if period.latest is not None and begun is not Truth.FALSE:
        surely = _since(period.latest, days)
        begun = surely if surely is Truth.TRUE else Truth.UNPROVEN
    ended = _since(period.end, days) if period.end is not None else Truth.FALSE
    return all_of((begun, ~ended))


def applied(rule: tree.Rule, days: Days) -> Truth:
    """Whether a rule is in force and not enjoined."""
    order = rule.enjoined
    stopped = Truth.FALSE
    if order is not None:
        over = _since(order.end, days) if order.end is not None else Truth.FALSE
        stopped = all_of((_since(order.start, days), ~over))
    return all_of((in_force(rule.in_force, days), ~stopped))


def _since(start: datetime.date, days: Days) -> Truth:
    first, last = days
    return Truth.TRUE if first >= start else Truth.UNPROVEN if last >= start else Truth.FALSE


def turns(period: tree.InForce | None) -> list[datetime.date]:
    """The days on which a period starts or ends."""
    days = [period.start, period.latest, period.end] if period else []
    return [day for day in days if day is not None]


def changes(rule: tree.Rule) -> list[datetime.date]:
    """The days on which a rule starts, stops or resumes."""
    order = rule.enjoined
    stops = [order.start, order.end] if order else []
    return turns(rule.in_force) + [day for day in stops if day is not None]
