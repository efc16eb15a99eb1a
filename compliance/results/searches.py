"""Rows of a log as columns of the table `search`."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ...engine.audit.batch import Batch
from ...engine.audit.cells import Cell, CellState, read_moment
from ...engine.audit.layouts import Field
from ...engine.audit.moments import Moments, read_moments
from ...engine.columns.coded import Ints
from ...engine.columns.texts import Texts
from .tables import arrow, strings

_STATES = tuple(CellState)
_STAMP = len("11/13/2025, 10:00:17 PM UTC")
_BETWEEN = re.compile(r"\s*(?:\r?\n|\s(?:to|-|\u2013)\s)\s*", re.IGNORECASE)
_MOST_COUNT = (1 << 31) - 1
_WILDCARD = "*"


def columns_of_rows(batch: Batch, rows: Ints, *, is_utc: bool) -> dict[str, Any]:
    """What rows say by themselves, each column by its name in the table.

    Args:
        batch: The rows.
        rows: The places of those that are meant.
        is_utc: Whether a time without a zone is UTC.
    """
    moments = batch.moments
    plates = batch.states(Field.PLATE)[rows]
    first, last = _frames(batch, rows, is_utc=is_utc)
    return {
        "line": batch.lines[rows],
        "last_line": batch.last_lines[rows],
        "earliest": _times(moments, moments.earliest, rows),
        "latest": _times(moments, moments.latest, rows),
        "repeated": batch.repeated[rows].astype(np.uint8),
        "search_id": _ids(batch, rows),
        "networks": _counts(batch, Field.NETWORK_COUNT, rows),
        "cameras": _counts(batch, Field.CAMERA_COUNT, rows),
        "frame_first": first,
        "frame_last": last,
        "plate_state": plates.astype(np.uint8),
        "is_partial": batch.cells(Field.PLATE).each(_is_partial)[rows].astype(np.bool_),
    }


def untimed(batch: Batch, rows: Ints) -> list[tuple[int, str]]:
    """The rows of which it is not known when they were: place among them, state of the time."""
    places = np.flatnonzero(~batch.moments.known[rows])
    if not len(places):
        return []
    states = batch.states(Field.TIME)[rows][places]
    return [
        (place, _STATES[state].value)
        for place, state in zip(places.tolist(), states.tolist(), strict=True)
    ]


def _times(moments: Moments, part: Ints, rows: Ints) -> Any:
    pa = arrow()
    return pa.array(part[rows], pa.timestamp("us"), mask=~moments.known[rows])


def _counts(batch: Batch, field: Field, rows: Ints) -> Any:
    found = batch.cells(field).each(_count)[rows]
    return arrow().array(found, arrow().int32(), mask=found < 0)


def _count(cell: Cell) -> int:
    """A count, or -1 where none is told."""
    text = cell.value.replace(",", "")
    return int(text) if text.isascii() and text.isdecimal() and int(text) <= _MOST_COUNT else -1


def _is_partial(cell: Cell) -> int:
    """Whether a plate is one of which a part was searched."""
    return cell.state is CellState.VALUE and _WILDCARD in cell.value


def _ids(batch: Batch, rows: Ints) -> Any:
    """The ids of the vendor in small letters."""
    places = batch.columns.at.get(Field.SEARCH_ID, ())
    pa = arrow()
    if len(places) != 1:
        return pa.nulls(len(rows), pa.string())
    texts = batch.texts[places[0]]
    block = texts.block(_UUID)
    if block is not None and (block > 0x20).all() and block.max(initial=0) < 0x80:
        is_capital = (block >= ord("A")) & (block <= ord("Z"))
        return strings((block | is_capital.astype(np.uint8) * 0x20)[rows])
    cells = batch.cells(Field.SEARCH_ID)
    values = [
        cell.value.lower() if cell.state is CellState.VALUE else None for cell in cells.values
    ]
    return pa.array(values, pa.string()).take(pa.array(cells.codes[rows]))


_UUID = 36


def _frames(batch: Batch, rows: Ints, *, is_utc: bool) -> tuple[Any, Any]:
    """The first and the last moment of the time that was searched, where both are told."""
    pa = arrow()
    places = batch.columns.at.get(Field.TIME_FRAME, ())
    found = np.zeros((2, len(batch)), np.int64)
    known = np.zeros(len(batch), np.bool_)
    if len(places) == 1:
        _read_frames(batch.texts[places[0]], found, known, is_utc=is_utc)
    elif len(places) == 2:
        ends = [read_moments(batch.texts[place], bare_is_utc=is_utc) for place in places]
        known[:] = ends[0].known & ends[1].known
        found[:] = [each.earliest for each in ends]
    first, last = (pa.array(part[rows], pa.timestamp("us"), mask=~known[rows]) for part in found)
    return first, last


def _read_frames(texts: Texts, found: Any, known: Any, *, is_utc: bool) -> None:
    """Read frames of two lines by their digits, and the others one by one."""
    of_form = np.flatnonzero(texts.lengths == 2 * _STAMP + 1)
    for end, start in enumerate((0, _STAMP + 1)):
        if not len(of_form):
            break
        place = texts.offsets[of_form] + start
        block = texts.data[place[:, np.newaxis] + np.arange(_STAMP)]
        moments = read_moments(Texts.of_arrow(strings(block)), bare_is_utc=is_utc)
        found[end, of_form] = moments.earliest
        known[of_form] = moments.known if not end else known[of_form] & moments.known
    others = np.flatnonzero(~known & (texts.lengths > 0))
    if not len(others):
        return
    column = texts.coded
    for code in map(int, np.unique(column.codes[others])):
        parts = _BETWEEN.split(column.values[code].strip(), maxsplit=1)
        ends = Moments.of([read_moment(part, bare_is_utc=is_utc) for part in parts])
        if len(parts) == 2 and ends.known.all():
            same = others[column.codes[others] == code]
            found[:, same] = ends.earliest[:, np.newaxis]
            known[same] = True
