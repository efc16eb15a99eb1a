"""Scenarios on a map of invented bodies, with every hop asked of the shipped library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platelaw.engine.decision import Engine
from platelaw.engine.flow.door import DoorClass, Question, Trace
from platelaw.engine.flow.model import FlowMap, Guard, RelationKind
from platelaw.engine.flow.scenario.change import Change
from platelaw.engine.flow.scenario.comparing import Answer, compare, identity_of, key_of
from platelaw.engine.flow.scenario.errors import ScenarioError
from platelaw.engine.flow.scenario.finding import Wanted, Whose
from platelaw.engine.flow.scenario.law import SetAttribute, check_words
from platelaw.engine.flow.scenario.lawful import lawful_sharing, loss_between
from platelaw.engine.flow.scenario.relations import SetGuard
from platelaw.engine.flow.scenario.scenario import Scenario
from platelaw.engine.flow.scenario.setting import Setting
from platelaw.engine.flow.scenario.sharing import StopSharing
from platelaw.engine.flow.scenario.simulating import Outcome, Simulator, exposed, reached
from platelaw.engine.flow.scenario.switches import JoinNetwork, LeaveNetwork, TurnSwitches
from platelaw.engine.flow.tracing import Tracer
from platelaw.engine.flow.zones import shipped_zones

from ..worlds import DAY, NETWORK, OWNER, engine, map_of, maps, relation

SHERIFF = "NY/example-declared-so"  # declared, with an agreement on file
NEIGHBOR = "MA/example-declared-pd"  # declared, without one
QUESTION = Question("civil_removal", "immigration", DAY, (OWNER,), doors=20)


def setting(*, extra: bool = False) -> Setting:
    relations = [
        relation(OWNER, SHERIFF, switch="sheriff"),
        relation(OWNER, NEIGHBOR, switch="neighbor"),
        relation(OWNER, NETWORK, RelationKind.JOINS, Guard.PAPER, switch="owner in network"),
        relation(NETWORK, SHERIFF, RelationKind.MEMBER_OF, Guard.PAPER, switch="sheriff in net"),
    ]
    relations[0] = replace(relations[0], volume=140.0)
    if extra:
        relations.append(relation(NEIGHBOR, "US/ice", RelationKind.SEARCHES_FOR, Guard.PAPER))
    return Setting(map_of(relations), engine().registry, DAY)


def tracer_of(given_: Setting) -> Tracer:
    library = engine().library
    check_words(given_, library)
    return Tracer(given_.flow_map, Engine(library, given_.on_file()), shipped_zones())


def simulator(before: Setting, question: Question = QUESTION) -> Simulator:
    return Simulator(before, question, tracer_of)


def run(*changes: Change, before: Setting | None = None) -> Outcome:
    scenario = Scenario("tried", changes)
    (outcome,) = simulator(before or setting()).run((scenario,)).outcomes
    return outcome


def told(trace: Trace) -> set[object]:
    return {identity_of(door) for door in trace.doors}


# What differs -------------------------------------------------------------------------------


def test_a_door_is_closed_by_closing_its_switch_and_others_are_kept() -> None:
    outcome = run(TurnSwitches(("sheriff",), is_on=False))
    assert [door.switches for door in outcome.difference.closed] == [("sheriff",)]
    assert outcome.difference.opened == ()
    assert outcome.difference.kept == 1


def test_an_agreement_that_is_signed_opens_a_door_without_any_new_relation() -> None:
    signed = SetAttribute(Whose((NEIGHBOR,)), "delegated_287g", "yes")
    outcome = run(signed)
    assert [door.sink for door in outcome.difference.opened] == [NEIGHBOR]
    assert [door.klass for door in outcome.difference.opened] == [DoorClass.ONE]
    assert outcome.difference.closed == ()


def test_a_declaration_that_lapses_costs_a_lawful_search() -> None:
    outcome = run(SetAttribute(Whose((SHERIFF,)), "declaration", ""))
    assert outcome.loss.lost == ((OWNER, SHERIFF),)
    assert outcome.loss.volume == 140.0
    assert outcome.loss.unmeasured == 0
    assert outcome.loss.by_requester() == {SHERIFF: 1}


def test_a_guard_that_is_lowered_lets_a_door_take_something_else() -> None:
    wanted = Wanted(switch="sheriff")
    lapsed = SetAttribute(Whose((SHERIFF,)), "declaration", "")
    closed = lapsed.apply(setting())
    assert [d for d in tracer_of(closed).trace(QUESTION).doors if d.switches == ("sheriff",)] == []
    outcome = run(SetGuard(wanted, Guard.PAPER), before=closed)
    assert [door.switches for door in outcome.difference.opened] == [("sheriff",)]


def test_leaving_a_network_loses_no_search_that_is_lawful_another_way() -> None:
    outcome = run(LeaveNetwork(OWNER, NETWORK))
    assert [door.switches for door in outcome.difference.closed] == [
        ("owner in network", "sheriff in net")
    ]
    assert outcome.loss.lost == ()


def test_a_door_that_the_other_answer_leaves_out_is_neither_opened_nor_closed() -> None:
    few = replace(QUESTION, doors=1)
    scenario = Scenario("closes the first", (TurnSwitches(("sheriff",), is_on=False),))
    (outcome,) = simulator(setting(), few).run((scenario,)).outcomes
    assert told(simulator(setting(), few).before()[0].trace) & told(outcome.trace) == set()
    assert outcome.difference.opened == ()
    assert len(outcome.difference.closed) == 1
    assert outcome.difference.kept == 1


def test_scenarios_are_ranked_by_what_they_leave() -> None:
    everything = Scenario("all", (StopSharing((OWNER,)),))
    one = Scenario("one", (TurnSwitches(("sheriff",), is_on=False),))
    worse = Scenario("worse", (SetAttribute(Whose((NEIGHBOR,)), "delegated_287g", "yes"),))
    simulation = simulator(setting()).run((worse, one, everything))
    assert [each.scenario.name for each in simulation.ranked()] == ["all", "one", "worse"]
    assert exposed(simulation.ranked()[0].trace) == 0
    assert sum(reached(simulation.before).values()) == 1


def test_residual_copies_are_told_from_the_day_of_the_scenario() -> None:
    scenario = Scenario("ends", (StopSharing((OWNER,)),))
    simulation = simulator(setting(extra=True)).run((scenario,), with_residues=True)
    found = {each.holder for each in simulation.outcomes[0].residues}
    assert found == {SHERIFF, NEIGHBOR, "US/ice"}
    assert all(each.until is None for each in simulation.outcomes[0].residues)
    again = simulator(setting()).run((scenario,), with_residues=True, default_days=21)
    assert all(each.until is not None for each in again.outcomes[0].residues)


def test_a_scenario_that_names_what_is_not_there_is_refused_before_anything_is_asked() -> None:
    asked: list[str] = []
    bad = Scenario("bad", (TurnSwitches(("sherif",), is_on=False),))
    desk = Simulator(setting(), QUESTION, tracer_of, asked.append)
    with pytest.raises(ScenarioError, match="bad: change 1: the map has no switch `sherif`"):
        desk.run((Scenario("good", ()), bad))
    assert asked == []


# Properties ---------------------------------------------------------------------------------

CHANGES: list[Callable[[Setting], Change]] = [
    lambda s: TurnSwitches(tuple(sorted(s.flow_map.switches))[:2], is_on=False),
    lambda s: SetAttribute(Whose((NEIGHBOR,)), "delegated_287g", "yes"),
    lambda s: SetAttribute(Whose((SHERIFF,)), "declaration", ""),
    lambda s: SetGuard(Wanted(), Guard.TECHNICAL),
    lambda s: JoinNetwork(NETWORK, (OWNER, SHERIFF)),
    lambda s: StopSharing((), (), {"delegated_287g": "yes"}),
]
CHECKED = settings(max_examples=12, deadline=None)


@CHECKED
@given(maps(), st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3))
def test_a_scenario_and_its_inverse_leave_every_door_as_it_was(
    flow_map: FlowMap, makers: list[Callable[[Setting], Change]]
) -> None:
    before = Setting(flow_map, engine().registry, DAY)
    scenario = Scenario("tried", tuple(make(before) for make in makers))
    try:
        after = scenario.apply(before)
    except ScenarioError:
        return  # the map has nothing of the kind
    back = scenario.inverse(before).apply(after)
    assert tracer_of(back).trace(QUESTION) == tracer_of(before).trace(QUESTION)


@CHECKED
@given(maps(), st.sampled_from(CHANGES))
def test_what_is_opened_was_not_there_and_what_is_closed_is_gone(
    flow_map: FlowMap, make: Callable[[Setting], Change]
) -> None:
    before = Setting(flow_map, engine().registry, DAY)
    few = replace(QUESTION, doors=2)
    every = replace(QUESTION, doors=200)
    try:
        after = make(before).apply(before)
    except ScenarioError:
        return
    answers = [Answer(tracer_of(s).trace(few), tracer_of(s)) for s in (before, after)]
    then, now = (
        {key_of(door): door.wrongs for door in tracer_of(s).trace(every).doors}
        for s in (before, after)
    )
    found = compare(*answers)
    assert all(key_of(door) not in then for door in found.opened)
    assert all(key_of(door) not in now for door in found.closed)
    for was, is_ in found.changed:
        assert was.wrongs != is_.wrongs or was.klass is not is_.klass


@CHECKED
@given(maps(), st.data())
def test_closing_switches_opens_no_door_and_no_lawful_search(
    flow_map: FlowMap, data: st.DataObject
) -> None:
    before = Setting(flow_map, engine().registry, DAY)
    keys = data.draw(st.sets(st.sampled_from(sorted(flow_map.switches))))
    after = TurnSwitches(tuple(sorted(keys)), is_on=False).apply(before)
    first, second = tracer_of(before), tracer_of(after)
    found = compare(Answer(first.trace(QUESTION), first), Answer(second.trace(QUESTION), second))
    assert found.opened == ()
    loss = loss_between(lawful_sharing(first, QUESTION), lawful_sharing(second, QUESTION))
    assert loss.gained == ()
