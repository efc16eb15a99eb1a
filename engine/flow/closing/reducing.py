"""Making a cut smaller without changing its answer; why each step is right: docs/closing.md."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .coloring import distinct, sums_of
from .graph import CutGraph, Floats, Ints, Marks
from .merging import FIRM, merged


@dataclass(frozen=True, slots=True, eq=False)
class Switches:
    """What is known of the switches, by number.

    Attributes:
        stays: Those that may not be closed.
        prices: What closing each costs.
        bound: Those that something else than walks speaks of: each stands for itself.
        keeps_rivals: Whether a switch is kept although one that costs no more does as well.
    """

    stays: Marks
    prices: Floats
    bound: Marks
    keeps_rivals: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """A smaller graph, the labels of which are bundles of switches that go together.

    Attributes:
        graph: It.
        of: The label of every switch; ``FIRM`` for one that stays on, or need not be closed.
        prices: What closing a whole label costs.
        counts: Of how many switches each label is.
    """

    graph: CutGraph
    of: Ints
    prices: Floats
    counts: Ints

    def switches(self, closed: Marks) -> Marks:
        """The switches of closed labels."""
        found: Marks = closed[self.of] & (self.of != FIRM)
        return found

    def labels(self, closed: Marks) -> Marks:
        """The labels of which all switches are closed."""
        found: Marks = np.bincount(self.of[~closed], minlength=len(self.prices)) == 0
        found[FIRM] = False
        return found


def reduced(graph: CutGraph, switches: Switches, *, joined: bool) -> Reduced:
    """The smaller graph.

    ``joined`` takes all pairs as one: right if every one of them is to be cut off, and only if
    no walk over switches that stay on leads from a start to an end.
    """
    if joined:
        graph = replace(
            graph, groups=np.zeros_like(graph.groups), weights=graph.weights.sum(keepdims=True)
        )
    count = len(switches.prices)
    own = 1 + np.arange(count)
    state = Reduced(
        replace(graph, labels=own[graph.labels]),
        own,
        np.append(0.0, switches.prices),
        np.append(0, np.ones(count, dtype=np.int64)),
    )
    is_bound = np.append(True, switches.bound)
    state = _relabelled(state, np.append(FIRM, np.where(switches.stays, FIRM, own)))
    while True:
        before = state
        state = replace(state, graph=merged(state.graph, joined=joined))
        if not switches.keeps_rivals:
            state = _relabelled(state, _without_dominated(state, is_bound))
        state = _relabelled(state, _bundled(state, is_bound))
        arcs = len(before.graph.tails), len(state.graph.tails)
        if arcs[0] == arcs[1] and (state.of == before.of).all():
            return _compact(state)


def _relabelled(state: Reduced, new: Ints) -> Reduced:
    """The same with other labels, ``new`` by old; what becomes one label adds up."""
    size = len(state.prices)
    prices = np.bincount(new, weights=state.prices, minlength=size).astype(np.float64)
    counts = np.bincount(new, weights=state.counts, minlength=size).astype(np.int64)
    prices[FIRM], counts[FIRM] = 0.0, 0
    graph = replace(state.graph, labels=new[state.graph.labels])
    return Reduced(graph, new[state.of], prices, counts)


def _compact(state: Reduced) -> Reduced:
    """Only the labels that arcs have, numbered without gaps after ``FIRM``."""
    used = np.zeros(len(state.prices), dtype=bool)
    used[state.graph.labels] = True
    used[FIRM] = True
    new = np.where(used, np.cumsum(used) - 1, FIRM)
    graph = replace(state.graph, labels=new[state.graph.labels])
    return Reduced(graph, new[state.of], state.prices[used], state.counts[used])


def _without_dominated(state: Reduced, is_bound: Marks) -> Ints:
    """Firm in place of labels where another that costs no more closes the same walks and more.

    So it is if whatever comes to an arc of the label, or leaves it, is of one other label.
    """
    graph, size = state.graph, len(state.prices)
    new = np.arange(size)
    for near, far, open_ended in (
        (graph.tails, graph.heads, graph.starts), (graph.heads, graph.tails, graph.ends),
    ):  # fmt: skip
        beside = _only(graph.size, far, graph.labels)
        beside[open_ended] = -1
        rival = _only(size, graph.labels, beside[near])
        known = np.flatnonzero((rival >= 0) & (rival != np.arange(size)) & ~is_bound)
        known = known[~is_bound[rival[known]]]
        rival = rival[known]
        ours, theirs = state.prices[known], state.prices[rival]
        is_less = (theirs < ours) | ((theirs == ours) & (rival < known))
        new[known[is_less & (state.counts[rival] <= state.counts[known])]] = FIRM
    return new


def _only(size: int, places: Ints, labels: Ints) -> Ints:
    """For every place the one label that all its arcs have; -1 if there are several or none."""
    low = np.full(size, np.iinfo(np.int64).max)
    high = np.full(size, -1)
    np.minimum.at(low, places, labels)
    np.maximum.at(high, places, labels)
    return np.where(low == high, high, -1)


def _bundled(state: Reduced, is_bound: Marks) -> Ints:
    """One label in place of those between the same pairs of states: all are closed or none."""
    graph, size = state.graph, len(state.prices)
    new = np.arange(size)
    order = np.argsort(graph.labels, kind="stable")
    labels = graph.labels[order]
    marks = sums_of(labels, graph.tails[order], graph.heads[order], size)
    members = np.setdiff1d(np.unique(labels), np.flatnonzero(is_bound))
    if len(members):
        bundle = distinct(marks[:, members])[1]
        leaders = np.full(len(members), size)
        np.minimum.at(leaders, bundle, members)
        new[members] = leaders[bundle]
    return new
