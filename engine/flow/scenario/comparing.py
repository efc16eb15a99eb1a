"""The doors of two answers to one question: opened, closed, or of another class.

An answer shows the best doors of each owner, one for each set of switches, and leaves others out.
So a door that one answer shows and the other does not is looked for in the other by itself, over
its own relations, before it is called opened or closed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..door import Completeness, Door, DoorClass, Hop, Question, Trace
from ..model import FlowMap, Node, Relation
from ..tracing import Tracer

DoorKey = tuple[str, str, tuple[str, ...]]  # the owner, the recipient, the switches passed


def key_of(door: Door) -> DoorKey:
    """What tells a walk from another."""
    return door.source, door.sink, door.switches


def identity_of(door: Door) -> tuple[DoorKey, DoorClass, int]:
    """What tells a door from another: the walk and what it takes."""
    return key_of(door), door.klass, door.wrongs


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, and who gave it: asked again about single doors.

    Attributes:
        trace: The answer.
        tracer: What answered.
    """

    trace: Trace
    tracer: Tracer

    @classmethod
    def unasked(cls, question: Question, tracer: Tracer) -> Answer:
        """Who can be asked about single doors, and was not asked for all."""
        return cls(Trace(question, (), (), Completeness(0, 0, 0)), tracer)

    def find(self, door: Door) -> Door | None:
        """The walk of a door of another map, as it is here; None if there is no such door."""
        flow_map, question = self.tracer.map, self.trace.question
        if door.source not in question.owners:
            return None
        numbers = _numbers(flow_map, door, question.day)
        if not numbers:
            return None
        alone = replace(
            flow_map,
            nodes=_parts(flow_map.nodes, (*question.owners, *_nodes(door))),
            relations=tuple(flow_map.relations[number] for number in numbers),
        )
        found = replace(self.tracer, map=alone).trace(question).doors
        same = [each for each in found if key_of(each) == key_of(door)]
        return _with_numbers(min(same, key=lambda each: each.wrongs), numbers) if same else None


def _numbers(flow_map: FlowMap, door: Door, day: datetime.date) -> tuple[int, ...]:
    """The numbers of the open relations of a map that are a door's; none if a hop has none."""
    found: list[int] = []
    for hop in door.hops:
        open_ = [
            number
            for number in flow_map.outgoing.get(hop.source, ())
            if _is_of(hop, each := flow_map.relations[number])
            and each.stands_on(day)
            and flow_map.switches[each.switch].is_on
        ]
        if not open_:
            return ()
        found += open_
    return tuple(dict.fromkeys(found))


def _is_of(hop: Hop, relation: Relation) -> bool:
    """Whether a relation of another map is that of a hop."""
    ends = relation.source, relation.target, relation.kind, relation.switch
    return ends == (hop.source, hop.target, hop.kind, hop.switch)


def _with_numbers(door: Door, numbers: tuple[int, ...]) -> Door:
    """A door of a part of a map, with the numbers that its relations have in the whole."""
    hops = (replace(hop, relation=numbers[hop.relation]) for hop in door.hops)
    return replace(door, hops=tuple(hops))


def _nodes(door: Door) -> Iterator[str]:
    for hop in door.hops:
        yield hop.source
        yield hop.target


def _parts(nodes: Mapping[str, Node], keys: Iterable[str]) -> dict[str, Node]:
    return {key: nodes[key] for key in keys if key in nodes}


@dataclass(frozen=True, slots=True)
class ReachChange:
    """The recipients that one owner's data reach, by the least class of a door."""

    owner: str
    before: Mapping[DoorClass, int]
    after: Mapping[DoorClass, int]

    @property
    def is_none(self) -> bool:
        """Whether nothing changes."""
        return dict(self.before) == dict(self.after)


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two answers.

    Attributes:
        opened: Doors after that were none before.
        closed: Doors before that are none after.
        changed: The same walks, where something else must go wrong: before and after.
        kept: How many doors are the same.
        reaches: The recipients reached, by owner.
    """

    opened: tuple[Door, ...]
    closed: tuple[Door, ...]
    changed: tuple[tuple[Door, Door], ...]
    kept: int
    reaches: tuple[ReachChange, ...]

    @property
    def is_none(self) -> bool:
        """Whether nothing differs."""
        return not (self.opened or self.closed or self.changed) and all(
            reach.is_none for reach in self.reaches
        )

    def owners(self) -> tuple[str, ...]:
        """The owners for whom something differs."""
        doors = (*self.opened, *self.closed, *(door for pair in self.changed for door in pair))
        moved = [reach.owner for reach in self.reaches if not reach.is_none]
        return tuple(dict.fromkeys((*(door.source for door in doors), *moved)))


def compare(before: Answer, after: Answer) -> Difference:
    """What differs between two answers to the same question."""
    old = {identity_of(door): door for door in before.trace.doors}
    new = {identity_of(door): door for door in after.trace.doors}
    opened, closed = list[Door](), list[Door]()
    changed: dict[DoorKey, tuple[Door, Door]] = {}
    kept = len(old.keys() & new.keys())
    for identity, door in old.items():
        if identity not in new:
            other = after.find(door)
            if other is None:
                closed.append(door)
            elif identity_of(other) == identity:
                kept += 1
            else:
                changed[key_of(door)] = door, other
    for identity, door in new.items():
        if identity not in old and key_of(door) not in changed:
            other = before.find(door)
            if other is None:
                opened.append(door)
            elif identity_of(other) == identity:
                kept += 1
            else:
                changed[key_of(door)] = other, door
    reaches = tuple(_reaches(before.trace, after.trace))
    return Difference(tuple(opened), tuple(closed), tuple(changed.values()), kept, reaches)


def _reaches(before: Trace, after: Trace) -> Iterator[ReachChange]:
    then = {reach.owner: reach.by_class for reach in before.reaches}
    for reach in after.reaches:
        yield ReachChange(reach.owner, then.get(reach.owner, {}), reach.by_class)
