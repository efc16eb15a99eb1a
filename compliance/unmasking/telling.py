"""What stands in the original exports at the places of searches: account, case number and reason.

A plate is never told.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...engine.audit.layouts import Field
from ...engine.audit.log_row import LogRow
from ...engine.audit.reader import SearchLog
from .two_persons import Place, UnmaskingError

_TOLD = {"account": Field.USER, "case number": Field.CASE_NUMBER, "reason": Field.REASON}


@dataclass(frozen=True, slots=True)
class Told:
    """A search with what its tokens mean."""

    place: Place
    cells: tuple[tuple[str, str], ...]


def told(logs: Iterable[SearchLog], places: Sequence[Place]) -> list[Told]:
    """Read searches in the original exports.

    Raises:
        UnmaskingError: A file is not among the logs, or holds another search there.
    """
    found: dict[int, Told] = {}
    for log in logs:
        lines = {place.line for place in places}
        rows = {row.line: row for row in _rows(log) if row.line in lines}
        for place in places:
            if place.sha256 == log.sha256 and place.line in rows:
                found.setdefault(place.search, _told(place, rows[place.line]))
    missing = [place for place in places if place.search not in found]
    if missing:
        raise UnmaskingError(
            f"{missing[0].source}, line {missing[0].line}: not among the logs",
            "name the original exports, unchanged: they are known by their SHA-256",
        )
    return [found[place.search] for place in places]


def _rows(log: SearchLog) -> Iterator[LogRow]:
    for row in log.rows():
        if isinstance(row, LogRow):
            yield row


def _told(place: Place, row: LogRow) -> Told:
    earliest = row.moment.earliest.astimezone(datetime.UTC) if row.moment else None
    if (earliest.replace(tzinfo=None) if earliest else None) != place.earliest:
        raise UnmaskingError(
            f"{place.source}, line {place.line}: another time stands there than in the results",
            "judge the logs again into a new file",
        )
    cells = ((name, row.cell(field)) for name, field in _TOLD.items())
    return Told(place, tuple((name, cell.value or f"({cell.state.value})") for name, cell in cells))
