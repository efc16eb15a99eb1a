"""A written policy as one HTML page that holds all it shows and loads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources
from typing import TypeAlias

from ..markup import page
from .pieces import ADVICE, SELECTION, Clause, Point, Written, facts_of
from .wording import QUESTIONS, WORDS

Terms: TypeAlias = tuple[tuple[str, Point], ...]
_PLACE = __name__.rpartition(".")[0]


def html(written: Written) -> str:
    """The page; the same page is the same text."""
    style = resources.files(_PLACE).joinpath("page.css").read_text("utf-8")
    return page(written.title, "\n".join(_lines(written)), style=style)


def _lines(page: Written) -> Iterator[str]:
    yield f'<header><h1>{escape(page.title)}</h1><p class="lead">{escape(page.subtitle)}.</p>'
    yield f'<p class="advice">{escape(ADVICE)}</p><dl class="facts">'
    for label, texts in facts_of(page):
        told = "<br>".join(map(escape, texts))
        yield f"<div><dt>{escape(label)}</dt><dd>{told}</dd></div>"
    yield "</dl></header>"
    yield from _glance(page)
    yield from _contents(page)
    yield "<main>"
    for number, chapter in enumerate(page.chapters, 1):
        yield f'<section id="c{number}"><h2>{number}. {escape(chapter.title)}</h2>'
        yield f'<p class="intro">{escape(chapter.intro)}</p>'
        for at, clause in enumerate(chapter.clauses, 1):
            yield from _clause(f"{number}.{at}", clause)
        yield "</section>"
    yield from _end(page)
    yield f"</main><footer>{escape(ADVICE)} Policy digest <code>{page.digest}</code>, "
    yield f"as of {page.day}.</footer>"


def _contents(page: Written) -> Iterator[str]:
    yield '<nav aria-label="Contents"><h2>Contents</h2><ol>'
    for number, chapter in enumerate(page.chapters, 1):
        yield f'<li><a href="#c{number}">{number}. {escape(chapter.title)}</a><ul>'
        for at, clause in enumerate(chapter.clauses, 1):
            title = escape(clause.title)
            yield f'<li><a href="#r{number}.{at}"><span>{number}.{at}</span> {title}</a></li>'
        yield "</ul></li>"
    for _, place, title in _ends(page):
        yield f'<li><a href="#{place}">{title}</a></li>'
    yield "</ol></nav>"


def _ends(page: Written) -> Iterator[tuple[Terms, str, str]]:
    """What explains the words of the clauses: its terms, its place and its title."""
    if page.terms:
        yield page.terms, "words", WORDS
    if page.questions:
        yield page.questions, "questions", QUESTIONS


def _glance(page: Written) -> Iterator[str]:
    lists = [(label, texts) for label, texts in page.glance if texts]
    if not lists:
        return
    yield '<section class="glance"><h2>At a glance</h2>'
    yield f'<p class="intro">{SELECTION if page.chapters else ""}</p><div>'
    for label, texts in lists:
        yield f"<div><h3>{escape(label)}</h3>{_list(texts)}</div>"
    yield "</div></section>"


def _list(texts: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


def _clause(number: str, clause: Clause) -> Iterator[str]:
    yield f'<article id="r{number}"><h3><span>{number}</span> {escape(clause.title)}</h3>'
    if clause.note:
        yield f'<p class="note"><strong>Note:</strong> {escape(clause.note)}.</p>'
    if clause.lead:
        yield f"<p>{escape(clause.lead)}</p>"
    yield _points(clause.points)
    if clause.because:
        yield f'<p class="because">{escape(clause.because)}</p>'
    yield '<p class="source">'
    if clause.source is not None:
        source = clause.source
        mark, sign = ("policy", "policy") if source.policy else (source.status, source.status)
        meaning = source.told if source.policy else source.meaning
        yield f'<span class="status {mark}">{sign}</span> {escape(source.text)}'
        yield f"({escape(meaning)})<br>"
    told = escape(f"From {clause.origin}; {clause.dates}".removesuffix("; "))
    yield f"{told}<br><code>{escape(clause.rule)}</code></p></article>"


def _points(points: tuple[Point, ...]) -> str:
    if not points:
        return ""
    each = (f"<li>{escape(point.text)}{_points(point.under)}</li>" for point in points)
    return f"<ul>{''.join(each)}</ul>"


def _end(page: Written) -> Iterator[str]:
    for terms, place, title in _ends(page):
        yield f'<section id="{place}" class="words"><h2>{title}</h2><dl>'
        for term, point in terms:
            yield f"<dt>{escape(term)}</dt><dd>{escape(point.text)}{_points(point.under)}</dd>"
        yield "</dl></section>"
    if page.coming:
        yield '<section id="coming"><h2>Changes to come</h2><dl>'
        for day, titles in page.coming:
            yield f"<dt>{day}</dt><dd>{_list(titles)}</dd>"
        yield "</dl></section>"
