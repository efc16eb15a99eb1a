"""A reduced graph answers as the whole one does, for every set of switches that may be closed."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from platelaw.engine.flow.closing.reducing import Switches, reduced

from .products import Arcs, arcs_strategy, few, graph_of, kept_strategy, subsets


@few
@given(arcs_strategy, kept_strategy)
def test_the_same_pairs_are_exposed_whatever_is_closed(arcs: Arcs, kept: frozenset[str]) -> None:
    whole = graph_of(arcs, "ab", "fgh")
    count = len(whole.switches)
    none = np.zeros(count, dtype=bool)
    stays = whole.marks(kept)
    known = Switches(stays, np.ones(count), none, keeps_rivals=True)
    small = reduced(whole.graph, known, joined=False)
    assert small.graph.size <= whole.graph.size
    for keys in subsets(key for key in whole.switches if key not in kept):
        closed = whole.marks(keys)
        assert small.graph.pairs_exposed(small.labels(closed)) == whole.graph.pairs_exposed(closed)


def test_states_that_lead_on_alike_become_one() -> None:
    arcs = tuple(
        arc for middle in "cdef" for arc in (("a", middle, "P"), (middle, "g", f"Q{middle}"))
    )
    whole = graph_of(arcs, "a", "g")
    count = len(whole.switches)
    known = Switches(np.zeros(count, dtype=bool), np.ones(count), np.zeros(count, dtype=bool))
    small = reduced(whole.graph, known, joined=True)
    assert (small.graph.size, len(small.graph.tails)) == (2, 1)
    assert whole.keys(small.switches(np.ones(len(small.prices), dtype=bool))) == ("P",)


def test_switches_between_the_same_states_go_together_at_their_common_price() -> None:
    whole = graph_of((("a", "g", "P"), ("a", "g", "Q")), "a", "g")
    known = Switches(np.zeros(2, dtype=bool), np.array([3.0, 4.0]), np.zeros(2, dtype=bool))
    small = reduced(whole.graph, known, joined=True)
    assert small.prices.tolist() == [0.0, 7.0]
    assert small.counts.tolist() == [0, 2]


def test_a_switch_that_alone_guards_a_recipient_on_the_way_to_another_is_kept() -> None:
    whole = graph_of((("a", "g", "Q"), ("g", "h", "P")), "a", "gh")
    none = np.zeros(2, dtype=bool)
    known = Switches(none, np.array([1.0, 2.0]), none)  # P is cheaper, and closes h alone
    small = reduced(whole.graph, known, joined=False)
    assert whole.switches == ("P", "Q")
    assert small.graph.pairs_exposed(small.labels(whole.marks(["Q"]))) == 0
