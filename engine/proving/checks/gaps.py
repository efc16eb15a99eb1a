"""Days on which an answer turns because one rule is over and the next is not yet in force.

`platelaw check` sees a gap between two versions of one rule (PL405). This looks at what becomes of
requests, so that a successor of another name counts too, and a gap that lets nothing through does
not.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from ....dsl import syntax as tree
from ....dsl.model import Policy, Rule
from ...decision import Decision
from ...reference import Case
from ...values import Span
from ..conditions import NotCoveredError
from ..formulas import Formula, both
from ..hunting import Scene, is_exact
from ..searching import Witness, decided
from .branches import OPENING
from .desk import Desk
from .findings import Check, Doubt, Finding, Place, Shown

_DAY = datetime.timedelta(days=1)


def gaps(desk: Desk, policy: Policy, rule: Rule) -> Iterator[Finding | Doubt]:
    """What the end of a rule lets through, or stops, until another rule begins."""
    period = rule.node.in_force
    if period is not None and period.end is not None and rule.effect is not tree.Effect.REQUIRE:
        found = _Gap(desk, policy, rule, period.end).found()
        if found is not None:
            yield found


@dataclass(frozen=True, slots=True)
class _Gap:
    """The day on which a rule is no longer in force."""

    desk: Desk
    policy: Policy
    rule: Rule
    end: datetime.date

    def found(self) -> Finding | Doubt | None:
        """A request that is answered otherwise on that day than before it and later."""
        place = Place(Check.GAP_IN_DATES, self.rule.id, self.rule.node.name.span)
        doubt: Doubt | None = None
        for act in sorted(self.rule.acts):
            for during in self._on_the_day(act):
                try:
                    found = self._in(during)
                except NotCoveredError as fault:
                    found = f"not covered: {fault}"
                if isinstance(found, Finding):
                    return found
                if found:
                    doubt = Doubt(place, found)
        return doubt

    def _on_the_day(self, act: str) -> Iterator[Case]:
        """The questions of the day, one for each kind of data that the rule governs."""
        seen: set[str] = set()
        for case in self.desk.hunt.cases(act):
            if case.data not in seen and case.governs(self.rule, self.policy):
                seen.add(case.data)
                yield self._at(case, self._midnight())

    def _midnight(self) -> datetime.datetime:
        zone = ZoneInfo(self.policy.zone)
        begins = datetime.datetime.combine(self.end, datetime.time(), zone)
        return begins.astimezone(datetime.UTC)

    def _at(self, case: Case, at: datetime.datetime) -> Case:
        words = case.facts.vocabulary
        return self.desk.hunt.world.case(case.request.act, case.data, words, Span.at(at))

    def _in(self, during: Case) -> Finding | str:
        """A request of one kind of data; else what is not known, if anything."""
        hunt = self.desk.hunt
        sources = hunt.world.sources(during)
        now = hunt.scene(during, sources)
        before = hunt.scene(self._at(during, self._midnight() - _DAY), sources)
        part = before.part(self.rule)
        if part is None:
            return ""
        turned = both(part.value.certain, self._turns(before, now))
        if isinstance(self.desk.search.request(during, sources, turned, _any, small=False), str):
            return ""
        doubt = ""
        for case in self._later(during):
            later = hunt.scene(case, sources)
            wanted = both(turned, self._turns(later, now))
            at = case.request.at.latest
            shows = partial(self._shows, at)
            found = self.desk.search.request(during, sources, wanted, shows)
            if isinstance(found, Witness):
                return self._finding(found, at)
            doubt = doubt or found
        return doubt

    def _turns(self, other: Scene, now: Scene) -> Formula:
        """Whether another day's answer is the rule's, and that of the day is the contrary."""
        stops, opens = tree.Outcome.DENY, tree.Outcome.PERMIT
        if self.rule.effect in OPENING:
            stops, opens = opens, stops
        return both(other.answered(stops), now.answered(opens))

    def _later(self, during: Case) -> Iterator[Case]:
        """The same question under every later law, the first first."""
        act, data, at = during.request.act, during.data, during.request.at.latest
        for case in reversed(self.desk.hunt.cases(act)):
            if is_exact(case) and case.data == data and case.request.at.latest > at:
                yield case

    def _shows(self, later: datetime.datetime, witness: Witness, case: Case) -> bool:
        del case
        now = witness.decision.outcome
        others = (self._asked(witness, at) for at in (self._midnight() - _DAY, later))
        return all(other is not None and other.outcome is not now for other in others)

    def _asked(self, witness: Witness, at: datetime.datetime) -> Decision | None:
        """What the same request gets at another time."""
        found = decided(self.desk.engine, {**witness.request, "at": at.isoformat()})
        return found[0].decision if found else None

    def _finding(self, witness: Witness, later: datetime.datetime) -> Finding:
        before, after = (self._asked(witness, at) for at in (self._midnight() - _DAY, later))
        assert before is not None
        assert after is not None
        zone = ZoneInfo(self.policy.zone)
        first, last = self.end, later.astimezone(zone).date()
        says = f"it is over on {first}, and what it said is said again only from {last} on"
        what = (
            f"the day before this request is {before.outcome.value}, "
            f"from {last} on {after.outcome.value}, and between them it is not"
        )
        place = Place(Check.GAP_IN_DATES, self.rule.id, self.rule.node.name.span)
        return Finding(place, says, proved=False, shown=(Shown(what, witness),))


def _any(witness: Witness, case: Case) -> bool:
    del witness, case
    return True
