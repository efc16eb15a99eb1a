"""Generated logs as the files that vendors export."""

from __future__ import annotations

import csv
from pathlib import Path

from .generator import Generator


def write_log(generator: Generator, place: Path, rows: int) -> None:
    """Write a generated log as CSV.

    Raises:
        OSError: It cannot be written.
    """
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(generator.calibration.header)
        for some in generator.rows(rows):
            writer.writerows(some)
