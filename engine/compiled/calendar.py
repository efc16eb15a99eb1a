"""Days on which the law of some policies changes, and the eras between them.

Between two such days everything that depends on the day alone is the same: which rules are in
force, which phrases a lexicon has, what a parameter is (docs/semantics.md, section 4). So a plan
is made once for an era and serves every request of it.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ...dsl import syntax as tree
from ...dsl.model import Parameter, Policy, Vocabulary
from ...dsl.reading import DATE
from ..dates import changes, turns
from ..values import Span
from .walk import conditions_of, parts_of

# For each time zone the number of changes up to the first and up to the last civil day.
Era = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The zones of some policies, and the days on which anything of theirs changes."""

    zones: tuple[ZoneInfo, ...]
    days: tuple[datetime.date, ...]

    def era(self, at: Span) -> Era:
        """The era of a moment; one that may fall on either side of a change has its own."""
        return tuple(self._between(*at.days(zone)) for zone in self.zones)

    def _between(self, first: datetime.date, last: datetime.date) -> tuple[int, int]:
        return bisect_right(self.days, first), bisect_right(self.days, last)


def calendar_of(
    policies: Iterable[Policy],
    parameters: Mapping[str, tuple[Parameter, ...]],
    vocabulary: Vocabulary,
) -> Calendar:
    """The calendar of the policies that bind a request, and of the words that it uses."""
    policies = tuple(policies)
    days = {day for policy in policies for day in _days_of(policy)}
    days |= {
        day
        for versions in parameters.values()
        for version in versions
        for day in turns(version.in_force)
    }
    vocabularies = {words.edition: words for words in (vocabulary, *_uses(policies))}
    for words in vocabularies.values():
        days |= {day for lexicon in words.lexicons for day in turns(lexicon.in_force)}
    zones = sorted({policy.zone for policy in policies}) or ["UTC"]
    return Calendar(tuple(map(ZoneInfo, zones)), tuple(sorted(days)))


def _uses(policies: Iterable[Policy]) -> Iterator[Vocabulary]:
    return (policy.vocabulary for policy in policies)


def _days_of(policy: Policy) -> Iterator[datetime.date]:
    """The days on which a policy, a rule of it, or a test of the date in it turns."""
    yield from turns(policy.in_force)
    for rule in policy.rules:
        yield from changes(rule.node)
    for condition in conditions_of(policy):
        for part in parts_of(condition):
            if isinstance(part, tree.Compare) and part.subject.text == DATE:
                assert isinstance(part.bound, tree.Date)
                yield part.bound.day
