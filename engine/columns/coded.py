"""Columns by their distinct values: what is said of a value is said once, however many rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class Coded(Generic[T]):
    """A column: its distinct values, and for each row the place of its value among them.

    A value may stand there that no row has.
    """

    codes: Ints
    values: Sequence[T]

    @classmethod
    def constant(cls, value: T, rows: int) -> Coded[T]:
        """A column that has the same value in every row."""
        return cls(np.zeros(rows, np.int64), [value])

    def at(self, row: int) -> T:
        """The value of one row."""
        return self.values[int(self.codes[row])]

    def each(self, number: Callable[[T], int]) -> Ints:
        """A number for each row, asked once for each value."""
        return np.array([number(value) for value in self.values], np.int64)[self.codes]

    def where(self, rows: Ints) -> Coded[T]:
        """The column of some rows."""
        return Coded(self.codes[rows], self.values)


def coded(values: Iterable[H]) -> Coded[H]:
    """A column of values."""
    places: dict[H, int] = {}
    codes = np.array([places.setdefault(value, len(places)) for value in values], np.int64)
    return Coded(codes, list(places))


@dataclass(slots=True)
class Classes(Generic[H]):
    """Numbers of what counts as the same: equal things have one number, for as long as it lives."""

    things: list[H] = field(default_factory=list[H])
    _numbers: dict[H, int] = field(default_factory=dict[H, int])

    def number(self, thing: H) -> int:
        """The number of a thing."""
        number = self._numbers.setdefault(thing, len(self.things))
        if number == len(self.things):
            self.things.append(thing)
        return number
