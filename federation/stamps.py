"""Moments as messages have them."""

from __future__ import annotations

import datetime

from google.protobuf.timestamp_pb2 import Timestamp


def moment(stamp: Timestamp) -> datetime.datetime | None:
    """A moment in UTC; None for one that no clock can show."""
    try:
        return stamp.ToDatetime(tzinfo=datetime.UTC)
    except (ValueError, OverflowError):
        return None
