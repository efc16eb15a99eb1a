"""The cut as a mixed integer program, and what the solver says of it.

Of every label ``x`` says whether it is closed (0 or 1), of every state ``r`` whether a
recipient is still served from there: 1 at the ends, and ``r[tail] >= r[head] - x[label]`` for
every arc. With ``x`` at 0 or 1 the least ``r`` is 0 or 1 by itself, so ``r`` needs no integers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import highspy
import numpy as np

from .asking import NO_BUDGET, Budget
from .graph import CutGraph, Floats, Ints, Marks
from .merging import FIRM
from .reducing import Reduced


class Aim(Enum):
    """What is made least."""

    PRICE = "price"
    PAIRS = "pairs"  # of an owner and a recipient with a door left
    SWITCHES = "switches"  # how many are asked for


class Finding(Enum):
    """What the solver came to."""

    OPTIMAL = "optimal"
    BOUND = "bound"  # stopped before a proof
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, slots=True)
class Ways:
    """A demand: its routes by the numbers of labels, and its loss if it is not protected."""

    routes: tuple[tuple[int, ...], ...]
    loss: float | None

    @property
    def is_protected(self) -> bool:
        """Whether it must stay possible."""
        return self.loss is None

    def is_met(self, closed: Marks) -> bool:
        """Whether a route has none of its labels closed."""
        return any(not any(closed[number] for number in route) for route in self.routes)


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A cut to be solved.

    Attributes:
        reduced: The graph, its labels and their prices.
        ways: Lawful demands.
        budget: The most that may be asked for.
        pairs_left: The most pairs that may be left exposed; None for any number.
        excluded: Sets of labels that no answer may contain.
        aim: What is made least.
    """

    reduced: Reduced
    ways: tuple[Ways, ...] = ()
    budget: Budget = NO_BUDGET
    pairs_left: int | None = 0
    excluded: tuple[frozenset[int], ...] = ()
    aim: Aim = Aim.PRICE

    def value_of(self, closed: Marks) -> float:
        """What is made least, for some labels that are closed."""
        if self.aim is Aim.PAIRS:
            return float(self.reduced.graph.pairs_exposed(closed))
        if self.aim is Aim.SWITCHES:
            return float(self.reduced.counts[closed].sum())
        lost = (ways.loss or 0.0 for ways in self.ways if not ways.is_met(closed))
        return float(self.reduced.prices[closed].sum()) + math.fsum(lost)


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """The best answer found and the least that any answer can have."""

    finding: Finding
    closed: Marks | None
    bound: float
    seconds: float


