"""All that an answer about doors rests on: the map, what is on file, and the law of a day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...registry import Body, Changed, Registry
from ..importing.assuming import Assumption
from ..model import FlowMap, Node

POLICY = "policy"  # the column of the registry that names an owner's own policy


@dataclass(frozen=True, slots=True)
class Law:
    """Which texts of law count.

    Attributes:
        places: Files and folders of policies on top of the library that is loaded.
        with_proposed: Whether proposed bills count as if they were in force.
    """

    places: tuple[Path, ...] = ()
    with_proposed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A map, a registry and the law of a day. Changes give new ones.

    Attributes:
        flow_map: The map.
        registry: What is on file, without the overrides.
        day: The day of the law and of the settings.
        overrides: What else is on file in this setting: by body, then by column.
        law: The texts of law.
        assumptions: What is assumed; the map has what that adds already.
    """

    flow_map: FlowMap
    registry: Registry
    day: datetime.date
    overrides: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict[str, "Mapping[str, str]"]
    )
    law: Law = Law()
    assumptions: tuple[Assumption, ...] = ()

    def on_file(self) -> Registry:
        """The registry with the overrides."""
        if not self.overrides:
            return self.registry
        changed = {
            key: _changed(body, cells)
            for key, cells in self.overrides.items()
            if (body := self.registry.get(key)) is not None
        }
        return Registry(Changed(self.registry.bodies, changed), self.registry.things)

    def cell(self, body: Body, column: str) -> str:
        """What is on file of a body under a column; blank if nothing is."""
        stated = self.overrides.get(body.key, {}).get(column)
        return stated if stated is not None else cell_of(body, column)

    def body_of(self, node: Node) -> Body | None:
        """The body on file that a node is."""
        return self.registry.get(node.body) if node.body else None

    def with_map(self, flow_map: FlowMap) -> Setting:
        """The setting with another map."""
        return replace(self, flow_map=flow_map)


def cell_of(body: Body, column: str) -> str:
    """What the registry itself has under a column."""
    return body.policy if column == POLICY else body.attributes.get(column, "")


def _changed(body: Body, cells: Mapping[str, str]) -> Body:
    """A body of which some columns say something else; a blank says nothing is on file."""
    attributes = {**body.attributes, **cells}
    attributes = {column: cell for column, cell in attributes.items() if cell and column != POLICY}
    return replace(body, policy=cells.get(POLICY, body.policy), attributes=attributes)
