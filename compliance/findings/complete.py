"""Exports that are not complete enough to say of them that no violation is in them."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .book import Severity
from .checks import Context, Found

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A search that the exports lack: its id, when it was, in how many networks, the files that hold it.
Lacked = tuple[str, datetime.datetime, int | None, list[str]]

_FILES = """
SELECT s.name, s.digest, s.state, s.rows, s.last_line,
       own_day(s.first_search) AS first_day, own_day(s.last_search) AS last_day,
       count(f.line) FILTER (f.kind = 'unread') AS unread
FROM source s LEFT JOIN fault f ON f.source = s.id GROUP BY ALL ORDER BY min(s.id)
"""
_TOLD = """
SELECT asked, moment, reasons, told_apart, logs, own, elsewhere, in_both, share, low, high,
       confidence, total, unseen, most, missing
FROM completeness
WHERE support = 'no' AND number = (SELECT max(number) FROM completeness)
"""


def export_incomplete(context: Context) -> Iterator[Found]:
    """Each file that was not read well enough, and all exports together if others tell of more."""
    yield from _files(context)
    yield from _together(context)


def _files(context: Context) -> Iterator[Found]:
    asked = context.book.number("complete_share")
    for name, digest, state, rows, line, first, last, unread in context.results.execute(
        _FILES
    ).fetchall():
        is_whole = state == "whole"
        if is_whole and unread <= (1 - asked) * (rows + unread):
            continue
        measure = {
            "searches_read": rows,
            "records_unread": unread,
            "read_to_its_end": is_whole,
            "share_asked": asked,
        }
        days = [f"{day}" if day else "" for day in (first, last)]
        yield Found(Severity.REVIEW, {"export": name}, measure, first=days[0], last=days[1],
                    records=((name, digest, line),))  # fmt: skip
    for name, why in context.results.execute(
        "SELECT name, any_value(why) FROM not_read GROUP BY name ORDER BY name"
    ).fetchall():
        yield Found(Severity.REVIEW, {"export": name}, {"not_read": why, "share_asked": asked})


def _together(context: Context) -> Iterator[Found]:
    """What was told last by other logs and pages; its numbers, and a digest of what is missing."""
    told = context.results.execute(_TOLD)
    names = [column[0] for column in told.description or ()]
    for row in told.fetchall():
        kept = dict(zip(names, row, strict=True))
        measure = {
            "share_asked": kept["asked"],
            "told_on": f"{context.own.day(kept['moment'])}",
            "why": kept["reasons"],
            "held_against": kept["logs"],
        }
        if kept["elsewhere"]:
            measure |= {
                "told_apart_by": kept["told_apart"],
                "in_the_exports": kept["own"],
                "in_other_logs": kept["elsewhere"],
                "of_them_in_the_exports": kept["in_both"],
                "missing": kept["elsewhere"] - kept["in_both"],
                "share": round(kept["share"], 6),
                "between": [round(kept["low"], 6), round(kept["high"], 6)],
                "confidence": kept["confidence"],
                "searches_in_all": kept["total"],
                "in_no_log": kept["unseen"],
                "at_most": kept["most"],
                "missing_digest": kept["missing"],
            }
        known = {name: value for name, value in measure.items() if value is not None}
        yield Found(Severity.REVIEW, {"export": "all together"}, known)


def missing_searches(results: DuckDBPyConnection, digest: str) -> list[Lacked]:
    """The searches that the exports lack, by the digest that a finding has of them."""
    return results.execute(
        """
        SELECT m.search_id, m.moment, m.networks, m.logs FROM missing_search m
        WHERE m.number = (SELECT max(number) FROM completeness WHERE missing = ?)
        ORDER BY m.rowid
        """,
        [digest],
    ).fetchall()


def digest_of_missing(missing: Iterable[Lacked]) -> str:
    """SHA-256 of the searches that are named, in their order."""
    told = hashlib.sha256()
    for id_, at, networks, logs in missing:
        told.update(json.dumps([id_, at.isoformat(), networks, logs]).encode() + b"\n")
    return told.hexdigest()
