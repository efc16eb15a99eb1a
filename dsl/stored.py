"""Trees and outlines as plain values, to be kept and read back.

A plain value is a number, text, truth value, None or list of these; reading one back can make
nothing but the values of this language. A list starts with what it is: one of the marks below,
or the number of a class. The place of a node is kept as two numbers; the text in which it stands
is passed in. Places of tests are seldom asked for, so they are made when they are.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from enum import Enum
from typing import Any, TypeAlias, TypeVar, cast

from . import diagnostics, parsed, scan, syntax
from .check import outline
from .codes import Code
from .later import Later
from .source import Source, Span

T = TypeVar("T")
Plain: TypeAlias = "bool | int | str | list[Plain] | None"


class UnreadableError(Exception):
    """A plain value that stands for nothing of this language."""


def _within(root: type[T]) -> tuple[type[T], ...]:
    """The classes of the syntax tree under a root, always in the same order."""
    found: Mapping[str, object] = vars(syntax)
    classes = (item for _, item in sorted(found.items()) if isinstance(item, type))
    return tuple(item for item in classes if issubclass(item, root) and item is not root)


_TUPLE, _LATER, _SPAN, _DATE, _MOMENT, _MEMBER, _FIRST_CLASS = range(7)
_ENUMS: tuple[type[Enum], ...] = (Code, *_within(Enum))
_MEMBERS: tuple[Enum, ...] = tuple(member for enum in _ENUMS for member in enum)
_AS_THEY_ARE = (type(None), bool, int, str)
_MEMBER_AT = {member: at for at, member in enumerate(_MEMBERS)}
_NODES = _within(syntax.Node)
_CLASSES: tuple[type[Any], ...] = (
    *_NODES,
    scan.Comment,
    parsed.Misplaced,
    parsed.Parse,
    diagnostics.Note,
    diagnostics.Diagnostic,
    outline.Tested,
    outline.Tests,
    outline.PolicyOutline,
    outline.WordsOutline,
    outline.Outline,
)
_NUMBERS: dict[type[object], int] = {class_: at for at, class_ in enumerate(_CLASSES, _FIRST_CLASS)}
_LAST_NODE = _FIRST_CLASS + len(_NODES) - 1
_FIELDS: dict[type[object], tuple[str, ...]] = {
    class_: tuple(f.name for f in fields(class_) if class_ not in _NODES or f.name != "span")
    for class_ in _CLASSES
}


def plain(value: object, own: str) -> Plain:
    """A value as plain values.

    Args:
        value: A node, an outline, or what they are made of.
        own: The name of the file in which it stands.
    """
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return cast(Plain, value)
    if kind is tuple or kind is Later:
        items = cast(Sequence[object], value)
        mark = _LATER if items and isinstance(items[0], outline.Tested) else _TUPLE
        return [mark, *[plain(item, own) for item in items]]
    number = _NUMBERS.get(kind)
    if number is None:
        return _simple(value, own)
    parts = [plain(getattr(value, name), own) for name in _FIELDS[kind]]
    if number > _LAST_NODE:
        return [number, *parts]
    span = cast(syntax.Node, value).span
    assert span.source.name == own, "a node is kept with the file in which it stands"
    return [number, span.start, span.end, *parts]


def _simple(value: object, own: str) -> Plain:
    match value:
        case Span(source=source, start=start, end=end):
            return [_SPAN, start, end, *([] if source.name == own else [source.name])]
        case datetime.datetime():
            return [_MOMENT, value.isoformat()]
        case datetime.date():
            return [_DATE, value.toordinal()]
        case Enum():
            return [_MEMBER, _MEMBER_AT[value]]
        case _:
            raise AssertionError(f"{type(value).__name__} is kept nowhere")


class Reading:
    """Plain values read back into one file."""

    def __init__(self, own: Source, sources: Mapping[str, Source]) -> None:
        self._own = own
        self._sources = sources
        self._marks: tuple[Callable[[list[Any]], Any], ...] = (
            self._tuple,
            self._later,
            self._span,
            lambda items: datetime.date.fromordinal(items[1]),
            lambda items: datetime.datetime.fromisoformat(items[1]),
            lambda items: _MEMBERS[int(items[1])],
        )

    def read(self, value: Plain) -> Any:
        """The value that was kept.

        Raises:
            UnreadableError: It is none that could have been.
        """
        try:
            return self._value(value)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
            raise UnreadableError(str(fault)) from fault

    def _value(self, value: Any) -> Any:
        return self._made(value) if value.__class__ is list else value

    def _made(self, items: list[Any]) -> Any:
        kind: int = items[0]
        if kind > _LAST_NODE:
            return _CLASSES[kind - _FIRST_CLASS](*self._all(items[1:]))
        if kind >= _FIRST_CLASS:
            span = Span(self._own, items[1], items[2])
            return _CLASSES[kind - _FIRST_CLASS](span, *self._all(items[3:]))
        return self._marks[kind](items)

    def _all(self, values: list[Any]) -> list[Any]:
        """Several values; most are no lists, and are what they are."""
        return [self._made(item) if item.__class__ is list else item for item in values]

    def _tuple(self, items: list[Any]) -> tuple[Any, ...]:
        return tuple(self._all(items[1:]))

    def _later(self, items: list[Any]) -> Later[Any]:
        return Later(len(items) - 1, lambda: self._all(items[1:]))

    def _span(self, items: list[Any]) -> Span:
        source = self._sources[items[3]] if len(items) > 3 else self._own
        return Span(source, items[1], items[2])
