"""Values that are made when somebody first asks for them.

A large library is known by its heads long before anybody reads a rule of most of its policies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar, cast, overload

T = TypeVar("T")


class Later(Sequence[T]):
    """A sequence of a known length, equal to the tuple of what ``make`` returns.

    ``names`` tell what the values are called, where that is known before.
    """

    __slots__ = ("_length", "_made", "_make", "names")

    def __init__(
        self, length: int, make: Callable[[], Sequence[T]], names: tuple[str, ...] = ()
    ) -> None:
        self.names = names
        self._length = length
        self._make = make
        self._made: tuple[T, ...] | None = None

    def _all(self) -> tuple[T, ...]:
        if self._made is None:
            made = tuple(self._make())
            assert len(made) == self._length, "what is made later was counted before"
            self._made = made
        return self._made

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        """One value, or several."""
        return self._all()[index]

    def __iter__(self) -> Iterator[T]:
        """Every value."""
        return iter(self._all())

    def __len__(self) -> int:
        """How many, without making them."""
        return self._length

    def __eq__(self, other: object) -> bool:
        """Whether another sequence that does not change holds the same."""
        if not isinstance(other, tuple | Later):
            return NotImplemented
        return self._all() == tuple(cast(Iterable[object], other))

    def __hash__(self) -> int:
        """That of the tuple."""
        return hash(self._all())

    def __repr__(self) -> str:
        """As the tuple."""
        return repr(self._all())


class LaterMapping(Mapping[str, T]):
    """A mapping equal to what ``make`` returns."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Mapping[str, T]]) -> None:
        self._make = make
        self._made: Mapping[str, T] | None = None

    def _all(self) -> Mapping[str, T]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __getitem__(self, key: str) -> T:
        """The value of a key."""
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        """Every key."""
        return iter(self._all())

    def __len__(self) -> int:
        """How many."""
        return len(self._all())

    def __repr__(self) -> str:
        """As the mapping."""
        return repr(dict(self._all()))
