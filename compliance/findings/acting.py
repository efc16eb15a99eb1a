"""What people do with a finding: assign, clear, uphold, escalate, reopen, note."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from ..errors import MendableError
from ..own_days import days_of_results
from .book import Book, Severity, Step
from .chain import Chain, Entry, entries

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OPEN = frozenset({"open", "in review", "escalated"})


class RegisterError(MendableError):
    """What may not be done with a finding, with the mend."""


class Act(Enum):
    """An act of a person, as the register says it."""

    ASSIGN = "assigned"
    CLEAR = "cleared"
    UPHOLD = "upheld"
    ESCALATE = "escalated"
    REOPEN = "reopened"
    NOTE = "noted"
    SHOW = "shown"


_ENDS = frozenset({Act.CLEAR, Act.UPHOLD})
_STATUS = {
    Act.ASSIGN: "in review",
    Act.CLEAR: "cleared",
    Act.UPHOLD: "upheld",
    Act.ESCALATE: "escalated",
    Act.REOPEN: "open",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and when.

    Attributes:
        name: A token or the name of an office; it stands in the register.
        role: In which role.
        accounts: The actor's own accounts in the logs, as tokens.
        moment: UTC, without zone.
    """

    name: str
    role: str
    moment: datetime.datetime
    accounts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Attributes:
        owner: The role that has it from now on; as before if empty.
        due: By when; as the book says, or as before, if None.
        note: Why.
    """

    act: Act
    owner: str = ""
    due: datetime.date | None = None
    note: str = ""


def resolved_id(results: DuckDBPyConnection, told: str) -> str:
    """The id of the one finding that begins so.

    Raises:
        RegisterError: None or several do.
    """
    rows = results.execute(
        "SELECT id FROM finding WHERE starts_with(id, ?) ORDER BY id LIMIT 2", [told.lower()]
    ).fetchall()
    if not told or not rows:
        raise RegisterError(
            f"no finding has the id `{told}`", "`platelaw findings list` tells the ids"
        )
    if len(rows) > 1:
        raise RegisterError(f"several findings begin with `{told}`", "write more of the id")
    return str(rows[0][0])


def act_on(
    results: DuckDBPyConnection, book: Book, finding: str, actor: Actor, asked: Asked
) -> Entry:
    """Do something with a finding; what was done stands in the register.

    Raises:
        RegisterError: It may not be done as things stand, or not by this actor.
    """
    before = list(entries(results, finding))[-1]
    _check(results, book, before, actor, asked)
    turn = _next(results, book, before, actor, asked)
    results.begin()
    try:
        chain = Chain(results)
        entry = chain.add(Entry(
            finding, before.number + 1, actor.moment, actor.name, actor.role, asked.act.value,
            _STATUS.get(asked.act, before.status), turn.owner, turn.due,
            " ".join(filter(None, (asked.note, turn.why))),
        ))  # fmt: skip
        chain.write()
        results.commit()
    except BaseException:
        results.rollback()
        raise
    return entry


def check_actor(book: Book, actor: Actor) -> None:
    """See that it is said who acts, and in a role that the book knows.

    Raises:
        RegisterError: It is not.
    """
    if not actor.name.strip() or not actor.role.strip():
        raise RegisterError("who acts, and in which role, is not said", "name both")
    check_role(book, actor.role)


def check_role(book: Book, role: str) -> None:
    """See that the book knows a role.

    Raises:
        RegisterError: It does not: what is given to it would lie with nobody.
    """
    if role not in book.roles:
        known = ", ".join(sorted(book.roles))
        raise RegisterError(
            f"the book has no role `{role}`", f"it has {known}; others stand in a book of your own"
        )


def is_account(results: DuckDBPyConnection, tokens: Iterable[str]) -> bool:
    """Whether a search is by an account that has one of some tokens."""
    row = results.execute(
        "SELECT count(*) FROM cell WHERE field = 'user' AND state = 'value' "
        "AND value IN (SELECT unnest(?::TEXT[]))",
        [list(tokens)],
    ).fetchone()
    return row is not None and row[0] > 0


def _check(
    results: DuckDBPyConnection, book: Book, before: Entry, actor: Actor, asked: Asked
) -> None:
    act = asked.act
    check_actor(book, actor)
    if asked.owner.strip():
        check_role(book, asked.owner)
    if act is not Act.ASSIGN and not asked.note.strip():
        raise RegisterError(f"why it is {act.value} is not said", "say so with --note")
    if act is Act.ASSIGN and not asked.owner.strip():
        raise RegisterError("to whom it is assigned is not said", "name a role with --to")
    own = days_of_results(results)
    if asked.due is not None and asked.due < own.day(actor.moment):
        raise RegisterError(f"{asked.due} has passed", "name a day that is to come with --due")
    if act is Act.REOPEN and before.status in OPEN:
        raise RegisterError(f"{before.finding} is open", "only what has ended is reopened")
    if act in (Act.ASSIGN, Act.CLEAR, Act.UPHOLD, Act.ESCALATE) and before.status not in OPEN:
        raise RegisterError(
            f"{before.finding} was {before.status} on {own.day(before.moment)}",
            "reopen it first, if something new came to light",
        )
    if act in _ENDS:
        _check_end(results, book, before, actor, asked)


def _check_end(
    results: DuckDBPyConnection, book: Book, before: Entry, actor: Actor, asked: Asked
) -> None:
    if actor.role not in book.may_end:
        raise RegisterError(
            f"the role `{actor.role}` may not have a finding {asked.act.value}",
            f"one of these may: {', '.join(sorted(book.may_end))}",
        )
    own = {actor.name, *actor.accounts}
    if asked.act is Act.CLEAR and own & set(parties(results, before.finding)):
        raise RegisterError(
            f"{before.finding} is about the one who would clear it",
            "have somebody else clear it",
        )


@dataclass(frozen=True, slots=True)
class _Turn:
    """Who has a finding, by when, and in brackets why by then."""

    owner: str
    due: datetime.date | None
    why: str = ""


def _next(
    results: DuckDBPyConnection, book: Book, before: Entry, actor: Actor, asked: Asked
) -> _Turn:
    """Who has it after the act, and by when."""
    today = days_of_results(results).day(actor.moment)
    if asked.act in _ENDS:
        return _Turn(before.owner, None)
    if asked.act is Act.ESCALATE:
        step = next_step(results, book, before)
        owner = asked.owner or (step.to if step else "")
        if not owner:
            raise RegisterError(
                f"{before.finding} is with the last of its path, {before.owner}",
                "name another role with --to",
            )
        if asked.due:
            return _Turn(owner, asked.due)
        opened = _opened(results, before.finding)
        return _Turn(owner, *handed_on(step, opened, today, int(book.number("least_days"))))
    if asked.act is Act.REOPEN:
        first = book.escalation[_severity(results, before.finding)][0]
        return _Turn(asked.owner or first.to, asked.due or first.until(today))
    return _Turn(asked.owner or before.owner, asked.due or before.due)


def next_step(results: DuckDBPyConnection, book: Book, before: Entry) -> Step | None:
    """Whose turn comes after the one who has a finding; None if there is none."""
    steps = book.escalation[_severity(results, before.finding)]
    names = [step.to for step in steps]
    place = names.index(before.owner) + 1 if before.owner in names else 0
    return steps[place] if place < len(steps) else None


def handed_on(
    step: Step | None, opened: datetime.date, today: datetime.date, least: int
) -> tuple[datetime.date | None, str]:
    """By when the next of a path has an escalated finding, and why by then.

    The days of a step count from the day on which the finding was opened, not from the one on which
    it was handed on: a path ends when the book says, however late it was begun.

    Args:
        step: The next; None beyond the end of the path.
        opened: When the finding was opened, or opened again.
        today: When it is handed on.
        least: So many days are left to whoever gets it, however late it is.
    """
    soonest = today + datetime.timedelta(days=least)
    handed = f"[due {soonest}: {_days(least)} after it was handed on"
    if step is None:
        return soonest, f"{handed}, beyond the end of its path]"
    planned = step.until(opened)
    if planned is None:
        return None, ""
    counted = f"{_days(step.days or 0)} after it was opened"
    if planned >= soonest:
        return planned, f"[due {planned}: {counted}]"
    passed = "has passed" if planned < today else "is too near"
    return soonest, f"{handed}, as {planned}, {counted}, {passed}]"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _opened(results: DuckDBPyConnection, finding: str) -> datetime.date:
    """The day on which a finding was opened last: found, or opened again after it had ended."""
    opened, is_open = datetime.datetime.min, False
    for entry in entries(results, finding):
        if entry.status in OPEN and not is_open:
            opened = entry.moment
        is_open = entry.status in OPEN
    return days_of_results(results).day(opened)


def _severity(results: DuckDBPyConnection, finding: str) -> Severity:
    row = results.execute("SELECT severity FROM finding WHERE id = ?", [finding]).fetchone()
    assert row is not None, "an entry is of a finding that is there"
    return Severity(row[0])


def parties(results: DuckDBPyConnection, finding: str) -> Iterable[str]:
    """Whom a finding is about: of its subject, and the accounts of its searches."""
    row = results.execute("SELECT subject FROM finding WHERE id = ?", [finding]).fetchone()
    subject: dict[str, Any] = json.loads(row[0]) if row else {}
    yield from (str(subject[key]) for key in ("account", "actor") if key in subject)
    rows = results.execute(
        """
        SELECT DISTINCT c.value FROM finding_search f JOIN search s ON s.id = f.search
        JOIN cell c ON c.id = s.account WHERE f.finding = ? AND c.state = 'value'
        """,
        [finding],
    ).fetchall()
    yield from (str(each[0]) for each in rows)
