"""A change that would turn an answer: what it is, in words, and whose it is to make.

Evidence can be supplied: somebody proves what is so. The law can be answered: counsel does. What
the world is can only be otherwise; nobody is advised to say that it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ...dsl import syntax as tree
from ...dsl.model import Fact
from ..values import Members, Paper, Range, Span, TextState, Value
from .suppositions import (
    Done,
    OnFile,
    Presented,
    Proven,
    Reviewed,
    Stated,
    Supposition,
    Typed,
    Verified,
    Whole,
)


class How(Enum):
    """What kind of change it is, the least first."""

    EVIDENCE = "evidence"
    LAW = "law"
    WORLD = "world"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would have to be otherwise.

    Attributes:
        how: Whether it can be supplied, answered, or only be so.
        words: It, as a clause of a sentence.
        roles: Who may prove it.
        change: It as a supposition; None for an answer to an open question of law.
        level: The proof that it needs, if it is more than the requester's word.
        now: What it is now, where that can be said.
        others: The broadest kinds that would do, where it is a kind.
        reading: The open question of law.
        answer: Its answer.
    """

    how: How
    words: str
    roles: tuple[str, ...] = ()
    change: Supposition | None = None
    level: tree.Level | None = None
    now: str = ""
    others: tuple[str, ...] = ()
    reading: str = ""
    answer: bool = False


def told(how: How, change: Supposition, roles: tuple[str, ...] = (), now: str = "") -> Change:
    """A supposition as a change that somebody may make."""
    level = change.fact.level if isinstance(change, Stated) else None
    if level is tree.Level.ASSERTION:
        level = None
    return Change(how, in_other_words(change), roles, change, level, now)


def answered(reading: str, *, answer: bool, roles: tuple[str, ...] = ()) -> Change:
    """An answer to an open question of law."""
    words = f"the open question of law `{reading}` is answered {'yes' if answer else 'no'}"
    return Change(How.LAW, words, roles, reading=reading, answer=answer)


def in_other_words(change: Supposition) -> str:
    """A supposition as ``--what-if`` reads it, or as a clause where it does not."""
    match change:
        case Stated(fact, value, about):
            return f"{fact.name}{_of(about)} is {value_words(fact, value)}"
        case Proven(fact):
            return f"{fact.name} is proven"
        case OnFile(name, cell, agency):
            value = cell if isinstance(cell, str) else "{" + ", ".join(cell) + "}"
            return f"{name}{_of(agency)} is {value}"
        case Presented(paper):
            return f"{_paper(paper)} is presented"
        case Verified(at, paper):
            return f"instrument {at + 1}, {_paper(paper)}, is verified"
        case Done(duty, done):
            return f"{duty} is {'done' if done else 'not done'}"
        case Reviewed(rule, cleared):
            return f"{rule} is {'cleared' if cleared else 'refused'}"
        case Whole(sets):
            return f"{' and '.join(sets)} {'is' if len(sets) == 1 else 'are'} said to be complete"
        case Typed():
            return "a reason is typed that shows none of what the rules look for"
        case _:
            raise AssertionError("no change is found that asks for another act")


def _of(agency: str) -> str:
    return f" of agency:{agency}" if agency else ""


def _paper(paper: Paper) -> str:
    issuer = f" from {paper.issuer}" if paper.issuer else ""
    return f"a {paper.kind}{issuer}"


def value_words(fact: Fact, value: Value) -> str:
    """A value as it is typed."""
    match value:
        case bool():
            return "yes" if value else "no"
        case TextState():
            return '"..."' if value is TextState.STATED else "blank"
        case Range() if fact.type.word == "duration":
            return _duration(value.high)
        case Range():
            return f"{value.high:g}"
        case Span():
            return (value.day or value.latest.date()).isoformat()
        case Members():
            return "{" + ", ".join(map(str, value.known)) + "}"
        case str():
            return value
        case _:
            raise AssertionError("an age is never stated")


def _duration(seconds: float) -> str:
    for size, word in ((86400, "days"), (3600, "hours")):
        if seconds % size == 0:
            return f"{seconds / size:g} {word}"
    return f"{max(0, seconds) / 60:g} minutes"
