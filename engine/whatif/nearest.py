"""The nearest PERMIT: what would have to be proven, answered or so, or a proof that nothing would.

Every change that is shown was made, and the request decided again by both evaluators.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from typing import cast

from ...dsl import syntax as tree
from ...dsl.printer import paper_text
from ...dsl.truth import Truth
from .. import names
from ..decision import Decision, Engine
from ..facts import Facts
from ..proving.conditions import NotCoveredError
from ..proving.papers import wanted
from ..proving.solver import Found
from ..proving.sources import OfDuty, OfFact, OfReading, OfReview, instrument_asked
from ..proving.sources import Whole as WholeSource
from ..readings import with_answers
from ..reasons import Matchers, ReasonWords
from ..reference import Case
from ..registry import Registry
from ..request import Request
from ..showing import shown_value
from ..values import Value
from .changes import Change, How, answered, told
from .evidence import ROUTINE, changes_of
from .papers import meeting
from .searching import Moved, Search
from .suppositions import (
    Done,
    OnFile,
    Reviewed,
    Stated,
    Supposition,
    Typed,
    Whole,
    engine_for,
    filed,
    supposed,
)

TRIES = 24  # models that are tried as changes


class Verdict(Enum):
    """What is known of the nearest PERMIT."""

    ALREADY = "it is one"
    FOUND = "found"
    NONE = "proved that there is none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest PERMIT of a request.

    Attributes:
        verdict: Whether there is one.
        decision: The answer to the request as it is.
        changes: What would have to be otherwise, those that can be supplied first.
        after: The answer with all changes made, by both evaluators.
        why: What is not known.
    """

    verdict: Verdict
    decision: Decision
    changes: tuple[Change, ...] = ()
    after: Decision | None = None
    why: str = ""


@dataclass(slots=True)
class Finder:
    """Finds the nearest PERMIT of one request."""

    engine: Engine
    request: Request
    registry: Registry
    decided_at: datetime.datetime
    seconds: float = 20.0

    def find(self, decision: Decision) -> Nearest:
        """The nearest PERMIT; ``decision`` is the answer to the request.

        Raises:
            SolverMissingError: The solver is needed and not installed.
        """
        if decision.outcome is tree.Outcome.PERMIT:
            return Nearest(Verdict.ALREADY, decision)
        if not decision.results:
            why = "the request is refused before any rule is asked, or no rule speaks of it"
            return Nearest(Verdict.UNKNOWN, decision, why=why)
        if decision.reason == "law to confirm":
            why = f"it waits for counsel: it rests on {decision.weakest_status} wording"
            return Nearest(Verdict.UNKNOWN, decision, why=why)
        case = self.engine.case(self.request, decision.data, registry=self.registry)
        settled = (changes_of(case, item) for item in decision.settling)
        sets = [changes for changes in settled if changes is not None]
        sets.sort(key=lambda changes: sum(change.how is not How.EVIDENCE for change in changes))
        lawful = [s for s in sets if all(change.how is How.EVIDENCE for change in s)]
        return self._first(decision, lawful) or self._searched(decision)

    def _first(self, decision: Decision, sets: Iterable[Sequence[Change]]) -> Nearest | None:
        """The first changes that do make it a PERMIT."""
        for changes in sets:
            if self._permits(changes) and self._after(changes).outcome is tree.Outcome.PERMIT:
                needed = self._needed(changes)
                shown = tuple(self._widened(change, needed) for change in needed)
                return Nearest(Verdict.FOUND, decision, shown, self._after(needed))
        return None

    def _needed(self, changes: Sequence[Change]) -> list[Change]:
        """The changes without those that can be left out, what can be supplied first."""
        order = list(How)
        needed = sorted(changes, key=lambda change: order.index(change.how))
        for change in reversed(needed):
            rest = [each for each in needed if each is not change]
            if self._permits(rest):
                needed = rest
        return needed

    def _widened(self, change: Change, changes: Sequence[Change]) -> Change:
        """A change to one kind with all other kinds that would do as well."""
        stated = change.change
        if not isinstance(stated, Stated) or not isinstance(stated.value, str):
            return change
        words = self.engine.vocabulary_for(self.request, self.registry)
        root = stated.fact.type.word
        if root not in words.kinds:
            return change
        will_do: set[str] = set()
        for kind in words.kinds.below(root):
            other = replace(change, change=replace(stated, value=kind))
            tried = [other if each is change else each for each in changes]
            if self._permits(tried):
                will_do.add(kind)
        top = [kind for kind in sorted(will_do) if not (words.kinds.above(kind) - {kind}) & will_do]
        return replace(change, others=tuple(top))

    def _permits(self, changes: Sequence[Change]) -> bool:
        """Whether a request with these changes is a PERMIT, without its explanation."""
        engine, request = self._changed(changes)
        return engine.rule(request).outcome is tree.Outcome.PERMIT

    def _after(self, changes: Sequence[Change]) -> Decision:
        """The answer with all changes made."""
        engine, request = self._changed(changes)
        return engine.decide(request, decided_at=self.decided_at)

    def _changed(self, changes: Sequence[Change]) -> tuple[Engine, Request]:
        """The request with all changes made, and what decides it."""
        made = [change.change for change in changes if change.change is not None]
        request, registry = supposed(self.request, self.registry, made)
        engine = engine_for(self.engine, registry)
        answers = {change.reading: change.answer for change in changes if change.reading}
        if answers:
            library = with_answers(engine.library, answers)
            engine = Engine(library, registry, engine.with_proposed, engine.matchers)
        return engine, request

    # By the solver ---------------------------------------------------------------------------

    def _searched(self, decision: Decision) -> Nearest:
        try:
            for any_reading in (False, True):
                found = self._asked(decision, any_reading=any_reading)
                if found.verdict is not Verdict.NONE:
                    return found
        except NotCoveredError as fault:
            return Nearest(Verdict.UNKNOWN, decision, why=f"not covered: {fault}")
        except KeyError:
            why = "the request holds a value that no proof speaks of"
            return Nearest(Verdict.UNKNOWN, decision, why=why)
        return found

    def _asked(self, decision: Decision, *, any_reading: bool) -> Nearest:
        cases = [
            self.engine.case(self.request, data, registry=self.registry)
            for data in self.request.data
        ]
        search = Search(cases, self.seconds, any_reading)
        first = search.found()
        if first is Found.NONE:
            return Nearest(Verdict.NONE, decision)
        if first is Found.TIMEOUT:
            why = f"the solver did not finish in {self.seconds:g} seconds"
            return Nearest(Verdict.UNKNOWN, decision, why=why)
        found = self._first(decision, self._made(cases[0], search))
        why = "the solver has an answer of which no request could be made"
        return found or Nearest(Verdict.UNKNOWN, decision, why=why)

    def _made(self, case: Case, search: Search) -> Iterator[tuple[Change, ...]]:
        for moved in islice(search.nearest(), TRIES):
            yield tuple(_changes(case, moved))


