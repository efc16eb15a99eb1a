"""Real searches joined to doors: did anybody search who stands at the first hop of a door?

Counts alone, of organizations: no user, no plate and no reason is kept. A search by a body that
has a door shows that the door could have been used, and not that it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...audit.findings import Review
from ..door import Door
from ..model import FlowMap, NodeKind

Searches = Mapping[str, Counter[str]]  # by the registry key of who searched: rows by verdict


@dataclass(frozen=True, slots=True)
class DoorSearches:
    """A door, and the searches of whoever is first on it.

    Attributes:
        door: The door.
        requester: The node that is first on it and may search.
        rows: The rows of the owner's log by verdict; empty if that body never searched.
    """

    door: Door
    requester: str
    rows: Mapping[str, int]

    @property
    def searches(self) -> int:
        """How many rows there are."""
        return sum(self.rows.values())


def searches_of(review: Review) -> dict[str, Counter[str]]:
    """The rows of a reviewed log by the body that surely searched; others are left out."""
    found: dict[str, Counter[str]] = {}
    for count in review.organizations.values():
        body = count.resolution.body if count.resolution else None
        if body is not None:
            found.setdefault(body.key, Counter()).update(count.verdicts)
    return found


def unresolved_rows(review: Review) -> int:
    """How many rows name nobody for sure: they may be of anybody on a door."""
    return review.rows - sum(counts.total() for counts in searches_of(review).values())


def searches_on_doors(
    doors: Iterable[Door], flow_map: FlowMap, searches: Searches
) -> tuple[DoorSearches, ...]:
    """The searches on the doors of one owner, those of the most rows first.

    Args:
        doors: Doors of the owner whose log it is.
        flow_map: The map of the doors.
        searches: Who searched how often, by ``searches_of``.
    """
    found: list[DoorSearches] = []
    for door in doors:
        requester = _first(door, flow_map)
        body = flow_map.nodes[requester].body if requester else ""
        if requester:
            found.append(DoorSearches(door, requester, dict(searches.get(body, {}))))
    return tuple(sorted(found, key=lambda each: (-each.searches, each.requester)))


def _first(door: Door, flow_map: FlowMap) -> str:
    """The first node on a door that is somebody who searches; blank if there is none."""
    for hop in door.hops:
        if flow_map.nodes[hop.target].kind not in (NodeKind.NETWORK, NodeKind.VENDOR):
            return hop.target
    return ""
