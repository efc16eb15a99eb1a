"""Drawing the relations of a generated map, some hundred bodies at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..arrays.snapshot import Bits
from .calibration import Calibration

ROWS = 256  # bodies whose relations are drawn at once
POOL = 1 << 16  # different conditions that relations are drawn from
EVERYTHING = np.uint16(0xFFFF)

Floats = npt.NDArray[np.float32]
Columns = tuple[Bits, Bits, Bits, Bits, Bits]  # source, target, mask, onward, class


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Conditions to draw from: each with its mask, onward mask and class."""

    masks: Bits
    onward: Bits
    classes: Bits

    @classmethod
    def of(cls, calibration: Calibration, chance: np.random.Generator) -> Pool:
        """Conditions in the shares that the calibration tells."""
        masks = np.zeros(POOL, np.uint16)
        for bit, share in enumerate(calibration.purposes.values()):
            masks |= (chance.random(POOL) < share).astype(np.uint16) << bit
        onward = np.where(chance.random(POOL) < calibration.onward, masks, np.uint16(0))
        shares = np.array([each.share for each in calibration.conditions])
        classes = chance.choice(len(shares), POOL, p=shares / shares.sum()).astype(np.uint16)
        return cls(masks, onward, classes)


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """How likely each body shares with each other.

    Attributes:
        homes: The number of each body's government.
        lengths: How long its list is, in relations.
        popularity: How well known it is.
        near: How much likelier it is listed within its government.
        others: The share of bodies that shares with each node that is not drawn so: the federal
            bodies, and the networks after them.
    """

    homes: npt.NDArray[np.int64]
    lengths: Floats
    popularity: Floats
    near: float
    others: Floats

    @classmethod
    def of(
        cls,
        calibration: Calibration,
        homes: npt.NDArray[np.int64],
        relations: int,
        chance: np.random.Generator,
    ) -> Drawing:
        """The chances under which about so many relations are drawn between bodies."""
        lengths, popularity = (
            quantiles(steps, len(homes), chance)
            for steps in (calibration.list_lengths, calibration.popularity)
        )
        shares = [*(each.share for each in calibration.federal), *calibration.networks.values()]
        others = np.array(shares, np.float32)
        drawing = cls(homes, lengths, popularity, calibration.near, others)
        return drawing.scaled(relations)

    def scaled(self, relations: int) -> Drawing:
        """The drawing with lists long enough for about so many relations.

        A chance is at most one, so that lists of well-known bodies fill up; found by halving.
        """
        count = len(self.homes)
        some = np.argsort(self.lengths, kind="stable")[:: max(1, count // ROWS)]
        chances = self._chances(some)
        low, high = 0.0, 4.0 * relations
        for _ in range(60):
            factor = (low + high) / 2
            expected = np.minimum(chances * np.float32(factor), 1).sum(dtype=np.float64)
            if expected * count / len(some) < relations:
                low = factor
            else:
                high = factor
        lengths = self.lengths * np.float32(high)
        return Drawing(self.homes, lengths, self.popularity, self.near, self.others)

    def _chances(self, some: npt.NDArray[np.int64]) -> Floats:
        """How likely each of some bodies shares with each body; none with itself."""
        is_near = self.homes[some, None] == self.homes
        weights = np.where(is_near, np.float32(self.near), np.float32(1)) * self.popularity
        weights[np.arange(len(some)), some] = 0
        total = weights.sum(axis=1, keepdims=True)
        weights *= self.lengths[some, None] / np.maximum(total, np.float32(1e-6))
        return weights

    def relations(
        self, pool: Pool, networks: int, chance: np.random.Generator
    ) -> Iterator[Columns]:
        """The relations, in the order of their sources: those of bodies, then of networks."""
        count = len(self.homes)
        joined: list[npt.NDArray[np.bool_]] = []
        first = count + len(self.others) - networks
        joins = np.uint16(pool.classes.max() + 1)
        for low in range(0, count, ROWS):
            some = np.arange(low, min(low + ROWS, count))
            chances = np.concatenate(
                [self._chances(some), np.broadcast_to(self.others, (len(some), len(self.others)))],
                axis=1,
            )
            drawn = chance.random(chances.shape, np.float32) < chances
            joined.append(drawn[:, first:])
            rows, targets = np.nonzero(drawn)
            masks, onward, classes = _conditions(pool, len(rows), chance)
            to_network = targets >= first
            masks[to_network] = onward[to_network] = EVERYTHING
            classes[to_network] = joins
            yield _small(rows + low), _small(targets), masks, onward, classes
        networks_, members = np.nonzero(np.concatenate(joined).T)
        masks, onward, classes = _conditions(pool, len(members), chance)
        classes[:] = joins + np.uint16(1)
        yield _small(networks_ + first), _small(members), masks, onward, classes


def quantiles(steps: tuple[float, ...], count: int, chance: np.random.Generator) -> Floats:
    """Draws from a distribution that is told by its values at even steps."""
    places = np.linspace(0, 1, len(steps))
    return np.interp(chance.random(count), places, steps).astype(np.float32)


def _conditions(pool: Pool, count: int, chance: np.random.Generator) -> tuple[Bits, Bits, Bits]:
    drawn = chance.integers(0, POOL, count, np.uint16)
    return pool.masks[drawn], pool.onward[drawn], pool.classes[drawn]


def _small(numbers: npt.NDArray[np.int64]) -> Bits:
    return numbers.astype(np.uint16)
