"""What was proved once: formulas of which no request meets all.

Such a proof does not hang on the question in which it was made. Formulas are known by their forms,
which say what each test asks; what a source may hold is the same in every question about a library,
and what sources say of each other holds for every request. So a later question that asks for all of
these formulas, and perhaps for more, has the answer without the solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .formulas import All, Any, Formula, Not, negated
from .shapes import Shapes


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """A formula taken apart.

    Attributes:
        whole: The formula.
        parts: All that a request must meet for it, each by the number of its form.
    """

    whole: Formula
    parts: dict[int, Formula]


@dataclass(slots=True)
class Exclusions:
    """Formulas that were proved to exclude each other."""

    _shapes: Shapes = field(default_factory=lambda: Shapes(across=True))
    _proved: dict[int, list[frozenset[int]]] = field(
        default_factory=dict[int, "list[frozenset[int]]"]
    )

    def wish(self, formula: Formula) -> Wish:
        """A formula, taken apart."""
        return Wish(formula, {self._shapes.number(part): part for part in _parts(formula)})

    def excludes(self, wish: Wish) -> bool:
        """Whether it is proved that no request meets a formula."""
        asked = wish.parts.keys()
        return any(proved <= asked for one in asked for proved in self._proved.get(one, ()))

    def add(self, formulas: Iterable[Formula]) -> None:
        """Keep that no request meets all of these."""
        proved = frozenset(map(self._shapes.number, formulas))
        self._proved.setdefault(min(proved), []).append(proved)


def _parts(formula: Formula) -> Iterator[Formula]:
    """All that must hold for a formula to hold."""
    match formula:
        case All():
            for item in formula.items:
                yield from _parts(item)
        case Not(item=Any()):
            assert isinstance(formula.item, Any)
            for item in formula.item.items:
                yield from _parts(negated(item))
        case _:
            yield formula
