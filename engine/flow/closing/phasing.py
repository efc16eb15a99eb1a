"""In which order to close the switches of a plan: a heuristic, and said to be one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .graph import Marks
from .solving import Cutting


@dataclass(frozen=True, slots=True)
class Phase:
    """Switches to close together, and how many pairs are exposed after it."""

    switches: tuple[str, ...]
    pairs_left: int


class Effects:
    """What closing some switches does, on a graph that keeps every pair apart."""

    def __init__(self, cutting: Cutting) -> None:
        self._reduced = cutting.program(is_whole=False, keeps_rivals=True).reduced
        self._marks_of = cutting.marks_of

    def pairs_left(self, closed: Iterable[str]) -> int:
        """How many pairs are exposed when these are closed."""
        return self._reduced.graph.pairs_exposed(self._labels(closed))

    def left(self, closed: Iterable[str]) -> tuple[int, int]:
        """How many pairs are exposed then, and from how many states data go on."""
        labels = self._labels(closed)
        graph = self._reduced.graph
        return graph.pairs_exposed(labels), int(graph.exposed(labels).sum())

    def _labels(self, closed: Iterable[str]) -> Marks:
        return self._reduced.labels(self._marks_of(closed))


def phases_of(effects: Effects, switches: Iterable[str], count: int) -> tuple[Phase, ...]:
    """The switches in ``count`` steps of about one size, the most exposure first.

    Before each step the switches left are ranked by how many pairs each would cut off alone,
    then by how many states. What several do together it does not see: a heuristic.
    """
    left = list(dict.fromkeys(switches))
    closed: list[str] = []
    phases: list[Phase] = []
    for rest in range(min(count, len(left)), 0, -1):
        left.sort(key=lambda key: (*effects.left((*closed, key)), key))
        size = -(-len(left) // rest)
        chosen, left = left[:size], left[size:]
        closed += chosen
        phases.append(Phase(tuple(chosen), effects.pairs_left(closed)))
    return tuple(phases)
