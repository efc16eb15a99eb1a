"""Mends that an editor can make: those help texts that say what to write, and where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..dsl.codes import Code
from ..dsl.diagnostics import Diagnostic
from ..dsl.formatter import format_parse
from ..dsl.mends import STATUSES
from ..dsl.parsed import Parse
from ..dsl.source import Span
from .edits import Edit, replacing


@dataclass(frozen=True, slots=True)
class Mend:
    """One way to mend a fault.

    Attributes:
        title: What it does.
        edits: How.
        is_sure: Whether it is what the author surely meant.
    """

    title: str
    edits: tuple[Edit, ...]
    is_sure: bool = False


def mends_of(fault: Diagnostic, parse: Parse) -> list[Mend]:
    """What an editor can offer for a fault of a file."""
    special = _OF_CODES.get(fault.code)
    found = [*(special(fault, parse) if special else ()), *_from_help(fault)]
    return list({mend.title: mend for mend in found}.values())


def _from_help(fault: Diagnostic) -> Iterator[Mend]:
    """What the help text itself offers."""
    near = re.match(r"did you mean (.*)\?$", fault.help)
    if near is not None:
        words = re.findall(r"`([^`]+)`", near[1])
        for word in words:
            yield _instead(fault.span, word, is_sure=len(words) == 1)
    missing = re.search(r"perhaps `([a-z ]+|,)` is missing before it", fault.help)
    if missing is not None:
        yield Mend(f"Write `{missing[1]}` before it", (_before(fault.span, f"{missing[1]} "),))
    number = re.match(r"write `?a? ?kind of`?", fault.help)
    if number is not None and fault.span.text in ("a", "an"):
        yield _instead(fault.span, "a kind of", is_sure=True)
    either = re.match(r"write `([a-z]+ [a-z]+)`;", fault.help)
    if either is not None and either[1].startswith(f"{fault.span.text} "):
        yield _instead(fault.span, either[1], is_sure=True)


def _instead(span: Span, text: str, *, is_sure: bool = False) -> Mend:
    return Mend(f"Write `{text}`", (Edit(span, text),), is_sure)


def _before(span: Span, text: str) -> Edit:
    return Edit(Span(span.source, span.start, span.start), text)


def _after(span: Span, text: str) -> Edit:
    return Edit(Span(span.source, span.end, span.end), text)


def _quotes(fault: Diagnostic, _parse: Parse) -> Iterator[Mend]:
    """Straight quotation marks for typographic ones; a stray character goes."""
    straight = re.match(r"write straight ones: `(\".*\")`$", fault.help)
    if straight is not None:
        yield _instead(fault.span, straight[1], is_sure=True)
    elif fault.help.startswith("remove it"):
        yield Mend(f"Remove `{fault.span.text}`", (Edit(fault.span, ""),))


def _close(fault: Diagnostic, _parse: Parse) -> Iterator[Mend]:
    text = fault.span.text.rstrip()
    end = Span(fault.span.source, fault.span.start, fault.span.start + len(text))
    yield Mend('Close the quotation with `"`', (_after(end, '"'),))


def _status(fault: Diagnostic, _parse: Parse) -> Iterator[Mend]:
    """How sure a citation's wording is; only its author knows, so each is offered."""
    written = fault.span.text
    for status in reversed(STATUSES):
        if written.startswith('"'):
            yield Mend(f"Say `status {status}`", (_after(fault.span, f" status {status}"),))
        elif written in STATUSES:
            yield from [_instead(fault.span, f"status {written}", is_sure=True)][
                : status == written
            ]
        else:
            yield _instead(fault.span, status)


def _missing(fault: Diagnostic, _parse: Parse) -> Iterator[Mend]:
    """A clause that is missing, below the line of its statement's head."""
    clause = re.match(r"add `([^`]+)", fault.help)
    if clause is None or clause[1].endswith("..."):
        return
    text = fault.span.source.text
    end = text.find("\n", fault.span.end)
    at = Span(fault.span.source, *(2 * (end if end >= 0 else len(text),)))
    yield Mend(f"Add `{clause[1]}`", (Edit(at, f"\n  {clause[1]}"),))


def _twice(fault: Diagnostic, _parse: Parse) -> Iterator[Mend]:
    """A clause that is given twice goes, with its line."""
    text = fault.span.source.text
    start = text.rfind("\n", 0, fault.span.start)
    if text[start + 1 : fault.span.start].strip() or start < 0:
        start = fault.span.start
    yield Mend("Remove this one", (Edit(Span(fault.span.source, start, fault.span.end), ""),))


def _layout(_fault: Diagnostic, parse: Parse) -> Iterator[Mend]:
    """The order of the formatter, for the whole file."""
    if not parse.diagnostics:
        edits = replacing(parse.document.span, format_parse(parse))
        yield Mend("Lay out the file (platelaw fmt)", tuple(edits), is_sure=True)


def _stricter(fault: Diagnostic, _parse: Parse) -> Iterator[Mend]:
    """The value that the higher layer states."""
    value = re.match(r"write (.+), or a stricter value$", fault.help)
    if value is not None:
        yield _instead(fault.span, value[1])


_OF_CODES: dict[Code, Callable[[Diagnostic, Parse], Iterator[Mend]]] = {
    Code.STRAY_CHARACTER: _quotes,
    Code.UNCLOSED_STRING: _close,
    Code.NO_STATUS: _status,
    Code.CLAUSE_MISSING: _missing,
    Code.NO_DATE: _missing,
    Code.CLAUSE_TWICE: _twice,
    Code.CLAUSE_ORDER: _layout,
    Code.WRONG_DIRECTION: _stricter,
}
