"""What a false statement costs: the dearer, the more people and papers it takes.

The numbers are this library's and rank lies; they measure nothing. One list holds them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ....dsl import syntax as tree
from ...names import CLAIMS, REASON, RECIPIENT_SETS, USER
from ..sources import Choice, Free, OfDuty, OfFact, OfReview, Source, instrument_asked
from ..witness import is_usual


class Lie(Enum):
    """A kind of wrong, and what it costs."""

    WORD = "the requester's own word", 1
    BREACH = "a promise that is broken", 2
    UNREAD_PAPER = "a paper that nobody has verified", 4
    ATTESTED = "a word of somebody in a role", 5
    DUTY = "a duty that somebody in a role says is done", 5
    REVIEW = "a clearance by a reviewer", 8
    VERIFIED = "a word of somebody in a role who says that it was checked", 10
    PAPER = "a paper of a judge or another authority, verified", 20

    def __init__(self, words: str, cost: int) -> None:
        self.words = words
        self.cost = cost


def costs_in_words() -> str:
    """What COST means, in a sentence that says where the whole table stands."""
    return (
        f"COST adds up: a false word of the requester {Lie.WORD.cost}, a broken promise "
        f"{Lie.BREACH.cost}, a false word of a person in a role {Lie.ATTESTED.cost}, a verified "
        f"paper of a judge {Lie.PAPER.cost}; the whole table: docs/attack.md."
    )


_LEVELS: Mapping[tree.Level, Lie] = {
    tree.Level.ASSERTION: Lie.WORD,
    tree.Level.ATTESTATION: Lie.ATTESTED,
    tree.Level.VERIFICATION: Lie.VERIFIED,
}
PURPOSE = "request.purpose"
_HONEST = frozenset({REASON, CLAIMS, USER, *RECIPIENT_SETS})  # who asks is told by other means


def lie_of(source: Source, choice: Choice, purpose: str) -> Lie | None:
    """What saying so takes of somebody who only wants the data for a purpose; None for the truth.

    Registry and system facts are nobody's to state: they are as they are.
    """
    match source:
        case OfFact():
            return _of_fact(source, choice, purpose)
        case Free() if instrument_asked(source) is not None:
            truths = {2: Lie.PAPER, 1: Lie.UNREAD_PAPER}
            return truths.get(int(choice.signature[0]))
        case OfDuty():
            return Lie.DUTY if choice.witness else None
        case OfReview():
            return Lie.REVIEW if choice.witness is True else None
        case _:
            return None


def _of_fact(source: OfFact, choice: Choice, purpose: str) -> Lie | None:
    test = next(iter(source.tests.values()))
    fact, name = test.subject.fact, test.reference.text
    if fact is None or name in _HONEST or fact.level not in _LEVELS:
        return None
    if name == PURPOSE:
        return None if choice.witness is None or is_true(source, choice, purpose) else Lie.WORD
    return None if is_usual(source, choice) else _LEVELS[fact.level]


def is_true(source: OfFact, choice: Choice, purpose: str) -> bool:
    """Whether a choice of the purpose is what the data are wanted for."""
    tests = source.tests.values()
    return any(
        choice.signature == tuple(test.of(purpose, facts) for test in tests)
        for facts in source.facts
        if purpose in facts.vocabulary.kinds
    )
