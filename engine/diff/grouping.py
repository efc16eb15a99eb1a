"""Classes told together: what one rule makes stricter or milder, whatever the act and data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.kinds import Kinds
from ...dsl.model import Rule
from ...dsl.truth import Truth
from ..dates import applied
from ..decision import STRICTNESS
from .changes import Change, Difference, Direction, Witness


@dataclass(frozen=True, slots=True)
class Line:
    """All classes with one old and one new answer by one rule.

    Attributes:
        old: The old answer.
        new: The new answer.
        changes: The classes.
        kinds: What kinds of data lie under others.
    """

    old: tree.Outcome
    new: tree.Outcome
    changes: tuple[Change, ...]
    kinds: Kinds

    @property
    def witness(self) -> Witness | None:
        """The smallest request of all."""
        shown = [change.witness for change in self.changes if change.witness is not None]
        return min(shown, key=lambda witness: witness.size, default=None)

    @property
    def acts(self) -> tuple[str, ...]:
        """The acts."""
        return tuple(sorted({change.act for change in self.changes}))

    @property
    def widest(self) -> str:
        """The kinds of data, without those that lie under another of them."""
        names = set(self.data)
        kinds = self.kinds
        kept = [name for name in sorted(names) if not (kinds.above(name) - {name}) & names]
        return ", ".join(kept)

    @property
    def data(self) -> tuple[str, ...]:
        """The kinds of data."""
        return tuple(sorted({data for change in self.changes for data in change.alike}))


@dataclass(frozen=True, slots=True)
class Group:
    """What one rule changes.

    Attributes:
        direction: Whether answers became stricter or milder.
        by: The id of the rule, or why there is none: the new one that is stricter, or the old one.
        rule: The rule.
        lines: What it changes.
    """

    direction: Direction
    by: str
    rule: Rule | None
    lines: tuple[Line, ...]

    @property
    def told(self) -> Line:
        """The line that is shown if one is: of those with a request the one that changes most."""
        return max(
            self.lines,
            key=lambda line: (
                line.witness is not None,
                abs(STRICTNESS[line.new] - STRICTNESS[line.old]),
            ),
        )


def groups(difference: Difference, changes: Iterable[Change]) -> list[Group]:
    """Classes by the rule that decides the stricter answer; what became milder first."""
    by_rule: dict[tuple[Direction, str], list[Change]] = {}
    for change in changes:
        by_rule.setdefault((change.direction, change.deciding.by), []).append(change)
    kinds = difference.new.engine.library.deepest_vocabulary.kinds
    found = [
        Group(direction, by, _rule(difference, direction, by), tuple(_lines(mine, kinds)))
        for (direction, by), mine in by_rule.items()
    ]
    return sorted(found, key=lambda group: (group.direction.value, _weight(group), group.by))


def _weight(group: Group) -> int:
    """Rules before what no rule decides."""
    return group.rule is None


def _lines(changes: Iterable[Change], kinds: Kinds) -> Iterable[Line]:
    by_answers: dict[tuple[tree.Outcome, tree.Outcome], list[Change]] = {}
    for change in changes:
        by_answers.setdefault((change.old.outcome, change.new.outcome), []).append(change)
    order = list(tree.Outcome)
    keys = sorted(by_answers, key=lambda key: tuple(map(order.index, key)))
    return (Line(*key, tuple(by_answers[key]), kinds) for key in keys)


def _rule(difference: Difference, direction: Direction, by: str) -> Rule | None:
    """The rule as the stricter side has it."""
    side = difference.new if direction is Direction.TIGHTENED else difference.old
    mine = [
        rule for policy in side.engine.library.policies for rule in policy.rules if rule.id == by
    ]
    if side.day is None or len(mine) < 2:  # several versions of one rule
        return mine[0] if mine else None
    days = (side.day, side.day)
    return next((rule for rule in mine if applied(rule.node, days) is not Truth.FALSE), mine[0])
