"""Invented searches in which no needle stands by itself, and what of them is to become needles."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from platelaw.engine.audit.generating.calibration import Calibration, read_calibration
from platelaw.engine.audit.generating.generator import Generator
from platelaw.engine.library import shipped_registry
from platelaw.engine.registry import Registry

OWNER = "CT/darien-pd"
OWN_NAME = "Darien CT PD"
HEADER = read_calibration().header
ID, NAME, ORG, NETWORKS, FRAME, PLATE, REASON, CASE, FILTERS, TIME, TYPE = range(11)
LATER = datetime.timedelta(days=304)  # than generated: on 2026-11-01 the act is in force
_TIME = "%m/%d/%Y, %I:%M:%S %p UTC"


@dataclass(slots=True)
class Planter:
    """Plants needles, and remembers which they are.

    Attributes:
        chance: Where they go.
        rows: The haystack.
        each: How many of a class, if it does not say.
        unread: The places of rows that no reader can read; no needle goes there.
        written: The keys of the bodies whose names stand in logs, by these names.
        truth: The things of each class: ids of searches, records as ``file:line``, actors.
    """

    chance: np.random.Generator
    rows: list[list[str]]
    each: int
    unread: frozenset[int]
    written: Mapping[str, str]
    truth: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    _free: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Every row that can be read may become a needle, once."""
        order = self.chance.permutation(len(self.rows)).tolist()
        self._free = [place for place in order if place not in self.unread]

    def plant(self, name: str, cell: int, texts: Sequence[str], count: int = 0) -> list[int]:
        """Give some rows texts in turn."""
        places = [self._free.pop() for _ in range(count or self.each)]
        for number, place in enumerate(places):
            self.rows[place][cell] = texts[number % len(texts)]
        self.tell(name, places)
        return places

    def tell(self, name: str, places: Iterable[int]) -> None:
        """These rows are of a class too."""
        self.add(name, (self.rows[place][ID] for place in places))

    def add(self, name: str, things: Iterable[str]) -> None:
        """These things are of a class too."""
        self.truth.setdefault(name, []).extend(things)

    def give(self, places: Iterable[int], cell: int, text: str) -> None:
        """Give rows one text."""
        for place in places:
            self.rows[place][cell] = text


def planter_of(rows: int, seed: int, each: int) -> Planter:
    """A haystack that nothing was planted in yet."""
    calibration, registry = _plain(), shipped_registry()
    made = Generator(calibration, registry, OWNER, seed)
    drawn = [list(row) for some in made.rows(rows) for row in some]
    for number, row in enumerate(drawn):
        row[TIME] = written(moment(row[TIME]) + LATER)
        row[FRAME] = f"{row[TIME]}\n{row[TIME]}"  # none reaches back
        if row[ORG] == OWN_NAME:  # no account of the owner searches twice
            row[NAME] = f"own {number}"
    chance = np.random.default_rng([seed, 9])
    return Planter(chance, drawn, each, unreadable(rows, each), _names(calibration, registry))


def _plain() -> Calibration:
    """What generated logs are made of, without what is to be planted."""
    shipped = read_calibration()
    rows = {**shipped.rows, "indicating": 0.0, "lookalike": 0.0, "federal": 0.0, "same_id": 0.0,
            "copy": 0.0, "blank_reason": 0.0, "case_number": 1.0}  # fmt: skip
    reasons = {"digits": 0.3, "short": 0.0, "inv": 0.0, "category": 0.0, "numbered": 0.5}
    usual = tuple(word for word in shipped.words["usual"] if "assist" not in word)
    return replace(shipped, rows=rows, reasons=reasons, words={**shipped.words, "usual": usual})


def _names(calibration: Calibration, registry: Registry) -> Mapping[str, str]:
    """The key of each body by the name that stands for it in a log."""
    found: dict[str, str] = {}
    for key in registry.bodies:
        state, _, rest = key.partition("/")
        place, _, ending = rest.rpartition("-")
        pattern = calibration.names.patterns.get(ending)
        if pattern is not None:
            found[pattern.format(place=place.replace("-", " ").title(), state=state)] = key
    return found


def written(at: datetime.datetime) -> str:
    """A moment as the vendor writes it."""
    return at.strftime(_TIME)


def moment(text: str) -> datetime.datetime:
    """The moment that the vendor wrote."""
    return datetime.datetime.strptime(text, _TIME)


def first_file(rows: int) -> int:
    """How many rows the first of the two files has."""
    return rows * 2 // 3


def below(rows: int) -> int:
    """The first row that stands in the export below another, in the second file."""
    return first_file(rows) + (rows - first_file(rows)) // 2


def unreadable(rows: int, each: int) -> frozenset[int]:
    """The rows of columns that no one can tell, and the row that is cut."""
    return frozenset({*range(below(rows) - each, below(rows)), rows - 1})
