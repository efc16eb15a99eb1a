"""The moments of many rows at once; ``cells.read_moment`` says what a time means.

The two forms that vendors write are read by their digits, all rows together. Whatever is not
exactly of these forms is read one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..columns.coded import Ints
from ..columns.texts import Bytes, Texts
from .cells import FIRST_YEAR, LAST_YEAR, Moment, read_moment

SECOND = 1_000_000  # of the microseconds in which moments are kept
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Truths: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """When each row was: the first and the last microsecond it may have been, since 1970 in UTC.

    ``known`` is false of a row whose time cannot be told; its numbers mean nothing.
    """

    earliest: Ints
    latest: Ints
    known: Truths

    @classmethod
    def of(cls, moments: list[Moment | None]) -> Moments:
        """Moments that were read one by one."""
        return cls(
            np.array([_number(each.earliest) if each else 0 for each in moments], np.int64),
            np.array([_number(each.latest) if each else 0 for each in moments], np.int64),
            np.array([each is not None for each in moments], np.bool_),
        )

    def at(self, row: int) -> Moment | None:
        """The moment of one row."""
        if not self.known[row]:
            return None
        first, last = (_EPOCH + int(part[row]) * _MICROSECOND for part in self._ends())
        return Moment(first, last)

    def _ends(self) -> tuple[Ints, Ints]:
        return self.earliest, self.latest


def _number(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def read_moments(texts: Texts, *, bare_is_utc: bool) -> Moments:
    """The moments of a column, each as ``read_moment`` reads it."""
    rows = len(texts)
    found = np.zeros(rows, np.int64)
    known = np.zeros(rows, np.bool_)
    for form, read in _FORMS.items():
        of_form = np.flatnonzero(texts.lengths == len(form))
        if len(of_form):
            table = texts.block(len(form))
            if table is None:
                starts = texts.offsets[of_form]
                table = texts.data[starts[:, np.newaxis] + np.arange(len(form))]
            columns = np.ascontiguousarray(table.T)
            fits = _stands(form, columns)
            known[of_form] = fits & read(columns, found, of_form)
    latest = found
    if not known.all():
        latest = found.copy()
        column = texts.coded
        others = np.flatnonzero(~known)
        for code in map(int, np.unique(column.codes[others])):
            moment = read_moment(column.values[code], bare_is_utc=bare_is_utc)
            if moment is not None:
                same = others[column.codes[others] == code]
                found[same], latest[same] = _number(moment.earliest), _number(moment.latest)
                known[same] = True
    return Moments(found, latest, known)


def _stands(form: str, columns: Bytes) -> Truths:
    """Whether digits stand where a form has 9, and all else is as in the form."""
    fits = np.ones(columns.shape[1], np.bool_)
    for place, char in enumerate(form):
        if char == "9":
            fits &= columns[place] - np.uint8(ord("0")) <= 9
        elif char != "?":
            fits &= columns[place] == ord(char)
    return fits


def _digits(columns: Bytes, start: int, count: int) -> Ints:
    found = np.zeros(columns.shape[1], np.int64)
    for place in range(start, start + count):
        found = found * 10 + (columns[place].astype(np.int64) - ord("0"))
    return found


def _american(columns: Bytes, found: Ints, rows: Ints) -> Truths:
    """``01/25/2024, 01:27:03 PM UTC``."""
    month, day, year = (_digits(columns, at, size) for at, size in ((0, 2), (3, 2), (6, 4)))
    hour, minute, second = (_digits(columns, at, 2) for at in (12, 15, 18))
    half = columns[21]
    fits: Truths = ((half == ord("A")) | (half == ord("P"))) & (hour >= 1) & (hour <= 12)
    hour = hour % 12 + 12 * (half == ord("P"))
    return fits & _moment(found, rows, (year, month, day), (hour, minute, second))


def _iso(columns: Bytes, found: Ints, rows: Ints) -> Truths:
    """``2026-10-03T14:40:26Z``, with or without thousandths of a second."""
    date = _digits(columns, 0, 4), _digits(columns, 5, 2), _digits(columns, 8, 2)
    clock = _digits(columns, 11, 2), _digits(columns, 14, 2), _digits(columns, 17, 2)
    fits: Truths = _moment(found, rows, date, clock) & (clock[0] <= 23)
    if len(columns) == len(_THOUSANDTHS):
        found[rows] += _digits(columns, 20, 3) * 1000
    return fits


_THOUSANDTHS = "9999-99-99T99:99:99.999Z"
_FORMS = {
    "99/99/9999, 99:99:99 ?M UTC": _american,
    _THOUSANDTHS: _iso,
    "9999-99-99T99:99:99Z": _iso,
}


def _moment(
    found: Ints, rows: Ints, date: tuple[Ints, Ints, Ints], clock: tuple[Ints, Ints, Ints]
) -> Truths:
    """Put the moments in their rows; whether each is a real one."""
    year, month, day = date
    hour, minute, second = clock
    fits = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12)
    months = (np.where(fits, year, 1970) - 1970) * 12 + np.where(fits, month, 1) - 1
    starts = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    ends = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    fits &= (day >= 1) & (day <= ends - starts) & (minute <= 59) & (second <= 59)
    days = starts + day - 1
    found[rows] = (((days * 24 + hour) * 60 + minute) * 60 + second) * SECOND
    return fits
