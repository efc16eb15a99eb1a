"""The clock by which answers are dated: UTC, watched for steps and for its distance from the truth.

Lifetimes within the process are measured on the monotonic clock, which never goes back. Whether the
system's clock is right only the system's time service knows; the kernel tells what it was told.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import datetime
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

LARGEST_STEP_BACK = datetime.timedelta(seconds=1)
LARGEST_OFFSET = 5.0  # seconds; beyond it nothing is decided

utc_now = partial(datetime.datetime.now, datetime.UTC)


@dataclass(slots=True)
class Clock:
    """A clock that is watched; ``check`` is called every second or so.

    Attributes:
        now: The time in UTC.
        monotonic: Seconds that never go back.
        offset: How far the clock may be from the truth, in seconds; None where nobody can tell.
    """

    now: Callable[[], datetime.datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    offset: Callable[[], float | None] = field(default_factory=lambda: kernel_offset)
    _latest: datetime.datetime = field(init=False)

    def __post_init__(self) -> None:
        """Begin to watch."""
        self._latest = self.now()

    def check(self) -> str:
        """Why nothing may be dated by this clock now, or nothing."""
        now = self.now()
        back = self._latest - now
        if back > LARGEST_STEP_BACK:
            return (
                f"the clock went back by {back.total_seconds():.1f} seconds; nothing is decided "
                "until it has caught up"
            )
        self._latest = max(self._latest, now)
        offset = self.offset()
        if offset is not None and abs(offset) > LARGEST_OFFSET:
            return f"the clock may be off by {abs(offset):.1f} seconds; nothing is decided"
        return ""


# The kernel's word ---------------------------------------------------------------------------

_UNSYNCHRONIZED = 0x40  # STA_UNSYNC of <sys/timex.h>
_ERROR_STATE = 5  # TIME_ERROR there
_MICROSECONDS = 1e6


class _Timex(ctypes.Structure):
    """The beginning of ``struct timex`` of <sys/timex.h>, and room for its rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    )


def kernel_offset() -> float | None:
    """The largest error that the time service allows for, in seconds, as the kernel was told.

    None where no time service keeps the clock, or the system does not tell.
    """
    library = ctypes.util.find_library("c")
    adjust = getattr(ctypes.CDLL(library), "adjtimex", None) if library else None
    if adjust is None:
        return None
    told = _Timex()
    state = adjust(ctypes.byref(told))
    if state < 0 or state == _ERROR_STATE or told.status & _UNSYNCHRONIZED:
        return None
    return float(told.maxerror) / _MICROSECONDS
