"""Plans on maps of the shipped library: traced again, priced, limited, and never called proved."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Hashable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platelaw.engine.flow.asking import Asker
from platelaw.engine.flow.closing.asking import (
    Basis,
    Budget,
    Closing,
    ClosingError,
    Demand,
    Price,
)  # fmt: skip
from platelaw.engine.flow.closing.drafting import scenario_text, settings_text
from platelaw.engine.flow.closing.lawful import Lawful, routes_of
from platelaw.engine.flow.closing.plain import answer_json
from platelaw.engine.flow.closing.plan import Answer, Exposure, UnverifiedError
from platelaw.engine.flow.closing.planning import Asked, plan_closing
from platelaw.engine.flow.closing.pricing import prices_of
from platelaw.engine.flow.closing.rendering import answer_text
from platelaw.engine.flow.closing.rules import drafts_for
from platelaw.engine.flow.closing.solving import Status
from platelaw.engine.flow.door import DoorClass, Question, Trace
from platelaw.engine.flow.model import FlowMap, Guard, RelationKind, Switch, SwitchKind
from platelaw.engine.flow.tracing import Tracer
from platelaw.engine.flow.zones import shipped_zones
from platelaw.engine.library import load, shipped_registry

from ..worlds import DAY, NETWORK, OWNER, engine, map_of, maps, relation

NEIGHBOR, SHERIFF, OTHER, ICE = (
    "MA/example-declared-pd", "NY/example-declared-so", "TX/austin-pd", "US/ice",
)  # fmt: skip
ASKERS: dict[Hashable, Asker] = {}


def tracer_of(map_: FlowMap) -> Tracer:
    return Tracer(map_, engine(), shipped_zones(), askers=ASKERS)


def asked_of(map_: FlowMap, *, hops: int = 4, most: int = 2) -> Asked:
    tracer = tracer_of(map_)
    question = Question("civil_removal", "immigration", DAY, (OWNER,), hops, 2, 1)
    return Asked(
        map_,
        tracer.product(question, wrongs=most),
        tracer.trace(question),
        lambda other: tracer_of(other).trace(question),
        Lawful.of(tracer, question),
    )


def answer_of(map_: FlowMap, closing: Closing, *, hops: int = 4) -> Answer:
    most = closing.most_wrongs
    return plan_closing(asked_of(map_, hops=hops, most=2 if most is None else most), closing)


TO_SHERIFF = relation(OWNER, SHERIFF, guard=Guard.NONE)
FAVOR = RelationKind.SEARCHES_FOR
FAVORS = (
    relation(OWNER, NEIGHBOR, guard=Guard.NONE),
    relation(NEIGHBOR, ICE, FAVOR, Guard.NONE),
    relation(OWNER, OTHER, guard=Guard.NONE),
    relation(OTHER, ICE, FAVOR, Guard.NONE),
)
EVERY = (DoorClass.OPEN, DoorClass.ONE, DoorClass.MORE)


# What remains ----------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None, derandomize=True, database=None,
          suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large))  # fmt: skip
@given(maps(), st.sampled_from(EVERY))
def test_no_door_remains_and_no_plan_is_cheaper(map_: FlowMap, klass: DoorClass) -> None:
    closing = Closing((klass,))
    answer = answer_of(map_, closing, hops=9)
    doors = {
        keys: Exposure.of(
            tracer_of(map_.with_closed(keys)).trace(answer.question)
        )
        for size in range(len(answer.prices) + 1)
        for keys in combinations(sorted(answer.prices), size)
    }  # fmt: skip
    shut = [keys for keys, left in doors.items()
            if not any(left.pairs[each] for each in closing.all_classes)]  # fmt: skip
    cheapest = min(sum(answer.prices[key].value for key in keys) for keys in shut)
    if answer.status is Status.NOTHING:
        assert () in shut
        return
    assert answer.status is Status.OPTIMAL
    assert answer.plan is not None
    assert answer.plan.cut.switches in shut
    assert answer.plan.cut.price == cheapest


def test_a_plan_after_which_tracing_finds_a_door_is_not_given() -> None:
    asked = asked_of(map_of([TO_SHERIFF]))
    assert asked.product.ends

    def blind(map_: FlowMap) -> Trace:
        return asked.trace

    with pytest.raises(UnverifiedError, match="tracing still finds doors of 1 pairs"):
        plan_closing(replace(asked, retrace=blind), Closing(EVERY))


def test_doors_are_counted_before_and_after() -> None:
    answer = answer_of(map_of([TO_SHERIFF]), Closing(EVERY))
    assert answer.plan is not None
    assert sum(answer.before.pairs[klass] for klass in EVERY) == 1
    assert sum(answer.plan.after.pairs[klass] for klass in EVERY) == 0
    (step,) = answer.plan.steps
    assert (step.cuts_alone, step.needed_by, step.on_doors, step.relations) == (1, 1, 1, 1)


# What may be asked for -------------------------------------------------------------------------


def test_only_switches_of_some_holders_are_closed() -> None:
    map_ = map_of(FAVORS)
    mine = answer_of(map_, Closing(EVERY, holders=frozenset({OWNER})))
    theirs = answer_of(map_, Closing(EVERY, holders=frozenset({NEIGHBOR, OTHER})))
    assert mine.plan is not None
    assert theirs.plan is not None
    assert {step.switch.holder for step in mine.plan.steps} == {OWNER}
    assert {step.switch.holder for step in theirs.plan.steps} == {NEIGHBOR, OTHER}


def test_the_way_that_nobody_who_may_be_asked_can_close_is_told_hop_by_hop() -> None:
    closing = Closing(EVERY, holders=frozenset({OWNER}), never=frozenset({FAVORS[0].switch}))
    answer = answer_of(map_of(FAVORS), closing)
    assert answer.status is Status.UNCUTTABLE
    assert answer.plan is None
    assert answer.walk == FAVORS[:2]
    text = answer_text(answer, map_of(FAVORS))
    assert "It cannot be closed" in text
    assert "Plan:" not in text
    told = answer_json(answer, map_of(FAVORS))
    assert [hop["target"] for hop in told["uncuttable"]] == [NEIGHBOR, ICE]


def test_a_protected_demand_stays_possible() -> None:
    shared = map_of(FAVORS)
    wanted = Demand(OWNER, NEIGHBOR, "", (frozenset({FAVORS[0].switch}),))
    answer = answer_of(shared, Closing(EVERY, demands=(wanted,)))
    assert answer.plan is not None
    assert FAVORS[1].switch in answer.plan.cut.switches
    assert FAVORS[0].switch not in answer.plan.cut.switches


def test_a_demand_that_is_lost_is_paid_for_and_named() -> None:
    wanted = Demand(OWNER, SHERIFF, "", (frozenset({TO_SHERIFF.switch}),), loss=50.0)
    answer = answer_of(map_of([TO_SHERIFF]), Closing(EVERY, demands=(wanted,)))
    assert answer.plan is not None
    assert answer.plan.lost == (wanted,)
    assert answer.plan.cut.price == 50 + answer.prices[TO_SHERIFF.switch].value
    assert "a loss of 50" in answer_text(answer, map_of([TO_SHERIFF]))


def test_a_protected_demand_without_which_there_is_no_door_cannot_be_kept() -> None:
    wanted = Demand(OWNER, SHERIFF, "", (frozenset({TO_SHERIFF.switch}),))
    answer = answer_of(map_of([TO_SHERIFF]), Closing(EVERY, demands=(wanted,)))
    assert answer.status is Status.UNCUTTABLE


def test_a_budget_leaves_as_few_pairs_as_it_can() -> None:
    answer = answer_of(map_of((TO_SHERIFF, *FAVORS)), Closing(EVERY, budget=Budget(switches=1)))
    assert answer.plan is not None
    assert answer.plan.cut.switches == (TO_SHERIFF.switch,)
    assert answer.plan.cut.pairs_left == answer.plan.cut.pairs_bound == 1
    assert "within the budget" in answer_text(answer, map_of((TO_SHERIFF, *FAVORS)))


@pytest.mark.parametrize(
    ("closing", "words"),
    [
        (Closing(never=frozenset({"no such"})), "the map has no switch `no such`"),
        (Closing(holders=frozenset({"nobody"})), "the map has no node `nobody`"),
        (Closing(demands=(Demand(OWNER, ICE, "", ()),)), "no route leads from"),
    ],
)
def test_what_the_map_does_not_have_is_named(closing: Closing, words: str) -> None:
    with pytest.raises(ClosingError, match=words):
        answer_of(map_of([TO_SHERIFF]), closing)


# What it costs ---------------------------------------------------------------------------------


def priced(map_: FlowMap, **given_: float) -> dict[str, Price]:
    return prices_of(map_, map_.switches, lambda number: True, given=given_)


def test_a_stated_loss_counts_before_a_measured_volume_before_a_count() -> None:
    both = replace(TO_SHERIFF, volume=7.0), relation(OWNER, NEIGHBOR)
    map_ = map_of(both)
    stated = map_.with_switches([replace(map_.switches[TO_SHERIFF.switch], loss=3.0)])
    assert priced(map_)[TO_SHERIFF.switch] == Price(7.0, Basis.VOLUME)
    assert priced(stated)[TO_SHERIFF.switch] == Price(3.0, Basis.LOSS)
    assert priced(map_)[both[1].switch] == Price(7.0, Basis.COUNT, 7.0)
    assert priced(stated, **{TO_SHERIFF.switch: 9.0})[TO_SHERIFF.switch].value == 9.0


def test_a_volume_that_is_known_in_part_is_no_measurement() -> None:
    parts = [relation(OWNER, other, switch="one") for other in (NEIGHBOR, OTHER)]
    map_ = map_of([replace(parts[0], volume=80.0), parts[1]])
    assert priced(map_)["one"] == Price(2.0, Basis.COUNT)


def test_where_nobody_measured_a_relation_counts_the_median_of_those_measured() -> None:
    volumes = {NEIGHBOR: 5.0, OTHER: 9.0, SHERIFF: 90.0}
    others = [replace(relation(OWNER, key), volume=volume) for key, volume in volumes.items()]
    map_ = map_of([*others, *(relation(OWNER, ICE, switch="two") for _ in range(2))])
    assert priced(map_)["two"] == Price(18.0, Basis.COUNT, 9.0)


def test_sharing_that_no_rule_permits_is_no_loss() -> None:
    map_ = map_of([relation(OWNER, NEIGHBOR), relation(OWNER, OTHER)])
    is_lawful = asked_of(map_).is_lawful
    assert [is_lawful(number) for number in range(2)] == [True, False]


def test_a_negative_loss_is_refused() -> None:
    with pytest.raises(ClosingError, match="-1: not below 0"):
        priced(map_of([TO_SHERIFF]), **{TO_SHERIFF.switch: -1.0})


def test_every_answer_shows_the_weights_and_which_are_defaults() -> None:
    map_ = map_of([TO_SHERIFF])
    answer = answer_of(map_, Closing(EVERY))
    assert "for 1 nobody measured: by default each lawful relation counts 1." in " ".join(
        answer_text(answer, map_).split()
    )
    loss = answer.prices[TO_SHERIFF.switch].value
    assert answer_json(answer, map_)["losses"] == {
        TO_SHERIFF.switch: {"loss": loss, "basis": "count", "default": True}
    }


def test_a_demand_is_met_straight_or_through_a_network() -> None:
    map_ = map_of([
        relation(OWNER, NEIGHBOR),
        relation(OWNER, NETWORK, RelationKind.JOINS, switch="in"),
        relation(NETWORK, NEIGHBOR, RelationKind.MEMBER_OF, switch="out"),
    ])  # fmt: skip
    asked = asked_of(map_)
    assert isinstance(asked.is_lawful, Lawful)
    found = routes_of(map_, range(3), asked.is_lawful, OWNER, NEIGHBOR)
    straight = map_.relations[0].switch
    assert set(found) == {frozenset({straight}), frozenset({"in", "out"})}


# How sure it is --------------------------------------------------------------------------------


def test_what_was_not_proved_is_not_called_so() -> None:
    asked = asked_of(map_of(FAVORS))
    answer = plan_closing(asked, Closing(EVERY))
    assert answer.plan is not None
    cut = replace(answer.cut, status=Status.BOUND, bound=answer.cut.price / 2)
    unproved = replace(answer, cut=cut, plan=replace(answer.plan, cut=cut))
    text = answer_text(unproved, map_of(FAVORS))
    assert "Not proved" in text
    assert "Proved" not in text
    assert "a gap of 50.0%" in text
    told = answer_json(unproved, map_of(FAVORS))
    assert (told["status"], told["plan"]["proved"], told["plan"]["gap"]) == ("bound", False, 0.5)


# What is asked of whom -------------------------------------------------------------------------


def test_next_best_plans_frontier_and_phases_are_told() -> None:
    map_ = map_of((TO_SHERIFF, *FAVORS))
    closing = Closing(EVERY, alternatives=2, phases=2, is_frontier_wanted=True)
    answer = answer_of(map_, closing)
    assert answer.plan is not None
    assert len(answer.alternatives) == 2
    prices = [plan.cut.price for plan in (answer.plan, *answer.alternatives)]
    assert prices == sorted(prices)
    assert answer.frontier[0].cut.pairs_left == 0
    done = [key for phase in answer.phases for key in phase.switches]
    assert sorted(done) == sorted(answer.plan.cut.switches)
    assert [phase.pairs_left for phase in answer.phases] == sorted(
        (phase.pairs_left for phase in answer.phases), reverse=True
    )
    assert answer.phases[-1].pairs_left == 0
    text = answer_text(answer, map_)
    for words in ("In 2 phases", "heuristic", "Next best plans", "Doors left against lawful loss"):
        assert words in text


def test_the_draft_scenario_closes_the_switches_of_the_plan() -> None:
    map_ = map_of((TO_SHERIFF, *FAVORS))
    answer = answer_of(map_, Closing(EVERY, phases=2))
    assert answer.plan is not None
    changes = tomllib.loads(scenario_text(answer, answer.plan))["change"]
    assert [change["do"] for change in changes] == ["close switches"] * 2
    closed = [key for change in changes for key in change["switches"]]
    assert sorted(closed) == sorted(answer.plan.cut.switches)
    rows = settings_text(answer, answer.plan, map_).splitlines()
    assert len(rows) == 1 + len(answer.plan.steps)


def test_a_draft_rule_passes_the_checks_and_bars_whom_the_doors_reach(tmp_path: Path) -> None:
    map_ = map_of([TO_SHERIFF])
    asked = asked_of(map_)
    registry = shipped_registry()
    drafts, without = drafts_for(
        map_, asked.product, engine().library, registry, shipped_zones().ordinary.policy,
        datetime.date(2026, 11, 3),
    )  # fmt: skip
    (draft,) = drafts
    assert (draft.owner, draft.recipients, without) == (OWNER, (SHERIFF,), 0)
    (tmp_path / draft.file).write_text(draft.text)
    checked = load((tmp_path,), registry.bodies.keys())
    assert checked.library is not None
    assert not checked.diagnostics
    bound = replace(tracer_of(map_), engine=replace(engine(), library=checked.library), askers={})
    after: Trace = bound.trace(asked.trace.question)
    before = Exposure.of(asked.trace)
    assert Exposure.of(after).pairs[DoorClass.OPEN] <= before.pairs[DoorClass.OPEN]


def test_a_switch_without_words_is_told_by_what_it_opens() -> None:
    map_ = map_of([TO_SHERIFF])
    text = answer_text(answer_of(map_, Closing(EVERY)), map_)
    name = map_.nodes[SHERIFF].name
    assert f"{name} may search the data of" in " ".join(text.split())
    assert Switch(TO_SHERIFF.switch, SwitchKind.SETTING, OWNER) == map_.switches[TO_SHERIFF.switch]
