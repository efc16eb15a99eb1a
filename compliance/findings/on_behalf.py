"""Searches whose reason says that they were made for somebody else."""

from __future__ import annotations

from collections.abc import Iterator

from .book import Severity
from .checks import Context, Found, Marking, grouped

_FOR_OTHERS = """
CREATE OR REPLACE TEMP TABLE for_others AS
SELECT id AS cell FROM (
    SELECT id, ' ' || regexp_replace(lower(value), '[^\\p{L}\\p{N}]+', ' ', 'g') || ' ' AS text
    FROM cell WHERE field = 'reason' AND state = 'value'
) WHERE list_bool_or(list_transform($phrases, lambda phrase: contains(text, ' ' || phrase || ' ')))
"""


def on_behalf(context: Context) -> Iterator[Found]:
    """Every such search, by account of the owner and by organization of others."""
    context.needs("reason")
    phrases = list(context.book.words["on_behalf"])
    context.results.execute(_FOR_OTHERS, {"phrases": phrases})
    select = "SELECT s.* FROM counted s JOIN for_others o ON o.cell = s.reason"
    keys = ("organization", "unit")
    return grouped(context, Marking(select, keys, of_others=Severity.NOTE))
