"""The tree of entries that are read one after another, held against the head of their log."""

from __future__ import annotations

from .store import Group
from .tree import Edge, leaf_hash

_CHUNK = 4096  # leaves by which the tree grows at a time


class Chain:
    """The tree of the entries that pass, to be held against the head; none if they are a part."""

    def __init__(self, head: Edge | None) -> None:
        self._head, self._edge, self._leaves = head, Edge(0, ()), list[bytes]()
        self.fault = ""

    @property
    def is_checked(self) -> bool:
        """Whether there was a head to be held against."""
        return self._head is not None

    def take(self, group: Group) -> None:
        """The next group."""
        if self._head is None:
            return
        self._leaves += map(leaf_hash, group.entries)
        if len(self._leaves) >= _CHUNK:
            self._grow()

    def end(self) -> None:
        """There are no more."""
        if self._head is None:
            return
        self._grow()
        if self._edge != self._head:
            self.fault = "the tree of these entries is not that of the head: see `log verify`"

    def _grow(self) -> None:
        self._edge = self._edge.extended(self._leaves).after
        self._leaves = []
