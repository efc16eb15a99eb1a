"""A failure as it may be logged: its kind and where it happened, none of the words it carries.

The message of an exception may quote what a caller sent: a plate, a reason, a name.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath


def traced(fault: BaseException) -> dict[str, object]:
    """The kind of a failure, that of what caused it, and its frames, outermost first."""
    cause = fault.__cause__ or fault.__context__
    told: dict[str, object] = {"error": _kind(fault), "frames": _frames(fault)}
    if cause is not None:
        told |= {"cause": _kind(cause), "cause_frames": _frames(cause)}
    return told


def _kind(fault: BaseException) -> str:
    return f"{type(fault).__module__}.{type(fault).__qualname__}"


def _frames(fault: BaseException) -> list[str]:
    found = traceback.extract_tb(fault.__traceback__)
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in found]


def _short(file: str) -> str:
    """The last two parts of a path: enough to find the module."""
    return "/".join(PurePath(file).parts[-2:])
