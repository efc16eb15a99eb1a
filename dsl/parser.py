"""Text to syntax tree, with every fault of the file at once."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

import pyparsing as pp

from . import syntax as tree
from .build import Builder, Parsed
from .clauses import Elements
from .codes import Code
from .diagnostics import Diagnostic, in_order
from .grammar import Grammar
from .mends import END, STATUSES, lost_name, mend, unsure_citation
from .parsed import Misplaced, Parse
from .patterns import BadValueError
from .scan import CLAUSES, RULE_ORDER, TOKEN, Clause, RawStatement, Scan, scan
from .source import Source, Span

__all__ = ["Parse", "Parser", "parse"]


class Parser:
    """Reads files; making one builds the grammar, so read many files with one."""

    def __init__(self) -> None:
        self._fast = Grammar()
        self._table = Elements(self._fast)
        self._exact: tuple[Grammar, Elements] | None = None

    def parse(self, source: Source) -> Parse:
        """Read one file."""
        found = scan(source)
        statements, faults = self._statements(found.plain, found, len(source.text))
        document = tree.Document(Span(source, 0, len(source.text)), tuple(statements))
        misplaced = tuple(place for raw in found.statements if (place := misplaced_in(raw)))
        return Parse(document, found.comments, in_order(faults), misplaced)

    def _statements(
        self, plain: str, found: Scan, end: int
    ) -> tuple[list[tree.Statement], list[Diagnostic]]:
        """The statements of what was scanned up to ``end``, and every fault.

        ``plain`` is the whole text, with every comment blanked.
        """
        faults = list(found.faults)
        unread = sorted(fault.span.start for fault in faults if fault.code in _UNREAD)
        ends = [*(raw.span.start for raw in found.statements[1:]), end]
        statements: list[tree.Statement] = []
        for raw, upto in zip(found.statements, ends, strict=False):
            node, own = self._statement(plain, raw, upto, unread)
            statements += [node] if node is not None else []
            faults += own
        return statements, faults

    def _statement(
        self, plain: str, raw: RawStatement, end: int, unread: list[int]
    ) -> tuple[tree.Statement | None, list[Diagnostic]]:
        """One statement and its faults; a clause that is not understood is left out."""
        parsed: list[Parsed] = []
        faults: list[Diagnostic] = []
        ends = [*(clause.span.start for clause in raw.clauses[1:]), end]
        for clause, upto in zip(raw.clauses, ends, strict=True):
            if bisect_left(unread, clause.span.start) < bisect_left(unread, upto):
                continue  # what is wrong with it is said already
            values = self._clause(plain, raw, clause, faults)
            if values is not None:
                parsed.append(Parsed(clause, values))
        builder = Builder(raw, parsed)
        node = builder.build()
        return node, [*faults, *builder.faults]

    def _clause(
        self, plain: str, raw: RawStatement, clause: Clause, faults: list[Diagnostic]
    ) -> list[Any] | None:
        """The values of one clause; on failure the exact grammar says why."""
        key = (raw.keyword, clause.keyword)
        deep = too_deep(plain, clause.span)
        if deep is not None:
            faults.append(deep)
            return None
        try:
            values: list[Any] = self._fast.parse(self._table[key], plain, clause.span)
            return values
        except BadValueError as fault:
            faults.append(Diagnostic(Code.BAD_VALUE, fault.span, fault.message, fault.help))
        except pp.ParseBaseException:
            faults.append(self._explain(plain, raw, clause))
        return None

    def _explain(self, plain: str, raw: RawStatement, clause: Clause) -> Diagnostic:
        """Why a clause is not understood: what was expected where, and what stands there."""
        if self._exact is None:
            grammar = Grammar(exact=True)
            self._exact = grammar, Elements(grammar)
        grammar, table = self._exact
        try:
            grammar.parse(table[raw.keyword, clause.keyword], plain, clause.span)
        except BadValueError as fault:
            return Diagnostic(Code.BAD_VALUE, fault.span, fault.message, fault.help)
        except pp.ParseBaseException as fault:
            return _not_understood(plain, raw, clause, fault)
        raise AssertionError(f"the two grammars differ at {clause.span}")


def misplaced_in(raw: RawStatement) -> Misplaced | None:
    """The first clause of a rule that stands in another order than the formatter's."""
    if raw.keyword != "rule":
        return None
    last = Clause("cites", raw.span)
    for clause in raw.clauses[1:]:
        if clause.keyword == "cites" and last.keyword in ("ground", "unless", "breach"):
            continue  # the citation of what stands before it
        if _PLACES[clause.keyword] < _PLACES[last.keyword]:
            return Misplaced(clause.span, last.span)
        last = clause
    return None


