"""Each open question of law answered yes and answered no, over examples and logs.

An answer is adopted: the same library with that reading decided (``engine.readings``). Whatever
decision does not read the reading is the same, and is not worked out again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ...dsl import syntax as tree
from ...dsl.model import Example, LawReading, Library, Policy, Rule
from ...dsl.printer import condition_text
from ...dsl.truth import Truth
from ..audit.judging import Judge
from ..audit.review import Judged, Reviewer
from ..audit.verdicts import ORDER, RowVerdict
from ..compiled.walk import parts_of
from ..decision import STRICTNESS, Decision, Engine
from ..examples import request_of
from ..readings import with_answers
from ..trials import Trial, moves
from ..weight import readings_read

ANSWERS = (True, False)
Asked: TypeAlias = tuple[str, bool]  # a reading and its answer


@dataclass(frozen=True, slots=True)
class Turned:
    """One example that an answer turns."""

    example: Example
    before: Decision
    after: Decision

    @property
    def is_milder(self) -> bool:
        """Whether the answer is more permissive."""
        return STRICTNESS[self.after.outcome] < STRICTNESS[self.before.outcome]


@dataclass(frozen=True, slots=True)
class OneAnswer:
    """What turns if a question is answered one way.

    Attributes:
        answer: Yes or no.
        is_current: Whether the library goes by this answer already.
        examples: The examples that turn.
        rows: How many searches of the logs turn, by their verdicts before and after.
    """

    answer: bool
    is_current: bool
    examples: tuple[Turned, ...]
    rows: Mapping[tuple[RowVerdict, RowVerdict], int]

    @property
    def stricter_rows(self) -> int:
        """How many searches would be judged more strictly."""
        return sum(n for (was, now), n in self.rows.items() if ORDER.index(now) > ORDER.index(was))


@dataclass(frozen=True, slots=True)
class Place:
    """A rule that reads a reading, and the clauses in which it does."""

    rule: Rule
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """An open question of law and all that hangs on it.

    Attributes:
        reading: The reading.
        places: The rules that read it.
        answers: What turns if it is answered yes, and if no.
        examples: How many examples one answer or the other turns.
        rows: How many searches of the logs one answer or the other turns.
    """

    reading: LawReading
    places: tuple[Place, ...]
    answers: tuple[OneAnswer, ...]
    examples: int
    rows: int


@dataclass(slots=True)
class Counsel:
    """Asks what hangs on each open question of a library.

    Attributes:
        engine: The library and registry.
        reviewer: What has judged the logs, if there are any.
        asked: Questions in words, by the name of the reading.
    """

    engine: Engine
    reviewer: Reviewer | None = None
    asked: Mapping[str, str] = field(default_factory=dict[str, str])
    _judged: list[Judged] = field(init=False)
    _decided: list[tuple[Example, Decision, frozenset[Asked]]] = field(
        default_factory=list[tuple[Example, Decision, frozenset[Asked]]], init=False
    )

    def __post_init__(self) -> None:
        """Read the judgments of the logs once."""
        self._judged = list(self.reviewer.judgments()) if self.reviewer else []

    def _decide(self, names: Collection[str]) -> None:
        """Decide every example once, and find which answers to these readings may turn it."""
        self._decided = []
        by_reference = Engine(
            self.engine.library, self.engine.registry, matchers=self.engine.matchers,
            by_reference=True,
        )  # fmt: skip
        for example in self.engine.library.examples:
            decision = _decided(by_reference, example)
            may_turn = _may_turn(by_reference, example, decision, names)
            self._decided.append((example, decision, may_turn))

    def examples(self) -> int:
        """How many examples are asked."""
        return len(self.engine.library.examples)

    def rows(self) -> int:
        """How many searches of the logs are asked."""
        return self.reviewer.review.rows if self.reviewer else 0

    def questions(self, only: str = "", names: Collection[str] | None = None) -> list[OpenQuestion]:
        """Every reading that nobody adopted, those on which most hangs first.

        Args:
            only: Only readings whose name or source holds this text.
            names: Only these readings.
        """
        known: dict[str, LawReading] = {}
        for words in self.engine.library.vocabularies.values():
            known |= words.readings
        asked = [
            reading
            for name, reading in sorted(known.items())
            if reading.stance is not tree.Stance.ADOPTED
            if only in name or only in reading.of
            if names is None or name in names
        ]
        if asked:
            self._decide({reading.name for reading in asked})
        found = [self._question(reading) for reading in asked]
        return sorted(found, key=lambda each: (-each.rows, -each.examples, each.reading.name))

    def _question(self, reading: LawReading) -> OpenQuestion:
        answers: list[OneAnswer] = []
        moved: set[int] = set()
        turned_rows: dict[int, int] = {}
        for answer in ANSWERS:
            library = with_answers(self.engine.library, {reading.name: answer})
            engine = Engine(library, self.engine.registry, matchers=self.engine.matchers,
                            by_reference=True)  # fmt: skip
            turned = dict(self._turned(engine, (reading.name, answer)))
            moved |= turned.keys()
            rows: Counter[tuple[RowVerdict, RowVerdict]] = Counter()
            for at, (was, now, count) in self._rows(engine, reading.name):
                rows[was, now] += count
                turned_rows[at] = count
            current = answer is reading.answer
            answers.append(OneAnswer(answer, current, tuple(turned.values()), rows))
        places = tuple(_places(self.engine.library, reading.name))
        count = sum(turned_rows.values())
        return OpenQuestion(reading, places, tuple(answers), len(moved), count)

    def _turned(self, engine: Engine, asked: Asked) -> Iterator[tuple[int, Turned]]:
        """The examples whose outcome is another, by their number."""
        for at, (example, before, may_turn) in enumerate(self._decided):
            if asked in may_turn:
                after = _decided(engine, example)
                if after.outcome is not before.outcome:
                    yield at, Turned(example, before, after)

    def _rows(
        self, engine: Engine, name: str
    ) -> Iterator[tuple[int, tuple[RowVerdict, RowVerdict, int]]]:
        """The searches that are judged otherwise, those that the law sees alike together."""
        if self.reviewer is None:
            return
        again = Judge(engine, self.reviewer.owner)
        for at, judged in enumerate(self._judged):
            if name in judged.judgment.readings:
                now = again.strictest(judged.requests, is_known=judged.is_known).verdict
                if now is not judged.judgment.verdict:
                    yield at, (judged.judgment.verdict, now, judged.rows)


def _decided(engine: Engine, example: Example) -> Decision:
    request, registry = request_of(example, engine.registry)
    return engine.decide(request, decided_at=request.at.latest, explained=False, registry=registry)


def _may_turn(
    engine: Engine, example: Example, decision: Decision, names: Collection[str]
) -> frozenset[Asked]:
    """The answers to readings that may turn an example, tried at once on its explanation.

    Another stance alone may turn what waits until counsel confirms the law.
    """
    read = {name for result in decision.results for name in readings_read(result)}
    asked = [(name, answer) for name in sorted(read & set(names)) for answer in ANSWERS]
    if not asked:
        return frozenset()
    request, registry = request_of(example, engine.registry)
    if len(request.data) > 1 or decision.reason == "law to confirm":
        return frozenset(asked)
    case = engine.case(request, decision.data, registry=registry)
    trials = [Trial({(name, ""): Truth.of(answer)}) for name, answer in asked]
    moved = moves(case, case.answer(), trials)
    return frozenset(pair for pair, moves_it in zip(asked, moved, strict=True) if moves_it)


# Where a reading is read --------------------------------------------------------------------


def _places(library: Library, name: str) -> Iterator[Place]:
    for policy in library.policies:
        if name in policy.vocabulary.readings:
            for rule in policy.rules:
                clauses = tuple(_clauses(rule, policy, name))
                if clauses:
                    yield Place(rule, clauses)


def _clauses(rule: Rule, policy: Policy, name: str) -> Iterator[str]:
    node = rule.node
    if node.condition is not None and _reads(node.condition, policy, name):
        yield f"if {condition_text(node.condition)}"
    for word, branches in (("to", node.grounds), ("unless", node.exceptions)):
        for branch in branches:
            if _reads(branch.condition, policy, name):
                yield f"{word} {branch.label.text}: {condition_text(branch.condition)}"


def _reads(condition: tree.Condition, policy: Policy, name: str) -> bool:
    """Whether a condition reads a reading, by itself or in a definition."""
    named = [part.name for part in parts_of(condition) if isinstance(part, tree.Named)]
    return name in named or any(
        _reads(policy.defines[other], policy, name) for other in _defined(named, policy)
    )


def _defined(names: Iterable[str], policy: Policy) -> list[str]:
    return [name for name in names if name in policy.defines]
