"""How many searches there were, by two lists that hold some of them each.

Lincoln and Petersen: if the one list holds a search or not without regard to whether the other
does, the share of the other's searches that it holds is its share of all. The estimate is that of
Chapman, Some properties of the hypergeometric distribution with applications to zoological sample
censuses (1951), which stays finite and is nearly without bias. With fewer than seven in both lists
it is not given (Seber, The Estimation of Animal Abundance, 2nd edition, 1982). The interval is that
of the share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from ..findings.intervals import binomial_interval

FEWEST = 7  # in both lists
_EXACT = 2_000  # beyond so many on either side the score interval is the same to the eye

ASSUMPTIONS = (
    "the export lacks a search without regard to whether other logs hold it: if what is hard to "
    "find in the one is hard to find in the others, more is missing than is estimated",
    "a search is the same in all logs if its id is, or its second and its count of networks",
    "no search was added or taken away between the exports",
    "the searches of other logs are those of this agency: their names were surely meant",
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How complete a list is.

    Attributes:
        share: The share of all searches that the list holds, by the other list.
        low: The least share that fits.
        high: The greatest.
        confidence: How sure that interval is, if the assumptions hold.
        total: How many searches there were, by Chapman; None if too few are in both lists.
        unseen: How many of them neither list holds; None likewise.
        most: The greatest number of searches that fits; None if there is no bound.
    """

    share: float
    low: float
    high: float
    confidence: float
    total: int | None
    unseen: int | None
    most: int | None


def estimated(own: int, other: int, both: int, confidence: float) -> Estimate:
    """How complete a list is, by another.

    Args:
        own: How many searches it holds.
        other: How many the other list holds.
        both: How many are in both.
        confidence: That of the interval.

    Raises:
        ValueError: The other list is empty, or more are in both than in one.
    """
    if not (0 <= both <= min(own, other) and other > 0):
        raise ValueError("two lists have no more in both than in one, and the other has some")
    low, high = _interval(both, other, confidence)
    seen = own + other - both
    total = None
    if both >= FEWEST:
        total = max(seen, round((own + 1) * (other + 1) / (both + 1) - 1))
    return Estimate(
        both / other,
        low,
        high,
        confidence,
        total,
        None if total is None else total - seen,
        max(seen, math.floor(own / low)) if low > 0 else None,
    )


def _interval(found: int, size: int, confidence: float) -> tuple[float, float]:
    """The shares that fit so many found: exact, or by the score where both sides are many."""
    if min(found, size - found) <= _EXACT:
        if found > size - found:
            low, high = binomial_interval(size - found, size, confidence)
            return 1 - high, 1 - low
        return binomial_interval(found, size, confidence)
    z = _quantile(confidence)
    middle = (found + z * z / 2) / (size + z * z)
    wide = z / (size + z * z) * math.sqrt(found * (size - found) / size + z * z / 4)
    return middle - wide, middle + wide


def _quantile(confidence: float) -> float:
    """How many deviations to each side hold that share of a normal distribution."""
    return NormalDist().inv_cdf((1 + confidence) / 2)
