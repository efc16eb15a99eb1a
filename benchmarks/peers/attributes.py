"""A JSON request as plain attributes: what an author writes who uses an engine without kinds.

The registry is joined in, each kind comes with everything it lies under, and the age of the
oldest read is counted in civil days. What a request does not state is not there.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from .world import World, ancestors

Attributes: TypeAlias = dict[str, Any]
_READ = msgspec.json.Decoder().decode  # as fast as Python has it

# What a caller states, by the name that the other engines know it by.
STATED = (
    ("warrant.shown", "warrant"),
    ("reason.flagged", "flagged"),
    ("user.role", "role"),
    ("task_force.role", "task_force"),
    ("export.rows", "rows"),
    ("case.number", "case_number"),
)


@dataclass(slots=True)
class Filing:
    """Turns requests into attributes; keep one for many requests."""

    kinds: Mapping[str, list[str]]
    filed: Mapping[str, Attributes] = field(repr=False)

    @classmethod
    def of(cls, world: World) -> Filing:
        """The filing of a world: what is on file of each body, looked up once."""
        above = {kind: list(found) for kind, found in ancestors().items()}
        filed = {
            key: {
                "kinds": above[body.kind],
                "sovereign": body.sovereign,
                "agreement": body.attributes.get("agreement", "none"),
                "trained": body.attributes.get("trained") == "yes",
            }
            for key, body in world.registry.bodies.items()
        }
        return cls(above, filed)

    def attributes(self, text: bytes) -> Attributes:
        """The attributes of one request."""
        raw = _READ(text)
        facts = raw["facts"]
        found: Attributes = {"owner": raw["owner"], "act": raw["act"]}
        found |= self.filed[raw["requester"]]
        for stated, name in STATED:
            if stated in facts:
                found[name] = facts[stated]
        if "request.purpose" in facts:
            found["purposes"] = self.kinds[facts["request.purpose"]]
        if "period" in raw:
            start = datetime.date.fromisoformat(raw["period"]["from"])
            found["age"] = (datetime.date.fromisoformat(raw["at"][:10]) - start).days
        return found
