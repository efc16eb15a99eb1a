"""Small maps of real and invented bodies, the shipped library, and a walk that asks every step."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import cache

from hypothesis import strategies as st

from platelaw.engine.decision import Engine
from platelaw.engine.flow.asking import Asker, registry_for
from platelaw.engine.flow.hops import Carried, Hops
from platelaw.engine.flow.model import (
    GUARDS,
    Custody,
    FlowMap,
    Grant,
    Guard,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Switch,
    SwitchKind,
    Terms,
)
from platelaw.engine.flow.zones import shipped_zones
from platelaw.engine.library import load, shipped_registry

OWNER = "CT/openbridge-pd"
DAY = datetime.date(2026, 11, 20)
BEFORE_THE_ACT = datetime.date(2025, 3, 3)
AGENCIES = (
    OWNER,
    "CT/hartford-pd",
    "MA/example-declared-pd",
    "NY/example-declared-so",
    "TX/austin-pd",
)
FEDERAL = ("US/ice", "US/fbi-new-haven")
NETWORK, VENDOR = "map/network", "map/vendor"


@cache
def engine() -> Engine:
    registry = shipped_registry()
    library = load((), registry.bodies.keys()).library
    assert library is not None
    return Engine(library, registry)


def nodes() -> tuple[Node, ...]:
    registry = shipped_registry()
    bodies = [registry.bodies[key] for key in (*AGENCIES, *FEDERAL)]
    kinds = [NodeKind.FEDERAL if b.key in FEDERAL else NodeKind.AGENCY for b in bodies]
    found = [Node(b.key, kind, b.name, b.key) for b, kind in zip(bodies, kinds, strict=True)]
    return (
        *found,
        Node(NETWORK, NodeKind.NETWORK, "A network"),
        Node(VENDOR, NodeKind.VENDOR, "A vendor"),
    )


def relation(
    source: str,
    target: str,
    kind: RelationKind = RelationKind.SHARES_QUERY,
    guard: Guard = Guard.TECHNICAL,
    *,
    switch: str = "",
    terms: str = "",
    purposes: tuple[str, ...] = (),
    grant: Grant = Grant.OWNER,
) -> Relation:
    key = switch or f"{source} {kind.value} {target}"
    return Relation(
        source, target, kind, key, custody=kind.custody, guard=guard, terms=terms,
        purposes=purposes, grant=grant,
    )  # fmt: skip


TERMS = (
    Terms("closed", "not to be passed on"),
    Terms("crime", "for crime alone", onward=True, purposes=("criminal_investigation",)),
)


def map_of(relations: Sequence[Relation]) -> FlowMap:
    holders = {each.switch: each.source for each in reversed(relations)}
    switches = [Switch(key, SwitchKind.SETTING, holder) for key, holder in holders.items()]
    return FlowMap.of(nodes(), relations, switches, TERMS)


@st.composite
def maps(draw: st.DrawFn) -> FlowMap:
    """Maps of up to eight relations, most of them going on from where another ended."""
    ends = [OWNER]
    relations: list[Relation] = []
    for _ in range(draw(st.integers(1, 8))):
        source = draw(st.sampled_from(ends))
        relations.append(draw(_relations(source)))
        ends += [relations[-1].target] * 2
    return map_of(relations)


_ENDS = (*AGENCIES, *FEDERAL, "NY/example-declared-so", "US/ice")
_KINDS = (
    RelationKind.SHARES_QUERY,
    RelationKind.SHARES_QUERY,
    RelationKind.SHARES_COPY,
    RelationKind.SHARES_COPY,
    RelationKind.RE_DISCLOSES,
    RelationKind.SEARCHES_FOR,
    RelationKind.ALERTS,
    RelationKind.LEGAL_PROCESS,
    RelationKind.JOINS,
    RelationKind.HOSTS,
    RelationKind.VENDOR_ACCESS,
)


@st.composite
def _relations(draw: st.DrawFn, source: str) -> Relation:
    kind = RelationKind.MEMBER_OF if source == NETWORK else draw(st.sampled_from(_KINDS))
    targets = [end for end in dict.fromkeys(_ENDS) if end != source]
    target = draw(st.sampled_from(targets))
    if kind is RelationKind.JOINS:
        target = NETWORK
    if kind in (RelationKind.HOSTS, RelationKind.VENDOR_ACCESS) and source != VENDOR:
        target = VENDOR
    return relation(
        source,
        target,
        kind,
        draw(st.sampled_from((Guard.NONE, Guard.KEYWORD_FILTER, Guard.TECHNICAL))),
        switch=draw(st.sampled_from(("", "", "shared one", "shared two"))),
        terms=draw(st.sampled_from(("", "", "closed", "crime"))),
        purposes=draw(st.sampled_from(((), (), ("missing_person",)))),
    )


# The reference -------------------------------------------------------------------------------


@cache
def asker_on(day: datetime.date) -> Asker:
    ordinary = shipped_zones().ordinary
    registry = registry_for(engine().registry, list(AGENCIES), ordinary)
    return Asker(Engine(engine().library, registry), ordinary, day)


def hops_of(flow_map: FlowMap, day: datetime.date = DAY) -> Hops:
    words = engine().library.deepest_vocabulary
    return Hops(flow_map, asker_on(day), shipped_zones().zones["immigration"], words)


def least_wrongs(hops: Hops, sinks: frozenset[str], most_hops: int, most: int) -> dict[str, int]:
    """Every walk tried, one after another: the least wrongs with which each recipient is served."""
    found: dict[str, int] = {}
    for node, wrongs in _walks(hops, sinks, most_hops, most):
        found[node] = min(wrongs, found.get(node, wrongs))
    return found


_Standing = tuple[str, Custody, Carried, tuple[str, ...], int, int]


def _walks(
    hops: Hops, sinks: frozenset[str], most_hops: int, most: int
) -> Iterator[tuple[str, int]]:
    waiting: list[_Standing] = [(OWNER, Custody.COPY, Carried(), (), 0, 0)]
    while waiting:
        node, custody, carried, terms, wrongs, length = waiting.pop()
        if node in sinks and carried.serves:
            yield node, wrongs
            continue
        if length == most_hops:
            continue
        for each in hops.map.relations:
            if each.source != node or each.target in (OWNER, node):
                continue
            if not _goes_on(hops.map, node, custody, each.kind):
                continue
            for way in hops.ways_of(OWNER, each, carried):
                if way.is_held or wrongs + len(way.faults) > most:
                    continue
                told = {*terms, each.terms} if each.terms else set(terms)
                mine: tuple[str, ...] = tuple(sorted(told))
                live = way.custody is Custody.LIVE
                guard = max(carried.guard, each.guard, key=GUARDS.index) if live else Guard.NONE
                admits = (*carried.admits, *([each.purposes] if each.purposes else []))
                after = Carried(way.serves, *hops.terms_say(mine), guard, admits if live else ())
                step = (each.target, way.custody, after, mine)
                waiting.append((*step, wrongs + len(way.faults), length + 1))


def _goes_on(flow_map: FlowMap, node: str, custody: Custody, kind: RelationKind) -> bool:
    if node == OWNER or custody is Custody.COPY:
        return True
    if custody is Custody.HAND:
        return kind is RelationKind.RE_DISCLOSES
    if flow_map.nodes[node].kind is NodeKind.NETWORK:
        return kind in (RelationKind.MEMBER_OF, RelationKind.JOINS)
    return kind is RelationKind.SEARCHES_FOR
