"""Two laws compared: every act and kind of data, whoever asks whom."""

from __future__ import annotations

from dataclasses import dataclass

from .asking import Asking
from .changes import Change, Difference, Doubt, Side, Turned
from .searching import Key, Search
from .showing import Shown


@dataclass(slots=True)
class Comparer:
    """Compares two sides.

    Attributes:
        old: The old side.
        new: The new side.
        seconds: How long one question may take.
    """

    old: Side
    new: Side
    seconds: float = 20.0

    def difference(self) -> Difference:
        """Every class of requests whose answer changes.

        Raises:
            SolverMissingError: The solver is not installed.
        """
        shown = Shown(self.old, self.new)
        changes: list[Change] = []
        doubts: list[Doubt] = []
        rules: dict[str, bool] = {}
        questions = 0
        asking = Asking(self.old, self.new)
        doubts += asking.doubts()
        told: dict[tuple[str, str], set[Key]] = {}
        for asked in asking.questions():
            place = asked.old.request.act, asked.old.data
            search = Search(asked, shown, self.seconds, told.setdefault(place, set()))
            for found in search.found():
                if isinstance(found, Change):
                    changes.append(found)
                else:
                    doubts.append(found)
            rules |= search.rules
            questions += search.questions
        turned = tuple(self._turned(name) for name in sorted(rules))
        return Difference(self.old, self.new, tuple(changes), tuple(doubts), turned, questions)

    def _turned(self, name: str) -> Turned:
        before, after = self.old.engine.library.rule(name), self.new.engine.library.rule(name)
        return Turned(name, before, after, decides=False)
