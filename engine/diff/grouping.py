"""Classes told together: what one rule makes stricter or milder, whatever the act and data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...dsl import syntax as tree
from ...dsl.kinds import Kinds
from ...dsl.model import Policy, Rule
from ...dsl.truth import Truth
from ..dates import applied
from ..decision import STRICTNESS
from .changes import Change, Difference, Direction, Witness

OWN_LAYERS = (tree.Layer.AGREEMENT, tree.Layer.OWNER, tree.Layer.REQUESTER)


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
        policy: The policy that it stands in.
        place: Where it stands in the library: the highest layer first, then as it is written.
        lines: What it changes.
    """

    direction: Direction
    by: str
    rule: Rule | None
    policy: Policy | None
    place: tuple[int, int, int]
    lines: tuple[Line, ...]

    @property
    def name(self) -> str:
        """What the rule is called in its policy, or why there is none."""
        return self.rule.node.name.text if self.rule is not None else self.by

    @property
    def is_own(self) -> bool:
        """Whether it is an agency's own rule."""
        return self.policy is not None and self.policy.layer in OWN_LAYERS

    @property
    def whole(self) -> Line:
        """All classes, whatever their answers."""
        changes = tuple(change for line in self.lines for change in line.changes)
        return replace(self.told, changes=changes)

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
        Group(direction, by, *_rule(difference, direction, by), tuple(_lines(mine, kinds)))
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


def _rule(
    difference: Difference, direction: Direction, by: str
) -> tuple[Rule | None, Policy | None, tuple[int, int, int]]:
    """The rule as the stricter side has it, with its policy and place."""
    side = difference.new if direction is Direction.TIGHTENED else difference.old
    layers = list(tree.Layer)
    mine = [
        (rule, policy, (layers.index(policy.layer), at, number))
        for at, policy in enumerate(side.engine.library.policies)
        for number, rule in enumerate(policy.rules)
        if rule.id == by
    ]
    if not mine:
        return None, None, (len(layers), 0, 0)
    if side.day is None or len(mine) < 2:  # several versions of one rule
        return mine[0]
    days = (side.day, side.day)
    return next((m for m in mine if applied(m[0].node, days) is not Truth.FALSE), mine[0])


def source_of(rule: Rule) -> str:
    """What a rule cites, how sure the wording is, and since when it is in force."""
    cited, period = rule.node.citation, rule.node.in_force
    said = "cites nothing"
    if cited is not None:
        said = f"{cited.text} ({cited.status.value})"
    since = f", in force from {period.start}" if period is not None else ""
    until = f" until {period.end}" if period is not None and period.end else ""
    return f"{said}{since}{until}"
