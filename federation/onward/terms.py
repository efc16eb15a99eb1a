"""Whether what is asked keeps to the terms under which a copy was released, link by link.

The terms of all owners count together: whoever one of them leaves out is left out, the shortest
time is the time, and a release that its owner recalled is over. That each owner lets the new
recipient in at all, and how long data may be kept, is asked of its rules anew, beside this.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ...dsl.model import Vocabulary
from ...dsl.syntax import Outcome
from ...dsl.truth import Truth
from ...dsl.units import LONGEST, comparable, months_after
from ...engine.duties import OnwardTerms
from ..v1 import log_pb2 as log
from ..v1 import question_pb2 as q
from .chain import PROVENANCE, Bar, Chain
from .links import Link

NOBODY = "nobody"
TERMS, RECALLED, DELETED = "onward terms", "recalled", "deleted"
_DAY = 86_400
_DATE = len("2026-11-26")


class Releases(Protocol):
    """What is on file about releases."""

    def recalled(self, release_id: bytes, now: datetime.datetime) -> frozenset[str]:
        """Who recalled a release with effect by now, by registry key."""
        ...

    def deleted(self, release_id: bytes) -> frozenset[str]:
        """Who said that its copy is deleted, by registry key."""
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked about a copy.

    Attributes:
        parties: Who asks, and whose data it is said to be: one of them has the copy.
        data: The kinds of data.
        period: From when to when the reads were made, as stated.
        purpose: The purpose stated; empty if none.
        now: The moment.
    """

    parties: frozenset[str]
    data: Sequence[str]
    period: q.Period
    purpose: str
    now: datetime.datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """Holds a wish against the terms of a chain.

    Attributes:
        releases: What is on file about releases.
        words: The vocabularies in use.
        letting_in: By owner, the rules that were asked anew whom they let in.
    """

    releases: Releases
    words: Sequence[Vocabulary]
    letting_in: Mapping[str, frozenset[str]]

    def bar(self, chain: Chain, wish: Wish) -> Bar | None:
        """Why a copy may not go on as wished; None if nothing in a whole chain bars it.

        A DENY comes before a HOLD.
        """
        found = [bar for check in self._checks() for bar in [check(chain, wish)] if bar]
        return min(found, key=lambda bar: bar.outcome is not Outcome.DENY, default=None)

    def _checks(self) -> Sequence[Callable[[Chain, Wish], Bar | None]]:
        return (
            self._recalled,
            self._deleted,
            self._other_hands,
            self._other_data,
            self._other_reads,
            self._terms,
        )

    def _recalled(self, chain: Chain, wish: Wish) -> Bar | None:
        """An owner's word counts for its own release, and for those that came of it."""
        owners: set[str] = set()
        for link in chain.links:
            owners.add(link.owner)
            by = owners & self.releases.recalled(link.entry.release_id, wish.now)
            if by:
                return Bar(
                    Outcome.DENY,
                    RECALLED,
                    f"{min(by)} has recalled the release of answer {link.number} of the chain",
                    "delete the copy and say so (`platelaw deleted`)",
                )
        return None

    def _deleted(self, chain: Chain, wish: Wish) -> Bar | None:
        by = wish.parties & self.releases.deleted(chain.release_id)
        if not by:
            return None
        return Bar(
            Outcome.DENY,
            DELETED,
            f"{min(by)} has said that this copy is deleted",
            "ask the owner for the data anew",
        )

    def _other_hands(self, chain: Chain, wish: Wish) -> Bar | None:
        if not chain.links[-1].receivers.isdisjoint(wish.parties):
            return None
        return _unproven("the chain ends with others than who asks here, and whose data it is")

    def _other_data(self, chain: Chain, wish: Wish) -> Bar | None:
        for link in chain.links:
            for kind in wish.data:
                if not any(self._lies_under(kind, had) is Truth.TRUE for had in link.data):
                    return _unproven(f"answer {link.number} of the chain released no `{kind}`")
        return None

    def _other_reads(self, chain: Chain, wish: Wish) -> Bar | None:
        """Reads of other days are no part of the copy, however young they are said to be."""
        for link in chain.links:
            if _lies_outside(wish.period, link):
                return _unproven(
                    f"answer {link.number} of the chain released no reads of the period asked for"
                )
        return None

    def _terms(self, chain: Chain, wish: Wish) -> Bar | None:
        found = [
            bar
            for link in chain.links
            for terms in link.circumstances.terms
            if (bar := self._bar_of(terms, link, wish))
        ]
        return min(found, key=lambda bar: bar.outcome is not Outcome.DENY, default=None)

    def _bar_of(self, terms: log.Terms, link: Link, wish: Wish) -> Bar | None:
        """What one rule of one link says of a wish."""
        says = f"`{terms.rule}`, of answer {link.number} of the chain,"
        if terms.to == NOBODY:
            return _barred(f"{says} lets the data go on to nobody")
        end = end_of(terms, link.at)
        if end is not None and end <= wish.now:
            return _barred(f"{says} let the data go on until {end:%Y-%m-%d %H:%M} UTC only")
        fits = self._fits(wish.purpose, terms.purposes)
        if fits is Truth.FALSE:
            return _barred(f"{says} lets the data go on for {' or '.join(terms.purposes)} only")
        if fits is Truth.UNPROVEN:
            return Bar(
                Outcome.HOLD,
                TERMS,
                f"{says} lets the data go on for {' or '.join(terms.purposes)}, which the purpose "
                "may or may not be",
                "state the purpose, as narrowly as it is",
            )
        if terms.rule not in self.letting_in.get(link.owner, frozenset()):
            return Bar(
                Outcome.HOLD,
                TERMS,
                f"{says} lets the data go on to whoever it lets in, and it takes no part here now",
                "ask the owner for the data anew",
            )
        return None

    def _fits(self, purpose: str, purposes: Sequence[str]) -> Truth:
        if not purposes:
            return Truth.TRUE
        if not purpose:
            return Truth.UNPROVEN
        found = [self._lies_under(purpose, each) for each in purposes]
        return next(
            (truth for truth in (Truth.TRUE, Truth.UNPROVEN) if truth in found), Truth.FALSE
        )

    def _lies_under(self, word: str, kind: str) -> Truth:
        """Whether a word is a kind of another, in any vocabulary that has both."""
        if word == kind:
            return Truth.TRUE
        found = [
            words.kinds.lies_under(frozenset({word}), kind)
            for words in self.words
            if word in words.kinds and kind in words.kinds
        ]
        return next(
            (truth for truth in (Truth.TRUE, Truth.UNPROVEN) if truth in found), Truth.FALSE
        )


