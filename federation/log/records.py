"""A log as it is read: from the store of a service, or from an export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from .store import Group, Head


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
