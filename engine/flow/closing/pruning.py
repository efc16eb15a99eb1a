"""A first answer without a solver: close everything, then open again what need not be closed."""

from __future__ import annotations

import numpy as np

from .graph import CutGraph, Floats, Marks


def pruned(graph: CutGraph, closed: Marks, prices: Floats) -> Marks:
    """A least set of closed labels within one that cuts; the dearest are opened first.

    Least in that none of it can be spared, not that it is the cheapest.
    """
    search = _Search(graph, closed)
    kept = closed.copy()
    used = np.zeros(len(closed), dtype=bool)
    used[graph.labels] = True
    for number in sorted(np.flatnonzero(closed).tolist(), key=lambda each: (-prices[each], each)):
        if not used[number] or search.opens(number):
            kept[number] = False
    return kept


class _Search:
    """What the starts reach over the labels opened so far."""

    def __init__(self, graph: CutGraph, closed: Marks) -> None:
        self._heads, self._labels = graph.heads.tolist(), graph.labels.tolist()
        self._tails = graph.tails.tolist()
        self._outgoing: list[list[int]] = [[] for _ in range(graph.size)]
        self._by_label: list[list[int]] = [[] for _ in range(len(closed))]
        for arc, (tail, label) in enumerate(zip(self._tails, self._labels, strict=True)):
            self._outgoing[tail].append(arc)
            self._by_label[label].append(arc)
        self._is_open = (~closed).tolist()
        self._ends = set(graph.ends.tolist())
        self._reached: set[int] = set()
        self._spread(graph.starts.tolist())

    def opens(self, label: int) -> bool:
        """Open a label if no end is reached by it; whether that was so."""
        self._is_open[label] = True
        near = [self._heads[arc] for arc in self._by_label[label]
                if self._tails[arc] in self._reached]  # fmt: skip
        if self._spread(near):
            return True
        self._is_open[label] = False
        return False

    def _spread(self, states: list[int]) -> bool:
        """Reach on from some states, unless that reaches an end: then nothing is changed."""
        new = {state for state in states if state not in self._reached}
        pending = list(new)
        while pending:
            state = pending.pop()
            if state in self._ends:
                return False
            for arc in self._outgoing[state]:
                head = self._heads[arc]
                if (
                    self._is_open[self._labels[arc]]
                    and head not in self._reached
                    and head not in new
                ):
                    new.add(head)
                    pending.append(head)
        self._reached |= new
        return True
