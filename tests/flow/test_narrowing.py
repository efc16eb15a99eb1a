"""What the kernels find on a map of arrays is what the ordinary search finds on the same map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platelaw.engine.flow.arrays.snapshot import from_columns
from platelaw.engine.flow.door import DoorClass
from platelaw.engine.flow.model import FlowMap, Level
from platelaw.engine.flow.narrowing import Narrower
from platelaw.engine.flow.search import Limits, Searcher
from platelaw.engine.flow.wide import Form, WideMap

from .test_search import SINKS
from .worlds import DAY, OWNER, hops_of, maps

PURPOSES = ("civil_removal", "criminal_investigation", "missing_person", "system_support")
CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=CHECKS)


LEVELS = st.sampled_from((Level.PUBLISHED, Level.ASSUMED))


def plain(flow_map: FlowMap, level: Level) -> FlowMap:
    """The map without what arrays do not carry: terms, relations to a node itself, twins.

    All its relations are as sure as one another.
    """
    kept = {
        (each.source, each.target, each.kind, each.guard, each.purposes): replace(
            each, terms="", evidence=replace(each.evidence, level=level)
        )
        for each in flow_map.relations
        if each.source != each.target
    }
    return flow_map.with_relations(kept.values())


def wide_of(flow_map: FlowMap) -> WideMap:
    nodes = tuple(flow_map.nodes.values())
    number = {node.key: at for at, node in enumerate(nodes)}
    forms = list(dict.fromkeys(Form(each.kind, each.guard) for each in flow_map.relations))
    masks = [
        sum(1 << at for at, p in enumerate(PURPOSES) if not each.purposes or p in each.purposes)
        for each in flow_map.relations
    ]
    snapshot = from_columns(
        [node.key for node in nodes],
        np.array([number[each.source] for each in flow_map.relations], np.int64),
        np.array([number[each.target] for each in flow_map.relations], np.int64),
        np.array(masks, np.int64),
        None,
        np.array([forms.index(Form(r.kind, r.guard)) for r in flow_map.relations], np.int64),
    )
    (level,) = {each.evidence.level for each in flow_map.relations}
    return WideMap(nodes, {}, snapshot, tuple(forms), PURPOSES, level=level)


def by_class(flow_map: FlowMap, hops: int) -> dict[DoorClass, int]:
    searcher = Searcher(flow_map, hops_of(flow_map), flow_map.open_on(DAY), SINKS)
    least: dict[str, int] = {}
    for node, wrongs in searcher.found(OWNER, Limits(hops, 2)).served():
        least[node] = min(wrongs, least.get(node, wrongs))
    classes = (DoorClass.OPEN, DoorClass.ONE, DoorClass.MORE)
    counts = {k: list(least.values()).count(at) for at, k in enumerate(classes)}
    return {klass: count for klass, count in counts.items() if count}


@QUICK
@given(maps(), LEVELS)
def test_the_kernels_count_what_the_search_counts(flow_map: FlowMap, level: Level) -> None:
    flow_map = plain(flow_map, level)
    if not flow_map.relations:
        return
    wide = wide_of(flow_map)
    narrower = Narrower(wide, hops_of(wide.without_relations), SINKS, None)
    for most in (1, 3):
        assert dict(narrower.reaches([OWNER], most, 2)) == {OWNER: by_class(flow_map, most)}


@QUICK
@given(maps(), LEVELS)
def test_what_is_taken_out_has_the_same_doors(flow_map: FlowMap, level: Level) -> None:
    flow_map = plain(flow_map, level)
    if not flow_map.relations:
        return
    wide = wide_of(flow_map)
    narrower = Narrower(wide, hops_of(wide.without_relations), SINKS, None)
    narrow, bounds = narrower.narrowed([OWNER], 3, 2)
    assert bounds == []
    assert by_class(narrow, 3) == by_class(flow_map, 3)
    assert len(narrow.relations) <= len(flow_map.relations)
