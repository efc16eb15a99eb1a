"""All requests there can be, cut into questions: an act, a kind of data, and days of one law.

Two kinds of data that every rule treats alike are one question, and so are days between which
nothing changes for an act. A time that is known to within two days has questions of its own.
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self
from zoneinfo import ZoneInfo

from ...dsl import syntax as tree
from ...dsl.kinds import DATA
from ...dsl.model import Library, Vocabulary
from ...dsl.reading import DATE
from ...dsl.truth import Truth
from ..compiled.calendar import calendar_of
from ..compiled.walk import conditions_of, parts_of
from ..dates import applied, in_force, turns
from ..decision import Engine
from ..facts import Facts
from ..outside import naming_rules
from ..reasons import Matchers, ReasonWords
from ..reference import Case
from ..registry import Registry
from ..request import Request
from ..values import Span
from .conditions import Sources
from .sources import Known

# A time of which not even the zone is known is known to within so much.
_WIDEST = datetime.timedelta(hours=50)
_MOMENT = datetime.timedelta(seconds=1)


@dataclass(slots=True)
class World:
    """What is asked about: a library, whoever is on file, and whether bills count."""

    library: Library
    registry: Registry
    with_proposed: bool = False
    known: Known = field(default_factory=Known)
    _laws: dict[Span, Sequence[tuple[bool, Sequence[tuple[frozenset[str], Truth]]]]] = field(
        default_factory=dict[Span, "Sequence[tuple[bool, Sequence[tuple[frozenset[str], Truth]]]]"]
    )
    _governed_data: dict[str, list[tuple[str, Vocabulary]]] = field(
        default_factory=dict[str, "list[tuple[str, Vocabulary]]"]
    )

    @classmethod
    def of(cls, engine: Engine) -> Self:
        """The world of an engine."""
        return cls(engine.library, engine.registry, engine.with_proposed)

    def case(self, act: str, data: str, words: Vocabulary, at: Span) -> Case:
        """A request that states nothing: what all requests of a question have in common."""
        somebody = next(iter(self.registry.bodies))
        request = Request(somebody, somebody, act, (data,), at)
        facts = Facts(request, self.registry, words)
        reason = ReasonWords(request.reason, Matchers())
        return Case(self.library, self.registry, request, data, facts, reason, self.with_proposed)

    def sources(self, case: Case) -> Sources:
        """What such a request may hold, in the words of every vocabulary."""
        words = self.library.vocabularies.values()
        facts = tuple(Facts(case.request, self.registry, vocabulary) for vocabulary in words)
        return Sources(facts, self.registry, self.known)

    def cases(self, acts: Iterable[str], days: Iterable[datetime.date]) -> Iterator[Case]:
        """One case for every question about some acts.

        Args:
            acts: The acts.
            days: Days on which something changes besides the library's law.
        """
        days = list(days)
        moments = list(self.moments(days))
        for act in acts:
            if act not in self._governed_data:
                self._governed_data[act] = list(self._governed(act, moments[0], self._data()))
            for at in self._eras(act, moments, days):
                for kind, words in self._governed_data[act]:
                    yield self.case(act, kind, words, at)

    def cases_at(self, act: str, data: str, at: datetime.datetime) -> Iterator[Case]:
        """One case for every way in which rules govern a kind of data at a moment."""
        moment = Span.at(at)
        wanted = [
            (kind, words)
            for kind, words in self._data()
            if kind == data or data in words.kinds.above(kind)
        ]
        for kind, words in self._governed(act, moment, wanted):
            yield self.case(act, kind, words, moment)

    def _eras(
        self, act: str, moments: Iterable[Span], days: Iterable[datetime.date]
    ) -> Iterator[Span]:
        """A time for every state of the law of an act."""
        turning = [*sorted(days), *self._other_days()]
        seen: set[Hashable] = set()
        for at in moments:
            key = self._law(act, at), self._stands(at, turning)
            if key not in seen:
                seen.add(key)
                yield at

    def _governed(
        self, act: str, at: Span, kinds: Iterable[tuple[str, Vocabulary]]
    ) -> Iterator[tuple[str, Vocabulary]]:
        """A kind of data, of some, for every way in which rules govern data."""
        seen: set[Hashable] = set()
        for data, words in kinds:
            case = self.case(act, data, words, at)
            governs = tuple(
                case.governs(rule, policy)
                for policy in case.policies()
                for rule in policy.rules
                if act in rule.acts
            )
            key = governs, tuple(rule.id for _, rule in naming_rules(case))
            if key not in seen:
                seen.add(key)
                yield data, words

    def moments(self, days: Iterable[datetime.date] = ()) -> Iterator[Span]:
        """A time for every way in which times can stand to the days on which law changes."""
        deepest = self.library.deepest_vocabulary
        calendar = calendar_of(self.library.policies, self.library.parameters, deepest)
        changes = sorted({*calendar.days, *days}) or [datetime.date(2000, 1, 1)]
        instants = sorted(
            {
                datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)
                for day in changes
                for zone in calendar.zones
            }
        )
        yield Span.at(instants[0] - datetime.timedelta(days=1))
        yield from map(Span.at, instants)
        for day in changes:
            yield Span.of_day(day - datetime.timedelta(days=1))
            yield Span.of_day(day)
        for at, first in enumerate(instants):
            for last in instants[at:]:
                if last - first < _WIDEST:
                    yield Span(first - _MOMENT, last)

    def _data(self) -> Iterator[tuple[str, Vocabulary]]:
        """Every kind of data, in the words of every vocabulary that has it."""
        for words in self.library.vocabularies.values():
            if DATA in words.kinds:
                for data in sorted(words.kinds.below(DATA) - {DATA}):
                    yield data, words

    def law_of(self, act: str, at: Span) -> Hashable:
        """All that the days of a time decide for one act."""
        turning = (*self._other_days(), *self._word_days())
        found: list[Hashable] = [self._stands(at, turning)]
        for policy in self.library.policies:
            days = at.days(ZoneInfo(policy.zone))
            rules = [applied(rule.node, days) for rule in policy.rules]
            mine = zip(policy.rules, rules, strict=True)
            found.append((in_force(policy.in_force, days), max(rules, default=Truth.FALSE)))
            found += [truth for rule, truth in mine if act in rule.acts]
        return tuple(found)

    def days(self) -> set[datetime.date]:
        """The days on which anything of the library turns."""
        deepest = self.library.deepest_vocabulary
        calendar = calendar_of(self.library.policies, self.library.parameters, deepest)
        return {*calendar.days, *self._other_days(), *self._word_days()}

    def _word_days(self) -> set[datetime.date]:
        """The days on which a lexicon turns."""
        words = self.library.vocabularies.values()
        return {day for each in words for x in each.lexicons for day in turns(x.in_force)}

    def _law(self, act: str, at: Span) -> Hashable:
        """All that the days of a time decide of an act."""
        return tuple(
            (live, *(truth for acts, truth in rules if act in acts))
            for live, rules in self._applied(at)
        )

    def _applied(self, at: Span) -> Sequence[tuple[bool, Sequence[tuple[frozenset[str], Truth]]]]:
        """Whether each policy is alive at a time, and how its rules apply; kept for every act."""
        if at not in self._laws:
            found: list[tuple[bool, Sequence[tuple[frozenset[str], Truth]]]] = []
            for policy in self.library.policies:
                days = at.days(ZoneInfo(policy.zone))
                rules = [(rule.acts, applied(rule.node, days)) for rule in policy.rules]
                live = any(truth is not Truth.FALSE for _, truth in rules)
                found.append((live and in_force(policy.in_force, days) is not Truth.FALSE, rules))
            self._laws[at] = found
        return self._laws[at]

    def _stands(self, at: Span, days: Iterable[datetime.date]) -> Hashable:
        """How a time stands to some days, in every zone."""
        zones = sorted({policy.zone for policy in self.library.policies})
        found = [at.days(ZoneInfo(zone)) for zone in zones]
        return tuple((first >= day, last >= day) for first, last in found for day in days)

    def _other_days(self) -> list[datetime.date]:
        """The days on which a parameter or a test of the date turns."""
        days = {
            day
            for stated in self.library.parameters.values()
            for version in stated
            for day in turns(version.in_force)
        }
        for policy in self.library.policies:
            days |= days_tested(conditions_of(policy))
        return sorted(days)


def days_tested(conditions: Iterable[tree.Condition]) -> set[datetime.date]:
    """The days that tests of the date name; a definition's own are not entered."""
    return {
        part.bound.day
        for condition in conditions
        for part in parts_of(condition)
        if isinstance(part, tree.Compare) and part.subject.text == DATE
        if isinstance(part.bound, tree.Date)
    }