def solve(program: Program, *, first: Marks | None, time_limit: float) -> Solved:
    """Solve a program; the first answer, if there is one, is kept unless the solver betters it.

    The solver is not told of it: HiGHS 1.16 may then give it back as its own, at another price.
    """
    matrix = _Matrix(program)
    solver = _Quiet()
    for name, value in (
        ("time_limit", time_limit), ("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-9),
        ("threads", 1), ("random_seed", 0),
    ):  # fmt: skip
        solver.setOptionValue(name, value)
    solver.passModel(matrix.model())
    solver.run()
    seconds = float(solver.getRunTime())
    status, found = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Solved(Finding.INFEASIBLE, None, np.inf, seconds)
    closed, value = first, np.inf if first is None else program.value_of(first)
    if found.primal_solution_status == _FEASIBLE:
        mine = np.asarray(solver.getSolution().col_value)[: len(program.reduced.prices)] > 0.5
        if program.value_of(mine) <= value:
            closed, value = mine, program.value_of(mine)
    if status == highspy.HighsModelStatus.kOptimal:
        bound = float(found.objective_function_value)
        is_so = value <= bound + _NEARLY * max(1.0, abs(bound))
        return Solved(Finding.OPTIMAL if is_so else Finding.BOUND, closed, bound, seconds)
    return Solved(Finding.BOUND, closed, max(0.0, found.mip_dual_bound), seconds)


_NEARLY = 1e-6  # by how much the solver's sums may differ from ours


class _Quiet(highspy.Highs):
    """The solver without its greeting, which it would print as soon as it is made."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> None:  # noqa: N802
        """Be silent first: the solver greets with the first thing that it is told."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


_FEASIBLE = 2  # kSolutionStatusFeasible


class _Matrix:
    """Columns and rows of a program: labels, states, groups of pairs, routes, demands."""

    def __init__(self, program: Program) -> None:
        graph, prices = program.reduced.graph, program.reduced.prices
        self._labels = len(prices)
        self._states = self._labels
        self._groups = self._states + graph.size
        self._columns = self._groups + len(graph.weights)
        self._lower: Floats = np.zeros(self._columns)
        self._upper: Floats = np.ones(self._columns)
        self._upper[FIRM] = 0.0
        self._lower[self._states + graph.ends] = 1.0
        self._costs: Floats = np.zeros(self._columns)
        self._index: list[Ints] = []
        self._values: list[Floats] = []
        self._lengths: list[Ints] = []
        self._row_lower: list[Floats] = []
        self._row_upper: list[Floats] = []
        self._walks(graph)
        if program.aim is Aim.PAIRS:
            self._costs[self._groups : self._groups + len(graph.weights)] = graph.weights
        else:
            wants_price = program.aim is Aim.PRICE
            self._costs[: self._labels] = prices if wants_price else program.reduced.counts
        self._limits(program)
        for ways in program.ways:
            self._demand(ways, priced=program.aim is Aim.PRICE)

    def _walks(self, graph: CutGraph) -> None:
        arcs = np.stack([
            self._states + graph.tails, self._states + graph.heads, graph.labels
        ], axis=1)  # fmt: skip
        self._rows(arcs, (1.0, -1.0, 1.0), 0.0)
        starts = np.stack([self._groups + graph.groups, self._states + graph.starts], axis=1)
        self._rows(starts, (1.0, -1.0), 0.0)

    def _limits(self, program: Program) -> None:
        graph, labels = program.reduced.graph, np.arange(self._labels)
        groups = self._groups + np.arange(len(graph.weights))
        if program.pairs_left == 0:
            self._upper[groups] = 0.0
        elif program.pairs_left is not None:
            self._at_most(groups, graph.weights.astype(np.float64), program.pairs_left)
        if program.budget.switches is not None:
            counts = program.reduced.counts.astype(np.float64)
            self._at_most(labels, counts, program.budget.switches)
        if program.budget.price is not None:
            self._at_most(labels, program.reduced.prices, program.budget.price)
        for known in program.excluded:
            self._at_most(np.array(sorted(known)), np.ones(len(known)), len(known) - 1)

    def _demand(self, ways: Ways, *, priced: bool) -> None:
        """Met if some route is whole; else lost, at its price."""
        routes = self._new_columns(len(ways.routes), 0.0)
        for column, route in zip(routes, ways.routes, strict=True):
            pairs = np.array([(column, label) for label in route], dtype=np.int64)
            self._rows(pairs.reshape(-1, 2), (-1.0, -1.0), -1.0)
        if ways.loss is None:
            met = routes
        else:
            met = np.append(routes, self._new_columns(1, ways.loss if priced else 0.0))
        self._rows(met.reshape(1, -1), (1.0,) * len(met), 1.0)

    def _new_columns(self, count: int, cost: float) -> Ints:
        first = len(self._costs)
        self._costs = np.concatenate([self._costs, np.full(count, cost)])
        self._lower = np.concatenate([self._lower, np.zeros(count)])
        self._upper = np.concatenate([self._upper, np.ones(count)])
        return np.arange(first, first + count)

    def _rows(self, index: Ints, values: Sequence[float], at_least: float) -> None:
        """Rows of one shape: the columns of each, and the values that all share."""
        count, width = int(index.shape[0]), int(index.shape[1])
        self._index.append(index.reshape(-1))
        self._values.append(np.tile(np.asarray(values, dtype=np.float64), count))
        self._lengths.append(np.full(count, width))
        self._row_lower.append(np.full(count, at_least))
        self._row_upper.append(np.full(count, np.inf))

    def _at_most(self, index: Ints, values: Floats, most: float) -> None:
        self._rows(index.reshape(1, -1), tuple(-values), -most)

    def model(self) -> highspy.HighsLp:
        """The program in the solver's form."""
        lengths = np.concatenate(self._lengths)
        model = highspy.HighsLp()
        model.num_col_ = len(self._costs)
        model.num_row_ = len(lengths)
        model.col_cost_ = self._costs
        model.col_lower_ = self._lower
        model.col_upper_ = self._upper
        model.row_lower_ = np.concatenate(self._row_lower)
        model.row_upper_ = np.concatenate(self._row_upper)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        model.a_matrix_.index_ = np.concatenate(self._index).astype(np.int32)
        model.a_matrix_.value_ = np.concatenate(self._values)
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger] * self._labels + [kinds.kContinuous] * (
            model.num_col_ - self._labels
        )
        return model
