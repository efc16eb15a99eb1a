"""Searches under one login that one person hardly made: sessions that overlap, and bursts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .checks import Context, Found, Marking, NotAtHandError, grouped

# Only where the second is told, and only of the owner's accounts: elsewhere one label is several.
_OWN = """
SELECT s.search, s.organization, s.unit, s.earliest AS moment,
       list_bool_or(list_transform($words, lambda word: contains(lower(k.value), word))) AS aside
FROM counted s JOIN cell a ON a.id = s.account JOIN cell k ON k.id = s.kind
WHERE s.relation = 'own' AND a.state = 'value' AND s.earliest = s.latest
"""
_KEYS = ("organization", "unit")


def sessions_overlap(context: Context) -> Iterator[Found]:
    """Searches from two kinds of device within seconds of each other, by account."""
    seconds = int(context.book.number("overlap_seconds"))
    _prepare(context)
    select = f"""
    SELECT s.* FROM counted s JOIN (
        SELECT search, moment, aside, lag(moment) OVER w AS earlier,
               lag(aside) OVER w AS aside_earlier, lead(moment) OVER w AS later,
               lead(aside) OVER w AS aside_later
        FROM own_session WINDOW w AS (PARTITION BY organization, unit ORDER BY moment, search)
    ) USING (search)
    WHERE (aside <> aside_earlier AND moment <= earlier + to_seconds({seconds}))
         OR (aside <> aside_later AND later <= moment + to_seconds({seconds}))
    """
    for found in grouped(context, Marking(select, _KEYS)):
        yield replace(found, measure={**found.measure, "within_seconds": seconds})


def searches_in_bursts(context: Context) -> Iterator[Found]:
    """Searches in minutes that have more of them than one person makes, by account."""
    most = int(context.book.number("most_a_minute"))
    _prepare(context)
    select = f"""
    SELECT s.* FROM counted s JOIN (
        SELECT search FROM own_session QUALIFY count(*) OVER (
            PARTITION BY organization, unit, date_trunc('minute', moment)) > {most}
    ) USING (search)
    """
    for found in grouped(context, Marking(select, _KEYS)):
        yield replace(found, measure={**found.measure, "more_a_minute_than": most})


def _prepare(context: Context) -> None:
    context.needs("user")
    words = list(context.book.words["devices_aside"])
    context.results.execute(f"CREATE OR REPLACE TEMP TABLE own_session AS {_OWN}", {"words": words})
    row = context.results.execute("SELECT count(*) FROM own_session").fetchone()
    if row is None or not row[0]:
        raise NotAtHandError("no export tells the second of a search by an account of the owner")
