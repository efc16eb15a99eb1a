"""Moments as the store keeps them: whole microseconds since 1970, UTC."""

from __future__ import annotations

import datetime

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
FOR_GOOD = 2**62  # later than any moment


def stamp(moment: datetime.datetime) -> int:
    """A moment as a number."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(number: int) -> datetime.datetime:
    """The moment of a number."""
    return _EPOCH + number * _MICROSECOND
