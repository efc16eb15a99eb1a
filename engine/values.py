"""What a fact's value can be once its proof is known.

Numbers and times are ranges, so that a day without an hour, an uncertain date and a half-known
age need no case of their own; a set says whether it is the whole set.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum

from ..dsl import syntax as tree


class Cause(Enum):
    """Why a fact is unproven; the audit groups what is missing by these."""

    NOT_STATED = "not stated"
    BELOW_PROOF = "not proven to the level that the law asks for"
    WRONG_VOUCHER = "vouched for by one who may not"
    WITHDRAWN = "withdrawn"
    STALE = "too old or expired"
    NEVER_RECORDED = "never recorded"
    BLANK = "blank"
    REDACTED = "redacted"
    WITHHELD = "withheld"
    NOT_EXPORTED = "not exported"
    TOO_BROAD = "known only in part"
    UNKNOWN_WORD = "a word that no vocabulary maps"
    RETRIED = "asserted otherwise after a refusal"


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers or instants from ``low`` up to and with ``high``."""

    low: float
    high: float

    @classmethod
    def exactly(cls, value: float) -> Range:
        """One value."""
        return cls(value, value)


@dataclass(frozen=True, slots=True)
class Span:
    """Instants from ``earliest`` to ``latest``, equal when known exactly.

    ``day`` is set where only a civil day is known: then it is that day in every time zone.
    """

    earliest: datetime.datetime
    latest: datetime.datetime
    day: datetime.date | None = None

    @classmethod
    def of_day(cls, day: datetime.date) -> Span:
        """A civil day: from its first moment anywhere on earth to its last."""
        start = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
        return cls(start - _EASTERNMOST, start + _WESTERNMOST, day)

    @classmethod
    def at(cls, moment: datetime.datetime) -> Span:
        """An instant."""
        return cls(moment, moment)

    def days(self, zone: datetime.tzinfo) -> tuple[datetime.date, datetime.date]:
        """The first and last civil day in ``zone`` that this may be."""
        if self.day is not None:
            return self.day, self.day
        return self.earliest.astimezone(zone).date(), self.latest.astimezone(zone).date()


# Civil time runs from 14 hours ahead of UTC to 12 hours behind it; a day has 24 hours more.
_EASTERNMOST = datetime.timedelta(hours=14)
_WESTERNMOST = datetime.timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Age:
    """How long ago something was: measured in civil days or elapsed hours as the bound asks."""

    since: Span
    until: Span


class TextState(Enum):
    """All that a rule may ask of free text."""

    STATED = "stated"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Paper:
    """An instrument presented: None where it does not say.

    ``covers`` tells whether whoever verified it found the act, the data, the vehicle or place
    and the period inside its scope; ``issued_to`` is the agency that may use it.
    """

    kind: str
    issuer: str | None
    issued_to: str
    probable_cause: bool | None
    covers: bool | None
    expires: datetime.date | None
    verified: bool
    cause: Cause = Cause.BELOW_PROOF


Member = str | Paper


@dataclass(frozen=True, slots=True)
class Members:
    """A set: its known members, and whether there can be no others."""

    known: tuple[Member, ...]
    complete: bool = True


Value = bool | str | Range | Span | Age | TextState | Members


@dataclass(frozen=True, slots=True)
class State:
    """A fact as the evaluator meets it: a value, or the cause why there is none."""

    value: Value | None
    cause: Cause | None = None
    had: tree.Level | None = None
    source: str = ""

    @property
    def is_proven(self) -> bool:
        """Whether there is a value to go by."""
        return self.value is not None


def unproven(cause: Cause, had: tree.Level | None = None, source: str = "") -> State:
    """A fact that is not proven, and why."""
    return State(None, cause, had, source)
