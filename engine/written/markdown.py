"""A written policy as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .pieces import ADVICE, SELECTION, Clause, Point, Written, facts_of
from .wording import QUESTIONS, WORDS

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def markdown(page: Written) -> str:
    """The page, ended by a line break; the same page is the same text."""
    return "\n".join(_lines(page)).rstrip() + "\n"


def plain(text: str) -> str:
    """A text with what Markdown would read as a sign of its own made harmless."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _lines(page: Written) -> Iterator[str]:
    yield from (f"# {plain(page.title)}", "", f"{plain(page.subtitle)}.", "", f"*{ADVICE}*", "")
    for label, texts in facts_of(page):
        yield from _labeled(label, texts)
    if any(texts for _, texts in page.glance):
        yield from ("", "## At a glance", "", SELECTION if page.chapters else "", "")
    for label, texts in page.glance:
        if texts:
            yield f"- {label}:"
            yield from (f"  - {plain(text)}" for text in texts)
    for number, chapter in enumerate(page.chapters, 1):
        yield from ("", f"## {number}. {plain(chapter.title)}", "", plain(chapter.intro))
        for at, clause in enumerate(chapter.clauses, 1):
            yield from _clause(f"{number}.{at}", clause)
    for title, terms in ((WORDS, page.terms), (QUESTIONS, page.questions)):
        if terms:
            yield from ("", f"## {title}", "")
            for term, point in terms:
                yield from _points((Point(f"{term}: {point.text}", point.under),), "")
    if page.coming:
        yield from ("", "## Changes to come", "")
        yield from (f"- {day}: {plain('; '.join(titles))}" for day, titles in page.coming)


def _labeled(label: str, texts: tuple[str, ...]) -> Iterator[str]:
    if len(texts) == 1:
        yield f"- {label}: {plain(texts[0])}"
        return
    yield f"- {label}:"
    yield from (f"  - {plain(text)}" for text in texts)


def _clause(number: str, clause: Clause) -> Iterator[str]:
    yield from ("", f"### {number} {plain(clause.title)}", "")
    if clause.lead:
        yield from (plain(clause.lead), "")
    if clause.points:
        yield from (*_points(clause.points, ""), "")
    if clause.because:
        yield from (f"Why: {plain(clause.because)}", "")
    if clause.source is not None:
        source = clause.source
        yield f"- Source: {plain(source.text)} ({plain(source.told)})"
    if clause.origin:
        yield f"- From {plain(clause.origin)}"
    if clause.dates:
        yield f"- {clause.dates[0].upper()}{clause.dates[1:]}"
    if clause.note:
        yield f"- **Note:** {plain(clause.note)}"
    if clause.rule:
        yield f"- Rule `{clause.rule}`"


def _points(points: tuple[Point, ...], indent: str) -> Iterator[str]:
    for point in points:
        yield f"{indent}- {plain(point.text)}"
        yield from _points(point.under, indent + "  ")
