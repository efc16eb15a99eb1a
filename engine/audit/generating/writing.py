"""Generated logs as the files that vendors export; whole, or not there at all."""

from __future__ import annotations

import csv
import os
from contextlib import suppress
from pathlib import Path

from .generator import Generator


def write_log(generator: Generator, place: Path, rows: int) -> None:
    """Write a generated log as CSV, beside its place; it gets its name when it is whole.

    Raises:
        FileExistsError: Something is there already; nothing of it was changed.
        OSError: It cannot be written.
    """
    scratch = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with scratch.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(generator.calibration.header)
            for some in generator.rows(rows):
                writer.writerows(some)
        _name(scratch, place)
    finally:
        with suppress(OSError):
            scratch.unlink()


def _name(scratch: Path, place: Path) -> None:
    """Give a file its name, unless something has that name by now."""
    if place.exists():
        raise FileExistsError(17, "something is there already")
    scratch.rename(place)
