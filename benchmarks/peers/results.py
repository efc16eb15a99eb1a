"""What one run found, and where runs are kept: a folder for each version of platelaw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from .machine import Machine
from .measure import Figure

KEPT = Path(__file__).parent.parent / "results"
PAGE = "README.md"  # the tables, made from what is kept


@dataclass(frozen=True, slots=True)
class Row:
    """One engine at one size.

    Attributes:
        key: Its key.
        title: Its name in tables.
        rules: How many rules there were.
        by_agency: Whether there was one engine for each agency.
        own: Whether each agency had numbers and conditions of its own.
        is_peer: Whether it is an engine that a user may pick instead.
        problem: Why it could not be measured, blank if it was.
        load_seconds: CPU seconds to read the rules.
        agrees: How many answers were those of the yardstick.
        rules_agree: How many deciding rules were; None where the answer does not hold them.
        asked: How many were compared.
        shapes: How many functions were generated; None where none are.
        figures: What was timed, by name.
    """

    key: str
    title: str
    rules: int
    by_agency: bool = False
    own: bool = False
    is_peer: bool = False
    problem: str = ""
    load_seconds: float = 0.0
    agrees: int = 0
    rules_agree: int | None = None
    asked: int = 0
    shapes: int | None = None
    figures: dict[str, Figure] = field(default_factory=dict[str, Figure])

    @property
    def name(self) -> str:
        """Its name among the rows of all sizes."""
        return f"{self.title}, one for each agency" if self.by_agency else self.title

    def took(self, figure: str) -> float:
        """Microseconds of what was timed."""
        return self.figures[figure].median


@dataclass(frozen=True, slots=True)
class Stand:
    """What an engine does where a fact is misspelt or missing.

    Attributes:
        engine: Its name.
        outcome: Its answer to the deny rule with the misspelt attribute.
        said: All that it says.
        incomplete: Its answers to requests that platelaw holds because something is left out.
    """

    engine: str
    outcome: str
    said: str
    incomplete: dict[str, int]


@dataclass(frozen=True, slots=True)
class Results:
    """One run.

    Attributes:
        platelaw: The version.
        machine: Where and when.
        left_out: Peers that were not measured, and why.
        outcomes: How many of the first requests are PERMIT, HOLD and DENY.
        rows: Every engine at every size.
        growth: The compiled evaluator at every size, timed in turns of their own.
        alone: What was timed of platelaw alone; what it does not have is missing.
        stands: What each engine does where a fact is misspelt or missing.
        cells: What each engine can say.
    """

    platelaw: str
    machine: Machine
    left_out: dict[str, str]
    outcomes: dict[str, int]
    rows: list[Row]
    growth: list[Row]
    alone: dict[str, Figure]
    stands: list[Stand]
    cells: dict[str, dict[str, str]]

    @property
    def least(self) -> int:
        """The smallest number of rules."""
        return min((row.rules for row in self.rows), default=0)

    @property
    def smallest(self) -> Sequence[Row]:
        """The rows of that size, of engines that could be measured."""
        return [row for row in self.rows if row.rules == self.least and not row.problem]

    @property
    def place(self) -> Path:
        """The file of this run, under the folder of runs."""
        return Path(self.platelaw) / f"{self.machine.date}-{self.machine.short_name}.json"


def keep(found: Results, folder: Path = KEPT) -> Path:
    """Write a run to its file, in place of an earlier one of that day."""
    path = folder / found.place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.encode(found) + b"\n")
    return path


def kept(folder: Path = KEPT) -> list[Results]:
    """All runs that are kept, the newest first."""
    decoder = msgspec.json.Decoder(Results)
    found = [decoder.decode(path.read_bytes()) for path in folder.glob("*/*.json")]
    return sorted(found, key=lambda run: (run.machine.date, run.place), reverse=True)
