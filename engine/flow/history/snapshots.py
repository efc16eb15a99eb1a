"""A map as it stood on some days."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace

from ..model import FlowMap


def snapshots(flow_map: FlowMap, days: Iterable[datetime.date]) -> tuple[FlowMap, ...]:
    """The map on each of some days."""
    return tuple(snapshot(flow_map, day) for day in days)


def snapshot(flow_map: FlowMap, day: datetime.date) -> FlowMap:
    """The map with the relations that stand on a day alone, as if they always had."""
    standing = (each for each in flow_map.relations if each.stands_on(day))
    relations = tuple(replace(each, start=None, until=None) for each in standing)
    return replace(flow_map, relations=relations, as_of=day)
