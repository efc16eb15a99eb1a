"""Dead branches: what contradicts itself is found, and nothing that can happen is called dead."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from platelaw.dsl import syntax as tree
from platelaw.dsl.codes import Code
from platelaw.dsl.kinds import Kinds
from platelaw.dsl.printer import condition_text

from .texts import diagnostics, forbid, has, head, library, rule
from .trees import AT

DEAD_CONDITIONS = [
    "request.purpose is a kind of theft and request.purpose is a kind of smuggling",
    "request.purpose is a kind of fuel_fraud and request.purpose is not a kind of fraud",
    "request.purpose is a kind of fuel_fraud and request.purpose is not a kind of smuggling",
    "case.sealed is yes and case.sealed is no",
    "case.sealed is not yes and case.sealed is not no",
    "case.sealed is yes and case.sealed is not yes",
    "requester is agency:NM/pier-watch and requester is agency:SM/dune-watch",
    "owner.sovereign is NM and owner.sovereign is SM",
    "boats.count is over 3 and boats.count is under 4",
    "boats.count is at least 5 and boats.count is at most 4",
    "boats.count is over 3 and not boats.count is at least 4",
    "data.age is over 2 weeks and data.age is under 14 days",
    "data.age is over 1 year and data.age is at most 12 months",
    "case.opened is from 2031-01-01 and case.opened is before 2031-01-01",
    "date is before 2030-01-01",
    "case.number is stated and case.number is blank",
    "(tide or boats.count is over 9) and case.sealed is no and boats.count is under 9",
    "not (case.sealed is yes or case.sealed is no)",
    "tide",
    "not lamp",
    "sealed and not sealed",
    "few and boats.count is over 3",
    "lists.used is empty and not lists.used is empty",
    "recipients includes agency:UNION/customs and not recipients includes agency:UNION/customs",
]
LIVE_CONDITIONS = [
    "request.purpose is a kind of smuggling and request.purpose is a kind of fraud",
    "request.purpose is a kind of smuggling and request.purpose is not a kind of fraud",
    "request.purpose is not a kind of theft and request.purpose is not a kind of fraud",
    "requester is agency:NM/pier-watch and owner is agency:SM/dune-watch",
    "requester is not agency:NM/pier-watch and requester is not agency:SM/dune-watch",
    "boats.count is over 3 and boats.count is under 5",
    "boats.count is at least 4 and boats.count is at most 4",
    "data.age is over 30 days and data.age is under 1 month",
    "case.opened is from 2031-01-01 and case.opened is before 2031-01-02",
    "date is from 2030-01-01",
    "case.sealed is yes or case.sealed is no",
    "fog",
    "night",
    "not night",
    "few or boats.count is over 3",
]
DEFINES = "  define sealed: case.sealed is yes\n  define few: boats.count is under 3\n"


@pytest.mark.parametrize("condition", DEAD_CONDITIONS)
def test_a_condition_that_contradicts_itself_is_dead(condition: str) -> None:
    found = diagnostics(forbid(condition, more=DEFINES))
    assert [fault.code for fault in found if fault.is_error] == [Code.DEAD_RULE]


@pytest.mark.parametrize("condition", LIVE_CONDITIONS)
def test_a_condition_that_can_be_met_is_not_dead(condition: str) -> None:
    assert not has(Code.DEAD_RULE, diagnostics(forbid(condition, more=DEFINES)))


@pytest.mark.parametrize("condition", DEAD_CONDITIONS)
def test_an_exception_that_contradicts_itself_is_dead(condition: str) -> None:
    found = diagnostics(forbid("boats.count is over 0", unless=condition, more=DEFINES))
    assert [fault.code for fault in found if fault.is_error] == [Code.DEAD_BRANCH]


def test_an_exception_that_contradicts_the_condition_is_dead() -> None:
    assert has(Code.DEAD_BRANCH, diagnostics(forbid("case.sealed is yes", "case.sealed is no")))
    either = forbid("case.sealed is yes or boats.count is over 3", "case.sealed is no")
    assert not has(Code.DEAD_BRANCH, diagnostics(either))


def test_a_ground_after_the_rule_has_ended_is_dead() -> None:
    grounds = (
        "limit look of reads to\n    late: date is from 2035-01-01\n    b: boats.count is over 3"
    )
    ended = head() + rule(grounds, force="  in force from 2030-01-01 until 2035-01-01\n")
    lasting = head() + rule(grounds)
    assert has(Code.DEAD_BRANCH, diagnostics(ended))
    assert not has(Code.DEAD_BRANCH, diagnostics(lasting))


def test_the_latest_start_of_uncertain_law_kills_nothing_before_it() -> None:
    force = "  in force from 2030-01-01 at the earliest, 2031-01-01 at the latest\n"
    assert not has(Code.DEAD_RULE, diagnostics(forbid("date is before 2030-06-01", force=force)))


# By brute force over small domains -------------------------------------------------------------

KINDS = library().vocabularies["harbor 1"].kinds
PURPOSES = ("purpose", "theft", "smuggling", "fuel_smuggling", "fraud", "fuel_fraud", "census")
SINCE, UNTIL = datetime.date(2030, 1, 1), datetime.date(2030, 1, 6)


@dataclass(frozen=True)
class World:
    """One way the facts can be."""

    purpose: str
    count: int
    standing: str
    sealed: bool
    day: datetime.date


def worlds() -> Iterator[World]:
    days = [SINCE + datetime.timedelta(days=n) for n in (0, 2, 4)]
    standings = ("on_file", "lapsed", "none")
    return (World(*facts) for facts in product(PURPOSES, range(6), standings, (True, False), days))


WORLDS = list(worlds())


def ref(text: str) -> tree.Reference:
    head, _, tail = text.partition(".")
    return tree.Reference(AT, head, tail)


def days() -> st.SearchStrategy[tree.Date]:
    return st.integers(-2, 7).map(lambda n: tree.Date(AT, SINCE + datetime.timedelta(days=n)))


small_tests = st.one_of(
    st.sampled_from(PURPOSES).map(
        lambda kind: tree.KindTest(AT, ref("request.purpose"), tree.Name(AT, kind))
    ),
    st.builds(
        tree.Compare,
        st.just(AT),
        st.just(ref("boats.count")),
        st.sampled_from(list(tree.Relation)[:4]),
        st.integers(0, 6).map(lambda number: tree.Count(AT, number)),
    ),
    st.builds(
        tree.Compare,
        st.just(AT),
        st.just(ref("date")),
        st.sampled_from(list(tree.Relation)[4:]),
        days(),
    ),
    st.sampled_from(("on_file", "lapsed", "none")).map(
        lambda word: tree.Equals(AT, ref("owner.standing"), tree.Name(AT, word))
    ),
    st.booleans().map(lambda yes: tree.Equals(AT, ref("case.sealed"), tree.YesNo(AT, yes))),
)


def grown(inner: st.SearchStrategy[tree.Condition]) -> st.SearchStrategy[tree.Condition]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(lambda items: tree.And(AT, items)),
        several.map(lambda items: tree.Or(AT, items)),
        inner.map(lambda item: tree.Not(AT, item)),
    )


small_conditions = st.recursive(small_tests, grown, max_leaves=6)


def holds(condition: tree.Condition, world: World, kinds: Kinds = KINDS) -> bool:
    match condition:
        case tree.And():
            return all(holds(item, world) for item in condition.items)
        case tree.Or():
            return any(holds(item, world) for item in condition.items)
        case tree.Not():
            return not holds(condition.item, world)
        case tree.KindTest():
            return condition.kind.text in kinds.above(world.purpose)
        case tree.Equals(value=tree.YesNo(value=answer)):
            return world.sealed == answer
        case tree.Equals(value=tree.Name(text=word)):
            return world.standing == word
        case tree.Compare():
            return compared(condition, world)
        case _:
            raise AssertionError(condition)


def compared(test: tree.Compare, world: World) -> bool:
    if isinstance(test.bound, tree.Date):
        after = world.day >= test.bound.day
        return after if test.relation is tree.Relation.FROM else not after
    assert isinstance(test.bound, tree.Count)
    one, other = world.count, test.bound.value
    return {
        tree.Relation.OVER: one > other,
        tree.Relation.UNDER: one < other,
        tree.Relation.AT_LEAST: one >= other,
        tree.Relation.AT_MOST: one <= other,
    }[test.relation]


@given(small_conditions, small_conditions)
@settings(max_examples=150, deadline=None)
def test_nothing_that_can_happen_is_called_dead(when: tree.Condition, out: tree.Condition) -> None:
    force = f"  in force from {SINCE} until {UNTIL}\n"
    text = forbid(condition_text(when), condition_text(out), force=force)
    found = diagnostics(text)
    dead = has(Code.DEAD_RULE, found), has(Code.DEAD_BRANCH, found)
    assume(any(dead))
    met = [world for world in WORLDS if holds(when, world)]
    if dead[0]:
        assert met == []
    else:
        assert [world for world in met if holds(out, world)] == []
