"""What review goes by: checks in words, thresholds with reasons, whose turn it is. A reading edge.

The shipped book is ``policies/audit/review.toml``; an agency's own replaces entries of it, one by
one. No word that checks look for stands in code.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import resources
from pathlib import Path
from typing import Any

_SHAPE = 40  # of a token, so much of its shape is kept
_OPEN = frozenset({"declaring", "retention", "notices"})  # parts that take new names


class BookError(Exception):
    """A book that cannot be gone by: which entry, and the mend."""


class Severity(Enum):
    """How grave a finding is, the gravest last."""

    NOTE = "note"
    REVIEW = "review"
    DENY = "deny"

    @property
    def rank(self) -> int:
        """Its place among them."""
        return tuple(Severity).index(self)


@dataclass(frozen=True, slots=True)
class CheckText:
    """A check in words.

    Attributes:
        title: What it finds.
        duties: The lines of the duties that ask for it.
        computed: How its numbers are computed.
        rules: Ids of the rules that it rests on, by government; the first in force counts.
    """

    title: str
    duties: tuple[str, ...]
    computed: str
    rules: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that a check goes by, and why this one."""

    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """Whose turn it is until how many days after a finding was opened; None for no day."""

    to: str
    days: int | None

    def until(self, opened: datetime.date) -> datetime.date | None:
        """By when it is that one's turn."""
        return None if self.days is None else opened + datetime.timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of incidents that is owed: within how many hours, and what says so."""

    hours: float
    source: str


@dataclass(frozen=True, slots=True)
class Book:
    """All that review goes by.

    Attributes:
        checks: The checks in words, by name.
        severities: Of a search, by its verdict.
        thresholds: The numbers, by name.
        words: Lists of words and phrases, by what they are for.
        shapes: Of the agency's case numbers; empty if any will do.
        declaring: Governments whose bodies must declare, by the government of the owner.
        retention: The parameter that says how long reads are kept, by government.
        held: The kinds of data that a legal hold on logs covers.
        never_held: The kinds that none covers.
        hold_review: After how many days a legal hold is looked at again.
        notices: Notices of incidents, by whom they are owed to.
        may_end: The roles that may clear and uphold.
        may_hold: The roles that may set and lift a legal hold.
        others: Roles that may act otherwise, besides those of `escalation`.
        escalation: Whose turn it is, by severity.
        digest: SHA-256 of the texts that it was read from.
    """

    checks: Mapping[str, CheckText]
    severities: Mapping[str, Severity]
    thresholds: Mapping[str, Threshold]
    words: Mapping[str, tuple[str, ...]]
    shapes: tuple[str, ...]
    declaring: Mapping[str, tuple[str, ...]]
    retention: Mapping[str, str]
    held: tuple[str, ...]
    never_held: tuple[str, ...]
    hold_review: int
    notices: Mapping[str, Notice]
    may_end: frozenset[str]
    may_hold: frozenset[str]
    others: frozenset[str]
    escalation: Mapping[Severity, tuple[Step, ...]]
    digest: str

    @property
    def roles(self) -> frozenset[str]:
        """Every role that may act, and that may have a finding."""
        steps = (step.to for path in self.escalation.values() for step in path)
        return self.may_end | self.may_hold | self.others | {*steps}

    def number(self, name: str) -> float:
        """The value of a threshold."""
        return self.thresholds[name].value


def read_book(own: Path | None = None) -> Book:
    """The shipped book, with the entries of an agency's own in place of those of the same name.

    Raises:
        BookError: The file cannot be read, names what is not known, or says something else.
    """
    shipped = resources.files("platelaw").joinpath("policies", "audit", "review.toml")
    text = shipped.read_text("utf-8")
    table = tomllib.loads(text)
    if own is None:
        return _book(table, text, "review.toml")
    try:
        more = own.read_text("utf-8")
        changes = tomllib.loads(more)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BookError(f"{own}: cannot be read: {fault}") from None
    changed = _changed(table, changes, str(own))
    _check_holds(table["legal_holds"], changed["legal_holds"], str(own))
    return _book(changed, text + more, str(own))


def _check_holds(shipped: Mapping[str, Any], own: Mapping[str, Any], name: str) -> None:
    """Refuse a book by which a legal hold would keep more than records of use."""
    more = sorted({*own["covers"]} - {*shipped["covers"]})
    if more:
        raise BookError(
            f"{name}: `legal_holds.covers` names {', '.join(more)}; a hold may cover "
            f"{', '.join(shipped['covers'])}, and never extends the time that plate data are kept"
        )
    less = sorted({*shipped["never"]} - {*own["never"]})
    if less:
        raise BookError(f"{name}: `legal_holds.never` must name {', '.join(less)}")


def _changed(table: Mapping[str, Any], changes: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A book with entries replaced; a new name is a mistake, since nothing would read it."""
    changed = dict(table)
    entries: Mapping[str, Any]
    for part, entries in changes.items():
        if part not in table:
            raise BookError(f"{name}: no part `{part}`; there are {', '.join(table)}")
        if not isinstance(changes[part], Mapping):
            raise BookError(f"{name}: `{part}` is no table")
        for key in entries:
            if key not in table[part] and part not in _OPEN:
                known = ", ".join(table[part])
                raise BookError(f"{name}: no entry `{part}.{key}`; there are {known}")
        changed[part] = {**table[part], **entries}
    return changed


