"""Permits that open nothing, because a rule of a higher layer or their own never lets them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ....dsl import syntax as tree
from ....dsl.model import Policy, Rule
from ...reference import Case, RuleState
from ..encoding import Part
from ..formulas import Formula, both
from ..hunting import Goal, Met, Scene, is_exact, takes_part
from ..searching import Witness
from .desk import Desk, doubted, result_of
from .findings import Check, Doubt, Finding, Place, Shown, Suspicion


def of_rule(desk: Desk, policy: Policy, rule: Rule) -> Iterator[Suspicion]:
    """What may be wrong with a permit, act by act."""
    if rule.effect is tree.Effect.PERMIT:
        for act in rule.node.acts:
            yield _Permit(desk, policy, rule, act).suspicion()


@dataclass(frozen=True, slots=True)
class _Permit:
    """One act of a permit."""

    desk: Desk
    policy: Policy
    rule: Rule
    act: tree.Name

    def suspicion(self) -> Suspicion:
        """It may open nothing."""
        goal = Goal(self.policy, self.rule, self._opens, frozenset({self.act.text}))
        name = f"{self.rule.id} for {self.act.text}"
        place = Place(Check.SHADOWED_PERMIT, name, self.act.span)
        return Suspicion(place, goal, lambda met: self._judged(place, goal, met))

    def _opens(self, scene: Scene, part: Part) -> Formula:
        """Whether it opens and no rule stops that."""
        return both(part.value.certain, scene.clear())

    def _judged(self, place: Place, goal: Goal, met: Met) -> Finding | Doubt | None:
        if doubted(met):
            return Doubt(place, met.why)
        hunt, since = self.desk.hunt, ""
        cases = [case for case in hunt.cases(self.act.text) if takes_part(goal, case)]
        if met.case is not None:
            cases = [case for case in cases if _is_later(case, met.case)]
            if not cases or not hunt.within(goal, cases).never:
                return None
            since = f"from {min(case.request.at.latest for case in cases).date()} on "
        meant = replace(goal, wanted=_certain)
        witness = self.desk.shown(meant, hunt.within(meant, cases), self._shows)
        if witness is None:
            says = f"{since}it opens for nobody on file, whatever is stated"
            return Finding(place, says, proved=True)
        says = f"{since}another rule stops every request that it opens"
        what = f"it opens for this request, which is stopped by {_stopped(witness)}"
        return Finding(place, says, proved=True, shown=(Shown(what, witness),))

    def _shows(self, witness: Witness, case: Case) -> bool:
        del case
        result = result_of(witness.decision, self.rule)
        opens = result is not None and result.state is RuleState.OPENS
        return opens and witness.decision.outcome is not tree.Outcome.PERMIT


def _certain(scene: Scene, part: Part) -> Formula:
    del scene
    return part.value.certain


def _is_later(case: Case, other: Case) -> bool:
    """Whether a question is of an exact time after another's."""
    return is_exact(case) and case.request.at.latest > other.request.at.latest


def _stopped(witness: Witness) -> str:
    """The rules that stop a request."""
    return ", ".join(result.rule.id for result in witness.decision.deciding())
