"""Rows of an invented network audit, drawn some thousand at once.

The same seed, registry and calibration give the same log, whatever its length: a longer one begins
with the rows of a shorter one of the same pace. No search in it is one that anybody made.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ...calibrated import CalibrationError
from ...registry import Registry
from .calibration import KINDS, Calibration

ROWS = 20_000  # that are drawn at once
PACE = datetime.timedelta(seconds=4)  # between searches: 7.8 million a year
FIRST = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
_FEWEST = 0.15  # of the spread of how often bodies search: few make most of the searches

Row = tuple[str, ...]
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(slots=True)
class Generator:
    """Draws the rows of one log.

    Args:
        calibration: Shares and words.
        registry: The bodies whose names stand in the log.
        owner: The key of the agency whose log it is; it searches too.
        seed: The same seed gives the same log.
    """

    calibration: Calibration
    registry: Registry
    owner: str
    seed: int = 1
    _names: list[str] = field(init=False)
    _federal: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Choose who searches.

        Raises:
            CalibrationError: Nobody of the registry can.
        """
        chance = np.random.default_rng([self.seed, 0])
        names = self.calibration.names
        written = [name for name in map(self._written, self.registry.bodies) if name]
        chosen = chance.permutation(len(written))[: names.count]
        self._names = [written[at] for at in chosen]
        for at in np.flatnonzero(chance.random(len(self._names)) < names.unknown).tolist():
            self._names[at] = names.unknown_name.format(number=at)
        own = self._written(self.owner)
        if own:
            self._names.insert(0, own)
        if not self._names:
            raise CalibrationError(
                "no body of the registry has a key that names of logs are made of; use the shipped "
                "registry, or add endings to `names` of the calibration"
            )
        self._federal = [
            names.tag.format(name=body.name)
            for body in self.registry.bodies.values()
            if body.sovereign == names.federal
        ]

    def _written(self, key: str) -> str:
        """The name of a body as logs write it, if its key tells."""
        state, _, rest = key.partition("/")
        place, _, ending = rest.rpartition("-")
        pattern = self.calibration.names.patterns.get(ending)
        if pattern is None or len(state) != 2:
            return ""
        return pattern.format(place=place.replace("-", " ").title(), state=state)

    def rows(self, count: int) -> Iterator[list[Row]]:
        """About as many rows, some thousand at once."""
        for number, first in enumerate(range(0, count, ROWS)):
            chance = np.random.default_rng([self.seed, 1, number])
            yield self._some(chance, first, min(ROWS, count - first))

    def _some(self, chance: np.random.Generator, first: int, count: int) -> list[Row]:
        calibration, rows = self.calibration, self.calibration.rows
        who = self._who(chance, count)
        reasons = self._reasons(chance, count)
        times = _times(chance, first, count)
        filters, types = (_picked(chance, calibration.words[name], count)
                          for name in ("filters", "types"))  # fmt: skip
        networks = _picked(chance, [str(each) for each in calibration.names.networks], count)
        users = chance.integers(int(rows["users_a_body"]), size=count).tolist()
        hidden = (chance.random(count) < rows["hidden_plate"]).tolist()
        plates = chance.integers(10_000, size=count).tolist()
        numbered = (chance.random(count) < rows["case_number"]).tolist()
        cases = chance.integers(1_000_000, size=count).tolist()
        ids = _ids(chance, count)
        found: list[Row] = [
            (
                ids[at], f"account {users[at]:02}", who[at], networks[at],
                f"{since}\n{at_time}",
                calibration.redacted if hidden[at] else f"GEN{plates[at]:04}", reasons[at],
                f"26-{cases[at]:06}" if numbered[at] else "", filters[at], at_time, types[at],
                "", "",
            )
            for at, (since, at_time) in enumerate(times)
        ]  # fmt: skip
        self._double(chance, found)
        return found

    def _who(self, chance: np.random.Generator, count: int) -> list[str]:
        """Who searches: few bodies make most of the searches."""
        ranks = chance.pareto(1.0, count) / _FEWEST
        places = np.minimum(ranks.astype(np.int64), 1 << 40) % len(self._names)
        who = [self._names[int(at)] for at in places]
        if self._federal:
            for at in _some_of(chance, count, self.calibration.rows["federal"]):
                who[at] = self._federal[int(chance.integers(len(self._federal)))]
        return who

    def _reasons(self, chance: np.random.Generator, count: int) -> list[str]:
        shares, words = self.calibration.reasons, self.calibration.words
        rows = self.calibration.rows
        found = _picked(chance, words["usual"], count)
        numbers = chance.integers(10_000_000, size=count).tolist()
        for at in _some_of(chance, count, shares["numbered"]):
            found[at] = f"{found[at]} {numbers[at] % 100_000:05}"
        kind = chance.random(count)
        reached = 0.0
        for name in KINDS:
            places = np.flatnonzero((kind >= reached) & (kind < reached + shares[name])).tolist()
            reached += shares[name]
            texts = [str(numbers[at]) for at in places] if name == "digits" else _picked(
                chance, words[name], len(places)
            )  # fmt: skip
            for at, text in zip(places, texts, strict=True):
                found[at] = f"{text} - " if name == "category" else text
        for at in _some_of(chance, count, rows["blank_reason"]):
            found[at] = ""
        for name in ("lookalike", "indicating"):
            places = _some_of(chance, count, rows[name])
            for at, text in zip(places, _picked(chance, words[name], len(places)), strict=True):
                found[at] = text
        return found

    def _double(self, chance: np.random.Generator, rows: list[Row]) -> None:
        """Some rows become copies of the one before, or take its id."""
        for at in _some_of(chance, len(rows), self.calibration.rows["copy"]):
            rows[at] = rows[at - 1] if at else rows[at]
        for at in _some_of(chance, len(rows), self.calibration.rows["same_id"]):
            rows[at] = (rows[at - 1][0], *rows[at][1:]) if at else rows[at]


def _some_of(chance: np.random.Generator, count: int, share: float) -> list[int]:
    """The places of a share of some rows."""
    return np.flatnonzero(chance.random(count) < share).tolist()


def _picked(chance: np.random.Generator, words: Sequence[str], count: int) -> list[str]:
    return [words[int(at)] for at in chance.integers(len(words), size=count)]


def _ids(chance: np.random.Generator, count: int) -> list[str]:
    drawn = chance.bytes(16 * count).hex()
    parts = (drawn[at : at + 32] for at in range(0, 32 * count, 32))
    return [f"{t[:8]}-{t[8:12]}-{t[12:16]}-{t[16:20]}-{t[20:]}" for t in parts]


def _times(chance: np.random.Generator, first: int, count: int) -> list[tuple[str, str]]:
    """The start of the window searched, and the time of the search, as the vendor writes them."""
    pace = int(PACE.total_seconds())
    seconds = first * pace + np.sort(chance.integers(count * pace, size=count))
    lengths = chance.choice(np.array([3600, 86_400, 604_800, 2_592_000]), size=count)
    return [
        (_american(FIRST + datetime.timedelta(seconds=at - length)),
         _american(FIRST + datetime.timedelta(seconds=at)))
        for at, length in zip(seconds.tolist(), lengths.tolist(), strict=True)
    ]  # fmt: skip


def _american(when: datetime.datetime) -> str:
    half, hour = divmod(when.hour, 12)
    day = f"{when.month:02}/{when.day:02}/{when.year}"
    clock = f"{hour or 12:02}:{when.minute:02}:{when.second:02}"
    return f"{day}, {clock} {'PM' if half else 'AM'} UTC"
