"""What an agency's public page says of its searches, beside how many an export holds.

A page and an export come from one vendor. That they agree shows no more than that both were made of
the same records; that the page tells more shows that the export lacks some.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...engine.flow.importing.forms import shipped_lists
from ...engine.flow.importing.pages import page_of
from ..own_days import days_of_results
from .searches import is_own

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DAYS = 30  # over which a page counts searches
APART = 1.5  # times; a day to each side makes an export a fifteenth larger


class PageError(Exception):
    """A page that tells no count of searches, with why."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a page tells: how many searches, in how many days up to its own.

    Attributes:
        name: The file.
        searches: How many.
        days: In how many days.
        until: The day on which the page was made.
    """

    name: str
    searches: int
    days: int
    until: datetime.date


@dataclass(frozen=True, slots=True)
class Total:
    """A page beside an export.

    Attributes:
        told: What the page tells.
        exported: How many of the agency's own searches the export holds in those days, and a day
            to each side; the page counts no others.
        of_others: How many of other agencies it holds in those days.
        covers: Whether the export reaches over those days at all.
    """

    told: Told
    exported: int
    of_others: int
    covers: bool

    @property
    def share(self) -> float | None:
        """The share of the page's searches that the export holds, if it can be told."""
        return self.exported / self.told.searches if self.covers and self.told.searches else None

    @property
    def none_is_own(self) -> bool:
        """Whether the export holds searches of those days, and none is surely the agency's own."""
        return not self.exported and self.of_others > 0

    @property
    def remark(self) -> str:
        """What is to be asked if the two are far apart, whichever is the larger; else empty."""
        page, held = self.told.searches, self.exported
        if not self.covers or self.none_is_own or not max(page, held) > APART * min(page, held):
            return ""
        if held > page:
            return (
                "The export holds far more than the page counts: see that all of it is of this "
                "agency, and ask the vendor what the page counts; it may count sessions."
            )
        return "The export holds far fewer than the page counts: ask the vendor for the others."


def told_by(path: Path) -> Told:
    """The count of searches on a portal page that was saved as text.

    Raises:
        PageError: The file cannot be read as one, or it tells no count or no day.
    """
    page = page_of(path, shipped_lists().page)
    if page is None:
        raise PageError(f"{path}: is no portal page")
    count = page.number("searches")
    if count is None or page.day is None:
        raise PageError(f"{path}: tells no {'day' if count is not None else 'count of searches'}")
    return Told(str(path), count, DAYS, page.day)


def compared(
    results: DuckDBPyConnection,
    told: Told,
    period: tuple[datetime.datetime, datetime.datetime],
) -> Total:
    """A page beside the agency's own searches of the same days that an export holds.

    Its days are those of the agency. A page says neither hour nor zone, so a day to each side is
    counted too: in favor of the export.

    Args:
        results: The results of the export.
        told: What the page tells.
        period: From the first to the last search of the export.
    """
    own_days = days_of_results(results)
    first = own_days.begin(told.until - datetime.timedelta(days=told.days + 1))
    last = own_days.begin(told.until + datetime.timedelta(days=2))
    row = results.execute(
        f"SELECT count(*) FILTER ({is_own()}), count(*) FROM search s "
        "WHERE repeated NOT IN (1, 2) AND earliest >= ? AND earliest < ?",
        [first, last],
    ).fetchone()
    assert row is not None
    own, every = row
    return Total(told, own, every - own, period[0] < last and first <= period[1])
