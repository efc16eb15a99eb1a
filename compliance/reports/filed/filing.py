"""A report that law asks for, made of its form and of results; as a page, JSON and text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from importlib import resources
from string import Template
from typing import TYPE_CHECKING, Any

from ....engine.markup import element, page, paragraph
from ....engine.render_text import STATUS_WORDS
from ...own_days import days_of_results
from .. import words
from ..blocks import table
from ..page import asset, question_articles
from ..questions import Question, answer, questions
from ..view import Cell, Column, Kind, Table
from .contradicting import AGENCY, less_than_searched
from .definition import Definition, Field, FieldKind
from .form import FIRST, LAST, Filled

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

VERSION = 1
_BY_RELATION = "searches_by_relation"
_HERE = __name__.rpartition(".")[0]
_KINDS = {FieldKind.TEXT: Kind.TEXT, FieldKind.DAY: Kind.DAY, FieldKind.COUNT: Kind.COUNT}


@dataclass(frozen=True, slots=True)
class FiledReport:
    """A report that is to be filed.

    Attributes:
        tables: What it holds; those of results name the question that they answer.
        questions: The questions that were asked of results.
        notes: What must be known before it is relied on.
    """

    definition: Definition
    made_on: datetime.date
    filled: Filled
    tables: tuple[Table, ...]
    questions: tuple[Question, ...]
    notes: tuple[str, ...]


class MissingResultsError(Exception):
    """A report that counts searches, and no results to count them in."""


def filed(form: Filled, results: DuckDBPyConnection | None, made_on: datetime.date) -> FiledReport:
    """Make a report.

    Args:
        form: Its form, whole.
        results: A results database, if something is counted there.
        made_on: Today.

    Raises:
        MissingResultsError: The report counts searches and there are no results.
    """
    definition = form.definition
    if definition.measures and results is None:
        raise MissingResultsError
    tables, asked = [_single(form), *_rows(form)], list[Question]()
    notes = [definition.lead, definition.not_in_logs, definition.public]
    if results is not None and definition.measures:
        known = questions(_HERE, period=_period(_day(form, FIRST), _day_after(form, LAST)))
        for measure in definition.measures:
            question = known[measure.question]
            asked.append(question)
            counts = tuple((row["label"], row["count"]) for row in answer(results, question))
            columns = (Column("what"), Column("count", Kind.COUNT))
            tables.append(Table(question.name, measure.label, columns, counts, question.name))
        answers = ((each.name, _counts(each)) for each in tables if each.how)
        notes += [f"Days of counted searches are those of {days_of_results(results).zone.key}.",
                  *less_than_searched(form, answers), *_gaps(form, results),
                  *_warnings(results)]  # fmt: skip
    return FiledReport(definition, made_on, form, tuple(tables), tuple(asked), tuple(notes))


def _period(first: str, after: str) -> str:
    """As SQL: whether a search was made from a day on and before another, both of the zone."""
    return f"earliest >= day_begin('{first}') AND earliest < day_begin('{after}')"


def _counts(table: Table) -> dict[str, int]:
    return {str(label): int(str(count)) for label, count in table.rows}


def _day(form: Filled, name: str) -> str:
    return form.day(name).isoformat()


def _day_after(form: Filled, name: str) -> str:
    return (form.day(name) + datetime.timedelta(days=1)).isoformat()


def _single(form: Filled) -> Table:
    rows = tuple(
        (field.label, _shown(form.values[field.name]))
        for field in form.definition.fields
        if field.kind is not FieldKind.ROWS
    )
    columns = (Column("what"), Column("as the form says"))
    return Table("form", "From the form", columns, rows, "")


def _shown(value: Cell) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _rows(form: Filled) -> Iterator[Table]:
    for field in form.definition.fields:
        if field.kind is not FieldKind.ROWS:
            continue
        rows = tuple(
            tuple(row[column.name] for column in field.columns) for row in form.rows[field.name]
        )
        note = "" if rows else "None, as the form says."
        yield Table(field.name, field.label, tuple(map(_column, field.columns)), rows, "", 0, note)


def _column(field: Field) -> Column:
    return Column(field.label, _KINDS[field.kind])


def _warnings(results: DuckDBPyConnection) -> Iterator[str]:
    """What speaks for a log that was counted being another agency's."""
    for (message,) in results.execute("SELECT message FROM note ORDER BY rowid").fetchall():
        if message.startswith(words.WARNING):
            yield message


