"""Where everything stands on the picture: computed once, the same for the same map.

The picture is read from left to right, as the data flow: the owners' governments, the networks
and vendors, other governments, the federal bodies. The bodies of a group fill a disc, those that
most doors pass in its middle.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .view import Column, ReportData

_ASPECT = 1.1  # width by height of the picture
_GOLDEN = math.pi * (3 - math.sqrt(5))
_SPACING = {Column.HOME: 24.0, Column.HUBS: 60.0, Column.ELSEWHERE: 13.0, Column.FEDERAL: 24.0}
# The columns that are read first get at least this much of the size of all other governments.
_SHARE = {Column.HOME: 0.35, Column.HUBS: 0.0, Column.ELSEWHERE: 0.0, Column.FEDERAL: 0.2}
_WIDEST = 70.0  # spacing of bodies, at most
_MARGIN = 30.0  # between discs, and room for their names
_GAP = 150.0  # between columns


@dataclass(frozen=True, slots=True)
class Disc:
    """The room of a group: its middle and its radius."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The picture: a place for every body and every group, around the point (0, 0)."""

    bodies: tuple[tuple[float, float], ...]
    groups: tuple[Disc, ...]
    width: float
    height: float


def laid_out(data: ReportData) -> Layout:
    """The layout of a report's map."""
    members = _members(data)
    spacings = _spacings(data, members)
    radii = {group: _radius(len(members[group]), spacings[group]) for group in members}
    discs, width, height = _columns(data, radii)
    places: dict[int, tuple[float, float]] = {}
    for group, disc in discs.items():
        for rank, body in enumerate(members[group]):
            distance, angle = spacings[group] * 0.62 * math.sqrt(rank), rank * _GOLDEN
            places[body] = (
                round(disc.x + distance * math.cos(angle), 1),
                round(disc.y + distance * math.sin(angle), 1),
            )
    return Layout(
        tuple(places[body] for body in range(len(data.bodies))),
        tuple(discs[group] for group in range(len(data.groups))),
        round(width, 1),
        round(height, 1),
    )


def _members(data: ReportData) -> Mapping[int, Sequence[int]]:
    """The bodies of each group, those that most doors pass first, then the best connected."""
    doors, links = [0] * len(data.bodies), [0] * len(data.bodies)
    for door in data.doors:
        for hop in door.hops:
            doors[data.hops[hop].source] += 1
            doors[data.hops[hop].target] += 1
    for source, target, _ in data.links:
        links[source] += 1
        links[target] += 1
    found: dict[int, list[int]] = {group: [] for group in range(len(data.groups))}
    for number, body in enumerate(data.bodies):
        found[body.group].append(number)
    for each in found.values():
        each.sort(key=lambda n: (-doors[n], -links[n], data.bodies[n].name, n))
    return found


def _spacings(data: ReportData, members: Mapping[int, Sequence[int]]) -> list[float]:
    """How far apart the bodies of each group stand."""
    columns = [group.column for group in data.groups]
    whole = math.hypot(*(
        _radius(len(members[group]), _SPACING[column])
        for group, column in enumerate(columns)
        if column is Column.ELSEWHERE
    ))  # fmt: skip
    return [
        max(
            _SPACING[column],
            min(
                _SHARE[column]
                / math.sqrt(columns.count(column))
                * whole
                / _radius(len(members[group]), 1.0),
                _WIDEST,
            ),
        )
        for group, column in enumerate(columns)
    ]


def _radius(count: int, spacing: float) -> float:
    return spacing * (0.62 * math.sqrt(count) + 0.6)


@dataclass(frozen=True, slots=True)
class _Block:
    """Discs that stand together, around the middle of their own room."""

    discs: Mapping[int, Disc] = field(default_factory=dict[int, Disc])
    width: float = 0.0
    height: float = 0.0


def _columns(data: ReportData, radii: Mapping[int, float]) -> tuple[dict[int, Disc], float, float]:
    """Every disc, and the width and height of all."""
    of = {
        column: [place for place, group in enumerate(data.groups) if group.column is column]
        for column in Column
    }
    stacks = [_stacked(of[each], radii) for each in (Column.HOME, Column.HUBS, Column.FEDERAL)]
    rest = sum(stack.width + _GAP for stack in stacks if stack.discs)
    least = max(stack.height for stack in stacks)
    elsewhere = _best_shelves(of[Column.ELSEWHERE], radii, rest, least)
    blocks = [each for each in (*stacks[:2], elsewhere, stacks[2]) if each.discs]
    width = sum(block.width for block in blocks) + _GAP * max(len(blocks) - 1, 0)
    left, discs = -width / 2, dict[int, Disc]()
    for block in blocks:
        for group, disc in block.discs.items():
            discs[group] = Disc(
                round(left + block.width / 2 + disc.x, 1), round(disc.y, 1), round(disc.radius, 1)
            )
        left += block.width + _GAP
    return discs, width, max((block.height for block in blocks), default=0.0)


def _stacked(groups: Sequence[int], radii: Mapping[int, float]) -> _Block:
    """Discs one above the other."""
    height = sum(2 * radii[group] + _MARGIN for group in groups)
    top, discs = -height / 2, dict[int, Disc]()
    for group in groups:
        discs[group] = Disc(0.0, top + _MARGIN + radii[group], radii[group])
        top += 2 * radii[group] + _MARGIN
    return _Block(discs, 2 * max((radii[group] for group in groups), default=0.0), height)


def _best_shelves(
    groups: Sequence[int], radii: Mapping[int, float], rest: float, least: float
) -> _Block:
    """Discs in rows, of the width that gives the whole picture the best shape."""
    if not groups:
        return _Block()
    widest = max(2 * radii[group] for group in groups) + _MARGIN
    tried = [_shelves(groups, radii, widest * (1 + step / 4)) for step in range(40)]
    return min(
        tried, key=lambda block: abs((block.width + rest) / max(block.height, least) - _ASPECT)
    )


def _shelves(groups: Sequence[int], radii: Mapping[int, float], limit: float) -> _Block:
    """Discs in rows no wider than a limit, in their order."""
    rows: list[list[int]] = [[]]
    for group in groups:
        across = sum(2 * radii[g] + _MARGIN for g in (*rows[-1], group))
        if rows[-1] and across > limit:
            rows.append([])
        rows[-1].append(group)
    heights = [2 * max(radii[g] for g in row) + _MARGIN for row in rows]
    widths = [sum(2 * radii[g] + _MARGIN for g in row) for row in rows]
    top, discs = -sum(heights) / 2, dict[int, Disc]()
    for row, height, width in zip(rows, heights, widths, strict=True):
        left = -width / 2
        for group in row:
            discs[group] = Disc(
                left + _MARGIN / 2 + radii[group], top + (height + _MARGIN) / 2, radii[group]
            )
            left += 2 * radii[group] + _MARGIN
        top += height
    return _Block(discs, max(widths), sum(heights))
