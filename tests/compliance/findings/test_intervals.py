"""Intervals are exact: limits that were computed elsewhere, and sums over all that can be drawn."""

from __future__ import annotations

from math import comb

import pytest

from platelaw.compliance.findings.intervals import (
    binomial_interval,
    finite_interval,
    sample_size,
)


# Quantiles of the beta distribution, by scipy 1.17 (scipy.stats.beta.ppf).
@pytest.mark.parametrize(
    ("wrong", "size", "low", "high"),
    [
        (0, 299, 0.0, 0.012261595907535044),
        (3, 299, 0.0020739363632890652, 0.029040380893126754),
        (299, 299, 0.9877384040924649, 1.0),
        (500, 1000, 0.468549172971792, 0.531450827028208),
        (1, 20, 0.0012650894979498038, 0.24873276277202777),
    ],
)
def test_limits_of_a_share_are_those_of_the_beta_distribution(
    wrong: int, size: int, low: float, high: float
) -> None:
    assert binomial_interval(wrong, size, 0.95) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize(("wrong", "size", "population"), [(0, 5, 30), (3, 10, 40), (12, 12, 25)])
def test_limits_of_a_count_are_what_all_samples_show(
    wrong: int, size: int, population: int
) -> None:
    def chance(bad: int, counts: range) -> float:
        ways = sum(comb(bad, k) * comb(population - bad, size - k) for k in counts)
        return ways / comb(population, size)

    fit = [
        bad
        for bad in range(wrong, population - size + wrong + 1)
        if chance(bad, range(wrong, size + 1)) > 0.025 and chance(bad, range(wrong + 1)) > 0.025
    ]
    assert finite_interval(wrong, size, population, 0.95) == (fit[0], fit[-1])


@pytest.mark.parametrize("population", [1, 71, 1000, 10_000_000])
def test_a_sample_is_just_large_enough_to_show_a_share(population: int) -> None:
    size = sample_size(population, 0.01, 0.95)
    bad = max(1, -(-population // 100))

    def none_shown(drawn: int) -> float:
        chance = 1.0
        for turn in range(drawn):
            chance *= max(0, population - bad - turn) / (population - turn)
        return chance

    assert none_shown(size) <= 0.05
    assert size == 1 or none_shown(size - 1) > 0.05


def test_a_sample_of_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="at least one"):
        binomial_interval(0, 0, 0.95)
    with pytest.raises(ValueError, match="no greater"):
        finite_interval(0, 9, 3, 0.95)
    with pytest.raises(ValueError, match="between 0 and 1"):
        sample_size(10, 0.0, 0.95)
