"""Which doors standing access would open, asked of the flow engine before anybody gives it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...engine.decision import Engine
from ...engine.flow.door import Door, Question
from ...engine.flow.model import FlowMap, Node, NodeKind, RelationKind
from ...engine.flow.scenario.errors import ScenarioError
from ...engine.flow.scenario.relations import AddRelation
from ...engine.flow.scenario.scenario import Scenario
from ...engine.flow.scenario.setting import Setting
from ...engine.flow.scenario.simulating import Simulator
from ...engine.flow.tracing import Tracer
from ...engine.flow.zones import QuestionError, Zones
from ...engine.library import shipped
from ...engine.loading import Loader, Store
from .texts import Folder

_ASSUMED = "most_permissive.policy"  # a switch that is on is its owner's permission


@dataclass(frozen=True, slots=True)
class Opened:
    """The doors that standing access would open.

    Attributes:
        zone: The recipients asked about.
        doors: The doors; None if it cannot be told.
        why_not: Why it cannot be told.
    """

    zone: str
    doors: tuple[Door, ...] | None
    why_not: str = ""

    def as_json(self, flow_map: FlowMap) -> dict[str, Any]:
        """What a record keeps of it."""
        if self.doors is None:
            return {"zone": self.zone, "cannot_be_told": self.why_not}
        return {
            "zone": self.zone,
            "map_as_of": flow_map.as_of.isoformat() if flow_map.as_of else None,
            "opened": [
                {
                    "class": door.klass.value,
                    "to": door.sink,
                    "by": [door.source, *(hop.target for hop in door.hops)],
                }
                for door in self.doors
            ],
        }


@dataclass(frozen=True, slots=True)
class Grounds:
    """What asks the rules about the hops of a map.

    Attributes:
        engine: The policies of the repository, and the flow engine's assumption if they bear it.
        switch_is_ground: Whether a switch that is on is taken as its owner's permission.
    """

    engine: Engine
    switch_is_ground: bool


def grounds_of(policies: Mapping[str, bytes], engine: Engine, store: Store) -> Grounds:
    """What asks the rules of a repository: with the flow engine's assumption, if it fits them.

    Args:
        policies: The policies of the repository, by path.
        engine: What decides by them.
        store: What was read of policy texts before.
    """
    assumed = shipped().joinpath("flow", _ASSUMED).read_bytes()
    folder = Folder({**policies, f"flow/{_ASSUMED}": assumed})
    library = Loader(store).load([folder], engine.registry.bodies.keys()).checked.library
    if library is None:  # another vocabulary than the shipped one
        return Grounds(engine, False)
    return Grounds(Engine(library, engine.registry), True)


def opened_by(
    grounds: Grounds,
    flow_map: FlowMap,
    zones: Zones,
    zone: str,
    owner: str,
    partner: str,
    day: datetime.date,
) -> Opened:
    """The doors that are open with the access and not without it.

    Args:
        grounds: Asked about every hop.
        flow_map: Who shares with whom today.
        zones: The zones that may be asked about.
        zone: The recipients asked about.
        owner: Whose data it is.
        partner: Who gets access.
        day: The day of the law.
    """
    found = zones.zones.get(zone)
    if found is None:
        return Opened(zone, None, f"no zone is called `{zone}`")
    flow_map = _with(flow_map, grounds.engine, (owner, partner))
    question = Question(found.purpose, zone, day, (owner,), hops=3)
    change = AddRelation(owner, partner, RelationKind.SHARES_QUERY)
    setting = Setting(flow_map, grounds.engine.registry, day)
    tracer = Tracer(flow_map, grounds.engine, zones, grounds.switch_is_ground)

    def tracer_of(changed: Setting) -> Tracer:
        return replace(tracer, map=changed.flow_map)

    try:
        scenario = Scenario("enable", (change,))
        [outcome] = Simulator(setting, question, tracer_of).run((scenario,)).outcomes
    except ScenarioError as fault:
        return Opened(zone, None, fault.message)
    except QuestionError as fault:
        return Opened(zone, None, str(fault))
    return Opened(zone, tuple(outcome.difference.opened))


def _with(flow_map: FlowMap, engine: Engine, keys: Iterable[str]) -> FlowMap:
    """The map with bodies of the registry that it did not have: nobody knew of their sharing."""
    bodies = [engine.registry.get(key) for key in keys if key not in flow_map.nodes]
    return flow_map.with_nodes(
        Node(body.key, NodeKind.AGENCY, body.name, body.key) for body in bodies if body
    )
