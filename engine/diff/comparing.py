"""Two days of one library compared: every act and kind of data, whoever asks whom."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from ...dsl.kinds import DATA
from ...dsl.model import Vocabulary
from ..outside import naming_rules
from ..proving.questions import World
from ..values import Span
from .changes import Change, Difference, Doubt, Side, Turned
from .searching import Asked, Search
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
        for asked in self._asked():
            search = Search(asked, shown, self.seconds)
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

    def _asked(self) -> Iterator[Asked]:
        """Every question."""
        engine = self.old.engine
        world = World(engine.library, engine.registry, engine.with_proposed)
        assert self.old.day is not None
        assert self.new.day is not None
        before, after = Span.of_day(self.old.day), Span.of_day(self.new.day)
        for act in sorted({act for v in engine.library.vocabularies.values() for act in v.acts}):
            for alike, words in _groups(world, act, before):
                old = world.case(act, alike[0], words, before)
                new = world.case(act, alike[0], words, after)
                yield Asked(old, new, world.sources(old), alike)


def _groups(world: World, act: str, at: Span) -> Iterator[tuple[tuple[str, ...], Vocabulary]]:
    """The kinds of data by how rules govern them, the widest first."""
    found: dict[Hashable, tuple[list[str], Vocabulary]] = {}
    for words in world.library.vocabularies.values():
        if DATA not in words.kinds:
            continue
        below = words.kinds.below(DATA) - {DATA}
        for data in sorted(below, key=lambda name: (len(words.kinds.above(name)), name)):
            case = world.case(act, data, words, at)
            governs = tuple(
                case.governs(rule, policy)
                for policy in case.policies()
                for rule in policy.rules
                if act in rule.acts
            )
            named = tuple(rule.id for _, rule in naming_rules(case))
            if not named:
                continue
            group = found.setdefault((governs, named), ([], words))[0]
            if data not in group:
                group.append(data)
    for names, words in found.values():
        yield tuple(names), words
