"""An agency's own dates, such as renewals and reviews, from the text of a table."""

from __future__ import annotations

import csv
import datetime

from .deadlines import Deadline, Kind

COLUMNS = ("date", "title", "who", "note")


class OwnDatesError(Exception):
    """A table that cannot be read: which line, and what is wrong with it."""


def own_dates(text: str) -> tuple[Deadline, ...]:
    """The dates of a CSV table with columns ``date``, ``title``, ``who`` and ``note``.

    Raises:
        OwnDatesError: It has other columns, a line without a title, or a date that is none.
    """
    rows = csv.DictReader(text.splitlines(), strict=True)
    found: list[Deadline] = []
    try:
        names = tuple(name.strip().lower() for name in rows.fieldnames or ())
        missing = [name for name in COLUMNS[:2] if name not in names]
        strange = [name for name in names if name not in COLUMNS]
        if missing or strange:
            told = f"has no column `{missing[0]}`" if missing else f"has a column `{strange[0]}`"
            raise OwnDatesError(f"line 1: {told}; it may have {', '.join(COLUMNS)}")
        rows.fieldnames = names
        found += [_own(row, rows.line_num) for row in rows]
    except csv.Error as fault:
        raise OwnDatesError(f"line {rows.reader.line_num}: {fault}") from fault
    return tuple(found)


def _own(row: dict[str | None, str | None], line: int) -> Deadline:
    if None in row or None in row.values():
        raise OwnDatesError(f"line {line}: it does not have as many cells as line 1")
    cells = {str(name): (value or "").strip() for name, value in row.items()}
    try:
        day = datetime.date.fromisoformat(cells["date"])
    except ValueError as fault:
        told = f"line {line}: `{cells['date']}` is no day; write it as 2026-11-03"
        raise OwnDatesError(told) from fault
    if not cells["title"]:
        raise OwnDatesError(f"line {line}: column `title` is blank; say what the day is for")
    return Deadline(day, Kind.OWN, cells["title"], cells.get("who", ""), note=cells.get("note", ""))
