"""The log of decisions beside the searches of an export, over the time that both cover."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .decisions import Decided
from .differing import Differing, differing
from .joining import Joined, join
from .searches import period_of, searches_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Period = tuple[datetime.datetime, datetime.datetime]


@dataclass(frozen=True, slots=True)
class Beside:
    """Decisions beside searches.

    Attributes:
        period: The time that both cover; None if there is none, and nothing is joined then.
        within: How far apart the two clocks may be, in seconds.
        decisions: How many decisions there were in that time.
        searches: How many searches.
        joined: Which belong together.
        differing: The pairs that differ.
        undecided_by: How many searches without a decision each requester made; "" is nobody on
            file.
        unread: How many entries of the log could not be read.
    """

    period: Period | None
    within: float
    decisions: int
    searches: int
    joined: Joined
    differing: list[Differing]
    undecided_by: dict[str, int]
    unread: int

    @property
    def agrees(self) -> bool:
        """Whether every search has its decision, every PERMIT its search, and they say the same."""
        found = self.joined
        return self.period is not None and not (
            found.undecided or found.unsearched or found.ambiguous or self.differing or self.unread
        )


def beside(results: DuckDBPyConnection, decided: Decided, within: datetime.timedelta) -> Beside:
    """Decisions beside the searches of results.

    Args:
        results: The results.
        decided: The decisions.
        within: How far apart the two clocks may be.
    """
    period = _both(period_of(results), decided)
    seconds = within.total_seconds()
    if period is None:
        return Beside(None, seconds, 0, 0, Joined(), [], {}, decided.unread)
    first, last = period
    searches = list(searches_of(results, first - within, last + within))
    joined = join(decided.decisions, searches, within)
    # Only in this time could the export hold the search of a decision that has none.
    joined.unsearched = [each for each in joined.unsearched if first <= each.at <= last]
    joined.refused = [each for each in joined.refused if first <= each.at <= last]
    without = len(joined.unsearched) + len(joined.refused)
    counts = Counter(search.body or "" for search in joined.undecided)
    return Beside(
        period,
        seconds,
        len(joined.matches) + len(joined.fitting_several) + without,
        len(searches),
        joined,
        differing(joined.matches, within),
        dict(counts.most_common()),
        decided.unread,
    )


def _both(searches: Period | None, decided: Decided) -> Period | None:
    if searches is None or decided.first is None or decided.last is None:
        return None
    first, last = max(searches[0], decided.first), min(searches[1], decided.last)
    return (first, last) if first <= last else None
