"""The cut against trying every set of switches."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platelaw.engine.flow.closing.asking import Budget, Demand
from platelaw.engine.flow.closing.choices import cut_within, frontier, next_best
from platelaw.engine.flow.closing.solving import Cut, Cutting, Status, least_cut

from .products import (
    Arcs,
    arcs_strategy,
    few,
    graph_of,
    kept_strategy,
    priced,
    prices_strategy,
    subsets,
    walks_on,
)  # fmt: skip

PATIENT = 60.0
STARTS, ENDS = "ab", "gh"


def cutting_of(
    arcs: Arcs, prices: dict[str, float], kept: frozenset[str] = frozenset(),
    demands: tuple[Demand, ...] = (),
) -> Cutting:  # fmt: skip
    graph = graph_of(arcs, STARTS, ENDS)
    return Cutting(graph, priced(graph, prices), stays=kept, demands=demands)


def price(keys: frozenset[str] | tuple[str, ...], prices: dict[str, float]) -> float:
    return sum(prices[key] for key in keys)


def pairs_on(arcs: Arcs, closed: frozenset[str]) -> int:
    """How many ends are reached: with one owner, these are the pairs."""
    return sum(walks_on(arcs, STARTS, (end,), closed) for end in ENDS)


def cutting_sets(arcs: Arcs, kept: frozenset[str]) -> list[frozenset[str]]:
    """By trial: every set of switches that may be closed and leaves no walk."""
    may = sorted({switch for *_, switch in arcs} - kept)
    return [each for each in subsets(may) if not walks_on(arcs, STARTS, ENDS, each)]


@few
@given(arcs_strategy, prices_strategy, kept_strategy)
def test_no_walk_remains_and_no_set_of_switches_is_cheaper(
    arcs: Arcs, prices: dict[str, float], kept: frozenset[str]
) -> None:
    cut = least_cut(cutting_of(arcs, prices, kept), PATIENT)
    possible = cutting_sets(arcs, kept)
    if not walks_on(arcs, STARTS, ENDS, ()):
        assert cut.status is Status.NOTHING
    elif not possible:
        assert cut.status is Status.UNCUTTABLE
        assert {arcs[arc][2] for arc in cut.walk} <= kept
        assert arcs[cut.walk[0]][0] in STARTS
        assert arcs[cut.walk[-1]][1] in ENDS
        for before, after in zip(cut.walk, cut.walk[1:], strict=False):
            assert arcs[before][1] == arcs[after][0]
    else:
        assert cut.status is Status.OPTIMAL
        assert not kept & set(cut.switches)
        assert not walks_on(arcs, STARTS, ENDS, cut.switches)
        assert cut.price == price(cut.switches, prices)
        assert cut.price == min(price(each, prices) for each in possible)
        cheapest = [each for each in possible if price(each, prices) == cut.price]
        assert len(cut.switches) == min(map(len, cheapest))


@few
@given(arcs_strategy, prices_strategy, st.sampled_from("PQRSTU"), st.integers(1, 5))
def test_a_dearer_switch_never_makes_the_cut_cheaper(
    arcs: Arcs, prices: dict[str, float], key: str, more: int
) -> None:
    before = least_cut(cutting_of(arcs, prices), PATIENT)
    after = least_cut(cutting_of(arcs, {**prices, key: prices[key] + more}), PATIENT)
    assert after.price >= before.price


@few
@given(arcs_strategy, prices_strategy, kept_strategy)
def test_the_next_best_are_the_cheapest_that_contain_no_earlier_one(
    arcs: Arcs, prices: dict[str, float], kept: frozenset[str]
) -> None:
    cutting = cutting_of(arcs, prices, kept)
    best = least_cut(cutting, PATIENT)
    if best.status is not Status.OPTIMAL:
        return
    found = [best, *next_best(cutting, best, 3, PATIENT)]
    left = cutting_sets(arcs, kept)
    for cut in found:
        assert cut.price == min(price(each, prices) for each in left)
        left = [each for each in left if not each >= set(cut.switches)]
    assert len(found) == 4 or not left


@few
@given(arcs_strategy, prices_strategy, kept_strategy, st.integers(0, 3))
def test_within_a_budget_the_fewest_pairs_are_left(
    arcs: Arcs, prices: dict[str, float], kept: frozenset[str], most: int
) -> None:
    cutting = cutting_of(arcs, prices, kept)
    cut = cut_within(cutting, Budget(switches=most), PATIENT)
    may = sorted({switch for *_, switch in arcs} - kept)
    left = {each: pairs_on(arcs, each)
            for each in subsets(may) if len(each) <= most}  # fmt: skip
    if cut.status is Status.NOTHING:
        assert left[frozenset()] == 0
        return
    fewest = min(left.values())
    assert cut.pairs_left == cut.pairs_bound == fewest
    assert len(cut.switches) <= most
    assert cut.price == min(price(each, prices) for each, n in left.items() if n == fewest)


@few
@given(arcs_strategy, prices_strategy)
def test_each_point_of_the_frontier_costs_the_least_for_the_pairs_that_it_leaves(
    arcs: Arcs, prices: dict[str, float]
) -> None:
    cutting = cutting_of(arcs, prices)
    for point in frontier(cutting, 5, PATIENT):
        assert point.cut.pairs_left <= point.most_left
        assert point.cut.price == min(
            price(each, prices) for each in subsets(cutting.switches)
            if pairs_on(arcs, each) <= point.most_left
        )  # fmt: skip


routes = st.lists(
    st.frozensets(st.sampled_from("PQRSTU"), min_size=1, max_size=3), min_size=1, max_size=3
).map(tuple)
demands = st.lists(
    st.tuples(routes, st.one_of(st.none(), st.integers(1, 8).map(float))), min_size=1, max_size=3
)


@few
@given(arcs_strategy, prices_strategy, demands)
def test_protected_demands_are_met_and_lost_ones_are_paid_for(
    arcs: Arcs, prices: dict[str, float],
    wanted: list[tuple[tuple[frozenset[str], ...], float | None]],
) -> None:  # fmt: skip
    asked = tuple(Demand("a", "z", "any", each, loss) for each, loss in wanted)
    known = {switch for *_, switch in arcs}
    graph = graph_of(arcs, STARTS, ENDS)
    every = {**priced(graph, prices), **{
        key: next(iter(priced(graph, prices).values())) for key in "PQRSTU" if key not in known
    }}  # fmt: skip
    cut = least_cut(Cutting(graph, every, demands=asked), PATIENT)

    def met(demand: Demand, closed: frozenset[str]) -> bool:
        return any(not route & closed for route in demand.routes)

    def cost(closed: frozenset[str]) -> float:
        lost = sum(demand.loss or 0 for demand in asked if not met(demand, closed))
        return price(closed, prices) + lost

    possible = [each for each in cutting_sets(arcs, frozenset())
                if all(met(demand, each) for demand in asked if demand.is_protected)]  # fmt: skip
    if possible and walks_on(arcs, STARTS, ENDS, ()):
        assert cut.status is Status.OPTIMAL
        assert cut.price == cost(frozenset(cut.switches))
        assert cut.price == min(cost(each) for each in possible)
        lost = [n for n, each in enumerate(asked) if not met(each, frozenset(cut.switches))]
        assert list(cut.lost) == lost
    elif not possible:
        assert cut.status in (Status.UNCUTTABLE, Status.PROTECTED)
    if cut.status is Status.PROTECTED:
        assert cut.lost
        assert all(asked[number].is_protected for number in cut.lost)


THREE: Arcs = (
    ("a", "c", "P"), ("a", "d", "P"), ("c", "g", "Q"), ("d", "h", "R"),
)  # fmt: skip


def test_a_switch_met_twice_is_paid_for_once() -> None:
    prices = {"P": 3.0, "Q": 2.0, "R": 2.0}
    cut = least_cut(cutting_of(THREE, prices), PATIENT)
    assert cut.switches == ("P",)
    assert cut.price == 3.0
    plain: nx.DiGraph[str] = nx.DiGraph()
    for tail, head, switch in THREE:
        plain.add_edge(tail, head, capacity=prices[switch])
    for end in ENDS:
        plain.add_edge(end, "z")
    assert nx.minimum_cut_value(plain, "a", "z") == 4.0


@few
@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")),
                min_size=1, max_size=16, unique=True), st.data())  # fmt: skip
def test_where_every_switch_has_one_arc_the_cut_is_a_minimum_cut(
    pairs: list[tuple[str, str]], data: st.DataObject
) -> None:
    arcs = tuple((tail, head, f"{tail}{head}") for tail, head in pairs)
    prices = {key: float(data.draw(st.integers(1, 9))) for *_, key in arcs}
    plain: nx.DiGraph[str] = nx.DiGraph()
    plain.add_nodes_from("sz")
    for tail, head, key in arcs:
        plain.add_edge(tail, head, capacity=prices[key])
    for start in STARTS:
        plain.add_edge("s", start)
    for end in ENDS:
        plain.add_edge(end, "z")
    assert least_cut(cutting_of(arcs, prices), PATIENT).price == nx.minimum_cut_value(
        plain, "s", "z"
    )


def test_a_solver_that_is_stopped_gives_a_bound_and_a_cut_and_claims_no_proof() -> None:
    cutting, arcs = hard_case()
    cut = least_cut(cutting, 0.0)
    assert cut.status is Status.BOUND
    assert not walks_on(arcs, "a", "g", cut.switches)
    assert cut.bound < cut.price
    assert 0 < cut.gap <= 1


def hard_case() -> tuple[Cutting, Arcs]:
    """Every two of twenty switches in a row: all but one must be closed, which no bound sees."""
    keys = [f"k{number:02}" for number in range(20)]
    arcs = tuple(
        arc
        for place, (first, second) in enumerate(
            (one, two) for number, one in enumerate(keys) for two in keys[number + 1 :]
        )
        for arc in (("a", f"m{place}", first), (f"m{place}", "g", second))
    )
    graph = graph_of(arcs, "a", "g")
    return Cutting(graph, priced(graph)), arcs


def test_the_case_that_stops_the_solver_has_the_cut_that_reason_tells() -> None:
    cut: Cut = least_cut(hard_case()[0], PATIENT)
    assert cut.status is Status.OPTIMAL
    assert cut.price == pytest.approx(19)
