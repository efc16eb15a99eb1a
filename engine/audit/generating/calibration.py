"""What generated logs are made of: read from ``policies/audit/calibration.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...calibrated import calibrated
from ...library import shipped

KINDS = ("digits", "short", "inv", "category")  # of reasons, each with its share
COLUMNS = 13  # of a row
_USERS = "users_a_body"


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
    made = Calibration(
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
    for fault in _faults(made):
        raise ValueError(fault)
    return made


def _faults(made: Calibration) -> Iterator[str]:
    """What no log can be made of."""
    names = made.names
    shares = {name: share for name, share in made.rows.items() if name != _USERS}
    for name, share in {**shares, **made.reasons, "unknown": names.unknown}.items():
        if not 0 <= share <= 1:
            yield f"`{name}` is {share:g}, and a share lies between 0 and 1"
    if sum(made.reasons[name] for name in KINDS) > 1:
        yield f"the shares {', '.join(KINDS)} are more than all reasons"
    for name, words in made.words.items():
        if not words or not _are_texts(words):
            yield f"`{name}` is no list of texts, or is empty"
    if len(made.header) != COLUMNS or not _are_texts(made.header):
        yield f"`header` needs {COLUMNS} texts"
    for name, count in (("count", names.count), (_USERS, made.rows[_USERS])):
        if not count >= 1:
            yield f"`{name}` is {count:g}, and needs 1 at the least"
    if min(names.networks, default=-1) < 0:
        yield "`networks` is empty, or has a number below 0"
    if not _are_texts((made.redacted, names.federal)):
        yield "`redacted` or `federal` is no text"
    patterns = [(f"names.{ending}", each) for ending, each in names.patterns.items()]
    for name, pattern in (*patterns, ("tag", names.tag), ("unknown_name", names.unknown_name)):
        if not _is_pattern(pattern):
            yield f"`{name}` is no text, or has braces other than those of the shipped file"


def _are_texts(found: Sequence[object]) -> bool:
    return all(isinstance(each, str) for each in found)


def _is_pattern(pattern: object) -> bool:
    try:
        str.format(pattern, place="", state="", name="", number=0)  # type: ignore[arg-type]
    except (LookupError, TypeError, ValueError, AttributeError):
        return False
    return True
