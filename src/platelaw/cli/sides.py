"""The two sides of a comparison, as they are written: days, files and folders, git revisions."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

from ..engine.cache import Cache
from ..engine.diff.changes import Side
from ..engine.registry import Registry
from .common import engine_from, stop
from .day import Day
from .revisions import checked_out, looks_like_revision

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Loading:
    """Loads sides.

    Attributes:
        places: Policies on top of the shipped library, on both sides.
        registry: The bodies on file, on both sides.
        cache: The cache, if there is one.
        folder: An empty folder for what git has.
    """

    places: tuple[Path, ...]
    registry: Registry
    cache: Cache | None
    folder: Path

    def sides(self, old: str, new: str) -> tuple[Side, Side]:
        """Both sides: two days of one library, or two libraries."""
        dated = [bool(_DAY.fullmatch(written)) for written in (old, new)]
        if not any(dated):
            return self._place(old, "old"), self._place(new, "new")
        if not all(dated):
            stop("a day and a place cannot be compared", "name two days, or two places")
        days = _day(old), _day(new)
        engine = engine_from(self.places, self.registry, self.cache)
        return Side(old, engine, days[0]), Side(new, engine, days[1])

    def _place(self, written: str, side: str) -> Side:
        """A file or folder, or else what a revision has."""
        place = Path(written)
        if not place.exists():
            if not looks_like_revision(written):
                stop(
                    f"`{written}` is no file or folder, and git knows no such revision here",
                    "name a day (2026-10-01), a file or folder, or REV:path",
                )
            place = self.folder / side
            place.mkdir()
            place = checked_out(written, place)
        return Side(written, engine_from((*self.places, place), self.registry, self.cache))


def _day(written: str) -> datetime.date:
    found: datetime.datetime = Day().convert(written, None, None)
    return found.date()
