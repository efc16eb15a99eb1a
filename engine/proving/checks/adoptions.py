"""Adopters that are milder than the policy they adopt, where it lets them change a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ....dsl import syntax as tree
from ....dsl.model import Library, Policy, Rule
from ...decision import STRICTNESS
from ...reference import Case
from ..encoding import Part
from ..formulas import Formula, both, either, negated
from ..hunting import Goal, Met, Scene
from ..searching import Witness
from ..solver import Found
from .desk import Desk, answer_in, doubted, with_rules
from .findings import Check, Doubt, Finding, Place, Shown, Suspicion


def loosened(desk: Desk, policies: Iterable[Policy]) -> Iterator[Suspicion]:
    """What adopters leave out of a policy that they adopt, or say otherwise."""
    by_edition = {f"{p.name} {p.number}": p for p in desk.engine.library.policies}
    for policy in policies:
        model = by_edition.get(policy.adopted)
        kept = {rule.adopted_from for rule in policy.rules}
        for rule in model.rules if model is not None else ():
            if rule.id not in kept:
                yield _Changed(desk, policy, rule).suspicion()


@dataclass(frozen=True, slots=True)
class _Changed:
    """A rule of an adopted policy that an adopter leaves out or replaces."""

    desk: Desk
    policy: Policy
    rule: Rule

    @property
    def _own(self) -> Rule | None:
        """The rule in its place."""
        name = self.rule.node.name.text
        return next((r for r in self.policy.rules if r.node.name.text == name), None)

    def suspicion(self) -> Suspicion:
        """It may be missed."""
        span = self._own.node.name.span if self._own else self.policy.rules[0].node.name.span
        verb = "replaces" if self._own else "leaves out"
        name = f"{self.policy.name} {verb} {self.rule.id}"
        goal = Goal(self.policy, self.rule, self._missed, self.rule.acts)
        place = Place(Check.LOOSENED_ADOPTION, name, span)
        return Suspicion(place, goal, lambda met: self._judged(place, goal, met))

    def _missed(self, scene: Scene, part: Part) -> Formula:
        """Whether a request gets a milder answer than with the rule as it was adopted."""
        theirs = scene.encoder.part(self.policy, self.rule, scene.encoded.left_open)
        if theirs is None or self.rule.effect is tree.Effect.PERMIT:
            return self._opened(scene, part)
        stopped = both(theirs.denies, negated(scene.answered(tree.Outcome.DENY)))
        return either(stopped, self._opened(scene, part))

    def _opened(self, scene: Scene, part: Part) -> Formula:
        """Whether a request is permitted only because the rule is missed."""
        del part
        theirs = scene.encoder.part(self.policy, self.rule, scene.encoded.left_open)
        if theirs is None:
            return False
        permitted = scene.answered(tree.Outcome.PERMIT)
        if self.rule.effect is not tree.Effect.PERMIT:
            return both(either(theirs.denies, theirs.holds), permitted)
        mine = scene.part(self._own) if self._own else None
        opens = mine.value.certain if mine is not None else False
        return both(opens, negated(theirs.value.possible), permitted)

    def _judged(self, place: Place, goal: Goal, met: Met) -> Finding | Doubt | None:
        if met.found is not Found.ONE:
            return Doubt(place, met.why) if doubted(met) else None
        opened, where = self.desk.settled(goal, self._opened)
        witness = self.desk.shown(opened, where, self._shows)
        witness = witness or self.desk.shown(goal, met, self._shows)
        if witness is None:
            return Doubt(place, "the solver has an answer of which no request could be made")
        as_adopted = answer_in(self.desk.beside(self._as_adopted()), witness)
        assert as_adopted is not None, "it was decided so before"
        says = f"it is milder than `{self.policy.adopted}`"
        what = f"by the adopted rule this request would be {as_adopted.outcome.value}"
        return Finding(place, says, proved=False, shown=(Shown(what, witness),))

    def _as_adopted(self) -> Library:
        """The library in which the adopter has the rule as it was adopted."""
        own = self._own
        rules = [rule for rule in self.policy.rules if rule is not own]
        return with_rules(self.desk.engine.library, self.policy, [*rules, self.rule])

    def _shows(self, witness: Witness, case: Case) -> bool:
        del case
        answer = answer_in(self.desk.beside(self._as_adopted()), witness)
        outcome = witness.decision.outcome
        return answer is not None and STRICTNESS[answer.outcome] > STRICTNESS[outcome]
