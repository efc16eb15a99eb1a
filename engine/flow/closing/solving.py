"""From what is asked to a cut: which switches, at what price, and how sure that it is the least."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from .asking import Budget, Demand, Price
from .graph import CutGraph, Labelled, Marks, shortest_walk
from .merging import FIRM
from .program import Aim, Finding, Program, Ways, solve
from .pruning import pruned
from .reducing import Reduced, Switches, reduced

_NEARLY = 1e-6  # what the solver may be out by


class Status(Enum):
    """What is known of a cut."""

    OPTIMAL = "optimal"  # proved: nothing costs less
    BOUND = "bound"  # the time limit came first: nothing costs less than the bound
    UNCUTTABLE = "uncuttable"  # a walk passes no switch that may be closed
    PROTECTED = "protected"  # no cut leaves every protected demand possible
    UNKNOWN = "unknown"  # the time limit came before any answer
    NOTHING = "nothing"  # there is no door to close


FOUND = (Status.OPTIMAL, Status.BOUND)  # there is a cut


@dataclass(frozen=True, slots=True)
class Cut:
    """An answer.

    Attributes:
        status: What is known of it.
        switches: The keys of the switches to close, in order.
        price: What was made least: the loss, and the effort for each switch.
        loss: The lawful sharing that is lost, demands included.
        bound: The least that any answer can cost.
        pairs_left: How many pairs of an owner and a recipient stay exposed.
        pairs_bound: The fewest that any answer within a budget can leave exposed; 0 if the
            price was what counted.
        lost: The numbers of the demands that are lost; those to be given up if protected
            demands stand in the way.
        walk: The arcs of the product of an uncuttable walk.
        seconds: What the solver took, by its own clock.
    """

    status: Status
    switches: tuple[str, ...] = ()
    price: float = 0.0
    loss: float = 0.0
    bound: float = 0.0
    pairs_left: int = 0
    pairs_bound: int = 0
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
        effort: float = 0.0,
    ) -> None:
        """Number the switches: those of the walks, then those that only demands name."""
        known = frozenset(labelled.switches)
        named = {key for demand in demands for route in demand.routes for key in route}
        self.labelled = labelled
        self.switches = labelled.switches + tuple(sorted(named - known))
        self._places = {key: number for number, key in enumerate(self.switches)}
        self._prices = np.array([prices[key].value for key in self.switches], dtype=np.float64)
        self._ways = tuple(_ways(demand, self._places) for demand in demands)
        self._effort = effort
        self._weights = self._prices + effort
        self._stays = self.marks_of(key for key in stays if key in self._places)
        self._stays[len(labelled.switches) :] = True
        for ways in self._ways:
            if ways.is_protected and len(ways.routes) == 1:
                self._stays[list(ways.routes[0])] = True

    def is_protected(self, demand: int) -> bool:
        """Whether a demand must stay possible."""
        return self._ways[demand].is_protected

    @property
    def has_walk(self) -> bool:
        """Whether any pair is exposed."""
        return self.pairs_exposed(()) > 0

    def pairs_exposed(self, closed: Iterable[str]) -> int:
        """How many pairs are exposed when some switches are closed."""
        return self.labelled.graph.pairs_exposed(self.marks_of(closed))

    @property
    def pairs_at_worst(self) -> int:
        """How many pairs stay exposed when everything that may be closed is closed."""
        return self.labelled.graph.pairs_exposed(~self._stays)

    def uncuttable(self) -> tuple[int, ...] | None:
        """The arcs of the product of a walk that nobody who may be asked can close."""
        walk = shortest_walk(self.labelled.graph, self._stays)
        return None if walk is None else tuple(int(self.labelled.arcs[arc]) for arc in walk[::-1])

    def program(self, *, is_whole: bool, keeps_rivals: bool = False) -> Program:
        """The reduced program.

        Args:
            is_whole: Whether every pair is to be cut off; else any number may be left.
            keeps_rivals: Whether a switch stays although a cheaper one closes the same walks.
        """
        bound = np.zeros(len(self.switches), dtype=bool)
        for route in (route for ways in self._ways for route in ways.routes):
            bound[list(route)] = True
        known = Switches(self._stays, self._weights, bound, keeps_rivals)
        found = reduced(self.labelled.graph, known, joined=is_whole)
        ways = tuple(_relabelled(ways, found) for ways in self._ways)
        kept = tuple(each for each in ways if () not in each.routes)
        return Program(found, kept, pairs_left=0 if is_whole else None)

    def solve(self, program: Program, *, first: Marks | None, time_limit: float) -> Cut:
        """Solve a program of this closing, from a first answer if there is one."""
        labels = None if first is None else program.reduced.labels(first)
        solved = solve(program, first=labels, time_limit=time_limit)
        if solved.closed is None:
            is_shut = solved.finding is Finding.INFEASIBLE
            status = Status.PROTECTED if is_shut else Status.UNKNOWN
            return Cut(status, bound=solved.bound, seconds=solved.seconds)
        closed = solved.closed
        if program.pairs_left == 0:
            closed = pruned(program.reduced.graph, closed, program.reduced.prices)
        is_proved = solved.finding is Finding.OPTIMAL
        cut = self._cut(program.reduced.switches(closed), is_proved=is_proved)
        cut = replace(cut, seconds=solved.seconds)
        if program.aim is Aim.PAIRS:
            fewest = cut.pairs_left if is_proved else math.ceil(solved.bound - _NEARLY)
            return replace(cut, bound=0.0, pairs_bound=fewest)
        return cut if is_proved else replace(cut, bound=min(cut.price, solved.bound))

    def _cut(self, closed: Marks, *, is_proved: bool) -> Cut:
        """What closing some switches does and costs."""
        lost = tuple(number for number, ways in enumerate(self._ways) if not ways.is_met(closed))
        loss = math.fsum([*self._prices[closed], *(self._ways[n].loss or 0.0 for n in lost)])
        price = loss + self._effort * int(np.count_nonzero(closed))
        return Cut(
            Status.OPTIMAL if is_proved else Status.BOUND,
            tuple(self.switches[number] for number in np.flatnonzero(closed)),
            price,
            loss,
            price,
            self.labelled.graph.pairs_exposed(closed),
            lost=lost,
        )

    def marks_of(self, keys: Iterable[str]) -> Marks:
        """Switches by their keys."""
        found = np.zeros(len(self.switches), dtype=bool)
        found[[self._places[key] for key in keys]] = True
        return found

    def first_cut(self, program: Program) -> Marks | None:
        """A cut found without the solver, if one is found that keeps what the program asks."""
        graph, prices = program.reduced.graph, program.reduced.prices
        closed = np.ones(len(prices), dtype=bool)
        closed[FIRM] = False
        for ways in program.ways:
            if ways.is_protected:
                kept = min(ways.routes, key=lambda route: prices[list(route)].sum())
                closed[list(kept)] = False
        if not _cuts(graph, closed):
            return None
        for known in program.excluded:
            if not _spare_one(graph, closed, sorted(known, key=lambda label: prices[label])):
                return None
        return program.reduced.switches(pruned(graph, closed, prices))


def _spare_one(graph: CutGraph, closed: Marks, labels: Iterable[int]) -> bool:
    """Leave the first of some labels open that a cut can do without; whether there is one."""
    for label in labels:
        closed[label] = False
        if _cuts(graph, closed):
            return True
        closed[label] = True
    return False


def _cuts(graph: CutGraph, closed: Marks) -> bool:
    return shortest_walk(graph, ~closed) is None


def least_cut(cutting: Cutting, time_limit: float) -> Cut:
    """The cheapest set of switches that cuts off every pair."""
    if not cutting.has_walk:
        return Cut(Status.NOTHING)
    walk = cutting.uncuttable()
    if walk is not None:
        return Cut(Status.UNCUTTABLE, walk=walk, pairs_left=cutting.pairs_at_worst)
    program = cutting.program(is_whole=True)
    cut = cutting.solve(program, first=cutting.first_cut(program), time_limit=time_limit)
    if cut.status is Status.OPTIMAL:
        return _with_fewest_switches(cutting, program, cut, time_limit)
    if cut.status is not Status.PROTECTED:
        return cut
    return replace(cut, lost=_given_up(cutting, program, time_limit))


def _with_fewest_switches(cutting: Cutting, program: Program, cut: Cut, time_limit: float) -> Cut:
    """Of the cheapest cuts one that asks for few switches; the fewest if there is time to see.

    Not where demands are priced: what is lost of them is no part of the limit.
    """
    if any(not ways.is_protected for ways in program.ways):
        return cut
    fewest = replace(program, aim=Aim.SWITCHES, budget=Budget(price=cut.price))
    mine = cutting.marks_of(cut.switches)
    other = cutting.solve(fewest, first=mine, time_limit=time_limit)
    seconds = cut.seconds + other.seconds
    if other.price <= cut.price and 0 < len(other.switches) < len(cut.switches):
        return replace(other, status=cut.status, bound=cut.bound, seconds=seconds)
    return replace(cut, seconds=seconds)


def _given_up(cutting: Cutting, program: Program, time_limit: float) -> tuple[int, ...]:
    """The fewest protected demands to be given up so that there is a cut."""
    free = replace(program.reduced, prices=np.zeros_like(program.reduced.prices))
    ways = tuple(replace(each, loss=float(each.is_protected)) for each in program.ways)
    found = cutting.solve(
        replace(program, reduced=free, ways=ways), first=None, time_limit=time_limit
    )
    return tuple(number for number in found.lost if cutting.is_protected(number))


def _ways(demand: Demand, places: Mapping[str, int]) -> Ways:
    routes = {tuple(sorted(places[key] for key in route)) for route in demand.routes}
    return Ways(tuple(sorted(routes)), demand.loss)


def _relabelled(ways: Ways, found: Reduced) -> Ways:
    """A demand by labels. What stays on is in nobody's way."""
    routes = {
        tuple(sorted({int(found.of[number]) for number in route} - {FIRM}))
        for route in ways.routes
    }  # fmt: skip
    return replace(ways, routes=tuple(sorted(routes)))
