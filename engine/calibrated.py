"""Files of calibration: the numbers that generators of maps and logs are given. A reading edge."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class CalibrationError(ValueError):
    """A file of calibration that lacks something; the message names the file and the mend."""


def calibrated(
    place: Path | Traversable, make: Callable[[Mapping[str, Any]], T], *, lacks: str, mend: str
) -> T:
    """What is made of a file of calibration.

    Args:
        place: The file.
        make: Makes it of the file's table.
        lacks: What to do about an entry that is not there.
        mend: What to do about one that says something else than it must.

    Raises:
        CalibrationError: The file cannot be read or lacks an entry.
    """
    try:
        return make(tomllib.loads(place.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise CalibrationError(f"{place}: cannot be read ({fault})") from fault
    except KeyError as fault:
        raise CalibrationError(f"{place}: no entry {fault}; {lacks}") from fault
    except (TypeError, ValueError, AttributeError) as fault:
        raise CalibrationError(f"{place}: {fault}; {mend}") from fault
