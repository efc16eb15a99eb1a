"""A report as plain values, and its summary as lines of text."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterator
from typing import Any

from . import words
from .view import Cell, Chart, Report, Table

VERSION = 1
_WIDTH = 96


def report_json(report: Report) -> dict[str, Any]:
    """The report as plain values; every number names the question that it answers (``how``)."""
    return {
        "version": VERSION,
        "title": report.title,
        "made_on": report.made_on.isoformat(),
        "first_day": report.first.isoformat() if report.first else None,
        "last_day": report.last.isoformat() if report.last else None,
        "about": dict(report.about),
        "zone": report.zone,
        "summary": [{"text": each.text, "how": each.how} for each in report.summary],
        "figures": [
            {"value": int(each.value.replace(",", "")), "label": each.label, "how": each.how}
            for each in report.figures
        ],
        "next": _table(report.steps) if report.steps else None,
        "parts": {part.name: [_block(each) for each in part.blocks] for part in report.parts},
        "questions": {
            each.name: {"title": each.title, "method": each.method, "sql": each.sql}
            for each in report.questions
        },
        "notes": list(report.notes),
    }


def _block(block: Table | Chart) -> dict[str, Any]:
    return _table(block) if isinstance(block, Table) else _chart(block)


def _table(table: Table) -> dict[str, Any]:
    return {
        "table": table.name,
        "caption": table.caption,
        "how": table.how,
        "columns": [column.title for column in table.columns],
        "rows": [[_value(cell) for cell in row] for row in table.rows],
        "left_out": table.left_out,
        "rest": table.rest,
    }


def _value(cell: Cell) -> str | int | float | None:
    return cell.isoformat() if isinstance(cell, datetime.date) else cell


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "chart": chart.name,
        "caption": chart.title,
        "how": chart.how,
        "times": [time.isoformat() for time in chart.times],
        "series": {each.label: list(each.values) for each in chart.series},
        "note": chart.note,
    }


def report_text(report: Report) -> str:
    """What a chief reads in a minute, as text."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield report.title
    yield ""
    for sentence in report.summary:
        yield from textwrap.wrap(sentence.text, _WIDTH, initial_indent="- ", subsequent_indent="  ")
    yield ""
    yield "What to do next"
    if report.steps is None:
        yield from textwrap.wrap(report.steps_note, _WIDTH, initial_indent="  ",
                                 subsequent_indent="  ")  # fmt: skip
    for row in report.steps.rows if report.steps else ():
        what, who, due, grave, findings, searches, source = row
        told = words.counted(int(str(findings)), "finding")
        if searches:
            told += f" of {words.counted(int(str(searches)), 'search', 'searches')}"
        yield f"  {what}: {grave}, {told}"
        yield f"    {who}, by {due or 'no day set'}; {source}"
    if report.steps and report.steps.left_out:
        for told in (report.steps.left_out_note, report.steps.note):
            yield from textwrap.wrap(told, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    for note in report.notes:
        yield from textwrap.wrap(f"Note: {note}", _WIDTH, subsequent_indent="      ")
