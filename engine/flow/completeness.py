"""How much of a map is known, for the note beside every number."""

from __future__ import annotations

from collections import Counter

from .door import Completeness
from .model import FlowMap, NodeKind


def completeness_of(flow_map: FlowMap) -> Completeness:
    """What of a map was seen, and how old it is; networks count as settings and not as bodies."""
    bodies = [node for node in flow_map.nodes.values() if node.kind is not NodeKind.NETWORK]
    days = [each.evidence.day for each in flow_map.relations if each.evidence.day is not None]
    return Completeness(
        nodes=len(bodies),
        settings_known=sum(node.settings_known for node in bodies),
        unresolved=sum(not node.body for node in bodies),
        relations=dict(Counter(each.evidence.level.value for each in flow_map.relations)),
        oldest=min(days, default=None),
        newest=max(days, default=None),
    )
