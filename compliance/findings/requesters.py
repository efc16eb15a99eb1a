"""Searches by bodies of other governments, and by nobody known."""

from __future__ import annotations

from collections.abc import Iterator

from .checks import Context, Found, Marking, grouped


def outside_government(context: Context) -> Iterator[Found]:
    """Every search by a body that belongs to another government."""
    select = """
    SELECT s.*, v.severity
    FROM counted s JOIN severity_of v USING (verdict)
    WHERE s.relation IN ('other state', 'federal', 'other')
    """
    return grouped(context, Marking(select, ("relation", "government", "severity")))


def requester_unknown(context: Context) -> Iterator[Found]:
    """Searches whose organization is nobody for sure, by the cause of that."""
    known = "FROM counted WHERE relation = 'not known'"
    return grouped(context, Marking(known, ("cause",)))
