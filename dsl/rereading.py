"""A file read again after an edit: a statement whose text is as it was is taken over, moved.

What is read is always what a parser without memory reads. A statement in which something is not
understood is read anew each time, since what is said of it may name the text behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

from . import syntax as tree
from .diagnostics import Diagnostic, in_order
from .parsed import Misplaced, Parse
from .parser import Parser, misplaced_in
from .scan import Comment, Scan, blocks, scan
from .source import Source, Span

N = TypeVar("N", bound=tree.Node)


@dataclass(frozen=True, slots=True)
class _Block:
    """A statement and the comments behind it, as they were read.

    Attributes:
        start: Where it starts.
        plain: Its text, with every comment blanked.
        statements: Its statement; what stands before the first statement of a file has none.
        comments: Its comments.
        misplaced: The first clause that stands in an unusual order.
    """

    start: int
    plain: str
    statements: tuple[tree.Statement, ...]
    comments: tuple[Comment, ...]
    misplaced: tuple[Misplaced, ...] = ()

    def moved(self, source: Source, start: int) -> _Block:
        """The same block where it stands now."""
        by = start - self.start
        return _Block(
            start,
            self.plain,
            tuple(moved(node, source, by) for node in self.statements),
            tuple(Comment(_shifted(each.span, source, by), each.trails) for each in self.comments),
            tuple(
                Misplaced(_shifted(each.clause, source, by), _shifted(each.after, source, by))
                for each in self.misplaced
            ),
        )


_Blocks: TypeAlias = dict[str, _Block]


@dataclass(slots=True)
class _Reading:
    """One reading of a file: its blocks, and what was not understood."""

    blocks: list[_Block] = field(default_factory=list[_Block])
    faults: list[Diagnostic] = field(default_factory=list[Diagnostic])
    known: _Blocks = field(default_factory=dict[str, _Block])


class Rereader(Parser):
    """A parser that remembers the last reading of every file, by its name."""

    def __init__(self) -> None:
        super().__init__()
        self._files: dict[str, _Blocks] = {}

    def parse(self, source: Source) -> Parse:
        """Read one file."""
        known = self._files.get(source.name, {})
        text = source.text
        found = [
            (text[start:end], start, known.get(text[start:end]) or scan(source, start, end))
            for start, end in blocks(text)
        ]
        plain = "".join(block.plain for _, _, block in found)
        reading = _Reading()
        for own, start, block in found:
            if isinstance(block, Scan):
                self._read(plain, own, start, block, reading)
            else:
                reading.blocks.append(block.moved(source, start))
                reading.known[own] = reading.blocks[-1]
        self._files[source.name] = reading.known
        return _parse_of(source, reading)

    def forget(self, name: str) -> None:
        """Keep nothing more of a file."""
        self._files.pop(name, None)

    def _read(self, plain: str, text: str, start: int, found: Scan, reading: _Reading) -> None:
        """Read a block that is not known; it is, from now on, if all of it is understood."""
        nodes, faults = self._statements(plain, found, start + len(text))
        misplaced = tuple(place for raw in found.statements if (place := misplaced_in(raw)))
        block = _Block(start, found.plain, tuple(nodes), found.comments, misplaced)
        reading.blocks.append(block)
        reading.faults += faults
        if not faults:
            reading.known[text] = block


def _parse_of(source: Source, reading: _Reading) -> Parse:
    """The whole file of its blocks."""
    document = tree.Document(
        Span(source, 0, len(source.text)),
        tuple(node for block in reading.blocks for node in block.statements),
    )
    return Parse(
        document,
        tuple(comment for block in reading.blocks for comment in block.comments),
        in_order(reading.faults),
        tuple(place for block in reading.blocks for place in block.misplaced),
    )


def _shifted(span: Span, source: Source, by: int) -> Span:
    return Span(source, span.start + by, span.end + by)


def moved(node: N, source: Source, by: int) -> N:
    """The same node ``by`` characters further on in another text."""
    found: N = _moved(node, source, by)
    return found


def _moved(value: Any, source: Source, by: int) -> Any:
    kind = value.__class__
    if kind is tuple:
        return tuple([_moved(v, source, by) if v.__class__ in _DEEP else v for v in value])
    place = _shifted(value.span, source, by)
    parts = _PARTS[kind](value)
    return kind(place, *[_moved(p, source, by) if p.__class__ in _DEEP else p for p in parts])


def _parts(class_: type[tree.Node]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the parts of a node in the order of its fields, its place left out."""
    names = [item.name for item in fields(class_) if item.name != "span"]
    if not names:
        return lambda _: ()
    several = attrgetter(*names)
    return several if len(names) > 1 else lambda value: (several(value),)


_PARTS = {
    item: _parts(item)
    for item in vars(tree).values()
    if isinstance(item, type) and issubclass(item, tree.Node)
}
_DEEP = frozenset({tuple, *_PARTS})  # what may have a place within
