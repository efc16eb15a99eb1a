"""Searches by bodies of governments that must declare, held against what is on file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..results.tables import insert_rows
from .book import Severity
from .checks import Context, Found, Marking, NotAtHandError, grouped

_DECLARED = """
SELECT s.*, d.body IS NOT NULL AS is_declared
FROM counted s JOIN requester r ON r.cell = s.organization
LEFT JOIN declared d ON d.body = r.body AND s.earliest >= day_begin(d.first)
     AND (d.until IS NULL OR s.latest < day_begin(d.until))
"""


def declaration_missing(context: Context) -> Iterator[Found]:
    """Searches by bodies that must declare, on days on which no declaration of theirs counted."""
    _prepare(context)
    must = ", ".join(f"'{each}'" for each in context.book.declaring.get(context.government, ()))
    select = f"""
    SELECT DISTINCT d.* FROM ({_DECLARED}) d JOIN requester r ON r.cell = d.organization
    WHERE NOT is_declared AND r.government IN ({must or "''"})
    """
    return _with_lines(context, Marking(select, ("organization",)))


def declaration_contradicted(context: Context) -> Iterator[Found]:
    """Searches that state a watched use, by bodies that declared that they make none of it."""
    _prepare(context)
    select = f"""
    SELECT d.*, purpose, CASE WHEN bool_or(plainly) THEN 'deny' ELSE 'review' END AS severity
    FROM ({_DECLARED}) d JOIN indicated i ON i.cell IN (d.reason, d.category)
    WHERE is_declared GROUP BY ALL
    """
    keys = ("organization", "purpose", "severity")
    return _with_lines(context, Marking(select, keys, severity=Severity.REVIEW))


def _with_lines(context: Context, marking: Marking) -> Iterator[Found]:
    """Findings with the lines of the table that are about the same body."""
    table = context.declarations
    assert table is not None
    bodies = dict(context.results.execute(
        "SELECT c.value, r.body FROM requester r JOIN cell c ON c.id = r.cell"
    ).fetchall())  # fmt: skip
    for found in grouped(context, marking):
        body = bodies.get(found.subject["organization"])
        lines = [row.line for row in table.rows if row.cells["body"] == body]
        yield replace(found, records=tuple((table.name, table.digest, line) for line in lines))


def _prepare(context: Context) -> None:
    if context.declarations is None:
        raise NotAtHandError("no list of declarations on file was given (--declarations)")
    context.results.execute(
        "CREATE OR REPLACE TEMP TABLE declared (body TEXT, first DATE, until DATE)"
    )
    rows = [
        (row.cells["body"], row.day("from"), min(ends) if ends else None)
        for row in context.declarations.rows
        for ends in [[day for day in (row.day("until"), row.day("revoked")) if day]]
    ]
    insert_rows(context.results, "declared", ("body", "first", "until"), rows)
