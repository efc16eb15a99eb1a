"""No random request changes its answer outside the classes of a difference."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pytest

from platelaw.engine.decision import Decision, Engine
from platelaw.engine.diff.changes import Answered, Change, Difference, Side
from platelaw.engine.diff.comparing import Comparer
from platelaw.engine.facts import Facts
from platelaw.engine.proving.answers import Answering
from platelaw.engine.proving.conditions import Sources
from platelaw.engine.reference import Case
from platelaw.engine.request import Request
from platelaw.engine.values import Span

from .asking import request as asked
from .cases import case, reference_cases
from .chance import MODE
from .libraries import library
from .texts import LibraryText
from .world import DECIDED, REGISTRY, RefusedError, engine_of

pytest.importorskip("z3")

LIBRARIES = 400 if MODE == "deep" else 3
REQUESTS = 60
DAYS = (datetime.date(2024, 1, 15), datetime.date(2024, 3, 1), datetime.date(2024, 9, 1))


@dataclass(frozen=True, slots=True)
class Pair:
    """One request on both sides."""

    old: Case
    new: Case

    @property
    def is_one(self) -> bool:
        """Whether all that rules of both ask of it is the same on both sides."""
        words = self.old.library.vocabularies.values()
        facts = [Facts(self.old.request, REGISTRY, vocabulary) for vocabulary in words]
        sources = Sources(facts, REGISTRY)
        for side in (self.old, self.new):
            Answering(side, sources).encoded()
        recipients = self.old.facts.recipients()
        known = [str(key) for key in recipients.known]
        return recipients == self.new.facts.recipients() and all(
            source.met(self.old, who) == source.met(self.new, who)
            for source in sources.found.values()
            for who in (None, "", *known)
        )


def two_days(seeds: range) -> Iterator[tuple[Difference, LibraryText, random.Random]]:
    """What changes between two days of random libraries."""
    for seed in seeds:
        dice = random.Random(seed)
        made = library(dice)
        try:
            engine = engine_of(made.files())
        except RefusedError:
            continue
        first, second = sorted(dice.sample(DAYS, 2))
        sides = Side("old", engine, first), Side("new", engine, second)
        yield Comparer(*sides).difference(), made, dice


def two_laws(seeds: range) -> Iterator[tuple[Difference, LibraryText, random.Random]]:
    """What a rule changes that is added to random libraries."""
    for seed in seeds:
        dice = random.Random(seed)
        try:
            found = case(dice)
            after = found.engine(found.library.with_rule(*found.added))
        except RefusedError:
            continue
        sides = Side("old", found.engine()), Side("new", after)
        yield Comparer(*sides).difference(), found.library, dice


def decided(side: Side, request: Request) -> Decision:
    """The answer to a request on one side."""
    return side.engine.decide(request, decided_at=DECIDED, explained=False)


def moved(side: Side, request: Request) -> Request:
    """A request on the day of a side."""
    return request if side.day is None else replace(request, at=Span.of_day(side.day))


def case_of(engine: Engine, request: Request) -> Case | None:
    """The request as the reference sees it, if it is not refused."""
    return next(iter(reference_cases(engine, request)), None)


def is_of(change: Change, old: Decision, new: Decision) -> bool:
    """Whether two answers are those of a class."""
    same = change.act == old.request.act and old.request.data[0] in change.alike
    return same and _is(change.old, old) and _is(change.new, new)


def _is(answered: Answered, decision: Decision) -> bool:
    if answered.outcome is not decision.outcome:
        return False
    if answered.rule:
        return answered.rule in [result.rule.id for result in decision.deciding()]
    beside = {"unproven": ("referred", "duty first"), "forbidden": ("refused on review",)}
    reasons = (decision.reason, *(r for r, more in beside.items() if decision.reason in more))
    return answered.reason in ("", *reasons)


def check(found: Difference, request: Request, counts: Counter[str]) -> None:
    """That a request changes its answer in no other way than the classes say."""
    before, after = moved(found.old, request), moved(found.new, request)
    old, new = decided(found.old, before), decided(found.new, after)
    cases = case_of(found.old.engine, before), case_of(found.new.engine, after)
    if cases[0] is None or cases[1] is None or old.outcome is new.outcome:
        return
    doubted = {(doubt.act, doubt.data) for doubt in found.doubts}
    if any(act == request.act for act, _ in doubted):
        counts["doubted"] += 1
    elif Pair(cases[0], cases[1]).is_one:
        assert any(is_of(change, old, new) for change in found.changes)
        counts["told"] += 1


def test_a_request_whose_answer_another_day_changes_is_of_a_class_that_is_told() -> None:
    assert told_of(two_days(range(LIBRARIES))) > LIBRARIES


def test_a_request_whose_answer_another_rule_changes_is_of_a_class_that_is_told() -> None:
    assert told_of(two_laws(range((LIBRARIES + 1) // 2))) > 0


def told_of(
    differences: Iterable[tuple[Difference, LibraryText, random.Random]],
) -> int:
    """How many random requests whose answer changes are of a class; any other fails the test."""
    counts: Counter[str] = Counter()
    for found, made, dice in differences:
        for _ in range(REQUESTS):
            request = asked(dice, made)
            check(found, replace(request, data=request.data[:1]), counts)
    return counts["told"]
