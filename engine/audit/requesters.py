"""Who searched, by what a row says of it: the owner's own people, a body on file, or not known.

A wrong body would call an innocent agency's search unlawful. So a name that does not surely mean
one body, a blank and a hidden one are a requester of whom nothing is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np

from ..alike import Alike
from ..columns.coded import Coded, Ints
from ..decision import Engine
from ..organizations.resolution import Resolution
from ..organizations.resolver import Resolver
from ..registry import Body
from .cells import Cell, CellState
from .rows import CAUSES
from .verdicts import ORDER

NOT_RESOLVED = "organization not resolved"
REQUESTER = "requester"  # the name under which its lack is counted
NOBODY_KNOWN = ""  # the key of somebody unknown
MOST_NAMES = 20_000  # that are counted by themselves
OTHERS = "(further names)"
_TRAITS = 2 * len(ORDER)  # a verdict, and whether a rule bars the search whoever made it


@dataclass(frozen=True, slots=True)
class Requester:
    """Who searched: its key, or why it is not known; and all that a rule may ask of it."""

    key: str
    cause: str = ""
    seen: Hashable = None

    @property
    def is_known(self) -> bool:
        """Whether it is a body on file."""
        return self.key != NOBODY_KNOWN


@dataclass(slots=True)
class OrganizationCount:
    """The rows of one name: what it means, their verdicts, and those barred whoever searched."""

    resolution: Resolution | None
    verdicts: Counter[str] = field(default_factory=Counter[str])
    barred: int = 0

    @property
    def rows(self) -> int:
        """How many rows bear the name."""
        return self.verdicts.total()


@dataclass(slots=True)
class Requesters:
    """Finds the requesters of rows, each name once."""

    engine: Engine
    owner: Body
    own_searches: bool
    counts: dict[str, OrganizationCount] = field(default_factory=dict[str, OrganizationCount])
    _alike: Alike = field(init=False)
    _own: Requester = field(init=False)
    _known: dict[str, tuple[Requester, Resolution]] = field(
        default_factory=dict[str, tuple[Requester, Resolution]]
    )
    _resolver: Resolver | None = None
    _places: dict[str, int] = field(default_factory=dict[str, int])
    _counted: Ints = field(default_factory=lambda: np.zeros((0, _TRAITS), np.int64))

    def __post_init__(self) -> None:
        """Find the bodies that rules call by name."""
        self._alike = Alike.of(self.engine.library, self.owner.key)
        self._own = self._of_body(self.owner)

    def of(self, cell: Cell) -> Requester:
        """The requester of rows that bear a name, or none."""
        if cell.state is CellState.VALUE:
            return self._resolved(cell.value)[0]
        if cell.state is CellState.NEVER_RECORDED or (
            cell.state is CellState.NOT_EXPORTED and self.own_searches
        ):
            return self._own  # an export of the owner's own searches
        return Requester(NOBODY_KNOWN, CAUSES[cell.state].value)

    def resolution(self, name: str) -> Resolution:
        """What a name was found to mean."""
        return self._resolved(name)[1]

    def count(self, names: Coded[Cell], verdicts: Ints, barred: Ints) -> None:
        """Count the verdicts of rows under the names that they bear.

        Args:
            names: The name of each row.
            verdicts: The place of its verdict in the order of verdicts.
            barred: 1 where a rule bars the search whoever made it.
        """
        traits = 2 * verdicts + barred
        counts = np.bincount(
            names.codes * _TRAITS + traits, minlength=len(names.values) * _TRAITS
        ).reshape(-1, _TRAITS)
        met = [
            at for at in np.flatnonzero(counts.any(axis=1)).tolist()
            if names.values[at].state is CellState.VALUE
        ]  # fmt: skip
        places = np.array([self._place(names.values[at].value) for at in met], np.int64)
        more = len(self._places) - len(self._counted)
        if more > 0:
            self._counted = np.concatenate([self._counted, np.zeros((more, _TRAITS), np.int64)])
        np.add.at(self._counted, places, counts[met])

    def _place(self, name: str) -> int:
        places = self._places
        if name not in places and len(places) >= MOST_NAMES:
            name = OTHERS
        return places.setdefault(name, len(places))

    def settle(self) -> None:
        """Bring what was counted into ``counts``."""
        for name, counted in zip(self._places, self._counted, strict=True):
            found = self.counts.get(name)
            if found is None:
                resolution = None if name == OTHERS else self._resolved(name)[1]
                found = self.counts[name] = OrganizationCount(resolution)
            for trait, rows in enumerate(counted.tolist()):
                if rows:
                    found.verdicts[ORDER[trait // 2].value] += rows
                    found.barred += rows * (trait % 2)
        self._counted = np.zeros_like(self._counted)

    def _resolved(self, name: str) -> tuple[Requester, Resolution]:
        known = self._known.get(name)
        if known is None:
            if self._resolver is None:
                self._resolver = Resolver(self.engine.registry)
            if len(self._known) >= MOST_NAMES:
                self._known.clear()
            resolution = self._resolver.resolve(name)
            body = resolution.body
            requester = self._of_body(body) if body else Requester(NOBODY_KNOWN, NOT_RESOLVED)
            known = self._known[name] = requester, resolution
        return known

    def _of_body(self, body: Body) -> Requester:
        return Requester(body.key, seen=self._alike.seen(body))
