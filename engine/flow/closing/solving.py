"""From what is asked to a cut: which switches, at what price, and how sure that it is the least."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from .asking import Demand, Price
from .graph import Labelled, Marks, shortest_walk
from .program import Aim, Finding, Program, Ways, solve
from .pruning import pruned
from .reducing import Firm, reduced

_NEARLY = 1e-6  # what the solver may be out by


class Status(Enum):
    """What is known of a cut."""

    OPTIMAL = "optimal"  # proved: nothing costs less
    BOUND = "bound"  # the time limit came first: nothing costs less than the bound
    UNCUTTABLE = "uncuttable"  # a walk passes no switch that may be closed
    PROTECTED = "protected"  # no cut leaves every protected demand possible
    UNKNOWN = "unknown"  # the time limit came before any answer
    NOTHING = "nothing"  # there is no door to close


@dataclass(frozen=True, slots=True)
class Cut:
    """An answer.

    Attributes:
        status: What is known of it.
        switches: The keys of the switches to close, in order.
        price: What that costs, demands lost included.
        bound: The least that any answer can cost.
        owners_left: How many owners stay exposed.
        owners_bound: The fewest that any answer within a budget can leave exposed; 0 if the
            price was what counted.
        lost: The numbers of the demands that are lost; those to be given up if protected
            demands stand in the way.
        walk: The arcs of the product of an uncuttable walk.
        seconds: What the solver took, by its own clock.
    """

    status: Status
    switches: tuple[str, ...] = ()
    price: float = 0.0
    bound: float = 0.0
    owners_left: int = 0
    owners_bound: int = 0
    lost: tuple[int, ...] = ()
    walk: tuple[int, ...] = ()
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """How much of the price may be too much, from 0 to 1; 0 if it is proved."""
        if self.status is Status.OPTIMAL or self.price <= self.bound:
            return 0.0
        return (self.price - self.bound) / self.price


class Cutting:
    """A closing that is asked of a graph, made ready to be solved in more than one way."""

    def __init__(
        self,
        labelled: Labelled,
        prices: Mapping[str, Price],
        *,
        stays: Collection[str] = frozenset(),
        demands: tuple[Demand, ...] = (),
    ) -> None:
        """Number the switches: those of the walks, then those that only demands name."""
        known = frozenset(labelled.switches)
        named = {key for demand in demands for route in demand.routes for key in route}
        self.labelled = labelled
        self.switches = labelled.switches + tuple(sorted(named - known))
        self._prices = np.array([prices[key].value for key in self.switches], dtype=np.float64)
        places = {key: number for number, key in enumerate(self.switches)}
        self._ways = tuple(_ways(demand, places) for demand in demands)
        self._stays = _marks(self.switches, frozenset(stays))
        self._stays[len(labelled.switches) :] = True
        for ways in self._ways:
            if ways.loss is None and len(ways.routes) == 1:
                self._stays[list(ways.routes[0])] = True

    @property
    def has_walk(self) -> bool:
        """Whether any owner is exposed."""
        return self.owners_exposed(()) > 0

    def owners_exposed(self, closed: Iterable[str]) -> int:
        """How many owners are exposed when some switches are closed."""
        return self.labelled.graph.owners_exposed(self.marks_of(closed))

    @property
    def owners_at_worst(self) -> int:
        """How many owners stay exposed when everything that may be closed is closed."""
        return self.labelled.graph.owners_exposed(~self._stays)

    def uncuttable(self) -> tuple[int, ...] | None:
        """The arcs of the product of a walk that nobody who may be asked can close."""
        walk = shortest_walk(self.labelled.graph, self._stays)
        return None if walk is None else tuple(int(self.labelled.arcs[arc]) for arc in walk)

    def program(self, *, is_whole: bool, keeps_rivals: bool = False) -> Program:
        """The reduced program.

        Args:
            is_whole: Whether every owner is to be freed; else any number may be left.
            keeps_rivals: Whether a switch stays although a cheaper one closes the same walks.
        """
        bound = np.full(len(self.switches), keeps_rivals)
        for ways in self._ways:
            bound[[number for route in ways.routes for number in route]] = True
        firm = Firm(self._stays, self._prices, bound)
        graph, stays = reduced(self.labelled.graph, firm, joined=is_whole)
        return Program(graph, self._prices, stays, self._ways, owners_left=0 if is_whole else None)

    def solve(self, program: Program, *, first: Marks | None, time_limit: float) -> Cut:
        """Solve a program of this closing."""
        solved = solve(program, first=first, time_limit=time_limit)
        if solved.closed is None:
            is_shut = solved.finding is Finding.INFEASIBLE
            status = Status.PROTECTED if is_shut else Status.UNKNOWN
            return Cut(status, bound=solved.bound, seconds=solved.seconds)
        closed = solved.closed
        if program.owners_left == 0:
            closed = pruned(program.graph, closed, self._prices)
        price, left = program.price_of(closed), self.labelled.graph.owners_exposed(closed)
        is_proved = solved.finding is Finding.OPTIMAL
        is_priced = program.aim is Aim.PRICE
        bound = price if is_proved else min(price, solved.bound)
        return Cut(
            Status.OPTIMAL if is_proved else Status.BOUND,
            tuple(self.switches[number] for number in np.flatnonzero(closed)),
            price,
            bound if is_priced else 0.0,
            left,
            0 if is_priced else left if is_proved else math.ceil(solved.bound - _NEARLY),
            lost=self.lost(closed),
            seconds=solved.seconds,
        )

    def marks_of(self, keys: Iterable[str]) -> Marks:
        """Switches by their keys."""
        return _marks(self.switches, frozenset(keys))

    def lost(self, closed: Marks) -> tuple[int, ...]:
        """The numbers of the demands that have no route left."""
        return tuple(number for number, ways in enumerate(self._ways) if not ways.is_met(closed))

    def first_answer(self, program: Program) -> Marks | None:
        """A cut found without the solver, keeping one route of each protected demand."""
        stays = program.stays.copy()
        for ways in program.ways:
            if ways.loss is None:
                kept = min(ways.routes, key=lambda route: self._prices[list(route)].sum())
                stays[list(kept)] = True
        if shortest_walk(program.graph, stays) is not None:
            return None
        return pruned(program.graph, ~stays, self._prices)


def least_cut(cutting: Cutting, time_limit: float) -> Cut:
    """The cheapest set of switches that frees every owner."""
    if not cutting.has_walk:
        return Cut(Status.NOTHING)
    walk = cutting.uncuttable()
    if walk is not None:
        return Cut(Status.UNCUTTABLE, walk=walk, owners_left=cutting.owners_at_worst)
    program = cutting.program(is_whole=True)
    cut = cutting.solve(program, first=cutting.first_answer(program), time_limit=time_limit)
    if cut.status is not Status.PROTECTED:
        return cut
    return replace(cut, lost=_given_up(cutting, program, time_limit))


def _given_up(cutting: Cutting, program: Program, time_limit: float) -> tuple[int, ...]:
    """The fewest protected demands to be given up so that there is a cut."""
    one = replace(program, prices=np.zeros_like(program.prices), ways=tuple(
        replace(ways, loss=1.0 if ways.loss is None else 0.0) for ways in program.ways
    ))  # fmt: skip
    found = cutting.solve(one, first=None, time_limit=time_limit)
    return tuple(number for number in found.lost if program.ways[number].loss is None)


def _ways(demand: Demand, places: Mapping[str, int]) -> Ways:
    routes = {tuple(sorted(places[key] for key in route)) for route in demand.routes}
    return Ways(tuple(sorted(routes)), demand.loss)


def _marks(switches: tuple[str, ...], keys: frozenset[str]) -> Marks:
    return np.array([key in keys for key in switches], dtype=bool)
