"""Places in a text that is being edited: they move with what stands there, without being made anew.

All places of a statement hang on one anchor. When text is typed above the statement, its anchor
moves, and every place of its tree tells where it stands now; so a keystroke in a long file costs
one move a statement, and trees that did not change are the same trees afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, TypeVar

from . import syntax as tree
from .parsed import Misplaced
from .scan import Comment
from .source import Source, Span

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Anchor:
    """Where a stretch of text starts in the newest reading of its file that holds it."""

    source: Source
    start: int


class MovingSpan(Span):
    """A place that hangs on an anchor; equal to any other that is the same now."""

    __slots__ = ("_anchor", "_from", "_to")

    _anchor: Anchor
    _from: int
    _to: int

    def __init__(self, anchor: Anchor, start: int, end: int) -> None:
        """Hang a place on an anchor, from which its start and end are counted."""
        object.__setattr__(self, "_anchor", anchor)
        object.__setattr__(self, "_from", start)
        object.__setattr__(self, "_to", end)

    # What a place holds is worked out here: nobody sets it.
    @property
    def source(self) -> Source:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The text in which it stands now."""
        return self._anchor.source

    @property
    def start(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Where it starts now."""
        return self._anchor.start + self._from

    @property
    def end(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Where it ends now."""
        return self._anchor.start + self._to

    def part(self, at: int, length: int) -> Span:
        """The place of some characters in it, which moves with it."""
        return MovingSpan(self._anchor, self._from + at, self._from + at + length)

    def __eq__(self, other: object) -> bool:
        """Whether another place is the same now."""
        if not isinstance(other, Span):
            return NotImplemented
        return (self.source, self.start, self.end) == (other.source, other.start, other.end)

    def __hash__(self) -> int:
        """That of the place that it is now."""
        return hash((self.source, self.start, self.end))


def hung(value: T, anchor: Anchor, base: int) -> T:
    """The same value with every place in it hung on an anchor.

    Args:
        value: A node, a comment, a misplaced clause, a place, or a tuple of these.
        anchor: What its places hang on from now on.
        base: Where the anchor stands among the places that the value has now.
    """
    found: T = _hung(value, anchor, base)
    return found


def _hung(value: Any, anchor: Anchor, base: int) -> Any:
    kind: Any = value.__class__
    if kind is Span or kind is MovingSpan:
        return MovingSpan(anchor, value.start - base, value.end - base)
    several: bool = kind is tuple
    parts: tuple[Any, ...] = value if several else _PARTS[kind](value)
    made = [_hung(part, anchor, base) if part.__class__ in _DEEP else part for part in parts]
    return tuple(made) if several else kind(*made)


def _parts(class_: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the parts of a value in the order of its fields."""
    names = [item.name for item in fields(class_)]
    several = attrgetter(*names)
    return several if len(names) > 1 else lambda value: (several(value),)


_NODES = (item for item in vars(tree).values() if isinstance(item, type))
_PARTS = {
    item: _parts(item)
    for item in (Comment, Misplaced, *(node for node in _NODES if issubclass(node, tree.Node)))
}
_DEEP = frozenset({tuple, Span, MovingSpan, *_PARTS})  # what may have a place within
