"""The nearest PERMIT by the solver: the fewest changes of a request, or a proof of none.

Fixed are the act, the data, the day, the bodies and their number, and the words of the reason.
What is known never becomes unknown. First as few facts of the world as can be are otherwise, then
as few open questions of law are answered, then as little as can be is proven besides.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...dsl import syntax as tree
from ...dsl.reading import REASON_SETS
from ...dsl.truth import Truth
from .. import names
from ..facts import Facts
from ..proving.conditions import Sources
from ..proving.encoding import Encoder
from ..proving.formulas import Formula, every
from ..proving.solver import OWNER, SOMEBODY, Found, Model, Question
from ..proving.sources import (
    Choice,
    Free,
    OfDuty,
    OfFact,
    OfReading,
    OfReview,
    Signature,
    Source,
    Whole,
    instrument_asked,
)
from ..reference import Case
from ..registry import Registry
from ..values import Members, TextState
from .changes import How


@dataclass(frozen=True, slots=True)
class Moved:
    """A source that would have to hold something else."""

    source: Source
    at: int
    who: str | None
    how: How
    choice: Choice


@dataclass(slots=True)
class Search:
    """A request before the solver, with all that may be otherwise in it.

    Attributes:
        cases: The request for each kind of data that it asks for.
        seconds: How long one question may take.
        any_reading: Whether open questions of law may be answered too.
    """

    cases: Sequence[Case]
    seconds: float
    any_reading: bool = False
    question: Question = field(init=False)
    _now: dict[tuple[Hashable, int], Signature] = field(init=False)
    _whom: Mapping[int, str | None] = field(init=False)
    _groups: dict[tuple[How, Hashable, int], list[Any]] = field(init=False)

    def __post_init__(self) -> None:
        """Say what is asked.

        Raises:
            NotCoveredError: No formula is known for a part of a rule.
            KeyError: The request holds something that is no choice of its source.
            SolverMissingError: The solver is not installed.
        """
        case = self.cases[0]
        sources = Sources(_spoken(case), _involved(case), any_reading=self.any_reading)
        permits = every(_permits(case, sources) for case in self.cases)
        self.question = Question(sources, len(case.facts.recipients().known))
        self.question.need(permits)
        self.question.close()
        self.question.limit(self.seconds)
        self._now, self._groups = {}, {}
        self._whom = self.question.whom(case)
        for source, at in self.question.places():
            self._allow(source, at)

    def _allow(self, source: Source, at: int) -> None:
        """Let a source hold what it does, or what it may hold otherwise."""
        now = source.met(self.cases[0], self._whom.get(at))
        known = [choice.signature for choice in source.choices()]
        if now not in known:
            raise KeyError(source.key, now)
        self._now[source.key, at] = now
        others: dict[How, list[Signature]] = {}
        for choice in source.choices():
            how = self._how(source, at, now, choice)
            if how is not None:
                others.setdefault(how, []).append(choice.signature)
        allowed = [now, *(signature for some in others.values() for signature in some)]
        self.question.hold(self.question.one_of(source, at, allowed))
        for how, signatures in others.items():
            group = how, _thing(source), at
            term = self.question.one_of(source, at, signatures)
            self._groups.setdefault(group, []).append(term)

    def _how(self, source: Source, at: int, now: Signature, choice: Choice) -> How | None:
        """What kind of change it is to hold something; None if it may not change, or does not."""
        new = choice.signature
        if new == now or at in (OWNER, SOMEBODY):
            return None
        if any(now[n] is not Truth.UNPROVEN and new[n] is Truth.UNPROVEN for n in range(len(now))):
            return None
        narrows = all(now[n] in (Truth.UNPROVEN, new[n]) for n in range(len(now)))
        match source:
            case OfReading():
                return How.LAW
            case OfDuty() | Whole():
                return How.EVIDENCE
            case OfReview():
                return How.EVIDENCE if choice.witness is True and not any(now) else None
            case Free():
                may_present = instrument_asked(source) is not None and new[0] is Truth.TRUE
                return How.EVIDENCE if narrows or may_present else How.WORLD
            case OfFact():
                return self._of_fact(source, at, choice, narrows=narrows)
            case _:
                return None

    def _of_fact(self, source: OfFact, at: int, choice: Choice, *, narrows: bool) -> How | None:
        test = next(iter(source.tests.values()))
        name = test.reference.text
        if name in (names.CLAIMS, names.RETRIES):
            return None
        reason = self.cases[0].request.reason
        if name in REASON_SETS:
            hidden = reason.text is None and choice.witness == Members(())
            return How.EVIDENCE if hidden else None
        if name == names.REASON:
            return How.EVIDENCE if choice.witness is TextState.STATED else None
        if name in names.RECIPIENT_SETS and not narrows:
            return None
        return How.EVIDENCE if narrows else How.WORLD

    # What the solver says --------------------------------------------------------------------

    def found(self) -> Found:
        """Whether there is a PERMIT at all."""
        return self.question.found()

    def nearest(self) -> Iterator[tuple[Moved, ...]]:
        """The fewest changes that would be PERMIT, then those that are as few or more."""
        costs = {
            how: [self.question.any_of(terms) for (kind, *_), terms in self._groups.items()
                  if kind is how]
            for how in (How.WORLD, How.LAW, How.EVIDENCE)
        }  # fmt: skip
        while True:
            for done, terms in enumerate(costs.values()):
                if self.question.fewest(terms) is not Found.ONE:
                    self.question.again(done)
                    return
            moved = tuple(self._moved(self.question.model()))
            self.question.again(len(costs))
            yield moved
            same = [
                self.question.one_of(item.source, item.at, [item.choice.signature])
                for item in moved
            ]
            self.question.hold(self.question.none_of(same))

    def _moved(self, model: Model) -> Iterator[Moved]:
        for source, at in self.question.places():
            choice = model.chosen[source.key, at]
            how = self._how(source, at, self._now[source.key, at], choice)
            if how is not None:
                yield Moved(source, at, self._whom.get(at), how, choice)


def _permits(case: Case, sources: Sources) -> Formula:
    return Encoder(case, sources).encoded().outcome[tree.Outcome.PERMIT]


def _spoken(case: Case) -> tuple[Facts, ...]:
    """The request in the words that it may use, and in all that they extend."""
    words = case.facts.vocabulary.lineage()
    return tuple(Facts(case.request, case.registry, vocabulary) for vocabulary in words)


def _involved(case: Case) -> Registry:
    """The bodies of a request alone: others do not come in."""
    keys = {case.request.requester, case.request.owner, *map(str, case.facts.recipients().known)}
    return Registry({key: case.registry.bodies[key] for key in sorted(keys)}, case.registry.things)


def _thing(source: Source) -> Hashable:
    """What counts as one change: a fact, whatever is asked of it, and all instruments alike."""
    match source:
        case OfFact():
            return next(iter(source.tests.values())).reference.text
        case Free() if instrument_asked(source) is not None:
            return names.INSTRUMENTS
        case Free() if isinstance(source.condition, tree.Empty):
            return source.condition.subject.text
        case _:
            return source.key
