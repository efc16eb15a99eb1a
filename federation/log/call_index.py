"""Where calls stand in a log, by a short hash of each: sixteen bytes a call, and no pauses.

A dictionary would take six times as much, and stop the log whenever it grows. Here the hashes are
spread over many short sorted arrays, by their last bits. Two calls may have the same hash; both are
found then, and the reader tells which one he meant.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left

_ROWS = 1024


class CallIndex:
    """Indexes of entries by 64-bit hashes."""

    def __init__(self) -> None:
        self._hashes = tuple(array("q") for _ in range(_ROWS))
        self._firsts = tuple(array("Q") for _ in range(_ROWS))

    def __len__(self) -> int:
        """How many there are."""
        return sum(map(len, self._hashes))

    def add(self, hashed: int, first: int) -> None:
        """Add one."""
        row = self._hashes[hashed % _ROWS]
        place = bisect_left(row, hashed)
        row.insert(place, hashed)
        self._firsts[hashed % _ROWS].insert(place, first)

    def find(self, hashed: int) -> list[int]:
        """All of one hash."""
        row = self._hashes[hashed % _ROWS]
        place = end = bisect_left(row, hashed)
        while end < len(row) and row[end] == hashed:
            end += 1
        return self._firsts[hashed % _ROWS][place:end].tolist() if end > place else []

    def remove(self, hashed: int, first: int) -> None:
        """Remove one, if it is there."""
        row, firsts = self._hashes[hashed % _ROWS], self._firsts[hashed % _ROWS]
        place = bisect_left(row, hashed)
        while place < len(row) and row[place] == hashed:
            if firsts[place] == first:
                del row[place], firsts[place]
                return
            place += 1
