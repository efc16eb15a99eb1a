"""What a written policy is made of, before it is Markdown or a page."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

ADVICE = "platelaw informs counsel; it is not legal advice."
SELECTION = (
    "A selection: the clauses say under which conditions, and what else. A purpose that is named "
    "stands for every narrower one too."
)


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a clause, and the lines under it."""

    text: str
    under: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A citation with its status, and what that status means.

    Attributes:
        text: What is cited.
        status: How sure its wording is.
        meaning: What that status means.
        policy: Of a clause that is no law: the policy whose own word the status is.
    """

    text: str
    status: str
    meaning: str
    policy: str = ""

    @property
    def told(self) -> str:
        """Whose status it is and what it means, in one sentence."""
        if self.policy:
            said = f"“{self.status}” is what {self.policy} says of this source"
            return f"a policy, not enacted law; {said}"
        return f"{self.status}: {self.meaning}"


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule in words.

    Attributes:
        rule: The id of the rule; blank of a clause that is none.
        title: Its title.
        lead: What it does, in one sentence.
        points: Conditions, grounds, exceptions, duties and what follows.
        because: Why, as the author says it.
        source: Where it stands.
        dates: From when until when.
        origin: Whose rule it is.
        note: What must be known before relying on it, such as an order of a court.
    """

    rule: str
    title: str
    lead: str
    points: tuple[Point, ...] = ()
    because: str = ""
    source: Source | None = None
    dates: str = ""
    origin: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Clauses on one matter."""

    title: str
    intro: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A written policy, or a comparison of two.

    Attributes:
        title: Its title.
        subtitle: Whose it is, as of which day.
        facts: What stands at the head, each with its label.
        glance: The whole in a few lists, each with its label.
        chapters: The clauses.
        terms: The words used, with what each means.
        coming: The days on which a rule begins or ends, with the rules.
        day: The day of which it speaks.
        digest: The SHA-256 of the policies that it was made from.
        questions: The questions of law that it rests on, with where each stands.
    """

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    glance: tuple[tuple[str, tuple[str, ...]], ...]
    chapters: tuple[Chapter, ...]
    terms: tuple[tuple[str, Point], ...]
    coming: tuple[tuple[datetime.date, tuple[str, ...]], ...]
    day: datetime.date
    digest: str
    questions: tuple[tuple[str, Point], ...] = ()


def facts_of(page: Written) -> list[tuple[str, tuple[str, ...]]]:
    """What stands at the head, what has the same label together."""
    found: dict[str, tuple[str, ...]] = {}
    for label, text in page.facts:
        found[label] = (*found.get(label, ()), text)
    return list(found.items())
