"""What opened between two days, and why, on small maps with the shipped library."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from platelaw.engine.decision import Engine
from platelaw.engine.flow.door import Question
from platelaw.engine.flow.history.causes import Cause, CauseKind, earliest
from platelaw.engine.flow.history.comparing import History, history
from platelaw.engine.flow.history.searches import searches_on_doors
from platelaw.engine.flow.history.snapshots import snapshots
from platelaw.engine.flow.model import Guard, Relation, RelationKind
from platelaw.engine.flow.scenario.finding import Whose
from platelaw.engine.flow.scenario.law import SetAttribute
from platelaw.engine.flow.scenario.setting import Setting
from platelaw.engine.flow.tracing import Tracer
from platelaw.engine.flow.zones import shipped_zones

from ..worlds import BEFORE_THE_ACT, DAY, NETWORK, OWNER, engine, map_of, relation

SHERIFF, NEIGHBOR = "NY/example-declared-so", "MA/example-declared-pd"
QUESTION = Question("civil_removal", "immigration", DAY, (OWNER,), doors=20)
STARTED = datetime.date(2026, 11, 10)
EARLIER = datetime.date(2026, 11, 1)


def setting(*relations: Relation, day: datetime.date = DAY) -> Setting:
    return Setting(map_of(relations), engine().registry, day)


def tracer_of(given_: Setting) -> Tracer:
    return Tracer(given_.flow_map, Engine(engine().library, given_.on_file()), shipped_zones())


def told(before: Setting, after: Setting) -> History:
    return history(before, after, QUESTION, tracer_of)


def causes(found: History) -> tuple[Cause, ...]:
    (opened,) = found.opened
    return opened.causes


def test_a_map_stands_on_each_day_with_what_stood_then() -> None:
    first = replace(relation(OWNER, NEIGHBOR), start=STARTED)
    last = replace(relation(OWNER, SHERIFF), until=STARTED)
    days = (EARLIER, STARTED)
    maps = snapshots(map_of((first, last)), days)
    assert [[each.target for each in flow_map.relations] for flow_map in maps] == [
        [SHERIFF], [NEIGHBOR],
    ]  # fmt: skip
    assert [flow_map.as_of for flow_map in maps] == list(days)


def test_a_relation_that_began_is_the_cause_with_its_day() -> None:
    after = setting(replace(relation(OWNER, SHERIFF), start=STARTED))
    (cause,) = causes(told(replace(after, day=EARLIER), after))
    assert (cause.kind, cause.day) == (CauseKind.RELATION, STARTED)
    assert cause.words.endswith("shares_query Example Declared County Sheriff's Office began")


def test_a_switch_that_was_off_is_the_cause() -> None:
    after = setting(relation(OWNER, SHERIFF, switch="sheriff"))
    before = replace(after, day=EARLIER).with_map(after.flow_map.with_closed(["sheriff"]))
    (cause,) = causes(told(before, after))
    assert (cause.kind, cause.day) == (CauseKind.SWITCH, None)


def test_what_came_on_file_is_the_cause() -> None:
    before = setting(relation(OWNER, NEIGHBOR), day=EARLIER)
    after = SetAttribute(Whose((NEIGHBOR,)), "delegated_287g", "yes").apply(
        replace(before, day=DAY)
    )
    (cause,) = causes(told(before, after))
    assert cause.kind is CauseKind.ON_FILE
    assert cause.words.endswith("not on file to yes")


def test_the_day_on_which_the_law_turned_is_the_cause() -> None:
    after = setting(relation(OWNER, SHERIFF))
    found = told(replace(after, day=BEFORE_THE_ACT), after)
    assert found.before.doors != ()
    for opened in found.opened:
        assert [cause.kind for cause in opened.causes] == [CauseKind.LAW]


def test_each_change_without_which_a_door_would_not_stand_is_named_the_earliest_first() -> None:
    later = STARTED + datetime.timedelta(days=3)
    joined = replace(
        relation(OWNER, NETWORK, RelationKind.JOINS, Guard.PAPER, switch="owner"), start=later
    )
    member = replace(
        relation(NETWORK, SHERIFF, RelationKind.MEMBER_OF, Guard.PAPER, switch="sheriff"),
        start=STARTED,
    )
    after = setting(joined, member)
    found = causes(told(replace(after, day=EARLIER), after))
    assert [cause.day for cause in found] == [STARTED, later]


def test_nothing_is_told_of_a_door_that_stood_before() -> None:
    after = setting(relation(OWNER, SHERIFF))
    assert told(replace(after, day=EARLIER), after).opened == ()


@given(st.integers(1, 40), st.integers(0, 39))
def test_halving_finds_the_first_day_of_what_goes_on(count: int, first: int) -> None:
    days = [EARLIER + datetime.timedelta(days=number) for number in range(count)]
    found = earliest(days, lambda day: day >= EARLIER + datetime.timedelta(days=first))
    assert found == (days[first] if first < count else None)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_halving_finds_a_day_of_change_whatever_goes_on(states: list[bool]) -> None:
    days = [EARLIER + datetime.timedelta(days=number) for number in range(len(states))]
    found = earliest(days, lambda day: states[days.index(day)])
    if not states[-1]:
        assert found is None
    else:
        assert found is not None
        at = days.index(found)
        assert states[at]
        assert at == 0 or not states[at - 1]


# Real searches ------------------------------------------------------------------------------


def test_searches_are_counted_on_doors_that_begin_with_who_searched() -> None:
    after = setting(
        relation(OWNER, SHERIFF),
        relation(OWNER, NETWORK, RelationKind.JOINS, Guard.PAPER, switch="owner"),
        relation(NETWORK, SHERIFF, RelationKind.MEMBER_OF, Guard.PAPER, switch="sheriff"),
        relation(OWNER, NEIGHBOR),
        relation(NEIGHBOR, "US/ice", RelationKind.SEARCHES_FOR, Guard.PAPER),
    )
    doors = tracer_of(after).trace(QUESTION).doors
    rows = {SHERIFF: Counter({"shown unlawful": 2, "cannot be told": 5})}
    found = searches_on_doors(doors, after.flow_map, rows)
    counts = {(each.requester, each.searches) for each in found}
    assert counts == {(SHERIFF, 7), (NEIGHBOR, 0)}
    assert len(found) == len(doors)
    assert [each.searches for each in found] == sorted((e.searches for e in found), reverse=True)
