"""What a change does to a setting, part by part, so that it can be taken back exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from ..importing.assuming import Assumption
from ..model import FlowMap, Node, Relation, Switch
from .errors import ScenarioError
from .setting import Law, Setting, cell_of

# What was there and what is there instead; None where there is nothing.
SwitchSwap = tuple[Switch | None, Switch | None]
NodeSwap = tuple[Node | None, Node | None]
Placed = tuple[int, Relation]  # a relation and its number in the map
T = TypeVar("T", Node, Switch)


@dataclass(frozen=True, slots=True)
class CellSwap:
    """What is on file of one body under one column, before and after."""

    body: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Patch:
    """The parts of a setting that a change replaces.

    Attributes:
        switches: Switches changed, added or removed.
        nodes: Nodes changed, added or removed.
        removed: Relations that go, with their numbers before.
        added: Relations that come, with their numbers after, in order.
        cells: What is on file.
        law: The texts of law, before and after.
        assumptions: What is assumed, before and after.
    """

    switches: tuple[SwitchSwap, ...] = ()
    nodes: tuple[NodeSwap, ...] = ()
    removed: tuple[Placed, ...] = ()
    added: tuple[Placed, ...] = ()
    cells: tuple[CellSwap, ...] = ()
    law: tuple[Law, Law] | None = None
    assumptions: tuple[tuple[Assumption, ...], tuple[Assumption, ...]] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        parts = self.switches, self.nodes, self.removed, self.added, self.cells
        swaps = self.law, self.assumptions
        return not any(parts) and all(swap is None or swap[0] == swap[1] for swap in swaps)

    @property
    def bears_on_assumptions(self) -> bool:
        """Whether something may be assumed because of it, or be assumed no more."""
        gone = {(each.source, each.target, each.kind) for _, each in self.removed}
        come = {(each.source, each.target, each.kind) for _, each in self.added}
        return bool(gone != come or self.cells or self.assumptions)

    def reversed(self) -> Patch:
        """The patch that takes this one back."""
        return Patch(
            tuple((after, before) for before, after in self.switches),
            tuple((after, before) for before, after in self.nodes),
            self.added,
            self.removed,
            tuple(CellSwap(c.body, c.column, c.after, c.before) for c in self.cells),
            (self.law[1], self.law[0]) if self.law else None,
            (self.assumptions[1], self.assumptions[0]) if self.assumptions else None,
        )

    def apply(self, setting: Setting) -> Setting:
        """The setting with the parts replaced.

        Raises:
            ScenarioError: A part is not what it was when the patch was made.
        """
        return replace(
            setting,
            flow_map=self._map(setting.flow_map),
            overrides=self._overrides(setting),
            law=self.law[1] if self.law else setting.law,
            assumptions=self.assumptions[1] if self.assumptions else setting.assumptions,
        )

    def _map(self, flow_map: FlowMap) -> FlowMap:
        if not (self.switches or self.nodes or self.removed or self.added):
            return flow_map
        return replace(
            flow_map,
            nodes=_swapped(flow_map.nodes, self.nodes),
            switches=_swapped(flow_map.switches, self.switches),
            relations=_placed(flow_map.relations, self.removed, self.added),
        )

    def _overrides(self, setting: Setting) -> Mapping[str, Mapping[str, str]]:
        """What is on file; a cell that says what the registry says anyway is no override."""
        if not self.cells:
            return setting.overrides
        found = {key: dict(cells) for key, cells in setting.overrides.items()}
        for swap in self.cells:
            body = setting.registry.get(swap.body)
            cells = found.setdefault(swap.body, {})
            if body is not None and cell_of(body, swap.column) == swap.after:
                cells.pop(swap.column, None)
            else:
                cells[swap.column] = swap.after
        return {key: cells for key, cells in found.items() if cells}


def _swapped(parts: Mapping[str, T], swaps: Iterable[tuple[T | None, T | None]]) -> Mapping[str, T]:
    found = dict(parts)
    for before, after in swaps:
        either = before or after
        if either is None:
            continue
        key = either.key
        if found.get(key) != before:
            raise ScenarioError(f"`{key}` is not what it was", "take changes back in reverse order")
        if after is None:
            del found[key]
        else:
            found[key] = after
    return found


def _placed(
    relations: tuple[Relation, ...], removed: Iterable[Placed], added: Iterable[Placed]
) -> tuple[Relation, ...]:
    """Relations without some, and others put where their numbers are."""
    gone = dict(removed)
    if any(relations[number : number + 1] != (gone[number],) for number in gone):
        raise ScenarioError("a relation is not what it was", "take changes back in reverse order")
    kept = [each for number, each in enumerate(relations) if number not in gone]
    result: list[Relation] = []
    taken = 0
    for number, relation in sorted(added, key=lambda placed: placed[0]):
        ahead = number - len(result)
        result += kept[taken : taken + ahead]
        taken += ahead
        result.append(relation)
    return tuple(result + kept[taken:])
