"""Text to statements and clauses: one pass of a token pattern, before any grammar runs.

A statement starts with a keyword in the first column; a clause starts with a clause keyword
of its statement outside brackets. Comments are blanked, so that offsets stay true.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .codes import Code
from .diagnostics import Diagnostic
from .mends import lost_statement
from .source import Source, Span

TOKEN = re.compile(
    r"""
    (?P<string>"[^"\n]*")
  | (?P<open>"[^\n]*)
  | (?P<comment>\#[^\n]*)
  | (?P<curly>[\u201c\u201e\u00ab][^"\u201c\u201d\u00bb\n]*[\u201c\u201d\u00bb]?)
  | (?P<word>(?:agency|court):[\w/.-]+
           | \d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?
           | \w+(?:[./-]\w+)*)
  | (?P<mark>[:,;{}()])
  | (?P<stray>\S)
    """,
    re.VERBOSE,
)

# A clause keyword, and the word that must follow it where one word is not enough.
_RULE = {
    **dict.fromkeys(
        ("cites", "enjoined", "binds", "permit", "forbid", "limit", "refer", "require", "if")
    ),
    **dict.fromkeys(("unless", "urgent", "must", "onward", "breach", "because")),
    "in": "force",
    "leave": "open",
    "on": "refusal",
    "adopters": "may",
}
_POLICY = {
    **dict.fromkeys(("adopts", "title", "layer", "uses", "binds", "define", "parameter")),
    "without": None,
    "proposed": "by",
    "in": "force",
    "issued": "by",
    "time": "zone",
    "permit": "may",
}
_INVARIANT = {**dict.fromkeys(("PERMIT", "HOLD", "DENY", "if", "unless")), "in": "force"}
CLAUSES: dict[str, dict[str, str | None]] = {
    "vocabulary": {},
    "kind": {},
    "act": {},
    "data": {},
    "sovereign": {},
    "role": {},
    "duty": {},
    "fact": {},
    "reading": {},
    "lexicon": {"plainly": None, "possibly": None, "never": None, "in": "force"},
    "policy": _POLICY,
    "rule": _RULE,
    "never": _INVARIANT,
    "always": _INVARIANT,
    "parameter": {"agencies": "may", "cites": None, "in": "force"},
    "examples": {"uses": None},
    "request": {"on": None, "given": None},
    "example": {
        **dict.fromkeys(("like", "on", "given", "expect")),
        **dict.fromkeys(("touched", "untouched"), "by"),
    },
}
# The order in which readers expect the clauses of a rule.
RULE_ORDER: tuple[str, ...] = (
    *("cites", "in", "enjoined", "binds", "permit", "forbid", "limit", "refer", "require"),
    *("leave", "ground", "if", "unless", "urgent", "must", "on", "onward", "breach"),
    *("because", "adopters"),
)
assert set(RULE_ORDER) >= set(_RULE), "every rule clause has its place"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its keyword (``head`` for what stands before the first) and its place."""

    keyword: str
    span: Span


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: where it starts, and whether something stands before it on its line."""

    span: Span
    trails: bool


@dataclass(frozen=True, slots=True)
class RawStatement:
    """A statement cut into clauses."""

    keyword: str
    span: Span
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """What the scan found; ``plain`` is what was scanned, with every comment blanked."""

    plain: str
    statements: tuple[RawStatement, ...]
    comments: tuple[Comment, ...]
    faults: tuple[Diagnostic, ...]


class _Token(NamedTuple):
    text: str
    start: int
    end: int
    is_word: bool


def scan(source: Source, start: int = 0, end: int | None = None) -> Scan:
    """Cut ``source``, or a block of it, into statements and clauses; every fault is a value."""
    end = len(source.text) if end is None else end
    tokens, comments, faults = _tokens(source, start, end)
    statements: list[RawStatement] = []
    for group in _groups(source.text, tokens):
        first = group[0]
        if first.text in CLAUSES:
            statements.append(_statement(source, group))
        else:
            faults.append(
                Diagnostic(
                    Code.UNKNOWN_STATEMENT,
                    Span(source, first.start, first.end),
                    f"no statement starts with `{first.text}`",
                    lost_statement(source.text[first.start : group[-1].end], CLAUSES),
                )
            )
    plain = _plain(source.text, comments, start, end)
    return Scan(plain, tuple(statements), tuple(comments), tuple(faults))


def blocks(text: str) -> list[tuple[int, int]]:
    """Where each statement starts and the next one does; what stands before the first, first.

    No token goes beyond its line, so a block is scanned alone as it is in its text.
    """
    starts = [found.start() for found in _FIRST_COLUMN.finditer(text) if found.start()]
    starts = [0, *(start for start in starts if _starts_statement(text, start))]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


_FIRST_COLUMN = re.compile(r"^\w", re.MULTILINE)


def _starts_statement(text: str, start: int) -> bool:
    token = TOKEN.match(text, start)
    return token is not None and token.group() in CLAUSES


def _plain(text: str, comments: list[Comment], start: int, end: int) -> str:
    """The text with spaces where comments stand, so that every offset stays true.

    Unusual spaces, such as those that word processors write, become ordinary ones.
    """
    pieces: list[str] = []
    at = start
    for comment in comments:
        pieces += [text[at : comment.span.start], " " * (comment.span.end - comment.span.start)]
        at = comment.span.end
    plain = "".join([*pieces, text[at:end]])
    return _UNUSUAL_SPACE.sub(lambda found: found.group() if found[1] else " ", plain)


_UNUSUAL_SPACE = re.compile(r'("[^"\n]*")|[^\S \t\r\n]')


def _tokens(
    source: Source, first: int, last: int
) -> tuple[list[_Token], list[Comment], list[Diagnostic]]:
    """The tokens of a text, its comments, and the characters that are neither."""
    tokens: list[_Token] = []
    comments: list[Comment] = []
    faults: list[Diagnostic] = []
    for match in TOKEN.finditer(source.text, first, last):
        start, end = match.span()
        kind = match.lastgroup
        if kind == "comment":
            line_start = source.text.rfind("\n", 0, start) + 1
            trails = bool(source.text[line_start:start].strip())
            comments.append(Comment(Span(source, start, end), trails))
            continue
        if kind in ("open", "curly", "stray"):
            faults.append(_stray(Span(source, start, end), kind))
            continue
        text = match.group()
        if kind == "word" and not text.isascii():
            faults.append(_foreign(Span(source, start, end)))
        tokens.append(_Token(text, start, end, kind == "word"))
    return tokens, comments, faults


def _stray(span: Span, kind: str) -> Diagnostic:
    if kind == "curly":
        return Diagnostic(
            Code.STRAY_CHARACTER,
            span,
            "a text stands in typographic quotation marks",
            f'write straight ones: `"{span.text[1:].rstrip(_CURLY)}"`',
        )
    if kind == "open":
        return Diagnostic(
            Code.UNCLOSED_STRING,
            span,
            "a text in quotation marks does not end on its line",
            'close it with `"` before the line ends',
        )
    return Diagnostic(
        Code.STRAY_CHARACTER,
        span,
        f"`{span.text}` (U+{ord(span.text[0]):04X}) has no meaning here",
        "remove it, or put it inside quotation marks",
    )


_CURLY = "\u201c\u201d\u00bb"


def _foreign(span: Span) -> Diagnostic:
    letter = next(letter for letter in span.text if not letter.isascii())
    return Diagnostic(
        Code.STRAY_CHARACTER,
        span,
        f"`{span.text}` holds U+{ord(letter):04X} ({unicodedata.name(letter, 'unnamed').lower()})",
        "names are written in the letters a to z, digits, `_`, `-` and `/`",
    )


def _groups(text: str, tokens: list[_Token]) -> Iterator[list[_Token]]:
    """The tokens of each statement: from one in the first column to the next."""
    group: list[_Token] = []
    for token in tokens:
        if (token.start == 0 or text[token.start - 1] == "\n") and group:
            yield group
            group = []
        group.append(token)
    if group:
        yield group


def _statement(source: Source, tokens: list[_Token]) -> RawStatement:
    """Cut one statement at its clause keywords."""
    keyword = tokens[0].text
    starts = list(_clause_starts(keyword, tokens))
    bounds = [*(at for at, _ in starts[1:]), len(tokens)]
    clauses = tuple(
        Clause(name, Span(source, tokens[at].start, tokens[end - 1].end))
        for (at, name), end in zip(starts, bounds, strict=True)
    )
    return RawStatement(keyword, Span(source, tokens[0].start, tokens[-1].end), clauses)


def _clause_starts(keyword: str, tokens: list[_Token]) -> Iterator[tuple[int, str]]:
    """Where each clause starts, and its name; a ground of a limit counts as a clause."""
    table = CLAUSES[keyword]
    yield 0, "head"
    current, current_at, depth = "head", 0, 0
    in_grounds = False
    for at in range(1, len(tokens)):
        token = tokens[at]
        follower = tokens[at + 1].text if at + 1 < len(tokens) else ""
        depth += (token.text in "{(") - (token.text in "})")
        if depth > 0 or not token.is_word:
            continue
        depth = 0
        if in_grounds and follower == ":":
            name = "ground"
        elif token.text in table and table[token.text] in (None, follower):
            if token.text == "must" and current == "on" and at == current_at + 2:
                continue  # `on refusal must`: one clause
            name = token.text
        else:
            continue
        in_grounds = name in ("limit", "ground") or (name == "cites" and in_grounds)
        current, current_at = name, at
        yield at, name
