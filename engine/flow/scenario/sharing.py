"""Agencies stop sharing, with everybody or with some bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..model import Relation
from .change import Change
from .errors import ScenarioError
from .finding import node_of
from .patch import Patch
from .setting import Setting
from .switches import turned


@dataclass(frozen=True, slots=True)
class StopSharing(Change):
    """What leaves some agencies stops.

    Attributes:
        agencies: Whose data; empty for every node.
        partners: With whom; empty for everybody that ``where`` leaves.
        where: What is on file of the partners, by column; None for any.
    """

    agencies: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    where: Mapping[str, str] | None = None

    def patch(self, setting: Setting) -> Patch:
        """Switches closed; of one that opens other relations too, the relations go instead."""
        flow_map = setting.flow_map
        found = self._find(setting)
        if not found:
            raise ScenarioError(f"there is nothing to stop: {self.words}",
                                "name who shares, and with whom, as the map has it")  # fmt: skip
        alone = {
            key
            for key in {relation.switch for relation in found.values()}
            if all(number in found for number in flow_map.by_switch[key])
        }
        return Patch(
            turned((flow_map.switches[key] for key in sorted(alone)), is_on=False),
            removed=tuple((n, each) for n, each in found.items() if each.switch not in alone),
        )

    def _find(self, setting: Setting) -> dict[int, Relation]:
        flow_map = setting.flow_map
        sources = {node_of(flow_map, name, "agency").key for name in self.agencies}
        targets = {node_of(flow_map, name, "partner").key for name in self.partners}
        meant = {
            key
            for key in targets or flow_map.nodes
            if self.where is None or self._is_so(setting, key)
        }
        return {
            number: each
            for number, each in enumerate(flow_map.relations)
            if (not sources or each.source in sources) and each.target in meant
        }

    def _is_so(self, setting: Setting, key: str) -> bool:
        body = setting.body_of(setting.flow_map.nodes[key])
        return body is not None and all(
            setting.cell(body, column) == cell for column, cell in (self.where or {}).items()
        )

    @property
    def words(self) -> str:
        """What it is, in words."""
        who = ", ".join(self.agencies) or "everybody"
        on_file = " and ".join(f"{column} {cell}" for column, cell in (self.where or {}).items())
        with_ = ", ".join(self.partners) or "anybody"
        return f"{who} shares no more with {with_}{f' of {on_file}' if on_file else ''}"
