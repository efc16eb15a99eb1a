"""What one cell of a search log says: a value, or why there is none, or a moment.

The marks of redaction differ from one custodian to the next and are data
(``layouts/markers.toml``), not code.
"""

import enum
import re
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["Cell", "CellState", "Markers", "Moment", "is_placeholder", "read_moment"]

# A time without a zone is local time of the exporting agency, or UTC. The zones
# of the fifty states run from UTC-4 (east, summer) to UTC-10 (far west, winter);
# read in the last of them, the instant lies ten hours later than read in UTC.
# Places west of UTC-10 or east of UTC are outside this span.
ZONE_SPREAD = timedelta(hours=10)

FIRST_YEAR, LAST_YEAR = 1980, 2199  # of searches of plates read by a machine

_ZONE = r"Z|UTC|GMT|[ECMP](?:S|D)T|[+-][0-9]{2}(?::?[0-9]{2})?"
_HOURS_WEST = {"E": 5, "C": 6, "M": 7, "P": 8}  # of the zones of the mainland, in winter
_OTHER_BLANKS = str.maketrans("\u00a0\u202f", "  ")  # which programs write before AM and PM
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    rf"[ ]?({_ZONE})?)?"
)
_AMERICAN = re.compile(
    r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})"
    rf"(?:,?[ ]([0-9]{{1,2}}):([0-9]{{2}})(?::([0-9]{{2}}))?[ ]?(AM|PM)?[ ]?({_ZONE})?)?",
    re.IGNORECASE,
)


class CellState(enum.Enum):
    """Whether a cell holds a value, and if not, why not."""

    VALUE = "value"
    BLANK = "blank"
    REDACTED = "redacted"
    WITHHELD = "withheld"
    NOT_EXPORTED = "not exported"
    NEVER_RECORDED = "never recorded"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its state, and its text without outer blanks when it is a value.

    ``visible`` is what can still be read behind a mark of redaction.
    """

    state: CellState
    value: str = ""
    visible: str = ""


BLANK = Cell(CellState.BLANK)


@dataclass(frozen=True, slots=True)
class Markers:
    """The marks that stand in a cell in place of a value, and the words that say nothing.

    ``hint`` is in every mark.
    """

    hint: re.Pattern[str]
    redacted: re.Pattern[str]
    withheld: re.Pattern[str]
    placeholder: re.Pattern[str]
    _short: dict[str, Cell] = field(default_factory=dict[str, Cell], repr=False, compare=False)

    def read(self, text: str) -> Cell:
        """Say what a cell's text is: blank, a mark, or a value."""
        if len(text) > _SHORT:
            return self._read(text)
        found = self._short.get(text)
        if found is None:
            if len(self._short) >= _REMEMBERED:
                self._short.clear()
            found = self._short[text] = self._read(text)
        return found

    def state(self, text: str) -> CellState:
        """Whether a cell's text is a value, and if not why not."""
        return CellState.VALUE if text and _is_number(text) else self.read(text).state

    def hides(self, text: str) -> bool:
        """Whether a cell says that its value is not shown."""
        return self.read(text).state in (CellState.REDACTED, CellState.WITHHELD)

    def may_be_mark(self, text: str) -> bool:
        """Whether a text may stand in place of a value: a quick look, sure only of a no."""
        return self.hint.search(text) is not None

    def _read(self, text: str) -> Cell:
        text = text.strip()
        if not text:
            return BLANK
        if not self.may_be_mark(text):
            return Cell(CellState.VALUE, text)
        if match := self.redacted.fullmatch(text):
            return _hidden(CellState.REDACTED, match)
        if match := self.withheld.fullmatch(text):
            return _hidden(CellState.WITHHELD, match)
        return Cell(CellState.VALUE, text)


def _is_number(text: str) -> bool:
    """Whether a text is digits and hyphens, as numbers of cases are: no mark is written so."""
    return not text.strip("0123456789-")


def _hidden(state: CellState, match: re.Match[str]) -> Cell:
    return Cell(state, visible=(match.groupdict().get("visible") or "").strip())


# Short cells repeat: types, counts, reasons, marks. Ids and times do not.
_SHORT = 32
_REMEMBERED = 65_536


