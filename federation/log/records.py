"""A log as it is read: from the store of a service, or from an export."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Protocol

from .store import Group, Head
from .tiles import WIDTH, Pending


class Records(Protocol):
    """What a log holds. Every store is one."""

    def head(self) -> Head:
        """How far it is.

        Raises:
            StoreUnavailableError: It cannot be read.
        """
        ...

    def groups(self, first: int, end: int) -> Iterator[Group]:
        """The groups that have entries from `first` to before `end`, whole and in order.

        Raises:
            StoreUnavailableError: They cannot be read.
        """
        ...

    def circumstances(self, digest: bytes) -> bytes | None:
        """The circumstances of a digest.

        Raises:
            StoreUnavailableError: They cannot be read.
        """
        ...

    def tile(self, level: int, index: int) -> bytes | None:
        """A full tile: 256 hashes of 32 bytes.

        Raises:
            StoreUnavailableError: It cannot be read.
        """
        ...

    def close(self) -> None:
        """Close it."""
        ...


def entries_of(records: Records, first: int, end: int) -> tuple[bytes, ...]:
    """The entries from `first` to before `end`, as many of them as are there.

    Raises:
        StoreUnavailableError: They cannot be read.
    """
    groups = records.groups(first, end)
    return tuple(chain.from_iterable(each.entries[each.within(first, end)] for each in groups))


def pending_at(records: Records, size: int) -> Pending:
    """The tiles that were not full when the log had a size.

    Raises:
        StoreUnavailableError: They cannot be read.
        TileError: The log does not hold what it must.
    """
    start = size - size % WIDTH
    groups = records.groups(start, size)
    leaves = tuple(chain.from_iterable(each.leaves[each.within(start, size)] for each in groups))
    return Pending.read(size, leaves, records.tile)
