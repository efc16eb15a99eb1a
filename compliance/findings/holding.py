"""Legal holds on logs, entered in the register. None extends the time that plate data are kept.

A hold is a duty to keep records of use; it is no HOLD. Its entries stand in the register's chain
under an id of their own; the note of the one that sets it is its terms, as JSON.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..own_days import OwnDays, days_of_results
from .acting import Actor, RegisterError, check_actor
from .book import Book
from .chain import Chain, Entry, digest_of, entries
from .scope import EVERYTHING, Scope, scope_faults

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SET, _LIFTED = "hold set", "hold lifted"
_MARK = "hold-"


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold.

    Attributes:
        matter: Why, such as the number of a docket; it names no person.
        scope: Over which searches and logs.
        first: The first day on which it counts.
        until: The last; None if it is open, and counts until it is lifted.
        covers: The kinds of data that it covers.
        never: The kinds that no hold covers: they are deleted when the law of their day says.
        lifted_at: When it was lifted; None if it was not.
    """

    id: str
    matter: str
    scope: Scope
    first: datetime.date
    until: datetime.date | None
    covers: tuple[str, ...]
    never: tuple[str, ...]
    set_by: str
    set_at: datetime.datetime
    lifted_at: datetime.datetime | None

    def counts(self, day: datetime.date) -> bool:
        """Whether it stands on a day: nothing that it is over may be deleted then."""
        ended = self.until is not None and self.until < day
        return self.lifted_at is None and self.first <= day and not ended

    @property
    def days(self) -> str:
        """The days on which it counts, in words."""
        return f"from {self.first} {f'to {self.until}' if self.until else 'until it is lifted'}"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a hold that is to be set says.

    Attributes:
        first: The first day on which it counts; None for the day on which it is set.
        until: The last; None for one that is open.
    """

    matter: str
    scope: Scope = EVERYTHING
    first: datetime.date | None = None
    until: datetime.date | None = None


def set_hold(results: DuckDBPyConnection, book: Book, actor: Actor, terms: Terms) -> Hold:
    """Enter a hold.

    Raises:
        RegisterError: Who sets it, or why, is not said, the role may not, it would count on no day
            to come, or would be over nothing.
    """
    _check(book, actor, terms.matter)
    today = days_of_results(results).day(actor.moment)
    first = terms.first or today
    if terms.until is not None and terms.until < max(first, today):
        raise RegisterError(
            f"it would end on {terms.until}, before it counts on any day to come",
            "name a later day, or none: it then stands until it is lifted",
        )
    for fault in scope_faults(results, terms.scope):
        raise RegisterError(fault, "`platelaw results show` and `findings list` tell what there is")
    said = {
        "matter": terms.matter, "from": first, "until": terms.until,
        "over": terms.scope.as_json(), "covers": book.held, "never": book.never_held,
    }  # fmt: skip
    key = _MARK + digest_of([said, actor.moment])[:8]
    note = json.dumps(said, ensure_ascii=False, default=str)
    _enter(results, Entry(
        key, 1, actor.moment, actor.name, actor.role, _SET, "stands", actor.role, None, note,
    ))  # fmt: skip
    return next(hold for hold in holds(results, book) if hold.id == key)


def lift_hold(results: DuckDBPyConnection, book: Book, actor: Actor, told: str, note: str) -> Hold:
    """Lift a hold that was set.

    Raises:
        RegisterError: There is none of that id, it was lifted, who lifts it or why is not said, or
            the role may not.
    """
    _check(book, actor, note)
    found = [hold for hold in holds(results, book) if hold.id in (told, _MARK + told)]
    if not found:
        raise RegisterError(f"no legal hold has the id `{told}`", "`findings holds` tells the ids")
    (hold,) = found
    if hold.lifted_at is not None:
        day = days_of_results(results).day(hold.lifted_at)
        raise RegisterError(f"{hold.id} was lifted on {day}", "set a new one")
    _enter(results, Entry(
        hold.id, 2, actor.moment, actor.name, actor.role, _LIFTED, "lifted", actor.role, None, note,
    ))  # fmt: skip
    return next(each for each in holds(results, book) if each.id == hold.id)


def holds(results: DuckDBPyConnection, book: Book) -> Sequence[Hold]:
    """Every hold, those that ended or were lifted too, in the order set."""
    return holds_of(entries(results), book, days_of_results(results))


def holds_of(told: Iterable[Entry], book: Book, own: OwnDays) -> Sequence[Hold]:
    """The holds that entries of a register tell."""
    found: dict[str, Entry] = {}
    lifted: dict[str, datetime.datetime] = {}
    for entry in told:
        if entry.act == _SET:
            found[entry.finding] = entry
        elif entry.act == _LIFTED:
            lifted[entry.finding] = entry.moment
    return [_hold(entry, lifted.get(key), book, own) for key, entry in found.items()]


def _hold(entry: Entry, lifted_at: datetime.datetime | None, book: Book, own: OwnDays) -> Hold:
    """The hold that an entry sets. One of before there were terms is open, and over everything."""
    said: dict[str, Any] = {
        "matter": entry.note, "from": str(own.day(entry.moment)), "until": None, "over": {},
        "covers": book.held, "never": book.never_held,
    }  # fmt: skip
    if entry.note.startswith("{"):
        said = json.loads(entry.note)
    never = tuple(dict.fromkeys((*said["never"], *book.never_held)))
    until = datetime.date.fromisoformat(said["until"]) if said["until"] else None
    return Hold(
        entry.finding, said["matter"], Scope.of_json(said["over"]),
        datetime.date.fromisoformat(said["from"]), until,
        tuple(kind for kind in said["covers"] if kind not in never), never,
        f"{entry.actor} ({entry.role})", entry.moment, lifted_at,
    )  # fmt: skip


def _check(book: Book, actor: Actor, why: str) -> None:
    check_actor(book, actor)
    if actor.role not in book.may_hold:
        raise RegisterError(
            f"the role `{actor.role}` may not set or lift a legal hold",
            f"one of these may: {', '.join(sorted(book.may_hold))}",
        )
    if not why.strip():
        raise RegisterError("why is not said", "say so, such as the number of a docket")


def _enter(results: DuckDBPyConnection, entry: Entry) -> None:
    results.begin()
    try:
        chain = Chain(results)
        chain.add(entry)
        chain.write()
        results.commit()
    except BaseException:
        results.rollback()
        raise
