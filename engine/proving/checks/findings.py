"""What a check finds: a part of a policy that is not what it looks like, with proof or request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from ....dsl.source import Span
from ..hunting import Goal, Met
from ..searching import Witness


class Check(Enum):
    """What is looked for."""

    DEAD_EXCEPTION = "dead-exception"
    UNREACHABLE_GROUND = "unreachable-ground"
    SWALLOWED_RULE = "swallowed-rule"
    SHADOWED_PERMIT = "shadowed-permit"
    DUTIES_AT_ODDS = "duties-at-odds"
    GAP_IN_DATES = "gap-in-dates"
    LOOSENING_PARAMETER = "loosening-parameter"
    LOOSENED_ADOPTION = "loosened-adoption"


@dataclass(frozen=True, slots=True)
class Place:
    """What a check speaks of.

    Attributes:
        check: The check.
        name: The rule, and its branch or act.
        span: Where it stands.
    """

    check: Check
    name: str
    span: Span

    @property
    def line(self) -> int:
        """The line of the file, from 1."""
        return self.span.source.line_and_column(self.span.start)[0]


@dataclass(frozen=True, slots=True)
class Shown:
    """A request, what it shows, and its answer."""

    what: str
    witness: Witness


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found.

    Attributes:
        place: What it is about.
        says: What is so, in one sentence.
        proved: Whether that is proved for every request; else the requests show it.
        shown: Requests that show it, decided again by both evaluators.
        because: Why it is known and stays, if somebody said so.
    """

    place: Place
    says: str
    proved: bool
    shown: tuple[Shown, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What could not be checked, and why."""

    place: Place
    why: str


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A formula whose outcome may be a finding.

    Attributes:
        place: What it is about.
        goal: The formula.
        judge: What its outcome comes to: a finding, a doubt, or nothing.
    """

    place: Place
    goal: Goal
    judge: Callable[[Met], Finding | Doubt | None]
