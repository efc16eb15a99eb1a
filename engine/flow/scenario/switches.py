"""Changes of switches and of memberships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..model import (
    Evidence,
    FlowMap,
    Grant,
    Guard,
    Level,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Switch,
    SwitchKind,
)
from ..own_switch import own_switch
from .change import Change
from .errors import ScenarioError
from .finding import is_membership, memberships, network_of, node_of, switch_of
from .patch import NodeSwap, Patch, SwitchSwap
from .setting import Setting

SUPPOSED = Evidence("scenario", Level.ASSUMED)


@dataclass(frozen=True, slots=True)
class TurnSwitches(Change):
    """Switches are opened, or closed."""

    keys: tuple[str, ...]
    is_on: bool

    def patch(self, setting: Setting) -> Patch:
        """Those that are not so already."""
        found = (switch_of(setting.flow_map, key) for key in dict.fromkeys(self.keys))
        return Patch(switches=turned(found, is_on=self.is_on))

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"{'open' if self.is_on else 'close'} {', '.join(self.keys)}"


@dataclass(frozen=True, slots=True)
class LeaveNetwork(Change):
    """An agency leaves a network: its data are there no more, and it searches there no more."""

    agency: str
    network: str

    def patch(self, setting: Setting) -> Patch:
        """Its switches closed; one that opens more than the membership stays, the relation goes."""
        flow_map = setting.flow_map
        agency = node_of(flow_map, self.agency, "agency")
        network = network_of(flow_map, self.network)
        found = memberships(flow_map, agency.key, network.key)
        if not found:
            raise ScenarioError(f"`{self.agency}` is no member of `{self.network}`",
                                _networks(flow_map, agency.key))  # fmt: skip
        alone = {
            key
            for key in {relation.switch for relation in found.values()}
            if all(number in found for number in flow_map.by_switch[key])
        }
        return Patch(
            switches=turned((flow_map.switches[key] for key in sorted(alone)), is_on=False),
            removed=tuple((n, each) for n, each in found.items() if each.switch not in alone),
        )

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"{self.agency} leaves {self.network}"


@dataclass(frozen=True, slots=True)
class JoinNetwork(Change):
    """Agencies come into a network, their data as well as their searches.

    Attributes:
        network: The network; a new one if ``called`` says what it is called.
        agencies: Who comes in; empty for every agency of the map.
        called: What a new network is called.
        holder: Who can turn all of it off by one switch; blank if each holds a switch of its own.
        grant: Who lets them in.
    """

    network: str
    agencies: tuple[str, ...] = ()
    called: str = ""
    holder: str = ""
    grant: Grant = Grant.NETWORK

    def patch(self, setting: Setting) -> Patch:
        """Closed memberships opened, and those that are missing put in."""
        flow_map = setting.flow_map
        hub, nodes = self._hub(flow_map)
        holder = node_of(flow_map, self.holder, "holder").key if self.holder else ""
        switches: dict[str, SwitchSwap] = {}
        added: list[Relation] = []
        known = _memberships_of(flow_map, hub.key)
        for member in self._members(flow_map):
            had = known.get(member.key, {})
            for kind in (RelationKind.JOINS, RelationKind.MEMBER_OF):
                if kind in had:
                    switch = flow_map.switches[had[kind].switch]
                    if not switch.is_on:
                        switches[switch.key] = switch, replace(switch, is_on=True)
                    continue
                switch = self._switch(flow_map, hub, holder or member.key)
                before = flow_map.switches.get(switch.key)
                if before != switch:
                    switches[switch.key] = before, switch
                ends = (member, hub) if kind is RelationKind.JOINS else (hub, member)
                added.append(self._relation(kind, ends, switch.key))
        start = len(flow_map.relations)
        return Patch(tuple(switches.values()), nodes, added=tuple(enumerate(added, start)))

    def _hub(self, flow_map: FlowMap) -> tuple[Node, tuple[NodeSwap, ...]]:
        if self.called and self.network not in flow_map.nodes:
            hub = Node(self.network, NodeKind.NETWORK, self.called)
            return hub, ((None, hub),)
        return network_of(flow_map, self.network), ()

    def _members(self, flow_map: FlowMap) -> list[Node]:
        if self.agencies:
            found = (node_of(flow_map, name, "agency") for name in self.agencies)
            return list(dict.fromkeys(found))
        return [node for node in flow_map.nodes.values() if node.kind is NodeKind.AGENCY]

    def _switch(self, flow_map: FlowMap, hub: Node, holder: str) -> Switch:
        own = own_switch(holder, hub.key, RelationKind.JOINS)
        if self.holder:
            own = replace(own, key=f"{hub.key} for everybody", kind=SwitchKind.SETTING)
        return replace(flow_map.switches.get(own.key, own), is_on=True)

    def _relation(self, kind: RelationKind, ends: tuple[Node, Node], switch: str) -> Relation:
        source, target = ends
        return Relation(
            source.key, target.key, kind, switch,
            guard=Guard.PAPER, grant=self.grant, evidence=SUPPOSED,
        )  # fmt: skip

    @property
    def words(self) -> str:
        """What it is, in words."""
        who = ", ".join(self.agencies) or "every agency"
        return f"{who} in {self.called or self.network}"


def turned(switches: Iterable[Switch], *, is_on: bool) -> tuple[SwitchSwap, ...]:
    """Switches that are not so already, before and after."""
    return tuple((each, replace(each, is_on=is_on)) for each in switches if each.is_on != is_on)


def _memberships_of(
    flow_map: FlowMap, network: str
) -> Mapping[str, Mapping[RelationKind, Relation]]:
    """The relations of every member of a network, by member and kind."""
    found: dict[str, dict[RelationKind, Relation]] = {}
    for each in flow_map.relations:
        member = each.source if each.target == network else each.target
        if is_membership(each, member, network):
            found.setdefault(member, {}).setdefault(each.kind, each)
    return found


def _networks(flow_map: FlowMap, agency: str) -> str:
    """Which networks an agency is in, in words."""
    found = sorted({
        each.target if each.kind is RelationKind.JOINS else each.source
        for each in flow_map.relations
        if (each.kind is RelationKind.JOINS and each.source == agency)
        or (each.kind is RelationKind.MEMBER_OF and each.target == agency)
    })  # fmt: skip
    return f"it is in {', '.join(f'`{each}`' for each in found)}" if found else "it is in none"
