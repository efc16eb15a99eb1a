"""What a random sample showed: how many of its searches were wrong, and what that says of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .acting import Act, Actor, Asked, RegisterError, act_on
from .book import Book
from .intervals import binomial_interval, finite_interval
from .sampling import searches_now
from .showing import listed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a sample.

    Attributes:
        low: The least share of all searches that fits it (binomial, exact).
        high: The greatest.
        least: The least number of wrong searches among all that fits it (hypergeometric, exact).
        most: The greatest.
        since: How many searches came after it was drawn: it says nothing of them.
    """

    finding: str
    wrong: int
    size: int
    population: int
    confidence: float
    low: float
    high: float
    least: int
    most: int
    since: int

    @property
    def told(self) -> str:
        """It, in words."""
        later = f"; it says nothing of {self.since:,} that came later" if self.since else ""
        return (
            f"{self.wrong:,} of {self.size:,} wrong: at {self.confidence:.0%} confidence between "
            f"{self.least:,} and {self.most:,} of the {self.population:,} searches that it was "
            f"drawn of ({self.low:.4%} to {self.high:.4%} by the binomial){later}"
        )


def outcome(
    results: DuckDBPyConnection, book: Book, finding: str, wrong: int, actor: Actor
) -> Outcome:
    """Enter what a sample showed.

    Raises:
        RegisterError: The finding is no sample, more are wrong than were drawn, or the actor does
            not say who he is.
    """
    (one,) = listed(results, finding)
    measure = one.measure
    if not {"population", "confidence", "seed"} <= measure.keys():
        raise RegisterError(f"{finding} is no sample", "name the finding of a random sample")
    size, population = measure["searches"], measure["population"]
    if not 0 <= wrong <= size:
        raise RegisterError(f"{wrong} of {size} cannot be wrong", "say how many of them were wrong")
    confidence = measure["confidence"]
    low, high = binomial_interval(wrong, size, confidence)
    least, most = finite_interval(wrong, size, population, confidence)
    since = max(0, searches_now(results) - population)
    found = Outcome(finding, wrong, size, population, confidence, low, high, least, most, since)
    act_on(results, book, finding, actor, Asked(Act.NOTE, note=found.told))
    return found
