"""Two laws compared: every act and kind of data, whoever asks whom.

The acts are cut into lots that can be compared at once, each by itself. There are as many lots on
every machine, so that what is found does not depend on how many processes look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...dsl.model import Rule
from ...dsl.truth import Truth
from ..dates import applied
from .asking import Asking
from .changes import Change, Difference, Doubt, Side, Turned
from .exchanging import Exchange
from .searching import Key, Search
from .showing import Shown

LOTS = 2


@dataclass(frozen=True, slots=True)
class Part:
    """What became of the requests for some acts.

    Attributes:
        changes: Every class.
        doubts: What is not known.
        rules: The ids of the rules that do something else than before.
        questions: How many questions were asked of the solver.
    """

    changes: tuple[Change, ...]
    doubts: tuple[Doubt, ...]
    rules: frozenset[str] = frozenset()
    questions: int = 0


@dataclass(slots=True)
class Comparer:
    """Compares two sides.

    Attributes:
        old: The old side.
        new: The new side.
        seconds: How long one question may take.
        exchange: The owners who change places, where two laws for one owner are compared.
    """

    old: Side
    new: Side
    seconds: float = 20.0
    exchange: Exchange | None = None

    @property
    def _asking(self) -> Asking:
        common = self.exchange.common(self.old, self.new) if self.exchange is not None else None
        return Asking(self.old, self.new, common)

    def difference(self) -> Difference:
        """Every class of requests whose answer changes.

        Raises:
            SolverMissingError: The solver is not installed.
        """
        return self.joined(map(self.part, self.lots()))

    def lots(self) -> tuple[tuple[str, ...], ...]:
        """The acts, cut into lots that take about as long."""
        asking = self._asking
        weights = {act: asking.weight(act) for act in asking.acts()}
        lots: list[list[str]] = [[] for _ in range(LOTS)]
        for act in sorted(weights, key=lambda act: (-weights[act], act)):
            min(lots, key=lambda lot: sum(weights[each] for each in lot)).append(act)
        return tuple(tuple(sorted(lot)) for lot in lots if lot)

    def part(self, acts: Sequence[str]) -> Part:
        """Every class of requests for some acts.

        Raises:
            SolverMissingError: The solver is not installed.
        """
        shown = Shown(self.old, self.new, self.exchange)
        changes: list[Change] = []
        doubts: list[Doubt] = []
        rules: set[str] = set()
        questions = 0
        told: dict[tuple[str, str], set[Key]] = {}
        for asked in self._asking.questions(acts):
            place = asked.old.request.act, asked.old.data
            search = Search(asked, shown, self.seconds, told.setdefault(place, set()))
            for found in search.found():
                if isinstance(found, Change):
                    changes.append(found)
                else:
                    doubts.append(found)
            rules |= search.rules
            questions += search.questions
        return Part(tuple(changes), tuple(doubts), frozenset(rules), questions)

    def joined(self, parts: Iterable[Part]) -> Difference:
        """What became of all requests."""
        parts = list(parts)
        changes = [change for part in parts for change in part.changes]
        changes.sort(key=lambda change: (change.act, change.data))
        doubts = [*self._asking.doubts(), *(d for part in parts for d in part.doubts)]
        decides = {change.deciding.rule for change in changes}
        names = sorted({name for part in parts for name in part.rules})
        turned = tuple(
            Turned(name, _in_force(self.old, name), _in_force(self.new, name), name in decides)
            for name in names
        )
        questions = sum(part.questions for part in parts)
        beyond = self.exchange.apart(self.old, self.new) if self.exchange is not None else None
        return Difference(
            self.old, self.new, tuple(changes), tuple(doubts), turned, questions, beyond
        )


def _in_force(side: Side, name: str) -> Rule | None:
    """The rule of that id on a side's day; its first version where there is no such day."""
    versions = side.engine.library.versions(name)
    if side.day is None:
        return versions[0] if versions else None
    days = (side.day, side.day)
    return next((r for r in versions if applied(r.node, days) is not Truth.FALSE), None)
