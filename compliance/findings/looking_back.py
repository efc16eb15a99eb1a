"""Searches whose time frame reaches behind what may still be kept on that day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...dsl import syntax as tree
from ...dsl.model import Parameter
from ...dsl.units import comparable
from ...engine.binding import parameters_for
from ...engine.reference import Case
from ..results.bulk import insert
from .checks import Context, Found, Marking, NotAtHandError, grouped

_DAY = 86_400
_BEYOND = """
SELECT s.id AS search, s.organization, s.unit AS account FROM counted s
JOIN kept k ON s.earliest::DATE >= k.first AND (k.until IS NULL OR s.earliest::DATE < k.until)
WHERE s.frame_first < s.earliest - to_days(k.days) - INTERVAL 1 DAY
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """How long reads are kept: from a day on, up to another."""

    first: datetime.date
    until: datetime.date | None
    days: int


def kept_by_law(case: Case, name: str) -> tuple[Kept, ...]:
    """How long reads are kept by a parameter of the law that binds a request, period by period.

    Args:
        case: A request for data of the owner.
        name: The parameter.
    """
    versions = case.library.parameters.get(name, ())
    bound = case.bound()
    days = sorted({day for each in versions for day in _changes(each)})
    ends: list[datetime.date | None] = [*days[1:], None]
    found: list[Kept] = []
    for day, end in zip(days, ends, strict=True):
        if not any(_counts(each, day, [policy.name for policy in bound]) for each in versions):
            continue
        (value,) = parameters_for({name: versions}, bound, (day, day))[name]
        scale = comparable(value)
        if scale is not None and scale[0] == "time":
            found.append(Kept(day, end, scale[1] // _DAY))
    return tuple(found)


def _changes(version: Parameter) -> Iterable[datetime.date]:
    yield version.in_force.start
    if version.in_force.end is not None:
        yield version.in_force.end


def _counts(version: Parameter, day: datetime.date, bound: Iterable[str]) -> bool:
    period: tree.InForce = version.in_force
    is_live = period.start <= day and (period.end is None or day < period.end)
    return is_live and version.policy in bound


def look_back(context: Context) -> Iterator[Found]:
    """Every search whose time frame began more than the period, and a day, before it."""
    own = int(context.book.number("kept_days"))
    periods = (Kept(datetime.date.min, None, own),) if own else context.kept
    if not periods:
        raise NotAtHandError("neither the law of those days nor the book says how long reads are "
                             "kept (`thresholds.kept_days`)")  # fmt: skip
    row = context.results.execute(
        "SELECT count(*) FROM counted WHERE frame_first IS NOT NULL"
    ).fetchone()
    if row is None or not row[0]:
        raise NotAtHandError("no export shows the time frame of any search")
    context.results.execute(
        "CREATE OR REPLACE TEMP TABLE kept (first DATE, until DATE, days INTEGER)"
    )
    rows = [(each.first, each.until, each.days) for each in periods]
    insert(context.results, "kept", ("first", "until", "days"), rows)
    told = [{"from": f"{each.first}", "days": each.days} for each in periods]
    for found in grouped(context, Marking(_BEYOND, ("organization", "account"))):
        yield replace(found, measure={**found.measure, "kept": told})
