"""Exact intervals for shares that a sample shows, and the size that a sample needs.

Clopper and Pearson, The use of confidence or fiducial limits illustrated in the case of the
binomial, Biometrika 26 (1934): each limit is the share with which so few, or so many, would be
found with half of what the confidence leaves. The same of a finite population counts with the
hypergeometric distribution.
"""

from __future__ import annotations

import math
from collections.abc import Callable

_STEPS = 60  # halvings of a share: as fine as a float of that size


def binomial_interval(wrong: int, size: int, confidence: float) -> tuple[float, float]:
    """The least and the greatest share that fit so many wrong in a sample of this size.

    Raises:
        ValueError: The sample is empty, more are wrong than were drawn, or the confidence is no
            share.
    """
    _check(wrong, size, confidence)
    doubt = (1 - confidence) / 2

    def at_least(share: float) -> float:
        return 1.0 - _up_to(wrong - 1, size, share)

    def at_most(share: float) -> float:
        return _up_to(wrong, size, share)

    low = 0.0 if wrong == 0 else _share(lambda share: at_least(share) < doubt)
    high = 1.0 if wrong == size else _share(lambda share: at_most(share) > doubt)
    return low, high


def finite_interval(wrong: int, size: int, population: int, confidence: float) -> tuple[int, int]:
    """The least and the greatest number of wrong in a population that fit a sample of it.

    Raises:
        ValueError: As of `binomial_interval`, or the sample is greater than the population.
    """
    _check(wrong, size, confidence)
    if size > population:
        raise ValueError("a sample is no greater than what it is drawn from")
    doubt = (1 - confidence) / 2
    least, most = wrong, population - (size - wrong)
    low = _first(least, most, lambda bad: 1.0 - _drawn(wrong - 1, size, population, bad) > doubt)
    high = _first(
        low, most + 1, lambda bad: bad > most or _drawn(wrong, size, population, bad) <= doubt
    )
    return low, high - 1


def sample_size(population: int, share: float, confidence: float) -> int:
    """The least size with which a sample free of wrong ones shows that less than a share is wrong.

    With so many drawn, a population of which that share is wrong shows at least one of them with
    the confidence asked for.

    Raises:
        ValueError: Share or confidence is not between 0 and 1.
    """
    if not (0 < share < 1 and 0 < confidence < 1):
        raise ValueError("share and confidence of a sample lie between 0 and 1")
    if population < 1:
        return 0
    bad = max(1, math.ceil(share * population))
    return _first(1, population, lambda size: _drawn(0, size, population, bad) <= 1 - confidence)


def _check(wrong: int, size: int, confidence: float) -> None:
    if not (0 <= wrong <= size and size > 0 and 0 < confidence < 1):
        raise ValueError("a sample has at least one, as many wrong at most, and a confidence")


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first number from low to high of which something holds, which then holds of the rest."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _share(is_below: Callable[[float], bool]) -> float:
    """The share below which something holds, and above which it does not."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return (low + high) / 2


def _up_to(wrong: int, size: int, share: float) -> float:
    """The chance of so many or fewer in independent draws."""
    if wrong < 0:
        return 0.0
    if wrong >= size or share <= 0.0:
        return 1.0
    if share >= 1.0:
        return 0.0
    rest = math.log1p(-share)
    odds = math.log(share) - rest
    terms = (_log_choose(size, k) + k * odds + size * rest for k in range(wrong + 1))
    return min(1.0, math.fsum(map(math.exp, terms)))


def _drawn(wrong: int, size: int, population: int, bad: int) -> float:
    """The chance of so many or fewer of the bad ones in draws without return."""
    if wrong < 0:
        return 0.0
    first, last = max(0, size - (population - bad)), min(size, bad)
    if wrong >= last:
        return 1.0
    whole = _log_choose(population, size)
    terms = (
        _log_choose(bad, k) + _log_choose(population - bad, size - k) - whole
        for k in range(first, wrong + 1)
    )
    return min(1.0, math.fsum(map(math.exp, terms)))


def _log_choose(of: int, some: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(some + 1) - math.lgamma(of - some + 1)