def _changes(case: Case, moved: Sequence[Moved]) -> Iterator[Change]:
    """What the solver would have otherwise, as changes; instruments are added one by one."""
    papers = [item for item in moved if instrument_asked(item.source) is not None]
    for item in moved:
        if item not in papers:
            yield from _change(case, item)
    if papers:
        yield from _papers(case, papers)


def _change(case: Case, item: Moved) -> Iterator[Change]:
    source, choice = item.source, item.choice
    match source:
        case OfReading():
            office = source.reading.office
            answer = choice.signature[0] is Truth.TRUE
            yield answered(source.reading.name, answer=answer, roles=(office,) if office else ())
        case OfDuty():
            duty = case.facts.vocabulary.duties[source.must.duty.text]
            yield told(item.how, Done(duty.name), (duty.attested_by or "",))
        case OfReview():
            role = source.rule.node.refer_to
            yield told(item.how, Reviewed(source.rule.id, True), (role.text,) if role else ())
        case WholeSource():
            yield told(item.how, Whole(tuple(case.facts.open_recipient_sets())), ())
        case OfFact():
            yield from _of_fact(case, item, source)
        case _:
            return  # nothing of a request can be written for it


def _of_fact(case: Case, item: Moved, source: OfFact) -> Iterator[Change]:
    test = next(iter(source.tests.values()))
    fact, value = test.subject.fact, cast("Value | None", item.choice.witness)
    if fact is None or fact.name == names.REASON:
        yield told(item.how, Typed(ROUTINE), ())
    elif value is None:
        return  # it is unproven there, and what is known never becomes so
    elif fact.level is tree.Level.REGISTRY:
        yield told(item.how, OnFile(fact.name, filed(value)), ())
    else:
        stated = Stated(fact, value, item.who or "" if fact.per_recipient else "")
        state = case.facts.state(fact.name, item.who if fact.per_recipient else None)
        now = "not claimed" if state.source == "not claimed" else shown_value(test.subject, state)
        yield told(item.how, stated, fact.vouchers, now)


def _papers(case: Case, moved: Sequence[Moved]) -> Iterator[Change]:
    """Instruments that make every condition true that asks for one, the strictest first."""
    asked = [(item, test) for item in moved if (test := wanted(item.source)) is not None]
    asked.sort(key=lambda pair: -len(paper_text(pair[1])))
    made: list[Supposition] = []
    for item, test in asked:
        for candidate in (None, *meeting(test, case, item.who or "")):
            tried = [*made, *([candidate] if candidate else [])]
            if item.source.met(_with(case, tried), item.who)[0] is Truth.TRUE:
                made = tried
                break
    roles = case.facts.vocabulary.facts[names.INSTRUMENTS].vouchers
    for change in made:
        yield told(How.EVIDENCE, change, roles)


def _with(case: Case, changes: Sequence[Supposition]) -> Case:
    """The case of a request that was changed."""
    request, registry = supposed(case.request, case.registry, changes)
    facts = Facts(request, registry, case.facts.vocabulary)
    words = ReasonWords(request.reason, Matchers())
    return Case(case.library, registry, request, case.data, facts, words, case.with_proposed)
