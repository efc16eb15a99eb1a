"""Numbers and times against a bound: docs/semantics.md, section 3."""

from __future__ import annotations

import datetime

from ..dsl import syntax as tree
from ..dsl.truth import Truth
from ..dsl.units import comparable, day_after
from .values import Age, Range, Span, Value


def compare(
    relation: tree.Relation, value: Value, bound: tree.Value, zone: datetime.tzinfo
) -> Truth:
    """How a value stands to a bound: true or false only if its whole range does.

    Args:
        relation: ``over``, ``under``, ``at least``, ``at most``, ``from`` or ``before``.
        value: A number, an age or a time.
        bound: A count, a duration or a date.
        zone: The time zone in which days are counted.
    """
    if isinstance(value, Span):
        return _compare_time(relation, value, bound, zone)
    mine, limit = _ranges(value, bound, zone)
    if mine is None or limit is None:
        return Truth.UNPROVEN
    over = _over(mine, limit)
    under = _over(limit, mine)
    return {
        tree.Relation.OVER: over,
        tree.Relation.UNDER: under,
        tree.Relation.AT_MOST: ~over,
        tree.Relation.AT_LEAST: ~under,
    }[relation]


def _over(one: Range, other: Range) -> Truth:
    if one.low > other.high:
        return Truth.TRUE
    return Truth.FALSE if one.high <= other.low else Truth.UNPROVEN


def _ranges(
    value: Value, bound: tree.Value, zone: datetime.tzinfo
) -> tuple[Range | None, Range | None]:
    """A value and its bound on one scale: days for days, seconds for hours, a count for counts."""
    if isinstance(value, Age):
        assert isinstance(bound, tree.Duration)
        return _age(value, bound, zone)
    if not isinstance(value, Range):
        return None, None
    scale = comparable(bound)
    if scale is None or scale[0] == "business days":
        return value, None
    if scale[0] == "months":
        return value, Range(scale[1] * 28 * 86400.0, scale[1] * 31 * 86400.0)
    return value, Range.exactly(scale[1])


def _age(age: Age, bound: tree.Duration, zone: datetime.tzinfo) -> tuple[Range, Range | None]:
    """Days are civil days in the issuer's zone; hours and minutes are elapsed time."""
    scale = comparable(bound)
    elapsed = bound.unit in (tree.Unit.HOUR, tree.Unit.MINUTE)
    if elapsed and scale is not None:
        low = (age.until.earliest - age.since.latest).total_seconds()
        high = (age.until.latest - age.since.earliest).total_seconds()
        return Range(low, high), Range.exactly(scale[1])
    first, last = age.since.days(zone)
    end = age.until.days(zone)
    mine = Range((end[0] - last).days, (end[1] - first).days)
    limits = [day_after(day, bound) for day in (first, last)]
    if limits[0] is None or limits[1] is None:
        return mine, None
    spans = [(limits[0] - first).days, (limits[1] - last).days]
    return mine, Range(min(spans), max(spans))


def _compare_time(
    relation: tree.Relation, value: Span, bound: tree.Value, zone: datetime.tzinfo
) -> Truth:
    if not isinstance(bound, tree.Date):
        return Truth.UNPROVEN
    first, last = value.days(zone)
    since = (
        Truth.TRUE if first >= bound.day else Truth.UNPROVEN if last >= bound.day else Truth.FALSE
    )
    return since if relation is tree.Relation.FROM else ~since
