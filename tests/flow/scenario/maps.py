"""A small map of invented bodies for these tests, and settings that are equal or not."""

from __future__ import annotations

import datetime
from typing import Any

from platelaw.engine.flow.model import (
    FlowMap,
    Grant,
    Guard,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Switch,
    SwitchKind,
)
from platelaw.engine.flow.scenario.setting import Setting
from platelaw.engine.registry import Body, Registry

DAY = datetime.date(2026, 11, 3)


def agency(key: str, **more: Any) -> Node:
    return Node(key, NodeKind.AGENCY, key.title(), **more)


def switch(key: str, holder: str, **more: Any) -> Switch:
    return Switch(key, SwitchKind.SETTING, holder, **more)


def membership(agency: str, network: str, key: str) -> list[Relation]:
    return [
        Relation(agency, network, RelationKind.JOINS, key, grant=Grant.NETWORK),
        Relation(network, agency, RelationKind.MEMBER_OF, key, grant=Grant.NETWORK),
    ]


def small_map() -> FlowMap:
    """Town shares with River; Town, River and Hill are in Ring; Hill passes on to Bureau."""
    return FlowMap.of(
        [
            agency("town", body="T/town", keeps_days=21),
            agency("river", body="R/river", keeps_days=30),
            agency("hill", body="R/hill", keeps_days=365),
            agency("far"),
            Node("ring", NodeKind.NETWORK, "The Ring"),
            Node("bureau", NodeKind.FEDERAL, "Bureau", body="U/bureau"),
        ],
        [
            Relation("town", "river", RelationKind.SHARES_QUERY, "town-river", volume=40.0),
            *membership("town", "ring", "town-ring"),
            *membership("river", "ring", "both"),
            Relation("river", "bureau", RelationKind.SHARES_COPY, "both", guard=Guard.PAPER),
            *membership("hill", "ring", "hill-ring"),
            Relation("hill", "bureau", RelationKind.RE_DISCLOSES, "hill-tells"),
        ],
        [
            switch("town-river", "town"),
            switch("town-ring", "town"),
            switch("both", "river"),
            switch("hill-ring", "hill", is_on=False),
            switch("hill-tells", "hill"),
        ],
        as_of=DAY,
    )


def body(key: str, policy: str = "", **attributes: str) -> Body:
    return Body(key, key.partition("/")[2].title(), "", policy, "", (), attributes)


def small_registry() -> Registry:
    bodies = [
        body("T/town", "t/own", sovereign="T", kind="police"),
        body("R/river", sovereign="R", kind="police", declaration="on_file"),
        body("R/hill", sovereign="R", kind="police"),
        body("U/bureau", sovereign="U", kind="federal"),
    ]
    return Registry({each.key: each for each in bodies})


def small_setting() -> Setting:
    return Setting(small_map(), small_registry(), DAY)


def parts(setting: Setting) -> tuple[object, ...]:
    """All that a setting says, to compare."""
    flow_map, registry = setting.flow_map, setting.on_file()
    return (
        dict(flow_map.nodes),
        flow_map.relations,
        dict(flow_map.switches),
        dict(flow_map.terms),
        {key: registry.bodies[key] for key in registry.bodies},
        setting.overrides,
        setting.law,
        setting.assumptions,
        setting.day,
    )
