"""Changes of relations and of bodies in the map."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..model import FlowMap, Grant, Guard, Relation, RelationKind, Switch
from ..own_switch import own_switch
from .change import Change
from .finding import Wanted, node_of, switch_of
from .patch import Patch, SwitchSwap
from .setting import Setting
from .switches import SUPPOSED


@dataclass(frozen=True, slots=True)
class SetGuard(Change):
    """A guard is raised or lowered on some relations."""

    relations: Wanted
    guard: Guard

    def patch(self, setting: Setting) -> Patch:
        """The relations whose guard is another."""
        found = self.relations.find(setting.flow_map)
        other = [(n, each) for n, each in found.items() if each.guard is not self.guard]
        return Patch(
            removed=tuple(other),
            added=tuple((n, replace(each, guard=self.guard)) for n, each in other),
        )

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"guard {self.guard.value} on relations {self.relations.words()}"


@dataclass(frozen=True, slots=True)
class RemoveRelations(Change):
    """Some relations stand no more."""

    relations: Wanted

    def patch(self, setting: Setting) -> Patch:
        """The relations that go."""
        return Patch(removed=tuple(self.relations.find(setting.flow_map).items()))

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"no relations {self.relations.words()}"


@dataclass(frozen=True, slots=True)
class AddRelation(Change):
    """One more relation.

    ``switch`` is one of the map, or a new one that ``holder`` can close; blank for a new one.
    """

    source: str
    target: str
    kind: RelationKind
    switch: str = ""
    holder: str = ""
    guard: Guard = Guard.NONE
    grant: Grant = Grant.OWNER
    purposes: tuple[str, ...] = ()

    def patch(self, setting: Setting) -> Patch:
        """The relation, and its switch if that is new or closed."""
        flow_map = setting.flow_map
        source, target = node_of(flow_map, self.source), node_of(flow_map, self.target)
        switch = self._switch(flow_map, source.key, target.key)
        before = flow_map.switches.get(switch.key)
        swaps: tuple[SwitchSwap, ...] = () if before == switch else ((before, switch),)
        relation = Relation(
            source.key, target.key, self.kind, switch.key,
            purposes=self.purposes, custody=self.kind.custody, guard=self.guard, grant=self.grant,
            evidence=SUPPOSED,
        )  # fmt: skip
        return Patch(swaps, added=((len(flow_map.relations), relation),))

    def _switch(self, flow_map: FlowMap, source: str, target: str) -> Switch:
        if self.switch and (not self.holder or self.switch in flow_map.switches):
            return replace(switch_of(flow_map, self.switch), is_on=True)
        own = own_switch(source, target, self.kind)
        holder = node_of(flow_map, self.holder, "holder").key if self.holder else own.holder
        made = replace(own, key=self.switch or own.key, holder=holder)
        return replace(flow_map.switches.get(made.key, made), is_on=True)

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"{self.source} {self.kind.value} {self.target}"


@dataclass(frozen=True, slots=True)
class SetRetention(Change):
    """Bodies keep data for so many days; None if that is not known."""

    nodes: tuple[str, ...]
    days: int | None

    def patch(self, setting: Setting) -> Patch:
        """The nodes that keep data for another time."""
        found = (node_of(setting.flow_map, name) for name in dict.fromkeys(self.nodes))
        other = (node for node in found if node.keeps_days != self.days)
        return Patch(nodes=tuple((node, replace(node, keeps_days=self.days)) for node in other))

    @property
    def words(self) -> str:
        """What it is, in words."""
        kept = "an unknown time" if self.days is None else f"{self.days} days"
        return f"{', '.join(self.nodes)} keep data for {kept}"
