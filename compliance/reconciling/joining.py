"""Decisions and searches joined: by the id that both have, else by who and when.

By time two are joined only if each is the only one that fits the other. Whatever fits several is
told as ambiguous and never guessed.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ...dsl import syntax as tree
from .decisions import Decision
from .searches import Search


@dataclass(frozen=True, slots=True)
class Match:
    """A decision and its search.

    Attributes:
        decision: The decision.
        search: The search.
        by: What joined them: ``id`` or ``time``.
    """

    decision: Decision
    search: Search
    by: str


@dataclass(slots=True)
class Joined:
    """Decisions and searches.

    Attributes:
        matches: Those that belong together.
        undecided: Searches that no decision fits.
        unsearched: PERMITs that no search fits.
        refused: Other answers that no search fits, as it should be.
        ambiguous: Searches that fit several decisions, or one that fits several searches.
        fitting_several: Decisions that fit such searches.
    """

    matches: list[Match] = field(default_factory=list[Match])
    undecided: list[Search] = field(default_factory=list[Search])
    unsearched: list[Decision] = field(default_factory=list[Decision])
    refused: list[Decision] = field(default_factory=list[Decision])
    ambiguous: list[Search] = field(default_factory=list[Search])
    fitting_several: list[Decision] = field(default_factory=list[Decision])


def join(
    decisions: Sequence[Decision], searches: Iterable[Search], within: datetime.timedelta
) -> Joined:
    """Decisions and searches of one time.

    Args:
        decisions: The decisions.
        searches: The searches, in the order of time.
        within: How far apart the two clocks may be.
    """
    found = Joined()
    by_id = {decision.request_id: decision for decision in decisions}
    left: list[Search] = []
    for search in searches:
        decision = by_id.pop(search.search_id, None) if search.search_id else None
        if decision is None:
            left.append(search)
        else:
            found.matches.append(Match(decision, search, "id"))
    open_ = list(by_id.values())
    for permitted in (True, False):  # a refused question may have been asked again and permitted
        rest = [each for each in open_ if (each.outcome is tree.Outcome.PERMIT) is permitted]
        left = _by_time(rest, left, within, found)
    taken = {match.decision.entry for match in found.matches}
    doubtful = {search.number for search in found.ambiguous}
    found.undecided = [search for search in left if search.number not in doubtful]
    near = _Near(found.ambiguous)
    for decision in open_:
        if decision.entry in taken:
            continue
        if near.of(decision, within):
            found.fitting_several.append(decision)
        elif decision.outcome is tree.Outcome.PERMIT:
            found.unsearched.append(decision)
        else:
            found.refused.append(decision)
    return found


class _Near:
    """Searches by who made them, in the order of time."""

    def __init__(self, searches: Iterable[Search]) -> None:
        self._of: dict[str | None, list[Search]] = defaultdict(list)
        for search in searches:
            self._of[search.body].append(search)

    def of(self, decision: Decision, within: datetime.timedelta) -> list[Search]:
        """The searches that a decision fits."""
        first, last = _span(decision, within)
        several = self._of.get(decision.requester, [])
        start = bisect_left(several, first, key=lambda search: search.at)
        return several[start : bisect_right(several, last, key=lambda search: search.at)]


def _by_time(
    decisions: Sequence[Decision], searches: list[Search], within: datetime.timedelta, found: Joined
) -> list[Search]:
    """Join what fits nothing else; the searches that are left."""
    near = _Near(searches)
    fitting = {decision.entry: near.of(decision, within) for decision in decisions}
    of_search: dict[int, int] = defaultdict(int)
    for several in fitting.values():
        for search in several:
            of_search[search.number] += 1
    taken: set[int] = set()
    doubtful: dict[int, Search] = {}
    for decision in decisions:
        several = fitting[decision.entry]
        if len(several) == 1 and of_search[several[0].number] == 1:
            found.matches.append(Match(decision, several[0], "time"))
            taken.add(several[0].number)
        else:
            doubtful |= {search.number: search for search in several}
    found.ambiguous += doubtful.values()
    return [each for each in searches if each.number not in taken and each.number not in doubtful]


def _span(
    decision: Decision, within: datetime.timedelta
) -> tuple[datetime.datetime, datetime.datetime]:
    """When the search of a decision may have been made."""
    return decision.at - within, max(decision.at, decision.until or decision.at) + within
