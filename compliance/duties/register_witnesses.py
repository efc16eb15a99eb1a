"""The evidence of an agency in the register of findings: legal holds, and clocks of incidents."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...engine.render_text import words
from ..deadlines import review_of
from ..findings.book import Book
from ..findings.holding import Hold, holds
from ..findings.incidents import Clock, clocks, incidents
from ..own_days import OwnDays
from .lines import Line
from .tracing import Found, Gap

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Held:
    """The legal holds of the register."""

    results: DuckDBPyConnection
    book: Book
    on: datetime.date
    own: OwnDays

    def tell(self, line: Line, checks: tuple[str, ...], rules: frozenset[str]) -> Found:
        """Which holds stand and when each is reviewed; misuse that was upheld without one."""
        found = holds(self.results, self.book)
        standing = [hold for hold in found if hold.counts(self.on)]
        told = [self._told(hold) for hold in standing]
        others = len(found) - len(standing)
        count = "1 legal hold that was lifted, has ended or is yet to begin"
        if others > 1:
            count = f"{others} legal holds that were lifted, have ended or are yet to begin"
        told += [count] if others else []
        upheld = self._upheld()
        if upheld and not standing:
            count = "1 grave finding is" if upheld == 1 else f"{upheld} grave findings are"
            gap = Gap(f"{count} upheld, and no legal hold stands", line.owner)
            return Found(tuple(told), (gap,))
        return Found(tuple(told) or ("no legal hold in the register, and no misuse upheld",))

    def _told(self, hold: Hold) -> str:
        over, never = (", ".join(map(words, each)) for each in (hold.covers, hold.never))
        again = review_of(hold, self.book.hold_review, self.own, self.on)
        return (
            f"legal hold {hold.id} {hold.days} over {hold.scope.words}: {over}, never {never}; "
            f"to be reviewed on {again}"
        )

    def _upheld(self) -> int:
        row = self.results.execute(
            "SELECT count(*) FROM finding_now WHERE severity = 'deny' AND status = 'upheld'"
        ).fetchone()
        return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class Clocked:
    """The clocks of incidents of the register."""

    results: DuckDBPyConnection
    book: Book
    on: datetime.date
    own: OwnDays

    @property
    def _now(self) -> datetime.datetime:
        """The end of the day: what is owed on it is late then."""
        return self.own.end(self.on)

    def tell(self, line: Line, checks: tuple[str, ...], rules: frozenset[str]) -> Found:
        """Which notices were given after how many hours, and which are owed."""
        found = incidents(self.results)
        if not found:
            return Found(("no incident in the register",))
        if not self.book.notices:
            gap = Gap("incidents are entered, and no notice is named in the book (--book)",
                      line.owner)  # fmt: skip
            return Found((f"incidents in the register: {len(found)}",), (gap,))
        running = clocks(self.results, self.book)
        return Found(
            tuple(self._given(clock) for clock in running if clock.given is not None),
            tuple(self._owed(clock, line) for clock in running if clock.given is None),
        )

    def _given(self, clock: Clock) -> str:
        late = ", late" if clock.is_late(self._now) else ""
        return (
            f"incident {clock.finding[:8]}: notice to {clock.recipient} after "
            f"{clock.hours_taken(self._now):g} of {clock.hours:g} hours{late}"
        )

    def _owed(self, clock: Clock, line: Line) -> Gap:
        late = ", overdue" if clock.is_late(self._now) else ""
        return Gap(
            f"incident {clock.finding[:8]}: notice to {clock.recipient} is owed within "
            f"{clock.hours:g} hours{late} ({clock.source})",
            line.owner, self.own.day(clock.due),
        )  # fmt: skip
