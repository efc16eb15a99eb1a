"""Whether two formulas say the same, by their form: a number for each form."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from .formulas import All, Any, Atom, Formula, Not, Some, Unknown


@dataclass(slots=True)
class Shapes:
    """Numbers formulas over the same sources; two of one number are the same request by request.

    Attributes:
        across: Whether the formulas are of several questions about one library, whose sources have
            other tests: then a test is known by what it asks, and not by its place.
    """

    across: bool = False
    _numbers: dict[Hashable, int] = field(default_factory=dict[Hashable, int])
    _known: dict[int, int] = field(default_factory=dict[int, int])
    _told: dict[int, Hashable] = field(default_factory=dict[int, Hashable])
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

    def told(self, formula: Formula) -> Hashable:
        """The whole form of a formula: the same for the same one over other sources."""
        if isinstance(formula, bool):
            return formula
        number = self.number(formula)
        if number not in self._told:
            self._told[number] = self._whole(formula)
        return self._told[number]

    def _whole(self, formula: Formula) -> Hashable:
        match formula:
            case Atom():
                named = _named(formula)
                return hash(("atom", formula.source.key, named, formula.certain, formula.who))
            case All() | Any():
                items = frozenset(self.told(item) for item in formula.items)
                return hash((type(formula).__name__, items))
            case Not():
                return hash(("not", self.told(formula.item)))
            case Some() | Unknown():
                return hash((type(formula).__name__, self.told(formula.body)))
            case _:
                return formula

    def _form(self, formula: Atom | All | Any | Not | Some | Unknown) -> Hashable:
        match formula:
            case Atom():
                test = _named(formula) if self.across else formula.test
                return "atom", formula.source.key, test, formula.certain, formula.who
            case All() | Any():
                items = tuple(sorted({self.number(item) for item in formula.items}))
                return type(formula).__name__, items
            case Not():
                return "not", self.number(formula.item)
            case Some() | Unknown():
                return type(formula).__name__, self.number(formula.body)


def _named(atom: Atom) -> Hashable:
    """What a test asks, where its source has several."""
    tests = list(getattr(atom.source, "tests", ()))
    return tests[atom.test] if tests else atom.test
