"""The two sides of a comparison, as they are written: days, places, or owners of two laws."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace
from pathlib import Path

from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.diff.changes import Side
from ..engine.diff.exchanging import Exchange, widest_owner
from ..engine.registry import Body, Registry
from .common import engine_from, stop
from .day import Day
from .revisions import checked_out, looks_like_revision

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared.

    Attributes:
        old: The old side.
        new: The new side.
        exchange: The owners who change places, where two laws for one owner are compared.
    """

    old: Side
    new: Side
    exchange: Exchange | None = None


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

    def sides(self, old: str, new: str, *, states: bool, on: datetime.date) -> Compared:
        """Both sides: two days of one library, two libraries, or two owners on one day.

        Args:
            old: The old side, as it is written.
            new: The new side.
            states: Whether they are governments, for each of which an owner is looked up.
            on: The day for two owners.
        """
        if states:
            return self._owners(old.upper(), new.upper(), on, states=True)
        written = (old, new)
        dated = [bool(_DAY.fullmatch(each)) for each in written]
        owners = [each in self.registry.bodies and not Path(each).exists() for each in written]
        if all(owners):
            return self._owners(old, new, on, states=False)
        if not any(dated):
            return Compared(self._place(old, "old"), self._place(new, "new"))
        if not all(dated):
            stop("a day and a place cannot be compared", "name two days, or two places")
        days = _day(old), _day(new)
        engine = engine_from(self.places, self.registry, self.cache)
        return Compared(Side(old, engine, days[0]), Side(new, engine, days[1]))

    def _owners(self, old: str, new: str, on: datetime.date, *, states: bool) -> Compared:
        """One owner under two laws: his own, and that of another who changes places with him."""
        engine = engine_from(self.places, self.registry, self.cache)
        found = [self._widest(engine, key) if states else self.registry.bodies[key]
                 for key in (old, new)]  # fmt: skip
        if found[0].key == found[1].key:
            stop(f"`{old}` is compared with itself", "name two governments, or two agencies")
        exchange = Exchange(found[0], found[1], self.registry, law_alone=states)
        other = replace(engine, library=exchange.library(engine.library))
        return Compared(Side(old, engine, on), Side(new, other, on), exchange)

    def _widest(self, engine: Engine, sovereign: str) -> Body:
        if not any(body.sovereign == sovereign for body in self.registry.bodies.values()):
            stop(f"nobody on file belongs to `{sovereign}`", "name two governments, as CT and VA")
        found = widest_owner(engine.library, self.registry, sovereign)
        if found is None:
            stop(
                f"no agency of {sovereign} on file has a policy that opens all it can",
                "name two agencies that have policies instead, as `platelaw diff CT/... VA/...`",
            )
        return found

    def _place(self, written: str, side: str) -> Side:
        """A file or folder, or else what a revision has."""
        place = Path(written)
        if not place.exists():
            if not looks_like_revision(written):
                governments = {body.sovereign for body in self.registry.bodies.values()}
                stop(
                    f"`{written}` is no file or folder, and git knows no such revision here",
                    "add --states to compare the law of two governments"
                    if written.upper() in governments
                    else "name a day (2026-10-01), a file or folder, or REV:path",
                )
            place = self.folder / side
            place.mkdir()
            place = checked_out(written, place)
        known_as = (f"{self.folder / side}/", f"{written.partition(':')[0]}:")
        places = (*self.places, place)
        return Side(written, engine_from(places, self.registry, self.cache, known_as=known_as))


def _day(written: str) -> datetime.date:
    found: datetime.datetime = Day().convert(written, None, None)
    return found.date()
