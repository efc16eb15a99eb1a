"""Other processes that read plain parts of a log, here or on other machines."""

from __future__ import annotations

from typing import Protocol, TypeVar

from .plain import Packed, Part

T = TypeVar("T", covariant=True)


class Task(Protocol[T]):
    """Something that is worked out elsewhere."""

    def result(self) -> T:
        """What came of it, once it is there."""
        ...

    def cancel(self) -> object:
        """It is not needed any more."""
        ...


class Pool(Protocol):
    """Processes that read parts by ``plain.packed``."""

    @property
    def ahead(self) -> int:
        """How many parts are to be under way at a time."""
        ...

    def submit(self, part: Part) -> Task[Packed | None]:
        """Have a part read."""
        ...
