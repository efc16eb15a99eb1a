"""The search finds what trying every walk finds, and what closes something never opens anything."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platelaw.dsl import syntax as tree
from platelaw.engine.flow.asking import Asker
from platelaw.engine.flow.door import Question
from platelaw.engine.flow.model import GUARDS, Custody, FlowMap, Guard
from platelaw.engine.flow.search import Found, Limits, Searcher
from platelaw.engine.flow.tracing import Tracer
from platelaw.engine.flow.zones import shipped_zones

from .worlds import BEFORE_THE_ACT, DAY, OWNER, engine, hops_of, least_wrongs, maps

SINKS = frozenset({"US/ice", "NY/example-declared-so"})
CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=CHECKS)


ASKERS: dict[Hashable, Asker] = {}


def found_in(flow_map: FlowMap, limits: Limits = Limits(4, 2)) -> Found:  # noqa: B008
    searcher = Searcher(flow_map, hops_of(flow_map), flow_map.open_on(DAY), SINKS)
    return searcher.found(OWNER, limits)


def served(found: Found) -> dict[str, int]:
    least: dict[str, int] = {}
    for node, wrongs in found.served():
        least[node] = min(wrongs, least.get(node, wrongs))
    return least


@QUICK
@given(maps(), st.sampled_from((DAY, BEFORE_THE_ACT)))
def test_it_finds_what_trying_every_walk_finds(flow_map: FlowMap, day: object) -> None:
    assert isinstance(day, type(DAY))
    hops = hops_of(flow_map, day)
    searcher = Searcher(flow_map, hops, flow_map.open_on(day), SINKS)
    assert served(searcher.found(OWNER, Limits(3, 2))) == least_wrongs(hops, SINKS, 3, 2)


@QUICK
@given(maps())
def test_walks_come_in_order_and_the_first_takes_the_least(flow_map: FlowMap) -> None:
    searcher = Searcher(flow_map, hops_of(flow_map), flow_map.open_on(DAY), SINKS)
    found = searcher.found(OWNER, Limits(4, 2))
    walks = list(searcher.walks(found))
    costs = [(sum(step.way.wrongs for step in walk), len(walk)) for walk in walks]
    assert costs == sorted(costs)
    assert bool(walks) == bool(found.ends)
    if walks:
        assert costs[0][0] == min(served(found).values())
    switches = [frozenset(flow_map.relations[s.relation].switch for s in walk) for walk in walks]
    assert len(switches) == len(set(switches))


@QUICK
@given(maps())
def test_every_door_is_a_walk_that_the_rules_let_pass_step_by_step(flow_map: FlowMap) -> None:
    tracer = Tracer(flow_map, engine(), shipped_zones(), askers=ASKERS)
    question = Question("civil_removal", "immigration", DAY, (OWNER,), 4, 2, 50)
    for door in tracer.trace(question).doors:
        assert door.source == OWNER
        assert door.sink in SINKS
        for one, other in zip(door.hops, door.hops[1:], strict=False):
            assert one.target == other.source
        for hop in door.hops:
            here = flow_map.relations[hop.relation]
            assert (hop.source, hop.target, hop.kind) == (here.source, here.target, here.kind)
            asked = hop.outcome is not None
            if asked and not hop.wrongs:
                assert hop.outcome is tree.Outcome.PERMIT or hop.opens_if
            if asked and hop.guard is Guard.TECHNICAL and hop.wrongs:
                assert all(w.kind.value == "lie" or "terms" in w.words for w in hop.wrongs)
            if not asked:
                assert hop.custody is Custody.LIVE or not hop.wrongs


@QUICK
@given(maps(), st.data())
def test_a_barrier_never_opens_a_door(flow_map: FlowMap, data: st.DataObject) -> None:
    before = served(found_in(flow_map))
    number = data.draw(st.integers(0, len(flow_map.relations) - 1))
    here = flow_map.relations[number]
    stricter = [g for g in Guard if GUARDS.index(g) >= GUARDS.index(here.guard)]
    changed = list(flow_map.relations)
    changed[number] = replace(here, guard=data.draw(st.sampled_from(stricter)))
    guarded = served(found_in(flow_map.with_relations(changed)))
    closed = served(found_in(flow_map.with_closed([here.switch])))
    for after in (guarded, closed):
        assert after.keys() <= before.keys()
        assert all(after[node] >= before[node] for node in after)


@QUICK
@given(maps())
def test_the_product_holds_every_door_and_nothing_else(flow_map: FlowMap) -> None:
    searcher = Searcher(flow_map, hops_of(flow_map), flow_map.open_on(DAY), SINKS)
    found = searcher.found(OWNER, Limits(4, 2))
    product = searcher.product(found)
    arcs = {(arc.tail, arc.relation, arc.head) for arc in product.arcs}
    into = {head for _, _, head in arcs}
    out_of = {tail for tail, _, _ in arcs}
    for number in range(1, len(product.states)):
        assert number in into
        assert number in out_of or number in product.ends
    relations = {arc.relation for arc in product.arcs}
    walked = {step.relation for walk in searcher.walks(found) for step in walk}
    assert walked <= relations
    assert {product.states[end].node for end in product.ends} == set(served(found))
