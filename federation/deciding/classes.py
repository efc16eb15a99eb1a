"""Questions alike: what can tell two questions apart, and what cannot.

Rules read a free text only as stated or blank, a reason as what the lexicons see in it, and the
time by the hour. Two questions that differ in nothing else get the same answer from the same
snapshot, so the second is answered by what was worked out for the first.
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable
from dataclasses import dataclass, field

import msgspec

from ...dsl.model import Library, Vocabulary
from ...dsl.syntax import Level
from ...engine import names
from ...engine.reasons import Matchers, ReasonWords
from ...engine.request import Reason
from ..v1 import question_pb2 as q

_STATED = "stated"
_TAKEN = ("user", "subject", "reason")
# Texts of at most so many characters, of four bytes each, are within the limits of the protos.
_NAME, _REASON, _WORD = 50, 500, 250
_HOUR = 3600
MAX_TEXTS = 50_000  # reasons that are remembered
MAX_LENGTH = 300  # characters of a reason that is remembered


def free_texts(library: Library) -> frozenset[str]:
    """The facts of which rules read no more than whether they are stated."""
    types: dict[str, set[str]] = {}
    for vocabulary in library.vocabularies.values():
        for name, fact in vocabulary.facts.items():
            types.setdefault(name, set()).add(fact.type.word)
    return frozenset(name for name, words in types.items() if words == {"text"})


def vouched_facts(library: Library) -> frozenset[str]:
    """The facts that the requester's own word does not prove, and the sets of bodies."""
    return frozenset(
        name
        for vocabulary in library.vocabularies.values()
        for name, fact in vocabulary.facts.items()
        if fact.level is not Level.ASSERTION or fact.type.is_set
    )


class Texts(msgspec.Struct, frozen=True, gc=False):
    """The free texts of a question. One is made for each, so it is a struct.

    Attributes:
        user: The opaque name of the person who asks, empty if it is blank.
        subject: The commitment to what is searched for, empty if it is blank.
        reason: The reason typed; None if there is none.
        case: The case number, empty if it is blank or not stated.
        is_short: Whether each of them is surely within its limit.
    """

    user: str
    subject: str
    reason: str | None
    case: str
    is_short: bool


def take_texts(question: q.Question, free: frozenset[str]) -> Texts:
    """Take the free texts out of a question: what is left tells its class, but for its reason.

    Facts that are free texts become a mark that something is stated.
    """
    user, subject, text = question.user, question.subject, question.reason
    reason = text if text or question.HasField("reason") else None
    case, is_short = "", len(user) <= _NAME and len(subject) <= _NAME and len(text) <= _REASON
    for fact in question.facts:
        name = fact.name
        if name in free and fact.HasField("word"):  # another value is none of a text: a fault
            word = fact.word.strip()
            fact.word = _STATED if word else ""
            if name == names.CASE_NUMBER:
                case = word
            if len(word) > _WORD:
                is_short = False
    for name in _TAKEN:
        question.ClearField(name)
    return Texts(user.strip(), subject.strip(), reason, case, is_short)


@dataclass(slots=True)
class Reasons:
    """What the lexicons of a library see in reasons, one hour at a time."""

    library: Library
    matchers: Matchers
    _words: tuple[Vocabulary, ...] = field(init=False)
    # The hour, and what was seen in it: one value, so that no thread mixes two hours.
    _kept: tuple[int, dict[str, Hashable]] = field(default=(-1, {}), init=False)

    def __post_init__(self) -> None:
        """Find the vocabularies that differ in their lexicons."""
        differing: dict[Hashable, Vocabulary] = {}
        for vocabulary in self.library.vocabularies.values():
            lexicons = vocabulary.lexicons
            key = tuple((each.origin, each.name, each.in_force) for each in lexicons)
            differing.setdefault((key, tuple(v.edition for v in vocabulary.lineage())), vocabulary)
        self._words = tuple(differing.values())

    def seen(self, text: str, hour: int) -> Hashable:
        """All that rules may read of a reason: equal for two that are read alike in this hour."""
        if len(text) > MAX_LENGTH:
            return self._read(text, hour)
        kept, seen = self._kept
        if kept != hour or len(seen) >= MAX_TEXTS:
            seen = dict[str, Hashable]()
            self._kept = hour, seen
        found = seen.get(text)
        if found is None:
            found = seen[text] = self._read(text, hour)
        return found

    def _read(self, text: str, hour: int) -> Hashable:
        today = datetime.datetime.fromtimestamp(hour * _HOUR, datetime.UTC).date()
        days = [today + datetime.timedelta(days=shift) for shift in (-1, 0, 1)]  # of any zone
        words = ReasonWords(Reason(text), self.matchers)
        seen = tuple(words.sets(each, day) for each in self._words for day in days)
        return bool(text.strip()), seen


def hour_of(seconds: float) -> int:
    """The hour of a moment, counted from 1970."""
    return int(seconds // _HOUR)
