"""A report as one HTML page that holds all it shows and loads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources
from string import Template

from ...engine.markup import element, inline, listed, page, prose
from . import words
from .blocks import chart, how, table
from .questions import Question
from .view import Chart, Figure, Report

_NO_LAW = "It rests on no rule of law: it counts what the files hold."
_LAW = "law"  # the part to which the ways to a number lead already
_PLACE = __name__.rpartition(".")[0]


def html(report: Report) -> str:
    """The page; the same report is the same text."""
    style, script = asset("report.css"), asset("report.js")
    body = Template(asset("report.html")).substitute(
        title=escape(report.title),
        span=escape(_span(report)),
        made_on=report.made_on.isoformat(),
        notice=escape(words.NOTICE),
        figures="".join(map(_figure, report.figures)),
        summary="".join(
            element("li", inline(each.text) + " " + how(each.how, each.text))
            for each in report.summary
        ),
        steps=table(report.steps) if report.steps else prose(report.steps_note, "note"),
        contents="".join(
            element("a", escape(title), href=f"#{name}") for name, title in _contents(report)
        ),
        parts="".join(_parts(report)),
        questions=question_articles(report.questions),
        about="".join(
            f"<div><dt>{escape(label)}</dt><dd>{escape(text)}</dd></div>"
            for label, text in report.about
        ),
        notes=listed(report.notes),
    )
    return page(report.title, body, style=style, scripts=(script,))


def asset(name: str) -> str:
    """A file that pages hold: script, style, frame."""
    return resources.files(_PLACE).joinpath("assets", name).read_text("utf-8")


def _span(report: Report) -> str:
    if report.first is None or report.last is None:
        return "No search at a known time."
    days = f"Searches of {report.first} to {report.last}"
    return f"{days}; days are those of {report.zone}."


def _figure(figure: Figure) -> str:
    return element(
        "li",
        element("strong", escape(figure.value)),
        element("span", escape(figure.label)),
        element(
            "span",
            how(figure.how, figure.label),
            _more(figure) if figure.part != _LAW else "",
            class_="ways",
        ),
        class_=f"tile {figure.tone.value}",
    )  # fmt: skip


def _more(figure: Figure) -> str:
    unseen = element("span", escape(f" on {figure.label}"), class_="unseen")
    return element("a", "more" + unseen, href=f"#{figure.part}", class_="how")


def _contents(report: Report) -> Iterator[tuple[str, str]]:
    yield "summary", "Summary"
    yield "steps", "What to do next"
    yield from ((part.name, part.title) for part in report.parts)
    yield "how", "How it was computed"


def _parts(report: Report) -> Iterator[str]:
    for part in report.parts:
        blocks = "".join(
            chart(each, report.unit) if isinstance(each, Chart) else table(each)
            for each in part.blocks
        )
        yield element(
            "section",
            element("h2", escape(part.title), id=f"{part.name}-title"),
            prose(part.lead, "lead"),
            blocks,
            id=part.name,
            aria_labelledby=f"{part.name}-title",
        )


def question_articles(asked: Iterable[Question], *, tells_law: bool = True) -> str:
    """How numbers come about: for each question the method, and the statement folded below it.

    Args:
        asked: The questions.
        tells_law: Whether it is said of which numbers no rule of law is asked.
    """
    return "".join(_article(each, tells_law=tells_law) for each in asked)


def _article(question: Question, *, tells_law: bool) -> str:
    statement = element(
        "pre",
        element("code", escape(question.sql)),
        tabindex="0",
        role="region",
        aria_label=f"Statement: {question.title}",
    )
    rests = "" if not tells_law or question.name in words.OF_LAW else prose(_NO_LAW, "note")
    return element(
        "article",
        element("h3", escape(question.title), id=f"how-{question.name}", tabindex="-1"),
        prose(question.method),
        rests,
        element("details", element("summary", "The statement that was run"), statement),
    )
