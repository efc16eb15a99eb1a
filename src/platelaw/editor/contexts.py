"""Where in a text a caret stands: in which clause of which statement, and what may follow there.

What may follow is asked of the grammar itself, which says what it expected where the text ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..dsl.expecting import Expecting
from ..dsl.scan import RawStatement, Scan, scan
from ..dsl.source import Source

_TYPED = re.compile(r"[\w./:-]*\Z")
_SUBJECT = re.compile(
    r"([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)(?:\s+of\s+\S+)?\s+"
    r"(?:is(?:\s+not)?(?:\s+a(?:\s+kind(?:\s+of)?)?)?|includes)\s*"
    r"(?:(?:one\s+of\s*)?\{[^{}]*)?\Z"
)


@dataclass(frozen=True, slots=True)
class Context:
    """Where a caret stands.

    Attributes:
        start: Where the word at the caret starts.
        statement: The keyword of the statement; none where one may start.
        clause: The keyword of the clause, ``head`` for the first.
        at_line_start: Whether only blanks stand before the word on its line.
        expected: What the grammar expects at the word, in its words; nothing if the clause may end,
            None if it is not understood.
        subject: The fact whose value is expected, if one is.
        word_before: The word before the caret's.
    """

    start: int
    statement: str = ""
    clause: str = ""
    at_line_start: bool = False
    expected: str | None = ""
    subject: str = ""
    word_before: str = ""


def word_start(text: str, offset: int) -> int:
    """Where the word that ends at a caret starts."""
    found = _TYPED.search(text, text.rfind("\n", 0, offset) + 1, offset)
    return found.start() if found else offset


def statement_at(found: Scan, offset: int) -> RawStatement | None:
    """The statement in which a place lies."""
    return next((raw for raw in reversed(found.statements) if raw.span.start <= offset), None)


def context_at(text: str, offset: int, expecting: Expecting) -> Context | None:
    """Where a caret stands; None within a comment or a quotation."""
    start = word_start(text, offset)
    line_start = text.rfind("\n", 0, start) + 1
    before = text[line_start:start]
    if _is_quoted(before):
        return None
    if start == line_start:
        return Context(start, at_line_start=True)
    begin = _statement_start(text, line_start)
    found = scan(Source("", text[begin:start]))
    if not found.statements:
        return Context(start, at_line_start=not before.strip())
    raw = found.statements[-1]
    clause = raw.clauses[-1]
    prefix = found.plain[clause.span.start :]
    return Context(
        start,
        raw.keyword,
        clause.keyword,
        not before.strip(),
        expecting.at_end(raw.keyword, clause.keyword, prefix),
        _subject(prefix),
        prefix.split()[-1],
    )


def _is_quoted(before: str) -> bool:
    """Whether what follows on a line is part of a comment or of a text in quotation marks."""
    quoted = False
    for letter in before:
        if letter == "#" and not quoted:
            return True
        quoted ^= letter == '"'
    return quoted


def _statement_start(text: str, line_start: int) -> int:
    """Where the statement starts in which a line stands: at a word in the first column."""
    at = line_start
    while at > 0 and (at >= len(text) or not text[at].isalpha()):
        at = text.rfind("\n", 0, at - 1) + 1
    return at


def _subject(prefix: str) -> str:
    """The fact whose value a clause breaks off before."""
    found = _SUBJECT.search(prefix)
    return found[1] if found else ""
