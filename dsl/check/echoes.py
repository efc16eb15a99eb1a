"""Faults that only repeat another: what is missing because its text was not understood.

A declaration that does not parse makes uses of its words unknown, and a clause that does not
parse is missing from its rule. Such echoes are left out; they come back if they remain after
the mend.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ..codes import Code
from ..diagnostics import Diagnostic
from ..parsed import Parse
from ..scan import TOKEN, scan
from ..source import Span

_HEADS = ("vocabulary", "policy", "examples")
_RULES = ("rule", "never", "always", "parameter", "request", "example")
# How a line looks that has lost the keyword of a head, or of a rule or example.
_LOST_HEAD = re.compile(r"\S+\s+(?:\d+\b|adopts\b|title\b|uses\b)")
_LOST_RULE = re.compile(r'(?:\S+\s+)?"')
_NAMELESS_RULE = re.compile(r'rule\s+"')
_NAMED_REQUEST = re.compile(r"request\s+(?P<name>[\w-]+)")
_MISSING = frozenset(
    {Code.CLAUSE_MISSING, Code.NO_CITATION, Code.NO_DATE, Code.EXAMPLE_CONTRADICTS}
)
_NAMES = frozenset({Code.UNKNOWN_NAME, Code.UNKNOWN_EDITION, Code.CYCLE})


@dataclass(frozen=True, slots=True)
class _Broken:
    """A statement that was not understood.

    Attributes:
        span: Where it stands; a head with all that stands under it.
        is_head: Whether it is a head.
        declares: Whether words may have been lost that stand nowhere in it any more.
        words: The words in it.
        request: Its name, if it is a named request: examples that are like it lack what it gives.
    """

    span: Span
    is_head: bool
    declares: bool
    words: frozenset[str]
    request: str = ""

    def holds(self, span: Span) -> bool:
        return span.source is self.span.source and self.span.start <= span.start < self.span.end

    def echoes(self, fault: Diagnostic) -> bool:
        if self.holds(fault.span):
            return self.is_head or fault.code in _MISSING
        if fault.code is Code.EXAMPLE_CONTRADICTS:
            return bool(self.request) and self.request in fault.span.text.split()
        if fault.code not in _NAMES:
            return False
        return self.declares or any(
            word in self.words or word.rpartition("/")[2] in self.words
            for word in fault.span.text.split()[:1]
        )


def without_echoes(found: Iterable[Diagnostic], files: Iterable[Parse]) -> list[Diagnostic]:
    """The faults less those that follow from a text that was not understood."""
    parsed = {id(fault) for parse in files for fault in parse.diagnostics}
    broken = [part for parse in files if parse.diagnostics for part in _broken(parse)]
    return [
        fault
        for fault in found
        if id(fault) in parsed or not any(part.echoes(fault) for part in broken)
    ]


def _broken(parse: Parse) -> Iterable[_Broken]:
    """The statements of a file that hold a syntax fault."""
    source = parse.document.span.source
    found = scan(source)
    starts = sorted(
        [(raw.span.start, raw.keyword) for raw in found.statements]
        + [(f.span.start, "") for f in found.faults if f.code is Code.UNKNOWN_STATEMENT]
    )
    heads = [start for start, keyword in starts if keyword in _HEADS]
    for at, (start, keyword) in enumerate(starts):
        end = starts[at + 1][0] if at + 1 < len(starts) else len(source.text)
        if not _any_within(parse.diagnostics, start, end):
            continue
        lost = not keyword
        is_head = keyword in _HEADS or (lost and bool(_LOST_HEAD.match(found.plain, start)))
        is_rule = keyword in _RULES or (lost and bool(_LOST_RULE.match(found.plain, start)))
        if is_head:
            end = next((head for head in heads if head > start), len(source.text))
        words = frozenset(match.group() for match in TOKEN.finditer(found.plain, start, end))
        request = _NAMED_REQUEST.match(found.plain, start)
        is_nameless = bool(_NAMELESS_RULE.match(found.plain, start))
        span, declares = Span(source, start, end), is_head or not is_rule or is_nameless
        yield _Broken(span, is_head, declares, words, request["name"] if request else "")


def _any_within(faults: Collection[Diagnostic], start: int, end: int) -> bool:
    return any(start <= fault.span.start < end for fault in faults)
