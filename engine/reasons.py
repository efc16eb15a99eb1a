"""What the lexicons see in a reason, by layer and day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TypeAlias

from ..dsl.lexicon import Matcher, Reading
from ..dsl.model import Lexicon, Vocabulary
from ..dsl.reading import PLAINLY
from ..dsl.syntax import InForce
from ..dsl.truth import Truth
from .dates import in_force
from .request import Reason
from .values import Cause, Members, State, unproven

_Key: TypeAlias = tuple[tuple[str, str, InForce | None], ...]


@dataclass(slots=True)
class Matchers:
    """Matchers made once per set of lexicons; keep one for many requests.

    Who has no text but knows what was seen in it lets a text of his own stand in for it
    (``remember``); both evaluators then see what was seen.
    """

    _made: dict[_Key, Matcher] = field(default_factory=dict[_Key, Matcher])
    _read: dict[tuple[_Key, str], Reading] = field(default_factory=dict[tuple[_Key, str], Reading])
    _told: dict[tuple[_Key, str], Reading] = field(default_factory=dict[tuple[_Key, str], Reading])

    def of(self, lexicons: tuple[Lexicon, ...]) -> Matcher:
        """The matcher of one layer's lexicons."""
        key = _key(lexicons)
        if key not in self._made:
            phrases = [phrase for lexicon in lexicons for phrase in lexicon.phrases]
            self._made[key] = Matcher(phrases)
        return self._made[key]

    def read(self, lexicons: tuple[Lexicon, ...], text: str) -> Reading:
        """What one layer's lexicons see in a text; reasons repeat, so it is remembered."""
        key = _key(lexicons), text
        found = self._told.get(key) or self._read.get(key)
        if found is None:
            if len(self._read) >= MAX_TEXTS:
                self._read.clear()
            found = self._read[key] = self.of(lexicons).read(text)
        return found

    def remember(self, lexicons: tuple[Lexicon, ...], text: str, reading: Reading) -> None:
        """Let a text be read as said, by one layer's lexicons, from now on.

        A text that stands for a reading must be that of no other one: what was read is kept
        elsewhere too, by its text.
        """
        self._told[_key(lexicons), text] = reading


MAX_TEXTS = 16_384


def _key(lexicons: tuple[Lexicon, ...]) -> _Key:
    return tuple((lexicon.origin, lexicon.name, lexicon.in_force) for lexicon in lexicons)


@dataclass(slots=True)
class ReasonWords:
    """The words of one reason.

    Each layer's lexicons read the reason by themselves, so that a ``never`` phrase wins within
    its own layer only; a layer sees what its own and the higher lexicons see.
    """

    reason: Reason
    matchers: Matchers
    _read: dict[tuple[str, datetime.date], tuple[frozenset[str], frozenset[str]]] = field(
        default_factory=dict[tuple[str, datetime.date], tuple[frozenset[str], frozenset[str]]]
    )

    def seen(self, vocabulary: Vocabulary, name: str, day: datetime.date) -> State:
        """The kinds that ``reason.plainly`` or ``reason.possibly`` holds on a day."""
        if self.reason.text is None:
            return unproven(self.reason.cause or Cause.NOT_STATED)
        plainly, possibly = self._sets(vocabulary, day)
        known = plainly if name == PLAINLY else possibly
        return State(Members(tuple(sorted(known))), source="lexicon")

    def _sets(
        self, vocabulary: Vocabulary, day: datetime.date
    ) -> tuple[frozenset[str], frozenset[str]]:
        key = (vocabulary.edition, day)
        if key not in self._read:
            readings = [
                self._layer(words.edition, vocabulary, day) for words in vocabulary.lineage()
            ]
            plainly = frozenset[str]().union(*(reading.plainly for reading in readings))
            possibly = frozenset[str]().union(*(reading.possibly for reading in readings))
            self._read[key] = plainly, possibly
        return self._read[key]

    def _layer(self, edition: str, vocabulary: Vocabulary, day: datetime.date) -> Reading:
        return self.matchers.read(layer_of(edition, vocabulary, day), self.reason.text or "")


def layer_of(edition: str, vocabulary: Vocabulary, day: datetime.date) -> tuple[Lexicon, ...]:
    """The lexicons of one layer of a vocabulary that are in force on a day."""
    return tuple(
        lexicon
        for lexicon in vocabulary.lexicons
        if lexicon.origin == edition and in_force(lexicon.in_force, (day, day)) is Truth.TRUE
    )
