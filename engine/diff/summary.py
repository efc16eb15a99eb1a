"""What a page says of a difference: rules by what they cite, those that decide for most first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...dsl import syntax as tree
from .changes import Change, Difference, Direction, Turned
from .grouping import Group, groups, source_of

_ORDER = list(tree.Outcome)
_FEW = 3  # rules about acts on other data that have room of their own on a page


@dataclass(frozen=True, slots=True)
class Matter:
    """The rules that cite one provision, and what they change.

    Attributes:
        source: What they cite, how sure the wording is and since when it is in force.
        groups: What each changes.
    """

    source: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """All that became milder, or stricter.

    Attributes:
        direction: Which of the two.
        steps: How many classes by old and new answer.
        matters: By what the rules cite, the highest layer first.
        beside: The same of rules about acts on other data alone, as settings, that are many.
        own: What agencies' own rules change.
    """

    direction: Direction
    steps: tuple[tuple[tree.Outcome, tree.Outcome, int], ...]
    matters: tuple[Matter, ...]
    beside: tuple[Matter, ...]
    own: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a page says.

    Attributes:
        ways: What became stricter and what milder, that of most classes first.
        usual: The kind of data that most rules decide about.
        idle: The rules that say something else and by themselves change no answer.
        statuses: How sure the wordings are that are cited.
        unwritten: How many classes have no written request.
        owner: The owner who need not be named in a request.
    """

    ways: tuple[Way, ...]
    usual: str
    idle: tuple[Turned, ...]
    statuses: tuple[str, ...]
    unwritten: int
    owner: str = ""


def summary_of(difference: Difference, changes: Sequence[Change]) -> Summary:
    """What a page says of some classes."""
    found = groups(difference, changes)
    usual = Counter(group.whole.widest for group in found).most_common(1)[0][0] if found else ""
    ways = [_way(difference, direction, found, usual) for direction in reversed(Direction)]
    ways = [way for way in ways if way.steps]
    two_owners = difference.apart is not None
    ways.sort(key=lambda way: 0 if two_owners else -sum(count for *_, count in way.steps))
    idle = () if two_owners else (turned for turned in difference.rules if not turned.decides)
    cited = {g.rule.node.citation.status.value for g in found
             if g.rule is not None and g.rule.node.citation is not None}  # fmt: skip
    return Summary(
        tuple(ways),
        usual,
        tuple(idle),
        tuple(sorted(cited)),
        sum(change.witness is None for change in changes),
        difference.apart.owner if difference.apart is not None else "",
    )


def _way(difference: Difference, direction: Direction, found: Sequence[Group], usual: str) -> Way:
    mine = sorted((g for g in found if g.direction is direction), key=lambda group: group.place)
    counts: Counter[tuple[tree.Outcome, tree.Outcome]] = Counter()
    for group in mine:
        for line in group.lines:
            counts[line.old, line.new] += len(line.changes)
    steps = sorted(counts, key=lambda step: tuple(map(_ORDER.index, step)))
    higher = [group for group in mine if not group.is_own]
    shown = higher or mine
    beside = _beside(shown, usual)
    return Way(
        direction,
        tuple((*step, counts[step]) for step in steps),
        _matters(difference, [group for group in shown if group not in beside]),
        _matters(difference, beside),
        tuple(group for group in mine if group not in shown),
    )


def _beside(shown: Sequence[Group], usual: str) -> list[Group]:
    """The rules about acts that nobody does with the usual data, unless they are few."""
    acts = {act for group in shown if usual in group.whole.data for act in group.whole.acts}
    found = [group for group in shown if not acts & {*group.whole.acts}]
    return found if len(found) > _FEW else []


def _matters(difference: Difference, shown: Sequence[Group]) -> tuple[Matter, ...]:
    """Groups by what their rules cite."""
    by_source: dict[str, list[Group]] = {}
    for group in shown:
        by_source.setdefault(_source(difference, group), []).append(group)
    return tuple(Matter(source, tuple(same)) for source, same in by_source.items())


def _source(difference: Difference, group: Group) -> str:
    """What the rule of a group cites; the day on which it starts if that is not the new day."""
    if group.rule is None:
        return ""
    day, period = difference.new.day, group.rule.node.in_force
    said = source_of(group.rule)
    if difference.apart is not None and period is not None:
        return said.removesuffix(f", in force from {period.start}")
    return said if day is None else said.removesuffix(f", in force from {day}")
