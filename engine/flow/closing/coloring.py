"""Which columns of numbers are the same, and which states have the same walks ahead."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .graph import Ints

Marked = NDArray[np.uint64]
_Number = TypeVar("_Number", bound=np.generic)


def distinct(rows: NDArray[_Number]) -> tuple[NDArray[_Number], Ints]:
    """The distinct columns of some rows, sorted, and the number of each column among them."""
    order = np.lexsort(rows[::-1])
    ordered = rows[:, order]
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.cumsum(is_new) - 1
    return ordered[:, is_new], places


def refined(colors: Ints, tails: Ints, heads: Ints, labels: Ints) -> Ints:
    """Split colors until states of one color have arcs of the same labels to the same colors."""
    count = len(np.unique(colors))
    while True:
        rows = distinct(np.stack([tails, labels, colors[heads]]))[0]
        marks = sums_of(rows[0], rows[1], rows[2], len(colors))
        colors = distinct(np.stack([colors.astype(np.uint64), *marks]))[1]
        found = int(colors.max(initial=-1)) + 1
        if found == count:
            return colors
        count = found


def sums_of(keys: Ints, first: Ints, second: Ints, size: int) -> Marked:
    """Two marks for each key, the same for keys of the same pairs; ``keys`` are sorted.

    Keys of other pairs have other marks: that two of a million should agree by chance in
    both has odds of about one in 10 to the 26.
    """
    found, begins = np.unique(keys, return_index=True)
    sums = np.zeros((2, size), dtype=np.uint64)
    for which in range(2) if len(begins) else ():
        sums[which, found] = np.add.reduceat(_mixed(first, second, which), begins)
    return sums


def _mixed(first: Ints, second: Ints, which: int) -> Marked:
    """A 64-bit mark of every pair: the finalizer of SplitMix64 over each, by one of two seeds."""
    seed = np.uint64((11400714819323198485, 15074714826142052245)[which])
    return _finished(_finished(first.astype(np.uint64) + seed) + second.astype(np.uint64))


def _finished(mark: Marked) -> Marked:
    mark = (mark ^ (mark >> np.uint64(30))) * np.uint64(13787848793156543929)
    mark = (mark ^ (mark >> np.uint64(27))) * np.uint64(10723151780598845931)
    return mark ^ (mark >> np.uint64(31))
