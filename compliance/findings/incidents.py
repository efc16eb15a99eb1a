"""The clock of an incident: from the moment it was discovered to the notices that are owed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..own_days import days_of_results
from .acting import Actor, RegisterError, check_actor
from .book import Book
from .chain import Chain, Entry, digest_of, entries

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DISCOVERED, _NOTICE = "discovered", "notice given"


@dataclass(frozen=True, slots=True)
class Clock:
    """A notice that is owed.

    Attributes:
        recipient: To whom.
        hours: Within how many hours of the discovery.
        source: The contract, policy or law that says so.
        given: When it was given; None if it was not.
    """

    finding: str
    recipient: str
    hours: float
    source: str
    discovered: datetime.datetime
    given: datetime.datetime | None

    @property
    def due(self) -> datetime.datetime:
        """By when it is owed."""
        return self.discovered + datetime.timedelta(hours=self.hours)

    def is_late(self, now: datetime.datetime) -> bool:
        """Whether it was given too late, or is overdue."""
        return (self.given or now) > self.due

    def hours_taken(self, now: datetime.datetime) -> float:
        """The hours from the discovery to the notice, or to now."""
        return round(((self.given or now) - self.discovered).total_seconds() / 3600, 2)


def discover(
    results: DuckDBPyConnection, book: Book, finding: str, actor: Actor, moment: datetime.datetime
) -> Entry:
    """Enter when an incident was discovered; its clocks run from then.

    Raises:
        RegisterError: That lies ahead, or was entered before.
    """
    if moment > actor.moment:
        ahead = days_of_results(results).told(moment)
        raise RegisterError(f"{ahead} lies ahead", "say when it was discovered")
    if any(entry.act == _DISCOVERED for entry in entries(results, finding)):
        raise RegisterError(f"{finding}: when it was discovered is entered", "see its history")
    return _enter(results, book, finding, actor, _DISCOVERED, "", moment)


def give_notice(
    results: DuckDBPyConnection,
    book: Book,
    finding: str,
    actor: Actor,
    recipient: str,
    moment: datetime.datetime,
) -> Entry:
    """Enter that a notice was given.

    Raises:
        RegisterError: It lies ahead, no discovery of an incident was entered, or the notice to that
            recipient is entered already.
    """
    if moment > actor.moment:
        ahead = days_of_results(results).told(moment)
        raise RegisterError(f"{ahead} lies ahead", "say when the notice was given")
    if not any(entry.act == _DISCOVERED for entry in entries(results, finding)):
        raise RegisterError(
            f"{finding}: it is not entered when the incident was discovered",
            "enter it with `findings incident`",
        )
    own = days_of_results(results)
    given = results.execute(
        "SELECT moment FROM finding_clock WHERE finding = ? AND act = ? AND recipient = ?",
        [finding, _NOTICE, recipient],
    ).fetchone()
    if given is not None:
        raise RegisterError(
            f"{finding}: the notice to {recipient} was given at {own.told(given[0])}",
            "an entry is never changed; add a remark with `findings note`",
        )
    return _enter(results, book, finding, actor, _NOTICE, recipient, moment)


def incidents(results: DuckDBPyConnection) -> list[str]:
    """The findings of which it is entered when an incident was discovered."""
    rows = results.execute(
        "SELECT finding FROM finding_clock WHERE act = ? ORDER BY entry", [_DISCOVERED]
    ).fetchall()
    return [str(row[0]) for row in rows]


def clocks(results: DuckDBPyConnection, book: Book) -> list[Clock]:
    """Every notice that is owed of every incident, by finding."""
    rows = results.execute(
        "SELECT finding, act, recipient, moment FROM finding_clock ORDER BY entry"
    ).fetchall()
    given: dict[tuple[str, str], datetime.datetime] = {}
    for finding, act, recipient, moment in rows:
        if act == _NOTICE:
            given.setdefault((finding, recipient), moment)
    return [
        Clock(finding, name, notice.hours, notice.source, moment, given.get((finding, name)))
        for finding, act, _, moment in rows
        if act == _DISCOVERED
        for name, notice in book.notices.items()
    ]


def content_of_clock(act: str, recipient: str, moment: datetime.datetime) -> str:
    """The digest that the entry of a clock holds."""
    return digest_of([act, recipient, moment])


def _enter(
    results: DuckDBPyConnection,
    book: Book,
    finding: str,
    actor: Actor,
    act: str,
    recipient: str,
    moment: datetime.datetime,
) -> Entry:
    check_actor(book, actor)
    before = list(entries(results, finding))[-1]
    to = f" to {recipient}" if recipient else ""
    results.begin()
    try:
        chain = Chain(results)
        entry = chain.add(Entry(
            finding, before.number + 1, actor.moment, actor.name, actor.role, act, before.status,
            before.owner, before.due, f"{act}{to} at {days_of_results(results).told(moment)}",
            content=content_of_clock(act, recipient, moment),
        ))  # fmt: skip
        chain.write()
        results.execute(
            "INSERT INTO finding_clock VALUES (?, ?, ?, ?, ?)",
            [entry.entry, finding, act, recipient, moment],
        )
        results.commit()
    except BaseException:
        results.rollback()
        raise
    return entry
