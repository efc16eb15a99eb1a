"""Maps for these tests: a small one by hand, and any that a file must keep."""

from __future__ import annotations

import datetime

from hypothesis import strategies as st

from platelaw.engine.flow.files.assembling import own_switches
from platelaw.engine.flow.model import (
    Custody,
    Evidence,
    FlowMap,
    Grant,
    Guard,
    Level,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Source,
    Switch,
    SwitchKind,
    Terms,
)
from platelaw.engine.flow.own_switch import own_switch

DAY = datetime.date(2026, 4, 29)


def shares(source: str, target: str, kind: RelationKind = RelationKind.SHARES_QUERY) -> Relation:
    switch = own_switch(source, target, kind)
    return Relation(source, target, kind, switch.key, custody=kind.custody)


def agency(key: str) -> Node:
    return Node(key, NodeKind.AGENCY, key.upper())


def map_of(*relations: Relation, nodes: tuple[Node, ...] = ()) -> FlowMap:
    """A map of relations with switches of their own, and the agencies that they name."""
    keys = {end for each in relations for end in (each.source, each.target)}
    known = {node.key for node in nodes}
    others = [agency(key) for key in sorted(keys - known)]
    return FlowMap.of([*nodes, *others], relations, own_switches(relations))


SMALL = FlowMap.of(
    [
        Node("AA/pd", NodeKind.AGENCY, "Aford AA PD", "AA/pd", 0.98, ("barred",), 12, 30, True),
        Node("map/net", NodeKind.NETWORK, "National, \"the\" lookup"),
        Node("map/x", NodeKind.UNKNOWN, "X | Y", sureness=0.2),
    ],
    [
        Relation(
            "AA/pd", "map/x", RelationKind.SHARES_COPY, "memo", ("hit", "plate_read"), ("theft",),
            Custody.LIVE, "terms", Guard.PAPER, Grant.PILOT, DAY, DAY + datetime.timedelta(9),
            Evidence("a list", Level.CONFIRMED, DAY), 12.5,
        ),
        shares("AA/pd", "map/net", RelationKind.JOINS),
        shares("map/net", "AA/pd", RelationKind.MEMBER_OF),
    ],
    [
        Switch("memo", SwitchKind.AGREEMENT, "AA/pd", "a memo", 3.0, is_on=False),
        own_switch("AA/pd", "map/net", RelationKind.JOINS),
    ],
    [Terms("terms", "no onward", onward=False, purposes=("theft",), detectable=False)],
    as_of=DAY,
    sources=[Source("a list", "an archive", DAY, "a note")],
)  # fmt: skip


def parts(flow_map: FlowMap) -> tuple[object, ...]:
    """What makes two maps the same."""
    return (
        dict(flow_map.nodes), flow_map.relations, dict(flow_map.switches), dict(flow_map.terms),
        flow_map.as_of, flow_map.sources,
    )  # fmt: skip


_KEYS = st.text("abcXYZ/ -_.ÄÖ'\"\\,;", min_size=1, max_size=8).map(str.strip).filter(bool)
_WORDS = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"]) | st.just("\n"), max_size=12
).map(str.strip)
_KINDS = st.lists(st.sampled_from(["theft", "barred", "hit", "plate_read"]), unique=True)
_DAYS = st.none() | st.dates(datetime.date(1990, 1, 1), datetime.date(2100, 1, 1))
_AMOUNTS = st.none() | st.floats(0, 1e9)


@st.composite
def maps(draw: st.DrawFn) -> FlowMap:
    """Any map whose parts fit."""
    keys = draw(st.lists(_KEYS, min_size=2, max_size=5, unique=True))
    nodes = [
        Node(
            key, draw(st.sampled_from(NodeKind)), draw(_WORDS) or "a name", draw(_WORDS),
            draw(st.floats(0, 1)), tuple(draw(_KINDS)), draw(st.none() | st.integers(0, 10**6)),
            draw(st.none() | st.integers(0, 9999)), draw(st.booleans()),
        )
        for key in keys
    ]  # fmt: skip
    terms = [
        Terms(key, draw(_WORDS), draw(st.booleans()), tuple(draw(_KINDS)), draw(st.booleans()))
        for key in draw(st.lists(_KEYS, max_size=2, unique=True))
    ]
    switches = {
        key: Switch(key, draw(st.sampled_from(SwitchKind)), draw(st.sampled_from(keys)),
                    draw(_WORDS), draw(_AMOUNTS), draw(st.booleans()))
        for key in draw(st.lists(_KEYS, max_size=3, unique=True))
    }  # fmt: skip
    relations = [draw(_relations(keys, list(switches), [each.key for each in terms]))
                 for _ in range(draw(st.integers(0, 6)))]  # fmt: skip
    own = {each.key: each for each in own_switches(relations)}
    sources = draw(st.lists(
        st.builds(Source, _WORDS.filter(bool), _WORDS, _DAYS, _WORDS), max_size=2
    ))  # fmt: skip
    return FlowMap.of(
        nodes, relations, {**own, **switches}.values(), terms, as_of=draw(_DAYS), sources=sources
    )


@st.composite
def _relations(draw: st.DrawFn, keys: list[str], switches: list[str], terms: list[str]) -> Relation:
    source, target = draw(st.permutations(keys))[:2]
    kind = draw(st.sampled_from(RelationKind))
    own = own_switch(source, target, kind).key
    start = draw(_DAYS)
    return Relation(
        source, target, kind, draw(st.sampled_from([own, *switches])),
        tuple(draw(_KINDS)) or ("alpr_data",), tuple(draw(_KINDS)), draw(st.sampled_from(Custody)),
        draw(st.sampled_from(["", *terms])), draw(st.sampled_from(Guard)),
        draw(st.sampled_from(Grant)), start,
        start + datetime.timedelta(draw(st.integers(1, 99))) if start else draw(_DAYS),
        Evidence(draw(_WORDS), draw(st.sampled_from(Level)), draw(_DAYS)), draw(_AMOUNTS),
    )  # fmt: skip
