"""What a difference comes to: classes of requests whose answer changes, each with a witness."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

from ...dsl import syntax as tree
from ...dsl.model import Rule, Vocabulary
from ..decision import STRICTNESS, Decision, Engine
from ..render_text import sentence
from .brief import request_line


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared.

    Attributes:
        name: What it is called.
        engine: What decides there.
        day: The day that every request is moved to, where two days are compared.
    """

    name: str
    engine: Engine
    day: datetime.date | None = None


class Direction(Enum):
    """Whether an answer became milder or stricter."""

    LOOSENED = "loosened"
    TIGHTENED = "tightened"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of a class, and what decides it.

    Attributes:
        outcome: The answer.
        reason: Why, in a word of docs/semantics.md, section 7; nothing for whatever reason.
        rule: The id of the rule that decides, or nothing.
    """

    outcome: tree.Outcome
    reason: str
    rule: str = ""

    @property
    def by(self) -> str:
        """The rule, or why there is none."""
        return self.rule or self.reason


@dataclass(frozen=True, slots=True)
class Decided:
    """One answer to one request, by both evaluators.

    Attributes:
        outcome: The answer.
        reason: Why, in a word of docs/semantics.md, section 7.
        rules: The ids of the rules that decide.
        sentence: Why, in a sentence.
        request: The request as it is put to this side's owner, if that is another one.
    """

    outcome: tree.Outcome
    reason: str
    rules: tuple[str, ...]
    sentence: str
    request: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """What is told of a decision."""
        rules = tuple(result.rule.id for result in decision.deciding())
        return cls(decision.outcome, decision.reason, rules, sentence(decision))


@dataclass(frozen=True, slots=True)
class Witness:
    """One request of a class, and its answers on both sides."""

    request: Mapping[str, Any]
    old: Decided
    new: Decided

    @property
    def size(self) -> int:
        """How much it says, whatever its data are called."""
        return len(request_line(self.request, self.request["data"]))


@dataclass(frozen=True, slots=True)
class Change:
    """A class of requests: one act, one kind of data, one old and one new answer.

    Attributes:
        act: The act.
        data: The kind of data.
        alike: All kinds of data that every rule treats alike, this one among them.
        old: The old answer.
        new: The new answer.
        witness: A request of it; None if none could be made.
    """

    act: str
    data: str
    alike: tuple[str, ...]
    old: Answered
    new: Answered
    witness: Witness | None

    @property
    def deciding(self) -> Answered:
        """The stricter of both answers: what decides it names the class."""
        return self.new if self.direction is Direction.TIGHTENED else self.old

    @property
    def direction(self) -> Direction:
        """Whether the answer became milder or stricter."""
        milder = STRICTNESS[self.new.outcome] < STRICTNESS[self.old.outcome]
        return Direction.LOOSENED if milder else Direction.TIGHTENED


@dataclass(frozen=True, slots=True)
class Doubt:
    """Requests of which it is not known whether their answer changes, and why."""

    act: str
    data: str
    why: str


@dataclass(frozen=True, slots=True)
class Turned:
    """A rule that does something else than before.

    Attributes:
        id: Its id.
        old: The rule as it was in force; None if it was not.
        new: The rule as it is in force; None if it is not.
        decides: Whether a class is named after it: it decides an answer that changes.
    """

    id: str
    old: Rule | None
    new: Rule | None
    decides: bool


@dataclass(frozen=True, slots=True)
class Common:
    """What one request to two owners has under both laws.

    Attributes:
        owner: The owner, whom each side binds to the law of one of the two.
        words: The vocabulary that both laws extend.
        law_alone: Whether what the one owner opens and the other does not is left out.
    """

    owner: str
    words: Vocabulary
    law_alone: bool = False


@dataclass(frozen=True, slots=True)
class Apart:
    """Where two laws for one owner are compared: the owner, and what the one has and not the other.

    Attributes:
        owner: The owner to whom requests are put.
        other: The owner who changes places with him.
        old: The acts, data and facts of the old law that nothing of the new one answers to.
        new: Those of the new law.
    """

    owner: str
    other: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of all requests.

    Attributes:
        old: The old side.
        new: The new side.
        changes: Every class; there is no further one where no doubt is told.
        doubts: What is not known.
        rules: Every rule that does something else than before.
        questions: How many questions were asked of the solver.
        apart: The words of one law alone, where two laws for one owner are compared.
    """

    old: Side
    new: Side
    changes: tuple[Change, ...]
    doubts: tuple[Doubt, ...]
    rules: tuple[Turned, ...]
    questions: int
    apart: Apart | None = None
