"""Keys of rows: several class numbers as one, and the answer of each distinct key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from .coded import Ints

A = TypeVar("A")

_MOST = 1 << 62
_DENSE = 8  # how many places a row may cost where keys are counted by place


def combined(columns: Sequence[Ints]) -> Ints:
    """One number for each row, equal where all columns are; none of them is below zero."""
    key, reach = columns[0], _reach(columns[0])
    for column in columns[1:]:
        more = _reach(column)
        if reach * more > _MOST:
            _, key = grouped(key)
            reach = _reach(key)
        key, reach = key * more + column, reach * more
    return key


def _reach(column: Ints) -> int:
    return int(column.max(initial=0)) + 1


def grouped(key: Ints) -> tuple[Ints, Ints]:
    """The first row of each distinct number, and for each row which of them it has.

    The first rows are in order.
    """
    if not len(key):
        return key, key
    reach = _reach(key)
    if reach <= _DENSE * len(key) + 1024:
        first = np.full(reach, -1, np.int64)
        first[key[::-1]] = np.arange(len(key) - 1, -1, -1)  # of several the last one written holds
        firsts = np.sort(first[first >= 0])
        numbers = first
        numbers[key[firsts]] = np.arange(len(firsts))
        return firsts, numbers[key]
    _, found, inverse = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(found)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return found[order], rank[inverse]


@dataclass(slots=True)
class Answers(Generic[A]):
    """The answers of keys, each asked for once; they are kept from one batch of rows to the next.

    Attributes:
        found: The answers, by their numbers; equal keys of any batch share one.
    """

    found: list[A] = field(default_factory=list[A])
    _numbers: dict[tuple[int, ...], int] = field(default_factory=dict[tuple[int, ...], int])

    def of(self, columns: Sequence[Ints], decide: Callable[[int], A]) -> Ints:
        """The number of each row's answer.

        Args:
            columns: The class numbers that make the key; a class has one number in all batches.
            decide: The answer to a row; asked for the first row of each key not met before.
        """
        firsts, groups = grouped(combined(columns))
        keys = zip(*(column[firsts].tolist() for column in columns), strict=True)
        met = self._numbers
        numbers = [
            met[key] if key in met else self._new(key, row, decide)
            for key, row in zip(keys, firsts.tolist(), strict=True)
        ]
        return np.array(numbers, np.int64)[groups]

    def _new(self, key: tuple[int, ...], row: int, decide: Callable[[int], A]) -> int:
        self.found.append(decide(row))
        number = self._numbers[key] = len(self.found) - 1
        return number
