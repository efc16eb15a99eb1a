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

    def states_left(self, closed: Iterable[str]) -> int:
        """From how many states a recipient is served when these are closed."""
        return int(self._reduced.graph.exposed(self._labels(closed)).sum())

    def _labels(self, closed: Iterable[str]) -> Marks:
        return self._reduced.labels(self._marks_of(closed))


def phases_of(effects: Effects, switches: Iterable[str], count: int) -> tuple[Phase, ...]:
    """The switches in ``count`` steps of about one size, the most exposure first.

    Greedy: each time the switch that cuts off the most pairs is next, then the one that cuts off
    the most states. What two switches do together it does not see.
    """
    left = list(dict.fromkeys(switches))
    ordered: list[str] = []
    while left:
        best = min(
            left,
            key=lambda key: (
                effects.pairs_left([*ordered, key]),
                effects.states_left([*ordered, key]),
                key,
            ),
        )
        left.remove(best)
        ordered.append(best)
    count = min(count, len(ordered))
    ends = [len(ordered) * number // count for number in range(1, count + 1)] if count else []
    phases: list[Phase] = []
    for begin, end in zip([0, *ends], ends, strict=False):
        phases.append(Phase(tuple(ordered[begin:end]), effects.pairs_left(ordered[:end])))
    return tuple(phases)
