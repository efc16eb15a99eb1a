"""What the lexicons of the law see in a text that is no reason, such as an entry of a hot list."""

from __future__ import annotations

from collections.abc import Callable

from ...dsl.lexicon import Level
from ...engine.audit.judging import Judge

Reads = Callable[[str], tuple[tuple[str, bool], ...]]  # each use, and whether plainly


def reader_of(judge: Judge) -> Reads:
    """Reads texts by the lexicons of every layer whose words logs of an owner may use."""
    vocabulary = judge.vocabulary
    matchers = [
        judge.engine.matchers.of(
            tuple(each for each in vocabulary.lexicons if each.origin == words.edition)
        )
        for words in vocabulary.lineage()
    ]

    def read(text: str) -> tuple[tuple[str, bool], ...]:
        sightings = (each for matcher in matchers for each in matcher.read(text).sightings)
        told = ((each.phrase.indicates, each.phrase.level is Level.PLAINLY) for each in sightings)
        return tuple(dict.fromkeys(told))

    return read
