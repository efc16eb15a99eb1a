"""Every class of requests whose answer differs between two sides of one question.

A request is one for both sides: what rules ask of it is the same, whatever its words become. The
solver gives a request whose answer differs; its class is named by both answers and by what decides
them, is left out, and the solver is asked again until it says that there is no further one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ...dsl import syntax as tree
from ..decision import STRICTNESS
from ..proving.answers import Answering, Answers, Way
from ..proving.conditions import NotCoveredError
from ..proving.encoding import Encoded, Part
from ..proving.formulas import Formula, both, one
from ..proving.shapes import Shapes
from ..proving.solver import OWNER, Found, Question, recipients_for
from ..proving.sources import Choice, OfFact, Source
from ..proving.witness import is_usual, is_writable
from ..values import Range
from .asked import Asked
from .changes import Answered, Change, Doubt, Witness
from .showing import Shown

TRIES = 4  # models of one class that are tried as requests
FEW, MANY = 2, 4  # recipients that most requests need, and more than it costs little to look at
MOST_RECIPIENTS = 10
_UNOPENED = {"no ground", "no policy on file"}

Key: TypeAlias = tuple[Answered, Answered]
Turning: TypeAlias = Callable[[Way, Way], bool]


@dataclass(slots=True)
class Search:
    """Searches one question."""

    asked: Asked
    shown: Shown
    seconds: float
    told: set[Key] = field(default_factory=set["Key"])
    rules: set[str] = field(default_factory=set[str])
    questions: int = 0
    _speaking: Mapping[str, Formula] = field(default_factory=dict[str, Formula])

    def found(self) -> Iterator[Change | Doubt]:
        """Every class, and what is not known."""
        try:
            old, new = self._answers()
        except NotCoveredError as fault:
            yield self._doubt(f"not covered: {fault}")
            return
        if old is None or new is None:
            return
        yield from self._classes(old, new)

    def _answers(self) -> tuple[Answers | None, Answers | None]:
        """The answers of both sides, what changed named before what did not; none if nothing."""
        asked = self.asked
        before = Answering(asked.old, asked.sources)
        after = Answering(asked.new, asked.sources, asked.tag)
        self._speaking = {} if asked.tag or asked.common else before.speaking()
        one_, other = before.encoded(), after.encoded()
        turned = turned_rules(one_, other)
        self.rules.update(turned)
        old = before.answers(one_, turned)
        new = after.answers(other, turned)
        shapes = Shapes()
        if _told(old.ways, shapes) == _told(new.ways, shapes):
            return None, None
        return old, new

    def _classes(self, old: Answers, new: Answers) -> Iterator[Change | Doubt]:
        most = _recipients(old, new, self._turns)
        if most > MOST_RECIPIENTS:
            yield self._doubt(f"not covered: {most} recipients that matter at once")
            return
        formulas = _by_class(old, new, self._turns)
        found = self.told
        for key in [key for key in formulas if key not in found]:
            witness = self.shown.moved(self.asked, key)
            if witness is not None:
                found.add(key)
                yield self._change(key, witness)
        for size in (FEW, most) if most > MANY else (most,):
            yield from self._searched(size, formulas, found)

    def _searched(
        self, most: int, formulas: Mapping[Key, Formula], found: set[Key]
    ) -> Iterator[Change | Doubt]:
        """The classes of requests with so many recipients, besides those found."""
        left = [key for key in formulas if key not in found]
        if not left:
            return
        question = Question(self.asked.sources, most, often=True)
        question.prepare(formulas[key] for key in left)
        question.close()
        common = self.asked.common
        if common is not None and not question.set_body(OWNER, common.owner):
            return
        if self._speaking:
            question.speak(self._speaking)
        question.ordinary(_is_ordinary)
        question.limit(self.seconds)
        while left:
            with question.tentative():
                question.need(one(formulas[key] for key in left))
                self.questions += 1
                answer = question.found()
                asked = [formulas[key] for key in left]
                at = question.which(asked) if answer is Found.ONE else None
            if answer is Found.TIMEOUT:
                yield self._doubt(f"the solver did not finish in {self.seconds:g} seconds")
            if at is None:
                return
            key = left.pop(at)
            found.add(key)
            with question.tentative():
                question.need(formulas[key])
                witness = self._witness(question, key)
            yield self._change(key, witness)

    def _turns(self, old: Way, new: Way) -> bool:
        """Whether two answers are told as different."""
        common = self.asked.common
        if common is not None and tree.Outcome.PERMIT not in (old.outcome, new.outcome):
            return False
        if common is not None and common.law_alone and _UNOPENED & {old.reason, new.reason}:
            return False
        return old.outcome is not new.outcome

    def _change(self, key: Key, witness: Witness | None) -> Change:
        asked = self.asked
        return Change(asked.old.request.act, asked.old.data, asked.alike, *key, witness)

    def _witness(self, question: Question, key: Key) -> Witness | None:
        """A request of a class."""
        question.only(is_writable)
        question.plain(_is_ordinary)
        for model in question.models(TRIES):
            witness = self.shown.witness(self.asked, model, key)
            if witness is not None:
                return witness
        return None

    def _doubt(self, why: str) -> Doubt:
        return Doubt(self.asked.old.request.act, self.asked.old.data, why)


def _is_ordinary(source: Source, choice: Choice) -> bool:
    """Whether a choice adds nothing to wonder about: what is measured may be known."""
    if isinstance(source, OfFact) and isinstance(choice.witness, Range):
        fact = next(iter(source.tests.values())).subject.fact
        if fact is not None and fact.level is tree.Level.SYSTEM:
            return True
    return is_usual(source, choice)


def answered(way: Way) -> Answered:
    """A way to an answer as it is told."""
    return Answered(way.outcome, way.reason, way.part.rule.id if way.part is not None else "")


def turned_rules(old: Encoded, new: Encoded) -> list[str]:
    """The rules that do something else, by their forms."""
    shapes = Shapes()
    before, after = _forms(old.parts, shapes), _forms(new.parts, shapes)
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def _forms(parts: Sequence[Part], shapes: Shapes) -> dict[str, list[tuple[int, ...]]]:
    found: dict[str, list[tuple[int, ...]]] = {}
    for part in parts:
        formulas: tuple[Formula, ...] = (
            part.denies, part.holds, part.value.certain, part.value.possible,
        )  # fmt: skip
        found.setdefault(part.rule.id, []).append(tuple(map(shapes.number, formulas)))
    return found


def _told(ways: Sequence[Way], shapes: Shapes) -> set[tuple[object, int]]:
    return {(answered(way), shapes.number(way.formula)) for way in ways}


def _key(old: Way, new: Way) -> Key:
    """A class: both answers, and what decides the stricter one."""
    before, after = answered(old), answered(new)
    if STRICTNESS[new.outcome] < STRICTNESS[old.outcome]:
        return before, Answered(after.outcome, "")
    return Answered(before.outcome, ""), after


def _by_class(old: Answers, new: Answers, turns: Turning) -> dict[Key, Formula]:
    """The requests of every class."""
    found: dict[Key, list[Formula]] = {}
    for before in old.ways:
        for after in new.ways:
            if turns(before, after):
                joint = both(before.formula, after.formula)
                found.setdefault(_key(before, after), []).append(joint)
    return {key: one(formulas) for key, formulas in found.items()}


def _recipients(old: Answers, new: Answers, turns: Turning) -> int:
    """How many recipients must be looked at for any class."""
    needed = [{id(w): recipients_for(w.formula) for w in ways} for ways in (old.ways, new.ways)]
    return max(
        (
            needed[0][id(before)] + needed[1][id(after)] - 1
            for before in old.ways
            for after in new.ways
            if turns(before, after)
        ),
        default=1,
    )
