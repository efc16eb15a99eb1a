"""Questions alike: what can tell two questions apart, and what cannot.

Rules read a free text only as stated or blank, a reason as what the lexicons see in it, and the
time by the hour. Two questions that differ in nothing else get the same answer from the same
snapshot, so the second is answered by what was worked out for the first.
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from ...dsl.lexicon import Matcher
from ...dsl.model import Lexicon, Library, Vocabulary
from ...dsl.syntax import Level
from ...engine import names
from ...engine.reasons import Matchers, layer_of
from ..v1 import question_pb2 as q

_STATED = "stated"
_TAKEN = ("user", "subject", "reason")
# Texts of at most so many characters, of four bytes each, are within the limits of the protos.
_NAME, _REASON, _WORD = 50, 500, 250
_HOUR = 3600
MAX_TEXTS = 20_000  # reasons that are remembered
MAX_LENGTH = 300  # characters of a reason that is remembered


def free_texts(library: Library) -> frozenset[str]:
    """The facts of which rules read no more than whether they are stated."""
    types: dict[str, set[str]] = {}
    for vocabulary in library.vocabularies.values():
        for name, fact in vocabulary.facts.items():
            types.setdefault(name, set()).add(fact.type.word)
    return frozenset(name for name, words in types.items() if words == {"text"})


def facts_of_types(library: Library, types: frozenset[str]) -> frozenset[str]:
    """The facts that have one of some types in any vocabulary."""
    return frozenset(
        name
        for vocabulary in library.vocabularies.values()
        for name, fact in vocabulary.facts.items()
        if fact.type.word in types
    )


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
        stated: Every fact that is a free text, by name, unless it is blank.
        is_short: Whether each of them is surely within its limit.
    """

    user: str
    subject: str
    reason: str | None
    case: str
    stated: tuple[tuple[str, str], ...]
    is_short: bool


def take_texts(question: q.Question, free: frozenset[str]) -> Texts:
    """Take the free texts out of a question: what is left tells its class, but for its reason.

    Facts that are free texts become a mark that something is stated.
    """
    user, subject, text = question.user, question.subject, question.reason
    reason = text if text or question.HasField("reason") else None
    stated: list[tuple[str, str]] = []
    case, is_short = "", len(user) <= _NAME and len(subject) <= _NAME and len(text) <= _REASON
    for fact in question.facts:
        name = fact.name
        if name in free and fact.HasField("word"):  # another value is none of a text: a fault
            word = fact.word.strip()
            fact.word = _STATED if word else ""
            if word:
                stated.append((name, word))
            if name == names.CASE_NUMBER:
                case = word
            if len(word) > _WORD:
                is_short = False
    for name in _TAKEN:
        question.ClearField(name)
    return Texts(user.strip(), subject.strip(), reason, case, tuple(stated), is_short)


Layer: TypeAlias = tuple[Lexicon, ...]  # the lexicons of one layer that are in force on a day


class Reasons:
    """What the lexicons of a library see in reasons, one hour at a time.

    A vocabulary's layers read a reason each by itself, and what rules are told is made of these
    readings alone; so they tell all that rules may read of it.
    """

    def __init__(self, library: Library, matchers: Matchers) -> None:
        self._vocabularies = tuple(library.vocabularies.values())
        self._matchers = matchers
        self._of_hour = _SeenInHour(-1, (), Matcher(()))

    def seen(self, text: str, hour: int) -> Hashable:
        """All that rules may read of a reason: equal for two that are read alike in this hour."""
        kept = self._of_hour
        if kept.hour != hour or max(len(kept.seen), len(kept.values)) >= MAX_TEXTS:
            layers = _layers(self._vocabularies, hour)
            phrases = [
                phrase for layer in layers for lexicon in layer for phrase in lexicon.phrases
            ]
            kept = self._of_hour = _SeenInHour(hour, layers, Matcher(phrases))
        found = kept.seen.get(text)
        if found is None:
            found = self._of_alike(kept.any_phrase.alike(text), kept)
        return found

    def layers(self, hour: int) -> tuple[Layer, ...]:
        """The layers that read a reason in an hour, in the order that ``seen`` keeps."""
        kept = self._of_hour
        return kept.layers if kept.hour == hour else _layers(self._vocabularies, hour)

    def _of_alike(self, text: str, kept: _SeenInHour) -> Hashable:
        """What is seen in a text that stands for all that differ from it in numbers alone."""
        found = kept.seen.get(text)
        if found is None:
            found = self._read(text, kept)
            if len(text) <= MAX_LENGTH:
                kept.seen[text] = found
        return found

    def _read(self, text: str, kept: _SeenInHour) -> Hashable:
        is_stated = bool(text.strip())
        if not kept.any_phrase.may_hold(text):
            return is_stated
        readings = (self._matchers.of(layer).read(text) for layer in kept.layers)
        found = is_stated, tuple((reading.plainly, reading.possibly) for reading in readings)
        return kept.values.setdefault(found, found)


@dataclass(frozen=True, slots=True)
class _SeenInHour:
    """What was seen in one hour; threads may be of two hours, so each has its own.

    Attributes:
        hour: The hour.
        layers: The layers that read a reason in it, on any civil day that it may lie in.
        any_phrase: A matcher of all their phrases, for a first look.
        seen: What was seen, by text.
        values: Each value once.
    """

    hour: int
    layers: tuple[Layer, ...]
    any_phrase: Matcher
    seen: dict[str, Hashable] = field(default_factory=dict[str, Hashable])
    values: dict[Hashable, Hashable] = field(default_factory=dict[Hashable, Hashable])


def _layers(vocabularies: Iterable[Vocabulary], hour: int) -> tuple[Layer, ...]:
    """The layers of lexicons on the civil days, of any zone, that an hour lies in."""
    today = datetime.datetime.fromtimestamp(hour * _HOUR, datetime.UTC).date()
    days = [today + datetime.timedelta(days=shift) for shift in (-1, 0, 1)]
    found: dict[Hashable, Layer] = {}
    for vocabulary in vocabularies:
        for day in days:
            for words in vocabulary.lineage():
                layer = layer_of(words.edition, vocabulary, day)
                key = tuple((each.origin, each.name, each.in_force) for each in layer)
                if key:
                    found.setdefault(key, layer)
    return tuple(found.values())


def hour_of(seconds: float) -> int:
    """The hour of a moment, counted from 1970."""
    return int(seconds // _HOUR)


def class_of(
    question: q.Question, texts: Texts, reasons: Reasons, hour: int
) -> tuple[bytes, Hashable, bool]:
    """What tells the class of a question, whose texts were taken out, from every other one."""
    seen = None if texts.reason is None else reasons.seen(texts.reason, hour)
    return question.SerializeToString(deterministic=True), seen, bool(texts.user)
