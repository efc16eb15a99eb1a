"""Why a door stands that did not stand before: the changes without which it would not.

A change of the map shows in the door itself: a hop that did not stand, a switch that was off.
Changes of what is on file and of the law are taken back one at a time, and the door is looked for
again; the law by halving the days on which rules turn.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from ....dsl.model import Library
from ...dates import changes, turns
from ..door import Door, Hop, Question
from ..model import GUARDS, FlowMap, Relation
from ..render_json import name_of
from ..scenario.comparing import Answer
from ..scenario.setting import POLICY, Setting, cell_of
from ..scenario.simulating import TracerOf
from .snapshots import snapshot


class CauseKind(Enum):
    """What changed."""

    RELATION = "relation"
    SWITCH = "switch"
    GUARD = "guard"
    ON_FILE = "on file"
    LAW = "law"


@dataclass(frozen=True, slots=True)
class Cause:
    """One change without which a door would not stand; ``day`` is None if nobody knows when."""

    kind: CauseKind
    words: str
    day: datetime.date | None = None


@dataclass(slots=True)
class Causes:
    """Finds the causes of doors that stand after and did not before.

    Attributes:
        before: The setting before.
        after: The setting after.
        question: What is asked, on the later day.
        tracer_of: Makes what answers for a setting.
    """

    before: Setting
    after: Setting
    question: Question
    tracer_of: TracerOf
    _then: FlowMap = field(init=False)
    _now: FlowMap = field(init=False)
    _on: dict[datetime.date, Answer] = field(default_factory=dict[datetime.date, Answer])

    def __post_init__(self) -> None:
        """Take both maps as they stood."""
        self._then = snapshot(self.before.flow_map, self.before.day)
        self._now = snapshot(self.after.flow_map, self.after.day)

    def of(self, door: Door, library: Library) -> tuple[Cause, ...]:
        """The causes of a door, the earliest first and those without a day last."""
        found = [cause for hop in door.hops for cause in self._of_hop(hop)]
        found += self._on_file(door)
        found += self._law(door, turning_days(library))
        return tuple(sorted(dict.fromkeys(found), key=_by_day))

    # The map -----------------------------------------------------------------------------------

    def _of_hop(self, hop: Hop) -> Iterator[Cause]:
        """What changed in the map about a hop."""
        names = f"{self._name(hop.source)} {hop.kind.value} {self._name(hop.target)}"
        then = list(_same(self._then, hop))
        now = self.after.flow_map.relations[hop.relation]
        if not then:
            yield Cause(CauseKind.RELATION, f"{names} began", now.start)
        elif not any(self._then.switches[each.switch].is_on for each in then):
            words = self.after.flow_map.switches[hop.switch].words or hop.switch
            yield Cause(CauseKind.SWITCH, f"switched on: {words}")
        else:
            was = min((each.guard for each in then), key=GUARDS.index)
            if GUARDS.index(now.guard) < GUARDS.index(was):
                yield Cause(
                    CauseKind.GUARD, f"the guard of {names}: {was.value} to {now.guard.value}"
                )

    def _name(self, key: str) -> str:
        return name_of(self.after.flow_map, key)

    # What is on file ---------------------------------------------------------------------------

    def _on_file(self, door: Door) -> Iterator[Cause]:
        """What is on file of the bodies of a door without which it would not stand."""
        keys = dict.fromkeys(node for hop in door.hops for node in (hop.source, hop.target))
        for key in keys:
            node = self.after.flow_map.nodes[key]
            for column, was, is_ in self._changed_cells(node.body):
                overrides = {key: dict(cells) for key, cells in self.after.overrides.items()}
                overrides.setdefault(node.body, {})[column] = was
                other = replace(self.after, overrides=overrides)
                if not self._stands(door, other, self.after.day):
                    words = (
                        f"{column} of {node.name}: {was or 'not on file'} to {is_ or 'not on file'}"
                    )
                    yield Cause(CauseKind.ON_FILE, words)

    def _changed_cells(self, key: str) -> Iterator[tuple[str, str, str]]:
        then, now = self.before.on_file().get(key), self.after.on_file().get(key)
        if then is None or now is None:
            return
        for column in sorted({POLICY, *then.attributes, *now.attributes}):
            if (was := cell_of(then, column)) != (is_ := cell_of(now, column)):
                yield column, was, is_

    # The law -----------------------------------------------------------------------------------

    def _law(self, door: Door, days: list[tuple[datetime.date, str]]) -> Iterator[Cause]:
        """The day on which the law let the door stand, if it did not on the earlier day."""
        if self._stands(door, self.after, self.before.day):
            return
        turned = sorted({day for day, _ in days if self.before.day < day <= self.after.day})
        first = earliest(turned, lambda day: self._stands(door, self.after, day))
        if first is None:
            yield Cause(CauseKind.LAW, "the texts of law that count are others")
            return
        turned_then = {rule for day, rule in days if day == first}
        cited = {each.rule for hop in door.hops for each in hop.citations}
        rules = sorted(turned_then & cited or turned_then)
        more = f" and {len(rules) - 3} more" if len(rules) > 3 else ""
        yield Cause(CauseKind.LAW, f"these turned: {', '.join(rules[:3])}{more}", first)

    def _stands(self, door: Door, setting: Setting, day: datetime.date) -> bool:
        """Whether a door stands, for no more wrongs, under the law and registry of a setting.

        The map is that of the later day.
        """
        answer = self._on.get(day) if setting is self.after else None
        if answer is None:
            tracer = self.tracer_of(setting.with_map(self._now))
            answer = Answer.unasked(replace(self.question, day=day), tracer)
        if setting is self.after:
            self._on[day] = answer
        found = answer.find(door)
        return found is not None and found.wrongs <= door.wrongs


def _same(flow_map: FlowMap, hop: Hop) -> Iterator[Relation]:
    """The relations of a map that are a hop's."""
    for number in flow_map.outgoing.get(hop.source, ()):
        each = flow_map.relations[number]
        if (each.target, each.kind) == (hop.target, hop.kind):
            yield each


def _by_day(cause: Cause) -> tuple[bool, datetime.date, str]:
    return cause.day is None, cause.day or datetime.date.max, cause.words


def earliest(
    days: Iterable[datetime.date], is_so: Callable[[datetime.date], bool]
) -> datetime.date | None:
    """A day on which something is so that was not on the day before it, by halving.

    It is taken not to be so before the first day; if it is so on the last, such a day is found.
    """
    every = list(days)
    if not every or not is_so(every[-1]):
        return None
    low, high = 0, len(every) - 1
    while low < high:
        middle = (low + high) // 2
        if is_so(every[middle]):
            high = middle
        else:
            low = middle + 1
    return every[low]


def turning_days(library: Library) -> list[tuple[datetime.date, str]]:
    """The days on which rules and parameters turn, each with what turns."""
    found = [
        (day, rule.id)
        for policy in library.policies
        for rule in policy.rules
        for day in (*changes(rule.node), *turns(policy.in_force))
    ]
    for name, versions in library.parameters.items():
        found += [(day, name) for each in versions for day in turns(each.in_force)]
    return found