def _gaps(form: Filled, results: DuckDBPyConnection) -> Iterator[str]:
    """Days that are reported and of which no log was read: the counts are then too low."""
    ends = results.execute(
        "SELECT own_day(min(earliest)), own_day(max(latest)) "
        "FROM search HAVING max(latest) IS NOT NULL"
    ).fetchone()
    begin, end = form.day(FIRST), form.day(LAST)
    if ends is None or ends[0] > begin or ends[1] < end:
        read = f"from {ends[0]} to {ends[1]}" if ends else "of no day"
        yield (
            f"The logs that were read hold searches {read}; the report is of {begin} to {end}. "
            "Counts of searches are too low if searches were made on the other days."
        )


# As it is read ----------------------------------------------------------------------------------


def filed_html(report: FiledReport) -> str:
    """The report as one page that loads nothing."""
    style = asset("report.css")
    how = question_articles(report.questions, tells_law=False)
    text = resources.files(_HERE).joinpath("filed.html").read_text("utf-8")
    body = Template(text).substitute(
        title=escape(_title(report)),
        notice=escape(words.NOTICE),
        made_on=report.made_on.isoformat(),
        head="".join(map(_fact, _head(report))),
        notes="".join(paragraph(note) for note in report.notes),
        tables="".join(table(_worded(each)) for each in report.tables),
        how=element(
            "section", element("h2", "How each number was computed", id="how-title"), how,
            aria_labelledby="how-title",
        ) if how else "",
    )  # fmt: skip
    return page(_title(report), body, style=style)


def _worded(shown: Table) -> Table:
    """A table as it is read: who searched in words."""
    if shown.name != _BY_RELATION:
        return shown
    rows = tuple((words.RELATIONS.get(str(who), who), count) for who, count in shown.rows)
    return replace(shown, rows=rows)


def _title(report: FiledReport) -> str:
    """What the report is, and of whom."""
    return f"{report.definition.title}: {report.filled.values[AGENCY]}"


def _fact(fact: tuple[str, str]) -> str:
    return f"<div><dt>{escape(fact[0])}</dt><dd>{escape(fact[1])}</dd></div>"


def _head(report: FiledReport) -> Iterator[tuple[str, str]]:
    definition = report.definition
    yield "to", definition.to
    yield "sent by", definition.sent_by
    yield "of", f"{_day(report.filled, FIRST)} to {_day(report.filled, LAST)}"
    yield "rests on", f"{definition.cites} ({definition.status}: {STATUS_WORDS[definition.status]})"


def filed_json(report: FiledReport) -> dict[str, Any]:
    """The report as plain values."""
    definition = report.definition
    return {
        "version": VERSION,
        "report": definition.name,
        "title": definition.title,
        "agency": str(report.filled.values[AGENCY]),
        "to": definition.to,
        "sent_by": definition.sent_by,
        "cites": {"text": definition.cites, "status": definition.status},
        "made_on": report.made_on.isoformat(),
        "form": {name: _plain(value) for name, value in report.filled.values.items()},
        "rows": {
            name: [{key: _plain(value) for key, value in row.items()} for row in rows]
            for name, rows in report.filled.rows.items()
        },
        "measured": {
            each.name: {str(row[0]): row[1] for row in each.rows}
            for each in report.tables
            if each.how
        },
        "questions": {
            each.name: {"method": each.method, "sql": each.sql} for each in report.questions
        },
        "notes": list(report.notes),
    }


def _plain(value: Cell) -> str | int | float | None:
    return value.isoformat() if isinstance(value, datetime.date) else value


def filed_text(report: FiledReport) -> str:
    """The report as lines of text."""
    lines = [_title(report), ""]
    lines += [f"{label}: {text}" for label, text in _head(report)]
    for each in report.tables:
        lines += ["", each.caption]
        lines += ["  " + " | ".join(_shown(cell) for cell in row) for row in each.rows]
        lines += [f"  {each.note}"] if each.note else []
    lines += ["", *(f"Note: {note}" for note in (*report.notes, words.NOTICE))]
    return "\n".join(lines) + "\n"
