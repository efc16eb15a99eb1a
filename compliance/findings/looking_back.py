"""Searches whose time frame reaches behind what may still be kept on that day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace

from .checks import Context, Found, Marking, NotAtHandError, grouped
from .kept import Kept


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
    beyond = " OR ".join(map(_beyond, periods))
    select = f"FROM counted WHERE {beyond}"
    told = [{"from": f"{each.first}", "days": each.days} for each in periods]
    for found in grouped(context, Marking(select, ("organization", "unit"))):
        yield replace(found, measure={**found.measure, "kept": told})


def _beyond(kept: Kept) -> str:
    """As SQL: whether a search of that time reaches behind what was kept, and a day more."""
    ends = f"AND earliest < day_begin('{kept.until}')" if kept.until else ""
    begins = f"earliest >= day_begin('{kept.first}')" if kept.first > datetime.date.min else "true"
    return f"({begins} {ends} AND frame_first < earliest - to_days({kept.days + 1}))"
