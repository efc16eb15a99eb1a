"""Conditions in two values, worked out without the engine, over every way that things may be.

A world gives each fact one value. What a request proves leaves some worlds possible; a
condition is true if it holds in all of them, false if in none, else unproven.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import cast

from platelaw.dsl import syntax as tree
from platelaw.dsl.truth import Truth
from platelaw.engine.request import Reason, Request, Statement
from platelaw.engine.values import Members, Range, Span, TextState, Value

from .asking import BY_NAME, OWNER, instant
from .evidence import KINDS
from .texts import Clause

World = Mapping[str, object]

# What each fact may be. A kind is meant exactly, so that the broad word itself is one way.
UNDER = tuple(sorted(KINDS.below("purpose")))
DOMAINS: Mapping[str, tuple[object, ...]] = {
    "request.purpose": UNDER,
    "case.number": (TextState.STATED, TextState.BLANK),
    "case.open": (True, False),
    "town.ready": (True, False),
    "case.stage": ("early", "late", "closed"),
    "case.seat": ("AA", "BB", "US"),
    "case.victims": tuple(range(5)),
    "case.sources": tuple(
        frozenset(members)
        for size in range(4)
        for members in combinations(("source_a", "source_b", "source_ab"), size)
    ),
    "kept.until": tuple(instant(f"2024-06-{day}T12:00:00") for day in (13, 14, 15, 16, 17)),
}
TESTS: Mapping[str, tuple[str, ...]] = {
    "request.purpose": tuple(f"request.purpose is a kind of {k}" for k in UNDER if k != "purpose"),
    "case.number": ("case.number is stated", "case.number is blank"),
    "case.open": ("case.open is yes", "case.open is no", "case.open is not yes"),
    "town.ready": ("town.ready is yes", "town.ready is no"),
    "case.stage": ("case.stage is early", "case.stage is one of {early, late}"),
    "case.seat": ("case.seat is AA", "case.seat is one of {AA, US}"),
    "case.victims": tuple(
        f"case.victims is {relation} {number}"
        for relation in ("over", "under", "at least", "at most")
        for number in (1, 2, 3)
    ),
    "case.sources": (
        "case.sources includes source_a",
        "case.sources includes source_ab",
        "case.sources is empty",
        "some s in case.sources is a kind of source_b",
        "every s in case.sources is a kind of source_a",
    ),
    "kept.until": ("kept.until is from 2024-06-15", "kept.until is before 2024-06-15"),
}


def conditions_over(dice: random.Random, facts: tuple[str, ...]) -> Clause:
    """A condition that tests each of these facts once, in this order."""
    if len(facts) == 1:
        test = Clause(dice.choice(TESTS[facts[0]]))
        return Clause(join="not", items=(test,)) if dice.randint(0, 3) == 0 else test
    cut = dice.randint(1, len(facts) - 1)
    parts = (conditions_over(dice, facts[:cut]), conditions_over(dice, facts[cut:]))
    joined = Clause(join=dice.choice(("and", "or")), items=parts)
    return Clause(join="not", items=(joined,)) if dice.randint(0, 3) == 0 else joined


def knowledge(dice: random.Random, fact: str) -> Value | None:
    """What is proven of one fact: nothing, a part, or all."""
    known: tuple[Value | None, ...]
    match fact:
        case "request.purpose":
            known = (*UNDER, None, None, None)
        case "case.victims":
            low = dice.randint(0, 4)
            known = (Range(low, dice.randint(low, 4)), None)
        case "case.sources":
            some = dice.choice(((), ("source_a",), ("source_b",), ("source_a", "source_b")))
            known = (Members(some), Members(some, complete=False), None)
        case "kept.until":
            at = sorted(dice.randint(0, 4) for _ in range(2))
            days = [instant(f"2024-06-{13 + day}T12:00:00") for day in at]
            known = (Span(days[0], days[1]), None)
        case "case.number":
            known = (TextState.STATED, TextState.BLANK, None)
        case "case.stage" | "case.seat":
            known = (*(str(value) for value in DOMAINS[fact]), None)
        case _:
            known = (True, False, None)
    return dice.choice(known)


def asking(known: Mapping[str, Value | None]) -> Request:
    """A request to keep data that proves so much and no more."""
    stated = tuple(
        Statement(name, value, BY_NAME[name].level)
        for name, value in known.items()
        if value is not None
    )
    noon = Span.at(instant("2024-06-15T16:00:00"))
    return Request(OWNER, OWNER, "keep", ("reads",), noon, Reason(""), "officer", stated, (),
                   simulated=True)  # fmt: skip


# Worlds -----------------------------------------------------------------------------------------


def worlds(known: Mapping[str, Value | None]) -> Iterator[World]:
    """Every way in which all these facts may be."""
    names = list(known)
    for values in product(*(_possible(name, known[name]) for name in names)):
        yield dict(zip(names, values, strict=True))


def _possible(name: str, known: Value | None) -> list[object]:
    return [way for way in DOMAINS[name] if known is None or _agrees(way, known)]


def _agrees(way: object, known: Value) -> bool:
    """Whether something may be so for all that is proven."""
    match known:
        case Range():
            return isinstance(way, int) and known.low <= way <= known.high
        case Span():
            return isinstance(way, datetime.datetime) and known.earliest <= way <= known.latest
        case Members():
            return _is_set_of(_words(way), known)
        case str() if known in UNDER:
            final = KINDS.by_name[known].final
            return way == known if final else known in KINDS.above(str(way))
        case _:
            return way == known


def _words(way: object) -> frozenset[str]:
    """A set of a world."""
    assert isinstance(way, frozenset)
    return frozenset(map(str, cast("frozenset[object]", way)))


def _is_set_of(way: frozenset[str], known: Members) -> bool:
    """Whether a set may be this one, each member known broadly standing for a narrower one."""
    words = [str(word) for word in known.known]
    met = all(any(word in KINDS.above(member) for member in way) for word in words)
    alien = any(not KINDS.above(member) & set(words) for member in way)
    return met and not (known.complete and alien)


def value_of(condition: tree.Condition, ways: list[World]) -> Truth:
    """A condition over all the worlds that are possible."""
    held = {holds(condition, world) for world in ways}
    return Truth.of(held.pop() if len(held) == 1 else None)


def holds(condition: tree.Condition, world: World) -> bool:
    """A condition in one world, in ordinary logic."""
    match condition:
        case tree.And():
            return all(holds(item, world) for item in condition.items)
        case tree.Or():
            return any(holds(item, world) for item in condition.items)
        case tree.Not():
            return not holds(condition.item, world)
        case tree.Quantified():
            return _quantified(condition, world)
        case tree.KindTest():
            return condition.kind.text in KINDS.above(str(world[condition.subject.text]))
        case tree.Equals():
            return _is(world[condition.subject.text], condition.value)
        case tree.OneOf():
            return any(_is(world[condition.subject.text], value) for value in condition.values)
        case tree.Compare():
            return _compared(condition, world[condition.subject.text])
        case tree.Stated():
            return world[condition.subject.text] is TextState.STATED
        case tree.Includes():
            assert isinstance(condition.value, tree.Name)
            return any(
                condition.value.text in KINDS.above(word) for word in _members(condition, world)
            )
        case tree.Empty():
            return not _members(condition, world)
        case _:
            raise AssertionError(f"no world answers {condition}")


def _members(condition: tree.Includes | tree.Empty, world: World) -> frozenset[str]:
    members = world[condition.subject.text]
    return _words(members)


def _quantified(condition: tree.Quantified, world: World) -> bool:
    members = world[condition.collection.text]
    found = [holds(condition.body, {condition.variable: word}) for word in _words(members)]
    return any(found) if condition.quantifier is tree.Quantifier.SOME else all(found)


def _is(way: object, value: tree.Value) -> bool:
    match value:
        case tree.YesNo():
            return way is value.value
        case tree.Name():
            return way == value.text
        case tree.Sovereign():
            return way == value.key
        case _:
            raise AssertionError(f"no world holds {value}")


def _compared(condition: tree.Compare, way: object) -> bool:
    bound = condition.bound
    if isinstance(bound, tree.Date):
        assert isinstance(way, datetime.datetime)
        later = way.date() >= bound.day
        return later if condition.relation is tree.Relation.FROM else not later
    assert isinstance(bound, tree.Count)
    assert isinstance(way, int)
    return {
        tree.Relation.OVER: way > bound.value,
        tree.Relation.UNDER: way < bound.value,
        tree.Relation.AT_LEAST: way >= bound.value,
        tree.Relation.AT_MOST: way <= bound.value,
    }[condition.relation]
