"""What is asked of a closing: prices, lawful demands, what may be touched, and budgets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..door import DoorClass


class ClosingError(ValueError):
    """What is asked names something that is not in the map, or contradicts itself."""


class Basis(Enum):
    """Where the price of a switch comes from."""

    LOSS = "loss"  # measured for the switch, or estimated by whoever made the map
    VOLUME = "volume"  # measured for its lawful relations, added up
    COUNT = "count"  # nobody measured: its lawful relations are counted, by default


@dataclass(frozen=True, slots=True)
class Price:
    """What closing a switch costs lawful sharing, and where that number comes from.

    Attributes:
        value: The price.
        basis: Where it comes from.
        each: What one lawful relation counts, where relations are counted.
    """

    value: float
    basis: Basis
    each: float = 1.0

    @property
    def is_default(self) -> bool:
        """Whether it stands in for a measurement that nobody made."""
        return self.basis is Basis.COUNT


@dataclass(frozen=True, slots=True)
class Demand:
    """Lawful sharing that somebody needs: data of ``owner`` for ``requester``.

    Attributes:
        owner: Whose data.
        requester: Who needs them.
        purpose: What for, by its kind.
        routes: The ways in which they can get there, each the keys of the switches that it
            passes. The demand is met while one way has none of its switches closed.
        loss: What is lost if every way is closed; None if that must not happen.
    """

    owner: str
    requester: str
    purpose: str
    routes: tuple[frozenset[str], ...]
    loss: float | None = None

    @property
    def is_protected(self) -> bool:
        """Whether it must stay possible."""
        return self.loss is None


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be asked for; None where there is no limit."""

    switches: int | None = None
    price: float | None = None

    @property
    def is_limited(self) -> bool:
        """Whether there is any limit."""
        return self.switches is not None or self.price is not None


NO_BUDGET = Budget()


@dataclass(frozen=True, slots=True)
class Closing:
    """What is asked.

    Attributes:
        classes: The classes of doors to close. A class takes those before it with it: a door
            that needs no lie is worse than one that does.
        holders: The only nodes whose switches may be asked for; None for anyone's.
        never: The switches that must stay on.
        demands: Lawful sharing, protected or priced.
        budget: How much may be asked for.
        time_limit: The most seconds that the solver may take for one plan.
        alternatives: How many of the next best plans are wanted.
        phases: In how many steps the switches are to be closed; 0 for none.
        is_frontier_wanted: Whether doors left are to be set against lawful loss.
        effort: What asking for one switch counts as beside its loss, in the same unit.
    """

    classes: tuple[DoorClass, ...] = (DoorClass.OPEN, DoorClass.ONE)
    holders: frozenset[str] | None = None
    never: frozenset[str] = frozenset()
    demands: tuple[Demand, ...] = ()
    budget: Budget = NO_BUDGET
    time_limit: float = 60.0
    alternatives: int = 0
    phases: int = 0
    is_frontier_wanted: bool = False
    effort: float = 0.0

    @property
    def most_wrongs(self) -> int | None:
        """The most wrongs of a door to be closed; None for any number."""
        return None if DoorClass.MORE in self.classes else int(DoorClass.ONE in self.classes)

    @property
    def all_classes(self) -> frozenset[DoorClass]:
        """The classes asked for, and those that are worse."""
        ranked = (DoorClass.OPEN, DoorClass.ONE, DoorClass.MORE)
        most = self.most_wrongs
        return frozenset(ranked if most is None else ranked[: most + 1])
