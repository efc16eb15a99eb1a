"""Other answers than the cheapest whole one: within a budget, the next best, doors against loss."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .asking import Budget
from .program import Aim, Program
from .solving import FOUND, Cut, Cutting, Status


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """At most so many pairs left exposed, and what that costs at least."""

    most_left: int
    cut: Cut


def cut_within(cutting: Cutting, budget: Budget, time_limit: float) -> Cut:
    """The cut that leaves the fewest pairs exposed within a budget; of those the cheapest."""
    if not cutting.has_walk:
        return Cut(Status.NOTHING)
    program = replace(cutting.program(is_whole=False), budget=budget)
    nothing = cutting.marks_of(())
    fewest = cutting.solve(
        replace(program, aim=Aim.PAIRS), first=nothing, time_limit=time_limit
    )  # fmt: skip
    cheapest = cutting.solve(
        replace(program, pairs_left=fewest.pairs_left),
        first=cutting.marks_of(fewest.switches), time_limit=time_limit,
    )  # fmt: skip
    is_proved = Status.OPTIMAL is fewest.status is cheapest.status
    return replace(
        cheapest,
        status=Status.OPTIMAL if is_proved else Status.BOUND,
        pairs_bound=fewest.pairs_bound,
        seconds=fewest.seconds + cheapest.seconds,
    )


def next_best(cutting: Cutting, best: Cut, count: int, time_limit: float) -> tuple[Cut, ...]:
    """The next cheapest cuts, none of which contains an earlier one.

    The time limit is for all of them together.
    """
    if best.status not in FOUND or not best.switches or not count:
        return ()
    program = cutting.program(is_whole=True, keeps_rivals=True)
    found = [best]
    while len(found) <= count:
        known = tuple(_labels(cutting, program, cut) for cut in found)
        further = replace(program, excluded=known)
        cut = cutting.solve(
            further, first=cutting.first_cut(further), time_limit=time_limit / count
        )  # fmt: skip
        if cut.status not in FOUND:
            break
        found.append(cut)
    return tuple(found[1:])


def _labels(cutting: Cutting, program: Program, cut: Cut) -> frozenset[int]:
    return frozenset(program.reduced.of[cutting.marks_of(cut.switches)].tolist())


def frontier(cutting: Cutting, points: int, time_limit: float) -> tuple[FrontierPoint, ...]:
    """The least loss for some numbers of pairs left exposed, the fewest first.

    The numbers are spread evenly from the fewest that can be had to all that are exposed. A
    point that costs as much as the one before, which leaves fewer, is left out.
    """
    program = cutting.program(is_whole=False)
    found: list[FrontierPoint] = []
    first = None
    for most_left in _levels(cutting.pairs_at_worst, cutting.pairs_exposed(()), points):
        level = replace(program, pairs_left=most_left)
        cut = cutting.solve(level, first=first, time_limit=time_limit)
        if cut.status not in FOUND:
            continue
        first = cutting.marks_of(cut.switches)
        if not found or cut.price < found[-1].cut.price:
            found.append(FrontierPoint(most_left, cut))
    return tuple(found)


def _levels(fewest: int, most: int, points: int) -> list[int]:
    steps = min(points - 1, most - fewest)
    if steps < 1:
        return [fewest]
    return [fewest + (most - fewest) * step // steps for step in range(steps + 1)]
