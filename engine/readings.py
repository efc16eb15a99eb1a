"""A library with other answers to open questions of law; all else in it is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from ..dsl import syntax as tree
from ..dsl.later import Later
from ..dsl.model import LawReading, Library, Vocabulary


def with_answers(library: Library, answers: Mapping[str, bool]) -> Library:
    """A library in which some readings are adopted with these answers.

    Args:
        library: The library.
        answers: Yes or no by the name of the reading.
    """
    made: dict[str, Vocabulary] = {}

    def answered(words: Vocabulary) -> Vocabulary:
        if words.edition not in made:
            parent = answered(words.parent) if words.parent else None
            readings = {
                name: _adopted(reading, answers[name]) if name in answers else reading
                for name, reading in words.readings.items()
            }
            made[words.edition] = replace(words, parent=parent, readings=readings)
        return made[words.edition]

    said = "\n".join(f"{name} {answer}" for name, answer in sorted(answers.items()))
    return replace(
        library,
        vocabularies={name: answered(words) for name, words in library.vocabularies.items()},
        policies=tuple(
            replace(policy, vocabulary=answered(policy.vocabulary)) for policy in library.policies
        ),
        examples=Later(
            len(library.examples),
            lambda: [
                replace(example, vocabulary=answered(example.vocabulary))
                for example in library.examples
            ],
        ),
        digest=hashlib.sha256(f"{library.digest}\n{said}".encode()).hexdigest(),
    )


def _adopted(reading: LawReading, answer: bool) -> LawReading:
    return replace(reading, stance=tree.Stance.ADOPTED, answer=answer)
