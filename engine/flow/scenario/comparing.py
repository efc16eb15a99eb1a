"""The doors of two answers to one question: opened, closed, or of another class.

An answer shows the best doors of each owner and may leave others out. So a door that one answer
shows and the other does not is called opened or closed only if the other would have shown it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..door import Door, DoorClass, Trace

DoorKey = tuple[str, str, tuple[str, ...]]  # the owner, the recipient, the switches passed
Cost = tuple[int, int]  # wrongs, then hops: doors are shown in this order


def key_of(door: Door) -> DoorKey:
    """What tells a walk from another."""
    return door.source, door.sink, door.switches


def identity_of(door: Door) -> tuple[DoorKey, DoorClass, int]:
    """What tells a door from another: the walk and what it takes."""
    return key_of(door), door.klass, door.wrongs


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
        unclear: Doors that one answer shows and the other may merely have left out.
        reaches: The recipients reached, by owner.
    """

    opened: tuple[Door, ...]
    closed: tuple[Door, ...]
    changed: tuple[tuple[Door, Door], ...]
    kept: int
    unclear: tuple[Door, ...]
    reaches: tuple[ReachChange, ...]

    @property
    def is_none(self) -> bool:
        """Whether nothing differs."""
        return not (self.opened or self.closed or self.changed or self.unclear) and all(
            reach.is_none for reach in self.reaches
        )

    def owners(self) -> tuple[str, ...]:
        """The owners for whom something differs."""
        doors = (*self.opened, *self.closed, *(door for pair in self.changed for door in pair))
        moved = [reach.owner for reach in self.reaches if not reach.is_none]
        return tuple(dict.fromkeys((*(door.source for door in doors), *moved)))


def compare(before: Trace, after: Trace) -> Difference:
    """What differs between two answers to the same question."""
    old = {identity_of(door): door for door in before.doors}
    new = {identity_of(door): door for door in after.doors}
    gone = [door for identity, door in old.items() if identity not in new]
    come = [door for identity, door in new.items() if identity not in old]
    changed = tuple(_pairs(gone, come))
    paired = {identity_of(door) for pair in changed for door in pair}
    gone = [door for door in gone if identity_of(door) not in paired]
    come = [door for door in come if identity_of(door) not in paired]
    shown_before, shown_after = _Shown.of(before), _Shown.of(after)
    return Difference(
        tuple(door for door in come if shown_before.would_show(door)),
        tuple(door for door in gone if shown_after.would_show(door)),
        changed,
        len(old.keys() & new.keys()),
        tuple(
            [door for door in come if not shown_before.would_show(door)]
            + [door for door in gone if not shown_after.would_show(door)]
        ),
        tuple(_reaches(before, after)),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """How far an answer shows the doors of each owner: those of lawful process apart."""

    worst: Mapping[tuple[str, bool], Cost]
    is_cut: bool

    @classmethod
    def of(cls, trace: Trace) -> _Shown:
        """What an answer shows; whole where it shows fewer doors than asked and was not cut."""
        costs: dict[tuple[str, bool], list[Cost]] = {}
        for door in trace.doors:
            costs.setdefault(_list_of(door), []).append(_cost(door))
        least = 0 if trace.bounds else trace.question.doors
        worst = {mine: max(found) for mine, found in costs.items() if len(found) >= least}
        return cls(worst, bool(trace.bounds))

    def would_show(self, door: Door) -> bool:
        """Whether the answer would show a door if there were one."""
        worst = self.worst.get(_list_of(door))
        return not self.is_cut if worst is None else _cost(door) < worst


def _list_of(door: Door) -> tuple[str, bool]:
    return door.source, door.klass is DoorClass.LAWFUL


def _cost(door: Door) -> Cost:
    return door.wrongs, len(door.hops)


def _pairs(gone: Iterable[Door], come: Iterable[Door]) -> Iterator[tuple[Door, Door]]:
    """The same walk before and after, where it takes something else; the least of each."""
    before: dict[DoorKey, Door] = {}
    for door in sorted(gone, key=_cost):
        before.setdefault(key_of(door), door)
    for door in sorted(come, key=_cost):
        other = before.pop(key_of(door), None)
        if other is not None:
            yield other, door


def _reaches(before: Trace, after: Trace) -> Iterator[ReachChange]:
    then = {reach.owner: reach.by_class for reach in before.reaches}
    for reach in after.reaches:
        yield ReachChange(reach.owner, then.get(reach.owner, {}), reach.by_class)
