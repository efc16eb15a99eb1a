"""Invented maps of any size, as like the published ones as a few numbers can make them.

Relations are drawn straight into columns: whether a body shares with another is a draw of its
own, likelier the longer the list of the one, the better known the other, and within one
government. The same seed gives the same map, to the byte, with one version of numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..arrays.snapshot import Snapshot, from_columns
from ..model import Guard, RelationKind
from .calibration import Calibration, Condition
from .drawing import Drawing, Pool

MOST_BODIES = 20_000
MOST_RELATIONS = 20_000_000
_MEMBERS = (
    Condition(RelationKind.JOINS, Guard.NONE),
    Condition(RelationKind.MEMBER_OF, Guard.NONE),
)


class GeneratorError(ValueError):
    """A size that no map can have; the message says which can."""


@dataclass(frozen=True, slots=True)
class GeneratedBody:
    """One node of a generated map.

    Attributes:
        key: Its key; it says that the body is invented.
        name: What it is called; likewise.
        sovereign: The government it belongs to; blank for a network.
        kind: The kind of body; blank for a network.
        delegated: Whether it has the attribute that the calibration names.
        bars: The purposes that it calls off limits.
        is_federal: Whether it is a federal body.
    """

    key: str
    name: str
    sovereign: str = ""
    kind: str = ""
    delegated: bool = False
    bars: tuple[str, ...] = ()
    is_federal: bool = False

    @property
    def is_network(self) -> bool:
        """Whether it is a network and nobody."""
        return not self.kind


@dataclass(frozen=True, slots=True, eq=False)
class Generated:
    """A generated map: its seed, its nodes in the order of their numbers, its arrays.

    ``conditions`` says what each class of the snapshot is, ``purposes`` what each bit.
    """

    seed: int
    nodes: tuple[GeneratedBody, ...]
    snapshot: Snapshot
    conditions: tuple[Condition, ...]
    purposes: tuple[str, ...]
    delegated: tuple[str, str]


def generate(
    calibration: Calibration, *, seed: int, bodies: int, relations: int, government: str = ""
) -> Generated:
    """A map with so many bodies and about so many relations between them.

    The number of relations is met to a few in a thousand, since each is a draw of its own. With
    ``government`` all bodies belong to that one.

    Raises:
        GeneratorError: The size is out of bounds, or the government is not in the calibration.
    """
    _check(calibration, bodies, relations, government)
    chance = np.random.default_rng(seed)
    homes = _homes(calibration, bodies, government, chance)
    nodes = _nodes(calibration, homes, chance)
    pool = Pool.of(calibration, chance)
    drawing = Drawing.of(calibration, homes, relations, chance)
    parts = list(drawing.relations(pool, len(calibration.networks), chance))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    parts.clear()
    snapshot = from_columns([node.key for node in nodes], *columns)
    return Generated(
        seed, nodes, snapshot, (*calibration.conditions, *_MEMBERS),
        tuple(calibration.purposes), calibration.delegated,
    )  # fmt: skip


def _check(calibration: Calibration, bodies: int, relations: int, government: str) -> None:
    if not 2 <= bodies <= MOST_BODIES:
        raise GeneratorError(f"{bodies} bodies; from 2 to {MOST_BODIES} can be generated")
    most = min(bodies * (bodies - 1) // 2, MOST_RELATIONS)
    if not 1 <= relations <= most:
        raise GeneratorError(
            f"{relations} relations; between {bodies} bodies from 1 to {most} can be generated"
        )
    if government and government not in calibration.governments:
        raise GeneratorError(f"no government `{government}` in the calibration")


def _homes(
    calibration: Calibration, bodies: int, government: str, chance: np.random.Generator
) -> npt.NDArray[np.int64]:
    """The number of the government of each body, in the shares of the calibration."""
    keys = list(calibration.governments)
    if government:
        return np.full(bodies, keys.index(government), np.int64)
    shares = np.array([all_ for all_, _ in calibration.governments.values()], np.float64)
    return np.sort(chance.choice(len(keys), bodies, p=shares / shares.sum()))


def _nodes(
    calibration: Calibration, homes: npt.NDArray[np.int64], chance: np.random.Generator
) -> tuple[GeneratedBody, ...]:
    """The bodies, the federal ones after them, and the networks last."""
    return (
        *_bodies(calibration, homes, chance),
        *(
            GeneratedBody(
                f"{each.sovereign}/generated-{number}", f"Generated federal body {number}",
                each.sovereign, each.kind, is_federal=True,
            )
            for number, each in enumerate(calibration.federal, start=1)
        ),
        *(
            GeneratedBody(f"generated-network/{number}", f"Generated {name}")
            for number, name in enumerate(calibration.networks, start=1)
        ),
    )  # fmt: skip


def _bodies(
    calibration: Calibration, homes: npt.NDArray[np.int64], chance: np.random.Generator
) -> Iterator[GeneratedBody]:
    keys, kinds = list(calibration.governments), list(calibration.bodies)
    shares = np.array(list(calibration.bodies.values()))
    drawn: list[int] = chance.choice(len(kinds), len(homes), p=shares / shares.sum()).tolist()
    delegating = np.array([some / all_ for all_, some in calibration.governments.values()])
    delegated: list[bool] = (chance.random(len(homes)) < delegating[homes]).tolist()
    barring: list[bool] = (chance.random(len(homes)) < calibration.barring).tolist()
    for number, home in enumerate(map(int, homes)):
        yield GeneratedBody(
            f"{keys[home]}/generated-{number + 1:05}",
            f"Generated body {number + 1} ({keys[home]})",
            keys[home],
            kinds[drawn[number]],
            delegated[number],
            calibration.bars if barring[number] else (),
        )
