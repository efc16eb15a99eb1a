"""Which keys are on file, known without asking it, as long as they are not too many."""

from __future__ import annotations

from collections.abc import Hashable

MOST = 100_000  # keys that are known; each takes some 80 bytes


class Known:
    """A set of keys that may be too large to be kept: then any key may be in it.

    Only hashes are kept. So a key may seem to be in it that is not, never the other way round.
    """

    def __init__(self, most: int) -> None:
        """Know of no key.

        Args:
            most: How many may be added; more are too many.
        """
        self._hashes: set[int] | None = set()
        self.room = most + 1  # how many more can change anything

    def add(self, key: Hashable) -> None:
        """Know of one more."""
        if self._hashes is not None:
            self._hashes.add(hash(key))
            self.room -= 1
            if not self.room:
                self._hashes = None

    def may_hold(self, key: Hashable) -> bool:
        """Whether a key may be among them."""
        hashes = self._hashes
        return hashes is None or hash(key) in hashes

    @property
    def is_empty(self) -> bool:
        """Whether there are none."""
        return self._hashes is not None and not self._hashes
