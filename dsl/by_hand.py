"""Conditions of the fast grammar, read by hand.

Conditions are most of a library's text, and reading them through pyparsing's elements took most of
the time. The exact build of the grammar has the same forms word by word, for readers and for
messages; tests hold that both make equal trees.
"""

# pyright: basic
# pyparsing's elements are untyped; see ``grammar``.

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyparsing as pp

from . import syntax as tree
from .patterns import BARE_WORD, PAPER, RANGE, TEST, WORD, named, paper_of, part, reference, test_of
from .source import Span

_SPACE = r"[ \t\r\n]*"
_Read = tuple[int, tree.Condition]


class ByHand(pp.Token):
    """A condition: ``not`` binds tightest, then ``and``, then ``or``."""

    def __init__(self, span: Callable[[int, int], Span]) -> None:
        super().__init__()
        self._span = span
        self._first = re.compile(_SPACE)
        self._and = re.compile(rf"{_SPACE}and(?![\w-])")
        self._or = re.compile(rf"{_SPACE}or(?![\w-])")
        self._not = re.compile(r"not(?![\w-])")
        self._open = re.compile(r"\(")
        self._close = re.compile(rf"{_SPACE}\)")
        self._some = re.compile(RANGE)
        self._test = re.compile(rf"{TEST}(?![\w-])")
        self._named = re.compile(rf"{BARE_WORD}(?![\w.-])")
        self._kind = re.compile(rf"is\s+a\s+kind\s+of(?![\w-]){_SPACE}(?P<kind>{WORD})")
        self._paper = re.compile(rf"{PAPER}(?![\w-])")
        self._has = re.compile(rf"has(?![\w-]){_SPACE}\(")

    def _generateDefaultName(self) -> str:  # noqa: N802  # pyparsing's name
        return "a condition"

    def parseImpl(  # noqa: N802  # pyparsing's name
        self, instring: str, loc: int, do_actions: bool = True
    ) -> tuple[int, list[Any]]:
        """Read a condition at ``loc``."""
        end, node = self._either(instring, loc)
        return end, [node]

    def _either(self, text: str, at: int) -> _Read:
        return self._chain(text, at, self._both, self._or, tree.Or)

    def _both(self, text: str, at: int) -> _Read:
        return self._chain(text, at, self._term, self._and, tree.And)

    def _chain(
        self,
        text: str,
        at: int,
        item: Callable[[str, int], _Read],
        word: re.Pattern[str],
        node: type[tree.And | tree.Or],
    ) -> _Read:
        """One item, or several with a word between, flat."""
        end, first = item(text, at)
        items = [first]
        while found := word.match(text, end):
            end, another = item(text, found.end())
            items.append(another)
        if len(items) == 1:
            return end, first
        span = Span(first.span.source, first.span.start, items[-1].span.end)
        return end, node(span, tuple(items))

    def _term(self, text: str, at: int) -> _Read:
        """A test, a quantified condition, a name, ``not`` or brackets."""
        at = self._start(text, at)
        if found := self._test.match(text, at):
            return found.end(), test_of(self._span(at, found.end()), found)
        if found := self._some.match(text, at):
            return self._quantified(text, at, found)
        if found := self._named.match(text, at):
            return found.end(), tree.Named(self._span(at, found.end()), found.group())
        if found := self._not.match(text, at):
            end, item = self._term(text, found.end())
            return end, tree.Not(self._upto(at, item), item)
        if found := self._open.match(text, at):
            return self._closed(text, found.end())
        raise pp.ParseException(text, at, "Expected a condition", self)

    def _closed(self, text: str, at: int) -> _Read:
        """A condition and the bracket that closes it."""
        end, item = self._either(text, at)
        found = self._close.match(text, end)
        if found is None:
            raise pp.ParseException(text, end, "Expected `)`", self)
        return found.end(), item

    def _quantified(self, text: str, start: int, head: re.Match[str]) -> _Read:
        """``some x in S`` and what it says of each."""
        place = self._span(start, head.end())
        variable = named(place, head, "variable")
        collection = reference(part(place, head, "set"), head["set"])
        end, body = self._body(text, head.end(), variable)
        quantifier = tree.Quantifier(head["quantifier"])
        span = self._upto(start, body)
        return end, tree.Quantified(span, quantifier, variable.text, collection, body)

    def _body(self, text: str, at: int, variable: tree.Name) -> _Read:
        at = self._start(text, at)
        if found := self._kind.match(text, at):
            kind = tree.Name(self._span(found.start("kind"), found.end()), found["kind"])
            subject = tree.Reference(variable.span, variable.text)
            return found.end(), tree.KindTest(kind.span, subject, kind)
        if found := self._paper.match(text, at):
            place = self._span(at, found.end())
            return found.end(), paper_of(variable.text, place, found)
        if found := self._has.match(text, at):
            return self._closed(text, found.end())
        raise pp.ParseException(text, at, "Expected `is a kind of`, `is a` or `has`", self)

    def _upto(self, start: int, last: tree.Node) -> Span:
        """From a place in the clause to the end of a node."""
        place = self._span(start, start)
        return Span(place.source, place.start, last.span.end)

    def _start(self, text: str, at: int) -> int:
        """Where the next word or mark stands."""
        space = self._first.match(text, at)
        assert space is not None
        return space.end()
