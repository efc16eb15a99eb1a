"""Text to syntax tree, with every fault of the file at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyparsing as pp

from . import syntax as tree
from .build import Builder, Parsed
from .clauses import Table, elements
from .codes import Code
from .diagnostics import Diagnostic, in_order
from .grammar import BadValue, Grammar
from .scan import TOKEN, Clause, Comment, RawStatement, scan
from .source import Source, Span


@dataclass(frozen=True, slots=True)
class Parse:
    """A file read: its tree, its comments, and what was not understood."""

    document: tree.Document
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]


class Parser:
    """Reads files; making one builds the grammar, so read many files with one."""

    def __init__(self) -> None:
        self._fast = Grammar()
        self._table = elements(self._fast)
        self._exact: tuple[Grammar, Table] | None = None

    def parse(self, source: Source) -> Parse:
        """Read one file."""
        found = scan(source)
        faults = list(found.faults)
        statements = [
            node
            for raw in found.statements
            if (node := self._statement(found.plain, raw, faults)) is not None
        ]
        whole = Span(source, 0, len(source.text))
        document = tree.Document(whole, tuple(statements))
        return Parse(document, found.comments, in_order(faults))

    def _statement(
        self, plain: str, raw: RawStatement, faults: list[Diagnostic]
    ) -> tree.Statement | None:
        """One statement; a clause that is not understood is reported and left out."""
        parsed: list[Parsed] = []
        for clause in raw.clauses:
            values = self._clause(plain, raw, clause, faults)
            if values is not None:
                parsed.append(Parsed(clause, values))
        builder = Builder(raw, parsed)
        node = builder.build()
        faults += builder.faults
        return node

    def _clause(
        self, plain: str, raw: RawStatement, clause: Clause, faults: list[Diagnostic]
    ) -> list[Any] | None:
        """The values of one clause; on failure the exact grammar says why."""
        key = (raw.keyword, clause.keyword)
        try:
            return self._fast.parse(self._table[key], plain, clause.span)
        except BadValue as fault:
            faults.append(
                Diagnostic(Code.BAD_VALUE, fault.span, fault.message, "write one that exists")
            )
        except pp.ParseBaseException:
            faults.append(self._explain(plain, raw, clause))
        return None

    def _explain(self, plain: str, raw: RawStatement, clause: Clause) -> Diagnostic:
        """Why a clause is not understood: what was expected where, and what stands there."""
        if self._exact is None:
            grammar = Grammar(exact=True)
            self._exact = grammar, elements(grammar)
        grammar, table = self._exact
        try:
            grammar.parse(table[raw.keyword, clause.keyword], plain, clause.span)
        except BadValue as fault:
            return Diagnostic(Code.BAD_VALUE, fault.span, fault.message, "write one that exists")
        except pp.ParseBaseException as fault:
            return _not_understood(plain, raw, clause, fault)
        raise AssertionError(f"the two grammars differ at {clause.span}")


def _not_understood(
    plain: str, raw: RawStatement, clause: Clause, fault: pp.ParseBaseException
) -> Diagnostic:
    """The diagnostic of a clause that no grammar reads."""
    start = clause.span.start + fault.loc
    while start < clause.span.end and plain[start].isspace():
        start += 1
    token = TOKEN.match(plain, start)
    inside = token is not None and start < clause.span.end
    expected = fault.msg.removeprefix("Expected ")
    if expected == "end of text":
        expected = "the end of the clause"
    if inside:
        assert token is not None
        span, found = Span(clause.span.source, start, token.end()), f"found `{token.group()}`"
    else:
        end = clause.span.end
        span = Span(clause.span.source, end - 1, end)
        found = "but the clause ends" + _follower(plain, end)
    help_ = _mend(raw, clause, expected, token.group() if inside and token else "")
    return Diagnostic(Code.NOT_UNDERSTOOD, span, f"expected {expected}, {found}", help_)


def _follower(plain: str, end: int) -> str:
    """What stands after the clause, for an author who lost a word."""
    token = TOKEN.search(plain, end)
    return f" before `{token.group()}`" if token else ""


def _mend(raw: RawStatement, clause: Clause, expected: str, found: str) -> str:
    """What to write instead."""
    place = raw.keyword if clause.keyword == "head" else clause.keyword
    form = FORMS.get((raw.keyword, clause.keyword)) or FORMS.get(("", clause.keyword), "")
    if found == "is" and expected == "the end of the clause":
        return f"a word is missing before `is`, or a clause keyword before the fact; {form}".strip(
            "; "
        )
    if form:
        return f"`{place}` is written: {form}"
    return f"write {expected} here"


FORMS: dict[tuple[str, str], str] = {
    ("vocabulary", "head"): "`vocabulary NAME NUMBER [extends NAME NUMBER]`",
    ("kind", "head"): '`kind NAME [under NAME, NAME] [also written "..."] [final] [cites ...]`',
    ("act", "head"): "`act NAME, NAME`",
    ("data", "head"): "`data NAME, NAME under NAME [final] [cites ...]`",
    ("sovereign", "head"): "`sovereign ST, ST`",
    ("role", "head"): "`role NAME held by requester|owner|anyone|KIND`",
    ("duty", "head"): "`duty NAME done by CONDITION` or `duty NAME attested by ROLE`",
    ("fact", "head"): "`fact NAME.NAME : TYPE [complete] [claimed] [per recipient] [for ACTS] "
    "proven by LEVEL [from ROLES] [fresh for DURATION]`",
    ("reading", "head"): '`reading NAME of "..." : open | provisional yes|no | adopted yes|no '
    'by "OFFICE" on DATE`',
    ("lexicon", "head"): "`lexicon NAME indicates KIND`",
    ("policy", "head"): "`policy NAME [NUMBER]`, then its clauses",
    ("policy", "adopts"): "`adopts NAME NUMBER except`",
    ("policy", "define"): "`define NAME: CONDITION`",
    ("policy", "binds"): "`binds any request` or `binds CONDITION`",
    ("rule", "head"): '`rule NAME "TITLE"`, then its clauses',
    ("rule", "permit"): "`permit ACTS of DATA [, for every recipient]`, conditions after `if`",
    ("rule", "forbid"): "`forbid ACTS of DATA [, for every recipient]`, conditions after `if`",
    ("rule", "require"): "`require ACTS of DATA`, conditions after `if`",
    ("rule", "leave"): "`leave open ACTS of DATA`",
    ("rule", "limit"): "`limit ACTS of DATA [, for every recipient,] to` and its grounds",
    ("rule", "refer"): "`refer ACTS of DATA to ROLE [within DURATION]`",
    ("rule", "ground"): "`LABEL: CONDITION`",
    ("rule", "unless"): "`unless LABEL: CONDITION`",
    ("rule", "if"): "`if CONDITION`; a test is `FACT is a kind of KIND`, `FACT is VALUE`, "
    "`FACT is over VALUE`, `SET includes VALUE`, joined by `and`, `or`, `not`",
    ("rule", "must"): "`must DUTY before ACTS`, `must DUTY within DURATION [of ACT] [by ROLE]`, "
    "`must DUTY every DURATION by ROLE` or `must DUTY by DATE`",
    ("rule", "on"): "`on refusal must DUTY within DURATION by ROLE`",
    ("rule", "urgent"): "`urgent for PURPOSES: ROLE answers within DURATION`",
    ("rule", "onward"): "`onward to whoever this rule lets in|nobody [, for PURPOSES] "
    "[, until DURATION after release]`",
    ("rule", "breach"): "`breach may be pursued by ROLE against ROLE [cites ...]`",
    ("rule", "because"): '`because "..."`',
    ("rule", "enjoined"): '`enjoined from DATE [until DATE] by "CASE"`',
    ("parameter", "head"): "`parameter NAME is VALUE`",
    ("parameter", "agencies"): "`agencies may lower` or `agencies may raise`",
    ("example", "head"): '`example "TITLE"`, then its clauses',
    ("example", "on"): "`on DATE`",
    ("example", "given"): "`given FACT is VALUE, FACT is VALUE`",
    ("example", "expect"): '`expect PERMIT|HOLD|DENY [by RULES] ["REASON"]`',
    ("examples", "head"): "`examples NAME uses NAME NUMBER`",
    ("", "cites"): '`cites "SOURCE" status verified|secondary|unverified`',
    ("", "in"): "`in force from DATE [at the earliest, DATE at the latest] [until DATE]`",
}


def parse(source: Source) -> Parse:
    """Read one file with a grammar of its own."""
    return Parser().parse(source)
