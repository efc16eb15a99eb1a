"""Open questions of law as text, Markdown and JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from ..audit.verdicts import RowVerdict
from ..render_text import words
from ..weight import rule_wording
from .asking import Counsel, OneAnswer, OpenQuestion, Turned

VERSION = 1
_STANCES = {
    "open": "open: whoever relies on it is held",
    "provisional": "provisional: the library's own reading",
}


def questions_text(counsel: Counsel, found: Sequence[OpenQuestion]) -> str:
    """The questions, those on which most hangs first."""
    lines = [_over(counsel), ""]
    for at, question in enumerate(found, 1):
        lines += [*_text(at, question, counsel), ""]
    return "\n".join([*lines, "platelaw informs counsel; it is not legal advice."]) + "\n"


def _over(counsel: Counsel) -> str:
    searches = f" and {counsel.rows():,} searches" if counsel.reviewer else ""
    return (
        "Each open question of law answered yes and no, over "
        f"{_counted(counsel.examples(), 'example')}{searches}."
    )


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _text(at: int, question: OpenQuestion, counsel: Counsel) -> Iterator[str]:
    reading = question.reading
    yield f"{at}. {asked(question, counsel)}"
    yield f"   {reading.of} ({_STANCES[reading.stance.value]}) [{reading.name}]"
    if not question.places:
        yield "   no rule reads it"
    for place in question.places:
        yield f"   {place.rule.node.title}. [{place.rule.id}, {rule_wording(place.rule)}]"
        for clause in place.clauses:
            yield from textwrap.wrap(clause, 92, initial_indent=" " * 5, subsequent_indent=" " * 7,
                                     break_on_hyphens=False)  # fmt: skip
    for answer in question.answers:
        yield f"   {_answer(answer)}"
        for turned in _witnesses(answer):
            yield f"     {_witness(turned)}"
        yield from (f"     {line}" for line in _rows(answer))


def asked(question: OpenQuestion, counsel: Counsel) -> str:
    """A question as it is asked, or the name of its reading where nobody wrote it in words."""
    name = question.reading.name
    if name in counsel.asked:
        return counsel.asked[name]
    text = words(name)
    return f"{text[0].upper()}{text[1:]}?"


def _answer(answer: OneAnswer) -> str:
    word = "yes" if answer.answer else "no"
    now = ", as it is read now" if answer.is_current else ""
    milder = sum(turned.is_milder for turned in answer.examples)
    stricter = len(answer.examples) - milder
    if not answer.examples and not answer.rows:
        return f"{word}{now}: nothing turns"
    told = f"{_counted(len(answer.examples), 'example')}, {milder} milder and {stricter} stricter"
    if answer.rows:
        rows = sum(answer.rows.values())
        told += f"; {rows:,} searches, {answer.stricter_rows:,} of them stricter"
    return f"{word}{now}: turns {told}"


def _witnesses(answer: OneAnswer) -> list[Turned]:
    """The first example that turns each way."""
    found: dict[bool, Turned] = {}
    for turned in answer.examples:
        found.setdefault(turned.is_milder, turned)
    return list(found.values())


def _witness(turned: Turned) -> str:
    node = turned.example.node
    was, now = turned.before.outcome.value, turned.after.outcome.value
    return f'such as {was} -> {now}: "{node.title}" ({node.span})'


def _rows(answer: OneAnswer) -> Iterator[str]:
    for (was, now), count in _sorted(answer):
        yield f"{count:,} searches: {was.value} -> {now.value}"


def _sorted(answer: OneAnswer) -> list[tuple[tuple[RowVerdict, RowVerdict], int]]:
    return sorted(answer.rows.items(), key=lambda item: (-item[1], item[0][0].value))


# Markdown -----------------------------------------------------------------------------------


def questions_markdown(counsel: Counsel, found: Sequence[OpenQuestion]) -> str:
    """The questions as a table, then one by one."""
    lines = ["# Open questions of law", "", _over(counsel), ""]
    lines += ["| | question | source | now | examples | searches |", "|---|---|---|---|---|---|"]
    for at, question in enumerate(found, 1):
        reading = question.reading
        lines.append(
            f"| {at} | {asked(question, counsel)} | {reading.of} | {_now(question)} | "
            f"{question.examples} | {question.rows:,} |"
        )
    for at, question in enumerate(found, 1):
        lines += ["", f"## {at}. {asked(question, counsel)}", "", *_markdown(question)]
    return "\n".join([*lines, "", "platelaw informs counsel; it is not legal advice."]) + "\n"


def _now(question: OpenQuestion) -> str:
    answer = {True: " yes", False: " no", None: ""}[question.reading.answer]
    return f"{question.reading.stance.value}{answer}"


def _markdown(question: OpenQuestion) -> Iterator[str]:
    reading = question.reading
    yield f"{reading.of}; {_now(question)}; `{reading.name}`."
    yield ""
    for place in question.places:
        yield f"- {place.rule.node.title} (`{place.rule.id}`, {rule_wording(place.rule)})"
        yield from (f"  - `{clause}`" for clause in place.clauses)
    if question.places:
        yield ""
    for answer in question.answers:
        yield f"- **{_answer(answer)}**"
        yield from (f"  - {_witness(turned)}" for turned in _witnesses(answer))
        yield from (f"  - {line}" for line in _rows(answer))


# JSON ---------------------------------------------------------------------------------------


def questions_json(counsel: Counsel, found: Sequence[OpenQuestion]) -> dict[str, Any]:
    """The questions as plain values."""
    return {
        "version": VERSION,
        "digest": counsel.engine.library.digest,
        "examples": counsel.examples(),
        "searches": counsel.rows(),
        "questions": [_json(question, counsel) for question in found],
    }


def _json(question: OpenQuestion, counsel: Counsel) -> dict[str, Any]:
    reading = question.reading
    return {
        "reading": reading.name,
        "question": asked(question, counsel),
        "of": reading.of,
        "stance": reading.stance.value,
        "answer": reading.answer,
        "read_by": [
            {
                "rule": place.rule.id,
                "title": place.rule.node.title,
                "status": rule_wording(place.rule),
                "clauses": list(place.clauses),
            }
            for place in question.places
        ],
        "examples": question.examples,
        "searches": question.rows,
        "answers": [_answer_json(answer) for answer in question.answers],
    }


def _answer_json(answer: OneAnswer) -> dict[str, Any]:
    return {
        "answer": answer.answer,
        "current": answer.is_current,
        "examples": [
            {
                "title": turned.example.node.title,
                "at": str(turned.example.node.span),
                "before": turned.before.outcome.value,
                "after": turned.after.outcome.value,
                "milder": turned.is_milder,
            }
            for turned in answer.examples
        ],
        "searches": [
            {"before": was.value, "after": now.value, "count": count}
            for (was, now), count in _sorted(answer)
        ],
    }
