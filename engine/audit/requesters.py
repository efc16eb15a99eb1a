"""Who searched, by what a row says of it: the owner's own people, a body on file, or not known.

A wrong body would call an innocent agency's search unlawful. So a name that does not surely mean
one body, a blank and a hidden one are a requester of whom nothing is known.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..alike import Alike
from ..decision import Engine
from ..organizations.resolution import Resolution
from ..organizations.resolver import Resolver
from ..registry import Body
from .cells import Cell, CellState
from .layouts import Field
from .log_row import LogRow
from .rows import CAUSES

NOT_RESOLVED = "organization not resolved"
REQUESTER = "requester"  # the name under which its lack is counted
NOBODY_KNOWN = ""  # the key of somebody unknown
MOST_NAMES = 20_000  # that are counted by themselves
OTHERS = "(further names)"


@dataclass(frozen=True, slots=True)
class Requester:
    """Who searched: its key, or why it is not known; and all that a rule may ask of it."""

    key: str
    cause: str = ""
    seen: object = None

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

    def __post_init__(self) -> None:
        """Find the bodies that rules call by name."""
        self._alike = Alike.of(self.engine.library, self.owner.key)
        self._own = self._of_body(self.owner)

    def of(self, row: LogRow) -> Requester:
        """The requester of a row."""
        cell = row.cell(Field.ORGANIZATION)
        if cell.state is CellState.VALUE:
            return self._resolved(cell.value)[0]
        if cell.state is CellState.NEVER_RECORDED or (
            cell.state is CellState.NOT_EXPORTED and self.own_searches
        ):
            return self._own  # an export of the owner's own searches
        return Requester(NOBODY_KNOWN, CAUSES[cell.state].value)

    def count(self, cell: Cell, verdict: str, *, barred: bool) -> None:
        """Count the verdict of a row under the name that it bears."""
        if cell.state is not CellState.VALUE:
            return
        name: str = cell.value
        found = self.counts.get(name)
        if found is None:
            if len(self.counts) >= MOST_NAMES:
                found = self.counts.setdefault(OTHERS, OrganizationCount(None))
            else:
                found = self.counts[name] = OrganizationCount(self._resolved(name)[1])
        found.verdicts[verdict] += 1
        found.barred += barred

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
