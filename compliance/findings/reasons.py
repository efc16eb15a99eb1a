"""Missing, vague and repeated reasons, by account of the owner and by organization of others."""

from __future__ import annotations

from collections.abc import Iterator

from .book import Severity
from .checks import Context, Found, Marking, grouped

# How much a reason or category says. Of the two the one that says more counts.
_SAYS = """
CREATE TEMP TABLE says AS
SELECT id AS cell,
       CASE WHEN state IN ('not exported', 'never recorded') THEN 0
            WHEN state = 'blank' OR (state = 'value' AND says_nothing) THEN 1
            WHEN state <> 'value' THEN 2
            WHEN list_has_all($vague, words) AND len(words) > 0 THEN 3
            WHEN len(words) = 0 THEN 4
            ELSE 5 END AS rank
FROM (SELECT *, regexp_extract_all(lower(value), '\\p{L}+') AS words FROM cell
      WHERE field IN ('reason', 'category'))
"""
_ABSENT, _MISSING, _HIDDEN, _VAGUE, _NUMBER, _SAID = range(6)
_SPOKEN = """
CREATE TEMP TABLE spoken AS
SELECT s.search, s.organization, s.unit, s.reason, greatest(r.rank, c.rank)::UTINYINT AS rank
FROM counted s JOIN says r ON r.cell = s.reason JOIN says c ON c.cell = s.category
"""
_KEYS = ("organization", "unit")
_SHOWN = f"FROM spoken WHERE rank NOT IN ({_ABSENT}, {_HIDDEN})"


def reason_missing(context: Context) -> Iterator[Found]:
    """Accounts and organizations of which more than a share of searches have no reason."""
    return _by_rank(context, _MISSING, "missing_share")


def reason_vague(context: Context) -> Iterator[Found]:
    """Those of which more than a share of searches have a vague one."""
    return _by_rank(context, _VAGUE, "vague_share")


def reason_repeated(context: Context) -> Iterator[Found]:
    """Those that give one reason, word for word, for more than a share of their searches."""
    _prepare(context)
    with_text = f"""
    SELECT s.* FROM spoken s JOIN cell c ON c.id = s.reason
    WHERE c.state = 'value' AND rank >= {_VAGUE}
    """
    select = f"""
    WITH given AS ({with_text}), counts AS (
        SELECT organization, unit, reason, count(*) AS times FROM given GROUP BY ALL
    ), most AS (
        SELECT organization, unit, reason FROM counts
        QUALIFY row_number() OVER (PARTITION BY organization, unit
                                   ORDER BY times DESC, reason) = 1
    )
    SELECT s.* FROM counted s JOIN given USING (search)
    JOIN most ON most.organization = given.organization AND most.unit = given.unit
         AND most.reason = given.reason
    """
    least = int(context.book.number("least_searches"))
    share = context.book.number("repeated_share")
    marking = Marking(select, _KEYS, with_text, least, share, of_others=Severity.NOTE)
    return grouped(context, marking)


def _by_rank(context: Context, rank: int, share: str) -> Iterator[Found]:
    _prepare(context)
    book = context.book
    marking = Marking(
        f"SELECT s.* FROM counted s JOIN spoken m USING (search) WHERE m.rank = {rank}",
        _KEYS, _SHOWN, int(book.number("least_searches")), book.number(share),
        of_others=Severity.NOTE,
    )  # fmt: skip
    return grouped(context, marking)


def _prepare(context: Context) -> None:
    """Tell once in a run how much each search says."""
    context.needs("reason", "category")
    if context.is_made("spoken"):
        return
    context.results.execute(_SAYS, {"vague": list(context.book.words["vague"])})
    context.results.execute(_SPOKEN)
