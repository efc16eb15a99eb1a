"""What the rules of a library see of a request, as far as a judgment may hang on it.

The compiled evaluator turns a request into words, one for each fact that its rules read; equal
words of one plan give every step of every rule the same value. Beside the words stands why facts
are missing, which a judgment tells and no rule asks.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from ...dsl.model import Vocabulary
from ..compiled import Compiled
from ..compiled.plan import Plan
from ..request import Request


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A plan, equal to itself alone; it lives as long as the sights that name it."""

    plan: Plan

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.plan is other.plan

    def __hash__(self) -> int:
        return id(self.plan)


def sight_of(compiled: Compiled, request: Request, vocabulary: Vocabulary) -> Hashable | None:
    """All of a request that its judgment may hang on, beside the era of the law.

    Args:
        compiled: The library, compiled.
        request: A search of a log.
        vocabulary: The words that it is judged in.

    Returns:
        None if the compiled evaluator does not work it out: then the reference must be asked.
    """
    prepared = compiled.prepare(request)
    bound = prepared.bound
    if bound is None or bound.is_dynamic or bound.vocabulary.edition != vocabulary.edition:
        return None
    return (
        _Same(prepared.plan),
        tuple(prepared.words),
        prepared.who,
        prepared.reviews,
        tuple(statement.fact for statement in request.statements),
        tuple(request.absent.values()),
        request.reason.cause,
        not request.requester,
    )