def _book(table: Mapping[str, Any], text: str, name: str) -> Book:
    entry = ""
    try:
        thresholds: dict[str, Threshold] = {}
        for entry, each in table["thresholds"].items():
            thresholds[entry] = _threshold(each)
        escalation: dict[Severity, tuple[Step, ...]] = {}
        for entry, steps in table["escalation"].items():
            escalation[Severity(entry)] = _steps(steps)
        entry = "a list"
        return Book(
            {key: _check(each) for key, each in table["checks"].items()},
            {verdict: Severity(each) for verdict, each in table["severities"].items()},
            thresholds,
            {key: tuple(map(_text, each)) for key, each in table["words"].items()},
            tuple(map(_shape, table["case_numbers"]["shapes"])),
            {code: tuple(map(_text, each)) for code, each in table["declaring"].items()},
            {code: _text(each) for code, each in table["retention"].items()},
            tuple(map(_text, table["legal_holds"]["covers"])),
            tuple(map(_text, table["legal_holds"]["never"])),
            _days(table["legal_holds"]["review_days"]),
            {to: _notice(each) for to, each in table["notices"].items()},
            frozenset(map(_text, table["roles"]["may_end"])),
            frozenset(map(_text, table["roles"]["may_hold"])),
            frozenset(map(_text, table["roles"]["others"])),
            escalation,
            hashlib.sha256(text.encode()).hexdigest(),
        )
    except KeyError as fault:
        raise BookError(f"{name}: {entry}: {fault} is missing") from None
    except (TypeError, ValueError, AttributeError) as fault:
        raise BookError(f"{name}: {entry}: {fault}") from None


def _check(entry: Mapping[str, Any]) -> CheckText:
    rules = {code: tuple(ids) for code, ids in entry["rules"].items()} if "rules" in entry else {}
    return CheckText(entry["title"], tuple(entry["duties"]), entry["computed"], rules)


def _threshold(entry: Mapping[str, Any]) -> Threshold:
    value, reason = entry["value"], _text(entry["reason"])
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError("`value` must be a number that is not negative")
    if not reason.strip():
        raise ValueError("`reason` is blank; say why this number")
    return Threshold(value, reason)


def _notice(entry: Mapping[str, Any]) -> Notice:
    hours = entry["hours"]
    if isinstance(hours, bool) or not isinstance(hours, int | float) or hours <= 0:
        raise ValueError("`hours` must be a number above zero")
    return Notice(hours, _text(entry["source"]))


def _steps(entries: list[Mapping[str, Any]]) -> tuple[Step, ...]:
    steps = tuple(Step(_text(each["to"]), each.get("days")) for each in entries)
    days = [step.days for step in steps if step.days is not None]
    if not steps or any(type(each) is not int for each in days) or days != sorted(set(days)):
        raise ValueError("steps need whole `days`, each later than the one before")
    return steps


def _shape(text: str) -> str:
    """A pattern of case numbers as the shape of a token: letters small."""
    found = re.sub("[A-Za-z]", "a", re.sub("[0-9]", "9", _text(text)))
    if not found.strip():
        raise ValueError("a shape is blank")
    return found[:_SHAPE]


def _days(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise ValueError(f"`{value}` is no whole number of days above zero")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"`{value}` is no text")
    return value
