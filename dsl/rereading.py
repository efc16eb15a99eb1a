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
from .diagnostics import Diagnostic
from .parsed import Parse
from .parser import Parser
from .scan import RawStatement
from .source import Source, Span

N = TypeVar("N", bound=tree.Node)
_Statements: TypeAlias = "dict[str, tree.Statement]"


@dataclass(slots=True)
class _Memory:
    """The statements of one file by their text: of the reading before, and of this one."""

    before: _Statements = field(default_factory=dict[str, tree.Statement])
    now: _Statements = field(default_factory=dict[str, tree.Statement])


class Rereader(Parser):
    """A parser that remembers the last reading of every file, by its name."""

    def __init__(self) -> None:
        super().__init__()
        self._files: dict[str, _Statements] = {}
        self._memory = _Memory()

    def parse(self, source: Source) -> Parse:
        """Read one file."""
        self._memory = _Memory(self._files.get(source.name, {}))
        parse = super().parse(source)
        self._files[source.name] = self._memory.now
        return parse

    def forget(self, name: str) -> None:
        """Keep nothing more of a file."""
        self._files.pop(name, None)

    def _statement(
        self, plain: str, raw: RawStatement, end: int, unread: list[int]
    ) -> tuple[tree.Statement | None, list[Diagnostic]]:
        source, start = raw.span.source, raw.span.start
        text = source.text[start:end]
        known = self._memory.before.get(text)
        if known is not None:
            again = moved(known, source, start - known.span.start)
            self._memory.now[text] = again
            return again, []
        node, faults = super()._statement(plain, raw, end, unread)
        if node is not None and not faults:
            self._memory.now[text] = node
        return node, faults


def moved(node: N, source: Source, by: int) -> N:
    """The same node ``by`` characters further on in another text."""
    found: N = _moved(node, source, by)
    return found


def _moved(value: Any, source: Source, by: int) -> Any:
    kind = value.__class__
    if kind is tuple:
        return tuple([_moved(item, source, by) for item in value]) if value else value
    parts = _PARTS.get(kind)
    if parts is None:
        return value
    span = value.span
    place = Span(source, span.start + by, span.end + by)
    return kind(place, *[_moved(part, source, by) for part in parts(value)])


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
