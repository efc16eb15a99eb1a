"""What a closing answers: the switches to close, what each does and costs, and what is left."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..door import DoorClass, Question, Trace
from ..model import Relation, Switch
from .asking import Closing, Demand, Price
from .choices import FrontierPoint
from .phasing import Phase
from .solving import Cut, Status


class UnverifiedError(RuntimeError):
    """Tracing again after a plan found what the plan says it closes. A fault of platelaw."""


@dataclass(frozen=True, slots=True)
class Step:
    """A switch to close.

    Attributes:
        switch: It.
        price: What closing it costs, and where that number comes from.
        relations: How many relations it closes.
        on_doors: How many of them lie on a door that is asked about.
        cuts_alone: How many pairs closing it alone would cut off.
        needed_by: How many pairs would be exposed if it alone stayed on.
    """

    switch: Switch
    price: Price
    relations: int
    on_doors: int
    cuts_alone: int
    needed_by: int


@dataclass(frozen=True, slots=True)
class Exposure:
    """Doors that stand: by class, how many owners and how many pairs of owner and recipient."""

    owners: Mapping[DoorClass, int]
    pairs: Mapping[DoorClass, int]
    by_owner: Mapping[str, Mapping[DoorClass, int]]

    @classmethod
    def of(cls, trace: Trace) -> Exposure:
        """What a trace found."""
        owners = dict.fromkeys(DoorClass, 0)
        pairs = dict.fromkeys(DoorClass, 0)
        for reach in trace.reaches:
            for klass, count in reach.by_class.items():
                owners[klass] += count > 0
                pairs[klass] += count
        return cls(owners, pairs, {reach.owner: reach.by_class for reach in trace.reaches})

    def left(self, classes: Collection[DoorClass]) -> dict[str, int]:
        """The owners with a door of some classes, and how many recipients each has, most first."""
        counts = {
            owner: sum(found.get(klass, 0) for klass in classes)
            for owner, found in self.by_owner.items()
        }
        exposed = sorted((count, owner) for owner, count in counts.items() if count)
        return {owner: count for count, owner in reversed(exposed)}


@dataclass(frozen=True, slots=True)
class Plan:
    """Switches to close together, verified by tracing the map without them.

    Attributes:
        cut: What the solver found.
        steps: The switches, in the order of their holders and keys.
        lost: The lawful demands that are then impossible.
        after: What is left.
    """

    cut: Cut
    steps: tuple[Step, ...]
    lost: tuple[Demand, ...]
    after: Exposure

    @property
    def is_proved(self) -> bool:
        """Whether it is proved that nothing costs less."""
        return self.cut.status is Status.OPTIMAL


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a closing answers.

    Attributes:
        question: Which doors.
        closing: What was asked.
        cut: What the solver came to.
        trace: The doors before, with completeness, assumptions and bounds.
        before: How many they are.
        prices: Of every switch on a door.
        pairs_before: How many pairs have a door of the classes asked for.
        plan: What to close, if that can be done.
        walk: The relations of an uncuttable walk.
        given_up: The protected demands to give up, if those stand in the way.
        alternatives: The next best plans.
        frontier: Pairs left exposed against lawful loss.
        phases: The plan's switches in steps.
    """

    question: Question
    closing: Closing
    cut: Cut
    trace: Trace
    before: Exposure
    prices: Mapping[str, Price]
    pairs_before: int
    plan: Plan | None = None
    walk: tuple[Relation, ...] = ()
    given_up: tuple[Demand, ...] = ()
    alternatives: tuple[Plan, ...] = ()
    frontier: tuple[FrontierPoint, ...] = ()
    phases: tuple[Phase, ...] = ()

    @property
    def status(self) -> Status:
        """What came of it."""
        return self.cut.status

    @property
    def defaults(self) -> int:
        """How many of the prices stand in for measurements that nobody made."""
        return sum(price.is_default for price in self.prices.values())

    @property
    def is_measured(self) -> bool:
        """Whether anything was measured."""
        return self.defaults < len(self.prices)