_PLACES = {keyword: at for at, keyword in enumerate(RULE_ORDER)}
_UNREAD = (Code.UNCLOSED_STRING, Code.STRAY_CHARACTER)
DEEPEST = 20


def too_deep(plain: str, at: Span) -> Diagnostic | None:
    """The diagnostic of a clause nested deeper than anybody can read; no grammar is asked.

    Brackets and ``not`` count alike.
    """
    if plain.count("(", at.start, at.end) + plain.count("not", at.start, at.end) <= DEEPEST:
        return None
    open_brackets: list[int] = []
    depth = 0
    for token in TOKEN.finditer(plain, at.start, at.end):
        if token.group() in ("(", "not"):
            depth += 1
            if depth > DEEPEST:
                return Diagnostic(
                    Code.TOO_DEEP,
                    Span(at.source, token.start(), token.end()),
                    f"conditions are nested more than {DEEPEST} deep here",
                    "name inner conditions with `define` and read those",
                )
            if token.group() == "(":
                open_brackets.append(depth)
        elif token.group() == ")":
            depth = open_brackets.pop() - 1 if open_brackets else 0
        elif token.group() in ("and", "or"):
            depth = open_brackets[-1] if open_brackets else 0
    return None


def _not_understood(
    plain: str, raw: RawStatement, clause: Clause, fault: pp.ParseBaseException
) -> Diagnostic:
    """The diagnostic of a clause that no grammar reads."""
    start = clause.span.start + fault.loc
    while start < clause.span.end and plain[start].isspace():
        start += 1
    expected = fault.msg.removeprefix("Expected ")
    if expected.startswith("a citation") and plain.startswith('"', start):
        return _unsure(plain, clause, start)
    if expected == "end of text":
        expected = END
    token = TOKEN.match(plain, start) if start < clause.span.end else None
    if token is not None:
        span, found = Span(clause.span.source, start, token.end()), token.group()
        message = f"expected {expected}, found `{found}`"
    else:
        end = clause.span.end
        span, found = Span(clause.span.source, end - 1, end), ""
        token = TOKEN.search(plain, end)
        message = f"expected {expected}, but the clause ends{_before(token)}"
    rest = plain[start : clause.span.end]
    if not found and token is not None and token.group() in CLAUSES[raw.keyword]:
        help_ = lost_name(token.group(), expected)
    else:
        help_ = mend(raw.keyword, clause.keyword, expected, found, rest, CLAUSES)
    return Diagnostic(Code.NOT_UNDERSTOOD, span, message, help_)


_STATUS = re.compile(r'("[^"\n]*")(?:\s+(status\b)?\s*([a-z]+)?)?')


def _unsure(plain: str, clause: Clause, start: int) -> Diagnostic:
    """The diagnostic of a citation whose status is missing or misspelt."""
    match = _STATUS.match(plain, start, clause.span.end)
    assert match is not None
    word = match[3] if match[2] or match[3] in STATUSES else None
    message, help_ = unsure_citation(word)
    at, end = match.span(3) if word is not None else match.span(1)
    return Diagnostic(Code.NO_STATUS, Span(clause.span.source, at, end), message, help_)


def _before(follower: re.Match[str] | None) -> str:
    """What stands after the clause, for an author who lost a word."""
    return f" before `{follower.group()}`" if follower else ""


def parse(source: Source) -> Parse:
    """Read one file with a grammar of its own."""
    return Parser().parse(source)
