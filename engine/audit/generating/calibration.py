"""What generated logs are made of: read from ``policies/audit/calibration.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...calibrated import calibrated
from ...library import shipped


@dataclass(frozen=True, slots=True)
class Names:
    """The names that bodies bear in a log.

    Attributes:
        count: How many bodies search.
        patterns: How the ending of a registry key is written in a name.
        federal: The government whose bodies bear a tag, and how it is written.
        tag: The name of one of these.
        unknown: The share of names that no body on file bears.
        unknown_name: What such a name looks like.
        networks: How many networks a search reaches, at even steps from the least to the most.
    """

    count: int
    patterns: Mapping[str, str]
    federal: str
    tag: str
    unknown: float
    unknown_name: str
    networks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """All numbers and words that a generated log is made of.

    Attributes:
        header: The columns, as the vendor writes them.
        redacted: What stands in the place of a value that is not shown.
        rows: The shares of rows with some trait.
        reasons: The shares of the kinds of reasons.
        words: The words of each kind.
        names: The names of those who search.
    """

    header: tuple[str, ...]
    redacted: str
    rows: Mapping[str, float]
    reasons: Mapping[str, float]
    words: Mapping[str, tuple[str, ...]]
    names: Names


def read_calibration(file: Path | None = None) -> Calibration:
    """The calibration of a file, or the shipped one.

    Raises:
        CalibrationError: The file cannot be read or lacks an entry.
    """
    place = file or shipped().joinpath("audit", "calibration.toml")
    return calibrated(
        place, _calibration, lacks="the shipped file has all", mend="compare with the shipped file"
    )


def _calibration(table: Mapping[str, Any]) -> Calibration:
    bodies = table["bodies"]
    return Calibration(
        tuple(table["header"]),
        table["redacted"],
        {name: float(share) for name, share in table["rows"].items()},
        {name: float(share) for name, share in table["reasons"].items()},
        {name: tuple(words) for name, words in table["words"].items()},
        Names(
            int(bodies["count"]),
            dict(bodies["names"]),
            bodies["federal"],
            bodies["tag"],
            float(bodies["unknown"]),
            bodies["unknown_name"],
            tuple(map(int, bodies["networks"])),
        ),
    )
