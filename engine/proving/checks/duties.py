"""Duties before an act that cannot both be met by a request that nothing else stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

from ....dsl import syntax as tree
from ....dsl.model import Policy, Rule
from ....dsl.truth import Truth
from ...reference import Case
from ..encoding import Part
from ..formulas import Formula, both, negated
from ..hunting import Goal, Met, Scene
from ..searching import Witness
from ..solver import Found
from .desk import Desk, doubted, result_of
from .findings import Check, Doubt, Finding, Place, Shown, Suspicion


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty of a rule that must be done before an act, and is done by a condition."""

    policy: Policy
    rule: Rule
    must: tree.Must


def at_odds(desk: Desk, policies: Iterable[Policy], chosen: Iterable[Rule]) -> Iterator[Suspicion]:
    """Each pair of duties, one of them of a chosen rule, and each duty by itself."""
    mine = {id(rule) for rule in chosen}
    owed = [
        Owed(policy, rule, must)
        for policy in policies
        for rule in policy.rules
        for must in rule.node.musts
        if must.before and policy.vocabulary.duties[must.duty.text].done_by is not None
    ]
    for one, other in combinations_with_replacement(owed, 2):
        acts = _acts(one) & _acts(other)
        same = one is not other and one.must.duty.text == other.must.duty.text
        if acts and not same and (id(one.rule) in mine or id(other.rule) in mine):
            yield _Pair(desk, one, other, acts).suspicion()


def _acts(owed: Owed) -> frozenset[str]:
    return owed.rule.acts & {name.text for name in owed.must.before}


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two duties that a request may owe at once, or one of them twice."""

    desk: Desk
    one: Owed
    other: Owed
    acts: frozenset[str]

    def suspicion(self) -> Suspicion:
        """They may exclude each other."""
        goal = Goal(self.one.policy, self.one.rule, self._met, self.acts)
        names = f"{self.one.rule.id} must {self.one.must.duty.text}"
        if self.one is not self.other:
            names += f" and {self.other.rule.id} must {self.other.must.duty.text}"
        place = Place(Check.DUTIES_AT_ODDS, names, self.one.must.duty.span)
        return Suspicion(place, goal, lambda met: self._judged(place, goal, met))

    def _owed(self, scene: Scene, part: Part) -> Formula:
        """Whether both are owed by a request that nothing denies."""
        other = scene.part(self.other.rule)
        if other is None:
            return False
        return both(part.applies.certain, other.applies.certain, negated(scene.denied()))

    def _met(self, scene: Scene, part: Part) -> Formula:
        """Whether both are done besides."""
        done = [
            scene.encoder.translator.duty(owed.must, scene.encoder.place(owed.policy)).certain
            for owed in (self.one, self.other)
        ]
        return both(self._owed(scene, part), *done)

    def _judged(self, place: Place, goal: Goal, met: Met) -> Finding | Doubt | None:
        if not met.never:
            return Doubt(place, met.why) if doubted(met) else None
        other, where = self.desk.settled(goal, self._owed)
        if where.found is not Found.ONE:
            return Doubt(place, where.why) if doubted(where) else None
        witness = self.desk.shown(other, where, self._shows)
        each = "the duty" if self.one is self.other else "both duties"
        says = f"no request that owes {each} and is not denied can show {each} done"
        what = f"this request owes {each}"
        return Finding(place, says, proved=True, shown=(Shown(what, witness),) if witness else ())

    def _shows(self, witness: Witness, case: Case) -> bool:
        del case
        results = [result_of(witness.decision, owed.rule) for owed in (self.one, self.other)]
        owes = all(result is not None and result.applies is Truth.TRUE for result in results)
        return owes and witness.decision.outcome is tree.Outcome.HOLD
