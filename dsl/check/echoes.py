"""Faults that only repeat another: what is missing because its text was not understood.

A declaration that does not parse makes every use of its word unknown, and a clause that does
not parse is missing from its rule. Such echoes are left out; they come back if they remain
after the mend.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ..codes import Code
from ..diagnostics import Diagnostic
from ..parser import Parse
from ..scan import TOKEN, scan
from ..source import Span

_HEADS = ("vocabulary", "policy", "examples")
_MISSING = frozenset({Code.CLAUSE_MISSING, Code.NO_CITATION, Code.NO_DATE, Code.EXAMPLE_CONTRADICTS})
_LOST_HEAD = re.compile(r"\S+\s+(?:\d+\b|adopts\b|title\b|uses\b)")
_NAMES = frozenset({Code.UNKNOWN_NAME, Code.UNKNOWN_EDITION})


@dataclass(frozen=True, slots=True)
class _Broken:
    """A stretch of text that was not understood, with the words in it."""

    span: Span
    whole: bool  # a head and all that stands under it
    words: frozenset[str]

    def holds(self, span: Span) -> bool:
        return span.source is self.span.source and self.span.start <= span.start < self.span.end


def without_echoes(found: Iterable[Diagnostic], files: Iterable[Parse]) -> list[Diagnostic]:
    """The faults less those that follow from a text that was not understood."""
    parsed = {id(fault) for parse in files for fault in parse.diagnostics}
    broken = [part for parse in files if parse.diagnostics for part in _broken(parse)]
    return [fault for fault in found if id(fault) in parsed or not _is_echo(fault, broken)]


def _is_echo(fault: Diagnostic, broken: Collection[_Broken]) -> bool:
    for part in broken:
        inside = part.holds(fault.span)
        if inside and (part.whole or fault.code in _MISSING):
            return True
        first = fault.span.text.split(maxsplit=1)
        if not inside and fault.code in _NAMES and first and first[0] in part.words:
            return True
    return False


def _broken(parse: Parse) -> Iterable[_Broken]:
    """The statements of a file that hold a syntax fault, heads with all that follows them."""
    source = parse.document.span.source
    found = scan(source)
    starts = sorted(
        [(raw.span.start, raw.keyword) for raw in found.statements]
        + [(f.span.start, "") for f in found.faults if f.code is Code.UNKNOWN_STATEMENT]
    )
    heads = [start for start, keyword in starts if keyword in _HEADS]
    for at, (start, keyword) in enumerate(starts):
        end = starts[at + 1][0] if at + 1 < len(starts) else len(source.text)
        if any(start <= fault.span.start < end for fault in parse.diagnostics):
            whole = keyword in _HEADS or (not keyword and bool(_LOST_HEAD.match(found.plain, start)))
            if whole:
                end = next((head for head in heads if head > start), len(source.text))
            text = found.plain[start:end]
            words = frozenset(match.group() for match in TOKEN.finditer(text))
            yield _Broken(Span(source, start, end), whole, words)
