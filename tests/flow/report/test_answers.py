"""Plans and scenarios in the report, from the answers of closing and simulating themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from platelaw.engine.decision import Engine
from platelaw.engine.flow.closing.asking import Closing
from platelaw.engine.flow.closing.lawful import Lawful
from platelaw.engine.flow.closing.plan import Answer
from platelaw.engine.flow.closing.planning import Asked, plan_closing
from platelaw.engine.flow.door import DoorClass, Question, Trace
from platelaw.engine.flow.example import example_map
from platelaw.engine.flow.model import FlowMap
from platelaw.engine.flow.report.of_plan import plan_view
from platelaw.engine.flow.report.of_scenarios import scenarios_view
from platelaw.engine.flow.scenario.scenario import Scenario
from platelaw.engine.flow.scenario.setting import Setting
from platelaw.engine.flow.scenario.simulating import Simulator
from platelaw.engine.flow.scenario.switches import TurnSwitches
from platelaw.engine.flow.tracing import Tracer
from platelaw.engine.flow.zones import shipped_zones
from platelaw.engine.library import load, shipped_registry

from .made import DAY


@pytest.fixture(scope="module")
def worked() -> FlowMap:
    return example_map("worked")


@pytest.fixture(scope="module")
def tracer(worked: FlowMap) -> Tracer:
    registry = shipped_registry()
    library = load((), registry.bodies.keys()).library
    assert library is not None
    return Tracer(worked, Engine(library, registry), shipped_zones())


@pytest.fixture(scope="module")
def question(worked: FlowMap) -> Question:
    owners = tuple(
        key for key in worked.nodes if key.startswith("CT/") and worked.outgoing.get(key)
    )
    purpose = shipped_zones().zones["immigration"].purpose
    return Question(purpose, "immigration", DAY, owners, hops=3)


def answered(tracer: Tracer, question: Question, **asked: Any) -> Answer:
    def traced(flow_map: FlowMap) -> Trace:
        return replace(tracer, map=flow_map).trace(question)

    given = Asked(
        tracer.map, tracer.product(question), traced(tracer.map), traced,
        Lawful.of(tracer, question),
    )  # fmt: skip
    return plan_closing(given, Closing(**asked))


def test_a_plan_is_shown_with_its_switches_and_its_proof(
    tracer: Tracer, question: Question, worked: FlowMap
) -> None:
    answer = answered(tracer, question, alternatives=2, phases=2, is_frontier_wanted=True)
    view = plan_view(answer, worked, draft="close it")
    assert answer.plan is not None
    assert view.is_proved
    assert view.proof == "Proved: no plan costs less."
    assert len(view.steps) == len(answer.plan.steps) > 0
    assert {step.phase for step in view.steps} <= {"1", "2"}
    assert dict(view.before)[DoorClass.ONE] > 0
    assert dict(view.after)[DoorClass.ONE] == 0
    assert len(view.others) == len(answer.alternatives) > 0
    assert len(view.frontier) == len(answer.frontier) > 0
    assert "Verified: the map was traced again without these switches." in view.notes
    assert view.draft == "close it"


def test_what_nobody_may_close_is_shown_as_a_walk(
    tracer: Tracer, question: Question, worked: FlowMap
) -> None:
    view = plan_view(answered(tracer, question, holders=frozenset()), worked)
    assert not view.is_proved
    assert view.proof.startswith("It cannot be closed")
    assert view.loss == "there is no plan"
    assert len(view.uncuttable) > 0
    assert "Only switches of 0 bodies may be asked for." in view.notes


def test_scenarios_stand_beside_the_map_as_it_is(
    tracer: Tracer, question: Question, worked: FlowMap
) -> None:
    def tracer_of(setting: Setting) -> Tracer:
        return replace(tracer, map=setting.flow_map)

    door = tracer.trace(question).doors[0]
    off = Scenario("off", (TurnSwitches((door.switches[0],), is_on=False),), "The first is closed")
    setting = Setting(worked, tracer.engine.registry, DAY)
    view = scenarios_view(Simulator(setting, question, tracer_of).run((off,)), worked)
    left, moved = view.tables[:2]
    assert [row[0] for row in left.rows] == ["as it is", "off"]
    assert all(len(row) == len(table.columns) for table in view.tables for row in table.rows)
    assert moved.rows[0][0] == "off"
    assert int(moved.rows[0][2]) > 0
    assert "off: The first is closed" in view.notes
