"""What questions are answered: by class, and by all that stand alike before the law."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.units import length
from ...engine import names
from ...engine.compiled import Ruling
from ...engine.decision import Decision
from ...engine.duties import OnwardTerms
from ...engine.json_text import Json
from ...engine.registry import Registry
from ...engine.render_json import View
from ..v1 import answer_pb2 as a
from ..v1 import question_pb2 as q
from .questions import Parties

HOLD_DEADLINE = datetime.timedelta(hours=24)  # where no rule says within what time it is read


@dataclass(frozen=True, slots=True)
class Ruled:
    """What questions of one class are answered.

    Attributes:
        outcome: PERMIT, HOLD or DENY.
        reason: Why, in one of the words of the semantics.
        parties: Who asks, and whose data it is.
        purpose: The purpose stated, empty if none.
        answers: By view, all of an answer that is the same for the class, serialized.
        explanations: By view, the explanation alone, serialized.
        ends: When the law changes for such questions, in seconds since 1970; None if unknown.
        deadline: Within what time a HOLD is answered.
        at_home: Whether all who ask or receive belong to the owner's government.
        terms: The terms under which the data may be passed on.
        others: Whose HOLDs on the question are over too once it is answered otherwise.
    """

    outcome: tree.Outcome
    reason: str
    parties: Parties
    purpose: str
    answers: Mapping[View, bytes]
    explanations: Mapping[View, bytes]
    ends: float | None
    deadline: datetime.timedelta
    at_home: bool
    terms: tuple[OnwardTerms, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """What questions are answered that stand alike before the law, whoever asks.

    Attributes:
        outcome: PERMIT, HOLD or DENY.
        reason: Why.
        explanations: By view, with marks in place of names.
        ends: When the law changes for such questions.
        deadline: Within what time a HOLD is answered.
        terms: The terms under which the data may be passed on.
    """

    outcome: tree.Outcome
    reason: str
    explanations: Mapping[View, a.Explanation]
    ends: float | None
    deadline: datetime.timedelta
    terms: tuple[OnwardTerms, ...] = ()

    def is_of(self, ruling: Ruling) -> bool:
        """Whether it explains a ruling."""
        return (self.outcome, self.reason) == (ruling.outcome, ruling.reason)


def is_at_home(question: q.Question, facts: Mapping[str, Json], registry: Registry) -> bool:
    """Whether everyone who asks or receives belongs to the owner's government, by the registry."""
    owner = registry.get(question.owner)
    named = [question.requester]
    for name in names.RECIPIENT_SETS:
        members = facts.get(name)
        if not isinstance(members, list):
            return False  # left out or open: there may be others
        named += map(str, members)
    bodies = [registry.get(key) for key in named]
    return owner is not None and all(
        body is not None and body.sovereign == owner.sovereign for body in bodies
    )


def deadline_of(decision: Decision) -> datetime.timedelta:
    """Within what time the first reader of a HOLD answers."""
    times = [
        length(result.rule.node.refer_within)
        for result in decision.deciding()
        if result.rule.node.refer_to is not None and result.rule.node.refer_within is not None
    ]
    known = [time for time in times if time is not None]
    return min(known, default=HOLD_DEADLINE)
