"""The civil days of many moments in a time zone, which is asked once for each day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np

from ..columns.coded import Ints
from ..columns.keys import grouped
from .moments import SECOND

DAY = 86_400 * SECOND
_QUARTER = 900 * SECOND  # no clock is changed but at the beginning of one
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
EPOCH_ORDINAL = _EPOCH.toordinal()


@dataclass(slots=True)
class CivilDays:
    """Tells civil days in one zone, as days since 1970."""

    zone: ZoneInfo
    _offsets: dict[int, int | None] = field(default_factory=dict[int, "int | None"])

    def of(self, moments: Ints) -> Ints:
        """The civil day of each moment.

        Args:
            moments: Microseconds since 1970 in UTC.
        """
        if not len(moments):
            return moments
        of_utc = moments // DAY
        firsts, groups = grouped(of_utc - of_utc.min())
        offsets = [self._offset_on(int(of_utc[row])) for row in firsts.tolist()]
        local = moments + np.array([each or 0 for each in offsets], np.int64)[groups]
        for number, offset in enumerate(offsets):
            if offset is None:
                rows = np.flatnonzero(groups == number)
                local[rows] = moments[rows] + self._by_quarters(moments[rows])
        return local // DAY

    def _offset_on(self, day: int) -> int | None:
        """How far the zone is ahead on a day of UTC; None if its clock is changed on it."""
        if day not in self._offsets:
            first, last = self._offset(day * DAY), self._offset((day + 1) * DAY)
            self._offsets[day] = first if first == last else None
        return self._offsets[day]

    def _by_quarters(self, moments: Ints) -> Ints:
        quarters = moments // _QUARTER
        firsts, groups = grouped(quarters - quarters.min())
        offsets = [self._offset(int(quarters[row]) * _QUARTER) for row in firsts.tolist()]
        return np.array(offsets, np.int64)[groups]

    def _offset(self, moment: int) -> int:
        offset = (_EPOCH + moment * _MICROSECOND).astimezone(self.zone).utcoffset()
        assert offset is not None
        return offset // _MICROSECOND
