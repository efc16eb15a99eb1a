"""Days as an agency counts them. Moments are kept in UTC without a zone; their days are told here.

Whatever day a person sees or must keep (a due day, the end of a clock, a day of a report) is one of
the agency's own zone, from midnight there to midnight. In SQL over results the macros of
``results/own_time.sql`` tell the same.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ..dsl.model import Library
from ..engine.registry import Registry
from ..engine.written.binding_rules import zone_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OwnDays:
    """The days of a zone."""

    zone: ZoneInfo

    def day(self, moment: datetime.datetime) -> datetime.date:
        """The day of a moment in UTC."""
        return self._local(moment).date()

    def begin(self, day: datetime.date) -> datetime.datetime:
        """The first moment of a day, in UTC without zone."""
        midnight = datetime.datetime.combine(day, datetime.time(), self.zone)
        return midnight.astimezone(datetime.UTC).replace(tzinfo=None)

    def end(self, day: datetime.date) -> datetime.datetime:
        """The first moment after a day, in UTC without zone: what is owed on it is late then."""
        return self.begin(day + _DAY)

    def told(self, moment: datetime.datetime, *, seconds: bool = False) -> str:
        """A moment in UTC as the clock of the zone shows it, to the minute or the second."""
        clock = "%H:%M:%S" if seconds else "%H:%M"
        return f"{self._local(moment):%Y-%m-%d {clock} %Z}"

    def _local(self, moment: datetime.datetime) -> datetime.datetime:
        return moment.replace(tzinfo=datetime.UTC).astimezone(self.zone)


def days_of_results(results: DuckDBPyConnection) -> OwnDays:
    """The days by which results were judged."""
    (found,) = results.execute("SELECT value FROM about WHERE name = 'zone'").fetchall()
    return OwnDays(ZoneInfo(found[0]))


def days_of_agency(library: Library, registry: Registry, agency: str) -> OwnDays:
    """The days that count for an agency by the policies that bind it."""
    return OwnDays(ZoneInfo(zone_of(library, registry, agency)))
