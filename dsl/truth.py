"""Three truth values with strong Kleene operators (Introduction to Metamathematics, 1952)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """False, unproven or true; ``and`` is the least, ``or`` the greatest."""

    FALSE = 0
    UNPROVEN = 1
    TRUE = 2

    @property
    def word(self) -> str:
        """It as a word."""
        return self.name.lower()

    def __invert__(self) -> Truth:
        """True and false turned round; unproven stays."""
        return Truth(2 - self)

    @staticmethod
    def of(value: bool | None) -> Truth:
        """Of an ordinary truth value; None is unproven."""
        return Truth.UNPROVEN if value is None else Truth.TRUE if value else Truth.FALSE


def all_of(values: Iterable[Truth]) -> Truth:
    """True if all are; false if one is; else unproven."""
    return min(values, default=Truth.TRUE)


def any_of(values: Iterable[Truth]) -> Truth:
    """True if one is; false if all are; else unproven."""
    return max(values, default=Truth.FALSE)
