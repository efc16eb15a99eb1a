"""Tables and charts of a report as HTML, each with the way to how it was computed."""

from __future__ import annotations

import datetime
from html import escape

from ...engine.markup import element, inline, paragraph, prose
from . import words
from .charts import number, picture, time_label
from .view import Cell, Chart, Column, Kind, Table

_FEW = 8  # rows; a table of more can be filtered
_CARDS = 5  # columns
_ON_PAPER = 40  # rows; the style of print hides the others
_MANY = 7  # columns; a table of more is scrolled sideways on a narrow screen


def how(name: str, what: str) -> str:
    """The ways to how a number was computed, and to the law that it rests on if it does."""
    unseen = element("span", escape(f" {what} was computed"), class_="unseen")
    computed = element("a", "how" + unseen, href=f"#how-{name}", class_="how")
    if name not in words.OF_LAW:
        return computed
    unseen = element("span", escape(f" that {what} rests on"), class_="unseen")
    return f"{computed} " + element("a", "law" + unseen, href="#law", class_="how")


def table(shown: Table) -> str:
    """A table; its script sorts it and filters it, and it is read without one as well."""
    head = "".join(
        element("th", escape(column.title), scope="col", data_kind=column.kind.value,
                class_=column.kind.value)
        for column in shown.columns
    )  # fmt: skip
    is_short = _is_short(shown)
    body = "".join(_row(shown.columns, row, labelled=is_short) for row in shown.rows)
    way = " " + how(shown.how, shown.caption) if shown.how else ""
    caption = element("caption", escape(shown.caption) + way)
    whole = element(
        "table", caption, element("thead", element("tr", head)), element("tbody", body),
        id=f"table-{shown.name}",
    )  # fmt: skip
    scrolled = element(
        "div", whole, class_="scroll", tabindex="0", role="region", aria_label=shown.caption
    )
    notes = "".join(prose(text, "note") for text in (shown.left_out_note, shown.note) if text)
    if len(shown.rows) > _ON_PAPER:
        notes += paragraph(f"On paper: the first {_ON_PAPER} of {len(shown.rows):,} rows.", "paper")
    class_ = (
        "block sortable"
        + " cards" * is_short
        + " long" * (len(shown.rows) > _FEW)
        + " wide" * (len(shown.columns) > _MANY)
    )
    return element("div", scrolled, notes, class_=class_, id=f"block-{shown.name}")


def _is_short(shown: Table) -> bool:
    """Whether each row becomes a card on a narrow screen: few rows of many columns."""
    return len(shown.rows) <= _FEW and len(shown.columns) >= _CARDS


def _row(columns: tuple[Column, ...], row: tuple[Cell, ...], *, labelled: bool) -> str:
    """A row; each cell of one that becomes a card says what stands in it."""
    cells = [element("th", _cell(columns[0], row[0]), scope="row", class_=columns[0].kind.value)]
    for column, value in zip(columns[1:], row[1:], strict=True):
        more = {"data_value": str(value)} if isinstance(value, int | float) else {}
        if labelled:
            more["data_label"] = column.title
        cells.append(element("td", _cell(column, value), class_=column.kind.value, **more))
    return element("tr", *cells)


def _cell(column: Column, value: Cell) -> str:
    if value is None or value == "":
        return words.NOTHING
    if column.kind is Kind.SHARE and isinstance(value, float):
        return number(value, is_share=True)
    if isinstance(value, int):
        return f"{value:,}"
    text = value.isoformat() if isinstance(value, datetime.date) else str(value)
    return element("code", escape(text)) if column.kind is Kind.CODE else inline(text)


def chart(shown: Chart, unit: str) -> str:
    """A chart with its legend, and its numbers as a table for whoever does not use the picture."""
    title = element("h3", escape(shown.title) + " " + how(shown.how, shown.title))
    note = paragraph(shown.note, "note") if shown.note else ""
    if not shown.series:
        return element("figure", element("figcaption", title), note, class_="block",
                       id=f"chart-{shown.name}")  # fmt: skip
    legend = "".join(
        element("li", element("span", class_=f"swatch {series.tone.value}"), escape(series.label))
        for series in shown.series
    )
    rows = tuple(
        (time_label(time, unit), *(number(s.values[at], is_share=shown.is_share)
                                   for s in shown.series))
        for at, time in enumerate(shown.times)
    )  # fmt: skip
    columns = (Column(unit), *(Column(series.label, Kind.COUNT) for series in shown.series))
    plain = Table(shown.name, f"{shown.title}, in numbers", columns, rows, shown.how)
    return element(
        "figure", element("figcaption", title, element("ul", legend, class_="legend")),
        element("div", picture(shown, unit), class_="picture"), note,
        element("details", element("summary", "The numbers"), table(plain)),
        class_="block", id=f"chart-{shown.name}",
    )  # fmt: skip
