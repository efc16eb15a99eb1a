"""One of several things, drawn by its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


def pick(draw: st.DrawFn, choices: Sequence[T]) -> T:
    """One of these; cheaper than a strategy over the things themselves, and shrinks to the first."""
    return choices[draw(st.integers(0, len(choices) - 1))]