def parse_markers(text: str) -> Markers:
    """Read a marker list (TOML with a hint and the tables redacted, withheld and placeholder)."""
    tables = tomllib.loads(text)
    return Markers(
        hint=re.compile(tables["hint"], re.IGNORECASE),
        redacted=_any_of(tables["redacted"]),
        withheld=_any_of(tables["withheld"]),
        placeholder=_any_of(tables["placeholder"]),
    )


def _any_of(table: dict[str, Any]) -> re.Pattern[str]:
    patterns: list[str] = [*table["patterns"], *map(re.escape, table.get("words", []))]
    return re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE | re.DOTALL)


@cache  # package data, the same for the life of the process
def shipped_markers() -> Markers:
    """The markers that come with this package."""
    data = resources.files("platelaw.engine.audit").joinpath("layouts", "markers.toml")
    return parse_markers(data.read_text(encoding="utf-8"))


def is_placeholder(text: str) -> bool:
    """Whether a value says nothing: ``none``, ``n/a``, ``x``, ``.``, ``0`` and the like."""
    return shipped_markers().placeholder.fullmatch(text.strip()) is not None


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was: the first and the last instant it may have been, both in UTC.

    The two are equal when the log states an instant with its zone.
    """

    earliest: datetime
    latest: datetime

    @property
    def exact(self) -> bool:
        """Whether only one instant is possible."""
        return self.earliest == self.latest


def read_moment(text: str, *, bare_is_utc: bool = False) -> Moment | None:
    """Read a log's time; None when it is not one of the known forms or no real date.

    Forms: ``2026-10-03T14:40:26.512Z``, ``2025-06-18 00:02:04.789``, ``2025-06-18``, and
    ``01/25/2024, 01:27:03 PM UTC`` (month first) with or without century, time, seconds, comma,
    AM/PM or zone (UTC, an offset, EST and its like). A bare time, one that names no zone, spans
    ``ZONE_SPREAD`` unless ``bare_is_utc``; a bare date spans its day, a time to the minute its
    minute.
    """
    text = text.strip()
    if not text.isascii():
        text = text.translate(_OTHER_BLANKS)
    try:
        if match := _ISO.fullmatch(text):
            year, month, day, hour, minute, second, fraction, zone = match.groups()
            return _span((year, month, day), (hour, minute, second, fraction), zone, bare_is_utc)
        if match := _AMERICAN.fullmatch(text):
            month, day, year, hour, minute, second, half, zone = match.groups()
            clock = (_hour(hour, half), minute, second, None)
            return _span((year if len(year) == 4 else f"20{year}", month, day), clock,
                         zone, bare_is_utc)  # fmt: skip
    except (ValueError, OverflowError):
        pass
    return None


def _hour(hour: str | None, half: str | None) -> str | None:
    """The hour of the day, from an hour of the half day when AM or PM is given."""
    if hour is None or half is None:
        return hour
    if not 1 <= int(hour) <= 12:
        raise ValueError("no such hour of the half day")
    return str(int(hour) % 12 + (12 if half.upper() == "PM" else 0))


def _span(
    date: tuple[str, str, str],
    clock: tuple[str | None, str | None, str | None, str | None],
    zone: str | None,
    bare_is_utc: bool,
) -> Moment:
    hour, minute, second, fraction = clock
    micro = int(fraction[:6].ljust(6, "0")) if fraction else 0
    year, month, day = map(int, date)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("what programs write where there is no date")
    clock_zone = UTC if zone is None or zone in ("Z", "UTC") else _zone(zone)
    first = datetime(
        year, month, day, int(hour or 0), int(minute or 0), int(second or 0), micro, clock_zone
    )
    if clock_zone is not UTC:
        first = first.astimezone(UTC)
    last = first
    if hour is None:
        last += timedelta(days=1, microseconds=-1)
    elif second is None:
        last += timedelta(minutes=1, microseconds=-1)
    if zone is None and not bare_is_utc:
        last += ZONE_SPREAD
    return Moment(first, last)


def _zone(text: str | None) -> timezone:
    text = "Z" if text is None else text.upper()
    if text in ("Z", "UTC", "GMT"):
        return UTC
    if text[0] in _HOURS_WEST:
        return timezone(timedelta(hours=(text[1] == "D") - _HOURS_WEST[text[0]]))
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:] if len(text) > 3 else 0))
    return timezone(-offset if text[0] == "-" else offset)
