"""What published policies call off limits, and what they say stands in the way of a search."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ....dsl.lexicon import Level, Matcher, Phrase
from ....dsl.model import Library
from ...library import shipped
from ..model import GUARDS, Guard


@dataclass(frozen=True, slots=True)
class PortalWords:
    """Reads published policies, by the vocabulary's lexicons and words of their own."""

    barred: Matcher
    guards: Matcher

    def bars(self, text: str) -> tuple[str, ...]:
        """The purposes that a text plainly names, in order."""
        return tuple(sorted(self.barred.read(text).plainly))

    def guard(self, text: str) -> Guard:
        """The strongest guard that a text plainly names."""
        found = (Guard(each) for each in self.guards.read(text).plainly)
        return max(found, key=GUARDS.index, default=Guard.NONE)


def portal_words(lexicons: Iterable[Phrase] = ()) -> PortalWords:
    """The words that come with platelaw, beside phrases of a vocabulary's lexicons."""
    table = _table()
    barred = [
        Phrase(text, Level.PLAINLY, each["purpose"])
        for each in table["barred"]
        for text in each["phrases"]
    ]
    guards = [
        Phrase(text, Level.PLAINLY, each["guard"])
        for each in table["guard"]
        for text in each["phrases"]
    ]
    return PortalWords(Matcher([*lexicons, *barred]), Matcher(guards))


@cache  # package data, the same for the life of the process
def _table() -> Mapping[str, Any]:
    return tomllib.loads(shipped().joinpath("flow", "portal_words.toml").read_text("utf-8"))


def lexicons_of(library: Library) -> tuple[Phrase, ...]:
    """The phrases of every lexicon of a library, each once."""
    phrases = (
        phrase
        for vocabulary in library.vocabularies.values()
        for lexicon in vocabulary.lexicons
        for phrase in lexicon.phrases
    )
    return tuple(dict.fromkeys(phrases))
