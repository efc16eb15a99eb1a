"""What a log is kept in: one small interface, and what it holds.

A store knows nothing of keys, proofs or answers. It keeps the bytes of the entries and beside them
what belongs to them, and moves the head of the log forward: whole or not at all. `sqlite_store` is
for one machine, `postgres_store` for several servers that write one log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import msgspec

from .tree import Edge


class StoreError(Exception):
    """A store that cannot be opened; the message names it and the mend."""


class StoreUnavailableError(Exception):
    """A store that cannot be read or written now.

    If it came out of writing, the group may or may not be there: read the head again.
    """


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log is.

    Attributes:
        edge: The tree's right edge: its size and what its root is made of.
        at: The moment of the last group, in microseconds since 1970; it never falls.
        checkpoint: The last signed note that was kept, which may be older; "" if there is none.
    """

    edge: Edge
    at: int
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that became part of the log together.

    Attributes:
        first: The index of the first.
        entries: Their bytes.
        leaves: The leaf hash of each.
        sealed: The sealed texts of each; b"" if it has none.
        at: The moment, in microseconds since 1970.
    """

    first: int
    entries: tuple[bytes, ...]
    leaves: tuple[bytes, ...]
    sealed: tuple[bytes, ...]
    at: int

    @property
    def end(self) -> int:
        """The index after the last."""
        return self.first + len(self.entries)

    def within(self, first: int, end: int) -> slice:
        """Where in the group those stand whose index is from `first` to before `end`."""
        return slice(max(0, first - self.first), max(0, end - self.first))


class RecordedCall(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call that was answered, so that it is never answered anew.

    One is made for each, so it is a struct, which is written as an array of its fields.

    Attributes:
        caller: Who called.
        nonce: What tells the call from the caller's others.
        digest: SHA-256 of its message.
        first: The index of its first entry.
        count: How many entries it has.
        until: When it may be forgotten, in microseconds since 1970.
    """

    caller: str
    nonce: bytes
    digest: bytes
    first: int
    count: int
    until: int


class Appending(Protocol):
    """One transaction, alone with the head."""

    @property
    def head(self) -> Head:
        """The head, which nobody else moves meanwhile."""
        ...

    def calls(self, keys: Sequence[tuple[str, bytes]]) -> Mapping[tuple[str, bytes], RecordedCall]:
        """Those of some calls, by caller and nonce, that were answered before.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        ...

    def write(
        self,
        group: Group,
        after: Edge,
        calls: Sequence[RecordedCall],
        circumstances: Mapping[bytes, bytes],
        tiles: Mapping[tuple[int, int], bytes],
    ) -> None:
        """Append a group and move the head.

        Args:
            group: What is appended.
            after: The tree's edge with it.
            calls: The calls that it answers; none of them was answered before.
            circumstances: What its entries refer to, by digest; what is there already is left.
            tiles: The tiles that it fills, by level and index.

        Raises:
            StoreUnavailableError: It does not follow the head, or cannot be written.
        """
        ...


class Store(Protocol):
    """What a log is kept in."""

    def appending(self) -> AbstractContextManager[Appending]:
        """Append in one transaction, which is on the disk when the block is left.

        An exception in the block undoes it.

        Raises:
            StoreUnavailableError: It cannot be written, or nobody knows whether it was.
        """
        ...

    def head(self) -> Head:
        """The head as it is now.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        ...

    def groups(self, first: int, end: int) -> Iterator[Group]:
        """The groups that have entries from `first` to before `end`, whole and in order.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        ...

    def circumstances(self, digest: bytes) -> bytes | None:
        """The circumstances of a digest.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        ...

    def tile(self, level: int, index: int) -> bytes | None:
        """A full tile: 256 hashes of 32 bytes.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        ...

    def call(self, caller: str, nonce: bytes) -> RecordedCall | None:
        """A call that was answered and is not forgotten.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        ...

    def keep_checkpoint(self, note: str) -> None:
        """Keep the last signed note, unless that of a larger log is kept. It is not flushed.

        Raises:
            StoreUnavailableError: The store cannot be written.
        """
        ...

    def forget_calls(self, before: int) -> int:
        """Forget calls that may be forgotten since before a moment; how many there were.

        Raises:
            StoreUnavailableError: The store cannot be written.
        """
        ...

    def close(self) -> None:
        """Close the store."""
        ...
