"""Legal holds on logs, entered in the register. None extends the time that plate data are kept.

A hold is a duty to keep records of use; it is no HOLD. Its entries stand in the register's chain
under an id of their own.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .acting import Actor, RegisterError, check_actor
from .book import Book
from .chain import Chain, Entry, digest_of, entries

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SET, _LIFTED = "hold set", "hold lifted"
_MARK = "hold-"


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold.

    Attributes:
        matter: Why, and over what; it names no person.
        covers: The kinds of data that it covers.
        never: The kinds that no hold covers: they are deleted when the law of their day says.
        lifted_at: When it was lifted; None while it stands.
    """

    id: str
    matter: str
    covers: tuple[str, ...]
    never: tuple[str, ...]
    set_by: str
    set_at: datetime.datetime
    lifted_at: datetime.datetime | None


def set_hold(results: DuckDBPyConnection, book: Book, actor: Actor, matter: str) -> Hold:
    """Enter a hold.

    Raises:
        RegisterError: Who sets it, or why, is not said, or the role may not.
    """
    _check(book, actor, matter)
    key = _MARK + digest_of([matter, actor.moment])[:8]
    _enter(results, Entry(
        key, 1, actor.moment, actor.name, actor.role, _SET, "stands", actor.role, None, matter,
    ))  # fmt: skip
    return next(hold for hold in holds(results, book) if hold.id == key)


def lift_hold(results: DuckDBPyConnection, book: Book, actor: Actor, told: str, note: str) -> Hold:
    """Lift a hold that stands.

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
        raise RegisterError(f"{hold.id} was lifted on {hold.lifted_at:%Y-%m-%d}", "set a new one")
    _enter(results, Entry(
        hold.id, 2, actor.moment, actor.name, actor.role, _LIFTED, "lifted", actor.role, None, note,
    ))  # fmt: skip
    return next(each for each in holds(results, book) if each.id == hold.id)


def holds(results: DuckDBPyConnection, book: Book) -> Sequence[Hold]:
    """Every hold, those that were lifted too, in the order set."""
    found: dict[str, Entry] = {}
    lifted: dict[str, datetime.datetime] = {}
    for entry in entries(results):
        if entry.act == _SET:
            found[entry.finding] = entry
        elif entry.act == _LIFTED:
            lifted[entry.finding] = entry.moment
    return [
        Hold(key, entry.note, book.held, book.never_held, f"{entry.actor} ({entry.role})",
             entry.moment, lifted.get(key))
        for key, entry in found.items()
    ]  # fmt: skip


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
