"""Whether two formulas say the same, by their form: a number for each form."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from .formulas import All, Any, Atom, Formula, Not, Some, Unknown


@dataclass(slots=True)
class Shapes:
    """Numbers formulas over the same sources; two of one number are the same request by request."""

    _numbers: dict[Hashable, int] = field(default_factory=dict[Hashable, int])
    _known: dict[int, int] = field(default_factory=dict[int, int])
    _kept: list[Formula] = field(default_factory=list[Formula])

    def number(self, formula: Formula) -> int:
        """The number of a formula."""
        if isinstance(formula, bool):
            return -1 - formula
        if id(formula) not in self._known:
            self._kept.append(formula)  # an id is one's own only as long as one lives
            form = self._form(formula)
            self._known[id(formula)] = self._numbers.setdefault(form, len(self._numbers))
        return self._known[id(formula)]

    def _form(self, formula: Atom | All | Any | Not | Some | Unknown) -> Hashable:
        match formula:
            case Atom():
                return "atom", formula.source.key, formula.test, formula.certain, formula.who
            case All() | Any():
                items = tuple(sorted({self.number(item) for item in formula.items}))
                return type(formula).__name__, items
            case Not():
                return "not", self.number(formula.item)
            case Some() | Unknown():
                return type(formula).__name__, self.number(formula.body)