def _lies_outside(period: q.Period, link: Link) -> bool:
    """Whether a period is surely not within that of a release, by days as they are written.

    What is not stated is unproven to the rules, and left to them.
    """
    had = link.circumstances.question.period
    first, last = had.since[:_DATE], had.until[:_DATE] or link.at.date().isoformat()
    if not first or not period.since:
        return False
    return not first <= period.since[:_DATE] <= last or period.until[:_DATE] > last


def end_of(terms: log.Terms, released: datetime.datetime) -> datetime.datetime | None:
    """The moment from which terms let nothing go on; None if for good.

    Months end with the beginning of their last day, in UTC.
    """
    if terms.HasField("seconds"):
        return released + datetime.timedelta(seconds=min(terms.seconds, LONGEST["time"]))
    if terms.HasField("months"):
        day = months_after(released.date(), min(terms.months, LONGEST["months"]))
        return datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    return None


def written(terms: OnwardTerms) -> log.Terms:
    """Terms as the log keeps them.

    A business day counts as a day: nobody's calendar is known where they are read, and a time that
    is too short only means that the owner is asked anew.
    """
    found = log.Terms(to=terms.to, purposes=terms.purposes, rule=terms.rule)
    scale = comparable(terms.within) if terms.within is not None else None
    match scale:
        case ("months", number):
            found.months = number
        case ("business days", number):
            found.seconds = number * _DAY
        case ("time", number):
            found.seconds = number
        case _:
            pass
    return found


def _barred(words: str) -> Bar:
    return Bar(Outcome.DENY, TERMS, words, "ask the owner for the data anew")


def _unproven(words: str) -> Bar:
    mend = "show the answers by which this copy came to whoever hands it on"
    return Bar(Outcome.HOLD, PROVENANCE, words, mend)
