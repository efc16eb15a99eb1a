"""Missing and malformed case numbers, by account of the owner and by organization of others."""

from __future__ import annotations

from collections.abc import Iterator

from .book import Severity
from .checks import Context, Found, Marking, grouped

_NUMBERED = """
CREATE OR REPLACE TEMP TABLE numbered AS
SELECT id AS cell,
       CASE WHEN state = 'blank' OR (state = 'value' AND says_nothing) THEN 'missing'
            WHEN state <> 'value' THEN 'hidden'
            WHEN len(regexp_replace(shape, '[^9]', '', 'g')) < $digits THEN 'malformed'
            WHEN len($shapes::TEXT[]) > 0 AND NOT list_contains($shapes, shape) THEN 'malformed'
            ELSE 'a number' END AS kind
FROM cell WHERE field = 'case_number'
"""
_IN_REASON = """
CREATE OR REPLACE TEMP TABLE number_in_reason AS
SELECT id AS cell, state = 'value' AND regexp_matches(value, $pattern) AS has_number
FROM cell WHERE field = 'reason'
"""
_CASES = """
CREATE OR REPLACE TEMP VIEW cases AS
SELECT s.*, n.kind AS number, r.has_number FROM counted s JOIN numbered n ON n.cell = s.case_number
JOIN number_in_reason r ON r.cell = s.reason
"""
_KEYS = ("organization", "unit")


def case_number_missing(context: Context) -> Iterator[Found]:
    """Those of which more than a share of searches have no number, in the reason neither."""
    _prepare(context)
    return _found(
        context,
        "SELECT * FROM cases WHERE number = 'missing' AND NOT has_number",
        "SELECT * FROM cases WHERE number <> 'hidden'",
        "case_missing_share",
    )


def case_number_malformed(context: Context) -> Iterator[Found]:
    """Those of which more than a share of the numbers are none."""
    _prepare(context)
    return _found(
        context,
        "SELECT * FROM cases WHERE number = 'malformed'",
        "SELECT * FROM cases WHERE number IN ('malformed', 'a number')",
        "case_malformed_share",
    )


def _found(context: Context, select: str, of: str, share: str) -> Iterator[Found]:
    book = context.book
    least = int(book.number("least_searches"))
    marking = Marking(select, _KEYS, of, least, book.number(share), of_others=Severity.NOTE)
    return grouped(context, marking)


def _prepare(context: Context) -> None:
    context.needs("case_number")
    digits = int(context.book.number("case_digits"))
    context.results.execute(_NUMBERED, {"digits": digits, "shapes": list(context.book.shapes)})
    pattern = rf"[0-9](-?[0-9]){{{max(0, digits - 1)},}}"
    context.results.execute(_IN_REASON, {"pattern": pattern})
    context.results.execute(_CASES)
