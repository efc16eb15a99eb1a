"""Formulas over what a request may be: what rules come to before anything of it is known.

A formula says nothing of how many recipients there are: ``Some`` asks whether one of them meets
its body. How many a solver must look at is worked out from the formula (``recipients_needed``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from ...dsl.truth import Truth
from .sources import Source


class Who(Enum):
    """Whom an atom is about: nobody, the owner, the requester, or each recipient in turn."""

    NOBODY = "nobody"
    OWNER = "owner"
    REQUESTER = "requester"
    EACH = "each"


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """Whether a test is certain, or at least possible, on what a source holds."""

    source: Source
    test: int
    certain: bool
    who: Who


@dataclass(frozen=True, slots=True, eq=False)
class All:
    """Every one of some formulas."""

    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Any:
    """One of some formulas."""

    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    """The contrary of a formula."""

    item: Formula


@dataclass(frozen=True, slots=True, eq=False)
class Some:
    """One of the known recipients meets a formula."""

    body: Formula


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """A formula asked of somebody of whom nothing is known."""

    body: Formula


Formula: TypeAlias = "bool | Atom | All | Any | Not | Some | Unknown"


def both(*items: Formula) -> Formula:
    """All of some formulas, the constants left out."""
    return every(items)


def every(items: Iterable[Formula]) -> Formula:
    """All of some formulas, the constants left out."""
    kept = tuple(item for item in items if item is not True)
    if any(item is False for item in kept):
        return False
    return kept[0] if len(kept) == 1 else All(kept) if kept else True


def either(*items: Formula) -> Formula:
    """One of some formulas, the constants left out."""
    return one(items)


def one(items: Iterable[Formula]) -> Formula:
    """One of some formulas, the constants left out."""
    kept = tuple(item for item in items if item is not False)
    if any(item is True for item in kept):
        return True
    return kept[0] if len(kept) == 1 else Any(kept) if kept else False


def negated(item: Formula) -> Formula:
    """The contrary of a formula."""
    if isinstance(item, bool):
        return not item
    return item.item if isinstance(item, Not) else Not(item)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A condition as two formulas: whether it is certain, whether it is possible."""

    certain: Formula
    possible: Formula

    def __invert__(self) -> Pair:
        """The contrary: what is not possible is certainly not so."""
        return Pair(negated(self.possible), negated(self.certain))

    @property
    def unproven(self) -> Formula:
        """Whether it is possible and not certain."""
        return both(self.possible, negated(self.certain))


TRUE, FALSE, UNPROVEN = Pair(True, True), Pair(False, False), Pair(False, True)


def constant(truth: Truth) -> Pair:
    """A condition whose value is known."""
    return (FALSE, UNPROVEN, TRUE)[truth]


def all_pairs(pairs: Iterable[Pair]) -> Pair:
    """``and``: certain if each is certain, possible if each is possible."""
    pairs = tuple(pairs)
    return Pair(every(p.certain for p in pairs), every(p.possible for p in pairs))


def any_pairs(pairs: Iterable[Pair]) -> Pair:
    """``or``: certain if one is certain, possible if one is possible."""
    pairs = tuple(pairs)
    return Pair(one(p.certain for p in pairs), one(p.possible for p in pairs))


def chosen(guard: Formula, one_way: Pair, other: Pair) -> Pair:
    """One pair where a formula holds, else the other."""
    against = negated(guard)
    return Pair(
        either(both(guard, one_way.certain), both(against, other.certain)),
        either(both(guard, one_way.possible), both(against, other.possible)),
    )


@dataclass(slots=True)
class Counting:
    """How many recipients a formula needs so that leaving out all others keeps it true."""

    _known: dict[tuple[int, bool, bool], int] = field(
        default_factory=dict[tuple[int, bool, bool], int]
    )

    def needed(self, formula: Formula, *, holds: bool = True, summed: bool = False) -> int:
        """The witnesses of a formula that holds, or of one that does not.

        Each ``Some`` that must hold needs one recipient; one that must not hold stays so when
        recipients are left out. Of several ways to hold a formula needs only one, but inside
        ``Some``, where each recipient may go another way, all are counted.
        """
        if isinstance(formula, bool | Atom):
            return 0
        key = id(formula), holds, summed
        if key not in self._known:
            self._known[key] = self._counted(formula, holds, summed)
        return self._known[key]

    def _counted(self, formula: All | Any | Not | Some | Unknown, holds: bool, summed: bool) -> int:
        match formula:
            case Not():
                return self.needed(formula.item, holds=not holds, summed=summed)
            case Some():
                return int(holds) + self.needed(formula.body, holds=holds, summed=True)
            case Unknown():
                return self.needed(formula.body, holds=holds, summed=summed)
            case All() | Any():
                counts = [self.needed(i, holds=holds, summed=summed) for i in formula.items]
                joint = isinstance(formula, All) is holds
                return sum(counts) if joint or summed else max(counts, default=0)
