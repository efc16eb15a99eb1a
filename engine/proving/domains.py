"""Lists of values that stand for all values of a fact: every other passes the same tests as one.

``covers`` says for which tests such a list is known; what it does not cover stays free.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations, combinations_with_replacement, pairwise
from typing import Protocol

from ...dsl import syntax as tree
from ...dsl.model import Vocabulary
from ...dsl.reading import Subject
from ...dsl.units import comparable
from ..conditions import Context
from ..facts import Facts
from ..values import Members, Range, Span, TextState, Value

ANOTHER = "(another)"
_TEXTS = ("text", "user", "role")
_NUMBERS = ("count", "duration")
_TIMES = ("time", "date")


class Asked(Protocol):
    """A test: its condition, and the numbers that its parameters have."""

    @property
    def condition(self) -> tree.Condition:
        """The condition."""
        ...

    @property
    def context(self) -> Context:
        """Where it is asked."""
        ...


def covers(condition: tree.Condition, subject: Subject, context: Context) -> bool:
    """Whether a list of values is known that is whole for a test."""
    match condition:
        case tree.KindTest():
            return not subject.is_set
        case tree.Equals():
            return not isinstance(condition.value, tree.Reference)
        case tree.OneOf():
            return not any(isinstance(value, tree.Reference) for value in condition.values)
        case tree.Compare():
            return _covers_bounds(condition, subject, context)
        case tree.Includes() | tree.Empty():
            return subject.is_set and subject.type != "instrument"
        case tree.Stated():
            return subject.type in _TEXTS
        case _:
            return False


def _covers_bounds(condition: tree.Compare, subject: Subject, context: Context) -> bool:
    """Days and weeks are civil days and whole numbers of seconds alike; months are neither."""
    bounds = bounds_of(condition, context)
    if subject.type in _TIMES:
        return all(isinstance(bound, tree.Date) for bound in bounds)
    if subject.type == "count":
        return all(isinstance(bound, tree.Count) for bound in bounds)
    return subject.type == "duration" and all(
        isinstance(bound, tree.Duration) and bound.unit in (tree.Unit.DAY, tree.Unit.WEEK)
        for bound in bounds
    )


def bounds_of(condition: tree.Compare, context: Context) -> tuple[tree.Value, ...]:
    """The bounds of a comparison; those of a parameter are its values."""
    bound = condition.bound
    return context.parameters[bound.text] if isinstance(bound, tree.Name) else (bound,)


def values_for(subject: Subject, tests: Sequence[Asked], facts: Facts) -> Iterable[Value]:
    """Values of a fact, in the words of one vocabulary, that stand for all others."""
    if subject.is_set:
        return _sets(subject, tests, facts)
    if subject.type == "yes/no":
        return (False, True)
    if subject.type in _NUMBERS:
        return _ranges(tests)
    if subject.type in _TIMES:
        return _spans(tests)
    return tuple(dict.fromkeys(_words(subject, tests, facts)))


def _words(subject: Subject, tests: Sequence[Asked], facts: Facts) -> Iterator[Value]:
    """Words: declared kinds, those that a test names, another, and none."""
    if subject.type in _TEXTS:
        yield from (TextState.STATED, TextState.BLANK)
    if subject.type == "agency":
        yield from {body.kind: body.key for body in facts.registry.bodies.values()}.values()
    for test in tests:
        yield from words_in(test.condition)
    yield from subject.words
    yield from _kinds(subject, facts.vocabulary)
    yield from (ANOTHER, "none", "")


def _kinds(subject: Subject, words: Vocabulary) -> Iterator[str]:
    """The kinds that a vocabulary declares itself; those above it are listed with their own.

    What a kind lies under is said where it is declared, so that it is read alike in every
    vocabulary that extends that one.
    """
    kinds = words.kinds
    if subject.type in kinds or subject.type == "kind":
        above: Collection[str] = words.parent.kinds.by_name if words.parent else ()
        own = [name for name in kinds.names if name not in above]
        mine = kinds.below(subject.type) if subject.type in kinds else frozenset(own)
        yield from sorted(own, key=lambda name: (name not in mine, name))


def words_in(condition: tree.Condition) -> Iterator[str]:
    """The words that a test compares with."""
    values: tuple[tree.Value, ...] = ()
    match condition:
        case tree.Equals() | tree.Includes():
            values = (condition.value,)
        case tree.OneOf():
            values = condition.values
        case _:
            pass
    for value in values:
        if isinstance(value, tree.Name):
            yield value.text
        elif isinstance(value, tree.Agency | tree.Sovereign):
            yield value.key


def _ranges(tests: Sequence[Asked]) -> Iterator[Value]:
    """Ranges from and to every bound, between two and beyond the last; none lies below zero."""
    scales = [comparable(bound) for bound in _bounds(tests)]
    bounds = sorted({scale[1] for scale in scales if scale is not None})
    points = {float(point) for bound in bounds for point in (bound - 1, bound, bound + 1)}
    points |= {(low + high) / 2 for low, high in pairwise(bounds)}
    points = {point for point in points if point >= 0}
    for low, high in combinations_with_replacement(sorted(points), 2):
        yield Range(low, high)


def _spans(tests: Sequence[Asked]) -> Iterator[Value]:
    """Times on the first day of every bound, the day before, and over both or more."""
    days = {bound.day for bound in _bounds(tests) if isinstance(bound, tree.Date)}
    points = sorted(days | {day - datetime.timedelta(days=1) for day in days})
    zone = tests[0].context.zone
    for first, last in combinations_with_replacement(points, 2):
        yield Span(_noon(first, zone), _noon(last, zone))


def _noon(day: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), zone)


def _bounds(tests: Sequence[Asked]) -> Iterator[tree.Value]:
    for test in tests:
        if isinstance(test.condition, tree.Compare):
            yield from bounds_of(test.condition, test.context)


def _sets(subject: Subject, tests: Sequence[Asked], facts: Facts) -> Iterator[Value]:
    """Sets, whole and open, of members no two of which pass the same tests.

    A set passes a test as its members do, so that more members than there are tests say no more.
    """
    members = list(dict.fromkeys(_members(subject, tests, facts)))
    most = max(1, sum(isinstance(test.condition, tree.Includes) for test in tests))
    for size in range(min(most, len(members)) + 1):
        for known in combinations(members, size):
            yield Members(known)
            yield Members(known, complete=False)


def _members(subject: Subject, tests: Sequence[Asked], facts: Facts) -> Iterator[str]:
    """One member for every way to stand to the words that tests ask for."""
    wanted = [word for test in tests for word in words_in(test.condition)]
    if subject.type == "agency":
        yield from wanted
        yield ANOTHER
        return
    kinds = facts.vocabulary.kinds
    mine = kinds.below(subject.type) if subject.type in kinds else frozenset(kinds.names)
    seen: set[object] = set()
    for word in (*wanted, *sorted(kinds.names, key=lambda name: name not in mine)):
        if word in kinds:
            standing = _standing(word, wanted, tests, facts)
            if standing not in seen:
                seen.add(standing)
                yield word
    yield ANOTHER


def _standing(word: str, wanted: Sequence[str], tests: Sequence[Asked], facts: Facts) -> object:
    """How a word stands to those asked for, in the words of each test's own layer."""
    found: list[object] = []
    for test in tests:
        own: Vocabulary = test.context.vocabulary
        nearest = facts.vocabulary.kinds.nearest(word, own.kinds)
        for name in words_in(test.condition):
            found.append(own.kinds.lies_under(nearest, name) if nearest else None)
    return tuple(found)
