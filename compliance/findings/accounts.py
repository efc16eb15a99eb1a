"""Searches by accounts and organizations that should search no more, or were not trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...engine.organizations.words import shipped_words
from ..results.tables import insert_rows
from .checks import Context, Found, Marking, NotAtHandError, grouped

_KEYS = ("organization", "unit")
_OWN = """
SELECT s.*, own_day(s.earliest) AS first_day, own_day(s.latest) AS last_day, r.line, r.active_from,
       r.active_until, r.trained_until
FROM counted s JOIN cell c ON c.id = s.account LEFT JOIN roster r ON r.token = c.value
WHERE s.relation = 'own' AND c.state = 'value'
"""


def organization_idle(context: Context) -> Iterator[Found]:
    """Searches under names that say that the account should search no more."""
    idle = ", ".join(f"'{status}'" for status in sorted(shipped_words().idle))
    select = f"""
    SELECT s.* FROM counted s JOIN requester r ON r.cell = s.organization
    WHERE list_has_any(r.status_words, [{idle}])
    """
    return grouped(context, Marking(select, ("organization",)))


def account_not_listed(context: Context) -> Iterator[Found]:
    """Own searches by accounts that stand on no roster."""
    return _own(context, "line IS NULL")


def account_inactive(context: Context) -> Iterator[Found]:
    """Own searches on days on which the account was not active by the roster."""
    return _own(
        context,
        "line IS NOT NULL AND (last_day < active_from OR first_day > active_until)",
    )


def training_lapsed(context: Context) -> Iterator[Found]:
    """Own searches on days on which the training of the account had lapsed, or was none."""
    if not _has(context, "trained_until"):
        raise NotAtHandError("no roster with the column `trained_until` was given (--roster)")
    return _own(
        context, "line IS NOT NULL AND (trained_until IS NULL OR first_day > trained_until)"
    )


def _own(context: Context, where: str) -> Iterator[Found]:
    _prepare(context)
    assert context.roster is not None
    lines = {context.token(row.cells["account"]): row.line for row in context.roster.rows}
    name, digest = context.roster.name, context.roster.digest
    select = f"SELECT * FROM ({_OWN}) WHERE {where}"
    for found in grouped(context, Marking(select, _KEYS)):
        line = lines.get(str(found.subject["account"]))
        yield replace(found, records=((name, digest, line),)) if line else found


def _has(context: Context, column: str) -> bool:
    return context.roster is not None and any(column in row.cells for row in context.roster.rows)


def _prepare(context: Context) -> None:
    if context.roster is None:
        raise NotAtHandError("no roster of accounts was given (--roster)")
    context.results.execute(
        "CREATE OR REPLACE TEMP TABLE roster (token TEXT, line BIGINT, active_from DATE, "
        "active_until DATE, trained_until DATE)"
    )
    days = ("active_from", "active_until", "trained_until")
    rows = [
        (context.token(row.cells["account"]), row.line, *map(row.day, days))
        for row in context.roster.rows
    ]
    insert_rows(context.results, "roster", ("token", "line", *days), rows)
