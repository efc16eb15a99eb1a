"""What an agency's public page says of its searches, beside how many an export holds.

A page and an export come from one vendor. That they agree shows no more than that both were made of
the same records; that the page tells more shows that the export lacks some.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LARGEST = 4 * 1024**2  # bytes; a page is far smaller
_UPDATED = "Last updated:"
_DAY = "%a %b %d %Y"
_HEADING = re.compile(r"number of searches|searches in the last (\d+) days", re.IGNORECASE)
_SPAN = re.compile(r"last (\d+) days", re.IGNORECASE)
_WITHIN = 6  # lines below the heading


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
        exported: How many searches the export holds in those days, and a day to each side.
        covers: Whether the export reaches over those days at all.
    """

    told: Told
    exported: int
    covers: bool

    @property
    def share(self) -> float | None:
        """The share of the page's searches that the export holds, if it can be told."""
        return self.exported / self.told.searches if self.covers and self.told.searches else None


def page_of(path: Path) -> Told:
    """The count of searches on a portal page that was saved as text.

    Raises:
        PageError: The file cannot be read, or it tells no count or no day.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise PageError(f"{path}: is too large for a page")
        lines = [line.strip() for line in path.read_text("utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as fault:
        raise PageError(f"{path}: cannot be read: {fault}") from fault
    until = next((day for line in lines if (day := _day(line))), None)
    if until is None:
        raise PageError(f"{path}: tells no day; a line `{_UPDATED} Tue Oct 06 2026` is looked for")
    at = next((at for at, line in enumerate(lines) if _HEADING.fullmatch(line)), None)
    below = [line for line in lines[at : at + _WITHIN] if line] if at is not None else []
    days = next((int(found[1]) for line in below if (found := _SPAN.search(line))), None)
    count = next((line for line in below[1:] if re.fullmatch(r"\d[\d,]*", line)), None)
    if days is None or count is None:
        raise PageError(f"{path}: tells no count of searches over a number of days")
    return Told(str(path), int(count.replace(",", "")), days, until)


def _day(line: str) -> datetime.date | None:
    if not line.startswith(_UPDATED):
        return None
    try:
        return datetime.datetime.strptime(line.removeprefix(_UPDATED).strip(), _DAY).date()
    except ValueError:
        return None


def compared(
    results: DuckDBPyConnection,
    told: Told,
    period: tuple[datetime.datetime, datetime.datetime],
    zone: ZoneInfo,
) -> Total:
    """A page beside the searches of the same days that an export holds.

    A page says neither hour nor zone, so a day to each side is counted too: in favor of the export.

    Args:
        results: The results of the export.
        told: What the page tells.
        period: From the first to the last search of the export.
        zone: In which the page counts days.
    """
    first = _midnight(told.until - datetime.timedelta(days=told.days + 1), zone)
    last = _midnight(told.until + datetime.timedelta(days=2), zone)
    row = results.execute(
        "SELECT count(*) FROM search WHERE repeated NOT IN (1, 2) "
        "AND earliest >= ? AND earliest < ?",
        [first, last],
    ).fetchone()
    assert row is not None
    return Total(told, int(row[0]), period[0] < last and first <= period[1])


def _midnight(day: datetime.date, zone: ZoneInfo) -> datetime.datetime:
    local = datetime.datetime.combine(day, datetime.time(), zone)
    return local.astimezone(datetime.UTC).replace(tzinfo=None)
