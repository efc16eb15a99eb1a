"""Searches whose reason or category states a use that a lexicon watches."""

from __future__ import annotations

from collections.abc import Iterator

from .checks import Context, Found, Marking, grouped

_STATED = """
SELECT search, purpose, bool_or(plainly) AS plainly
FROM (SELECT s.search, i.purpose, i.plainly
      FROM counted s JOIN indicated i ON i.cell = s.reason
      UNION ALL
      SELECT s.search, i.purpose, i.plainly FROM counted s JOIN indicated i ON i.cell = s.category)
GROUP BY search, purpose
"""
_MARKED = f"""
SELECT s.*, t.purpose,
       CASE WHEN t.plainly AND v.severity = 'deny' THEN 'deny' ELSE 'review' END AS severity
FROM ({_STATED}) t JOIN counted s USING (search) JOIN severity_of v USING (verdict)
"""
_KEYS = ("purpose", "organization", "unit", "severity")


def plainly_stated(context: Context) -> Iterator[Found]:
    """Every search that plainly states one; none is less than something to review."""
    return grouped(context, Marking(f"{_MARKED} WHERE t.plainly", _KEYS))


def possibly_stated(context: Context) -> Iterator[Found]:
    """Every search that may state one, and plainly states none of that kind."""
    return grouped(context, Marking(f"{_MARKED} WHERE NOT t.plainly", _KEYS))
