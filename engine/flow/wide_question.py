"""A question asked of a map of arrays: what is counted there, and the part to look at."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from ..decision import Engine
from .door import Question, Reach
from .model import FlowMap
from .narrowing import MOST_WRONGS, Narrower
from .tracing import Tracer
from .wide import WideMap, joined_maps
from .zones import Zones


@dataclass(frozen=True, slots=True)
class WidePart:
    """What of a map of arrays lies on doors of a question.

    Attributes:
        map: The part, as an ordinary map.
        reaches: The recipients of every owner, counted on the whole map.
        bounds: What was cut short, in words.
    """

    map: FlowMap
    reaches: tuple[Reach, ...]
    bounds: tuple[str, ...]


def part_of(
    wide: WideMap,
    engine: Engine,
    zones: Zones,
    question: Question,
    *,
    switch_is_ground: bool = True,
    as_if: str = "",
    helpers: str | None = None,
    progress: Callable[[str], None] = lambda owner: None,
) -> WidePart:
    """The part of a map of arrays on doors of a question.

    Args:
        wide: The map.
        engine: Asked about every kind of hop, with the map's bodies on file.
        zones: The zones, and what an ordinary request states.
        question: What is asked; its zone and owners are there.
        switch_is_ground: Whether a switch that is on is taken as its owner's permission.
        as_if: The body by whose law every owner's data are judged.
        helpers: The evidence of searches for others that are assumed; None if none are.
        progress: Called with each owner when its turn comes.

    Raises:
        QuestionError: The question names a zone, node or kind that is not there.
    """
    tracer = Tracer(wide.without_relations, engine, zones, switch_is_ground, as_if)
    hops = tracer.hops(question)
    groups: dict[Hashable, list[str]] = {}
    for key in question.owners:
        groups.setdefault(hops.asker.seen_as_owner(hops.owner_body(key)), []).append(key)
    parts: list[FlowMap] = []
    reaches: dict[str, Reach] = {}
    bounds: list[str] = []
    wrongs = min(question.wrongs, MOST_WRONGS)
    if wrongs < question.wrongs:
        bounds.append(f"on a map of arrays at most {MOST_WRONGS} wrongs are followed")
    for mine in groups.values():
        narrower = Narrower(wide, hops, tracer.sinks(hops, mine[0]), helpers)
        part, cut = narrower.narrowed(mine, question.hops, wrongs)
        parts.append(part)
        bounds += cut
        for key, counts in narrower.reaches(mine, question.hops, wrongs):
            progress(key)
            reaches[key] = Reach(key, counts, None)
    return WidePart(
        joined_maps([FlowMap.of([wide.nodes[wide.numbers[k]] for k in question.owners], (), ()),
                     *parts]),
        tuple(reaches[key] for key in question.owners),
        tuple(dict.fromkeys((*bounds, _WHOLE.format(wide.snapshot.relations)))),
    )  # fmt: skip


_WHOLE = (
    "reach is counted on all {:,} relations, without the doors that wait for a proof, without "
    "terms beside the law and without the purposes that the setting of an access admits, so that "
    "a class may be one too low; the doors shown are of the part on which doors lie, and exact"
)
