"""Searches whose time frame reaches behind what may still be kept on that day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace

from ..results.bulk import insert
from .checks import Context, Found, Marking, NotAtHandError, grouped
from .kept import Kept

_BEYOND = """
SELECT s.id AS search, s.organization, s.unit AS account FROM counted s
JOIN kept k ON s.earliest::DATE >= k.first AND (k.until IS NULL OR s.earliest::DATE < k.until)
WHERE s.frame_first < s.earliest - to_days(k.days) - INTERVAL 1 DAY
"""


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
