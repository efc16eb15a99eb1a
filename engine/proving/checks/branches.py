"""Exceptions and grounds that matter to no request, and exceptions that swallow their rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ....dsl import syntax as tree
from ....dsl.model import Policy, Rule
from ....dsl.truth import Truth
from ...reference import Case, RuleState
from ..encoding import Part
from ..formulas import Formula, both, either, negated
from ..hunting import Goal, Met, Scene
from ..searching import Witness
from ..solver import Found
from .desk import Desk, answer_in, doubted, result_of, with_rules
from .findings import Check, Doubt, Finding, Place, Shown, Suspicion

OPENING = (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN)


def of_rule(desk: Desk, policy: Policy, rule: Rule) -> Iterator[Suspicion]:
    """What may be wrong with the branches of a rule."""
    node = rule.node
    branches = (*node.grounds, *node.exceptions)
    for branch in branches:
        yield _Branch(desk, policy, rule, branch).suspicion()
    if branches:
        yield _Swallowed(desk, policy, rule).suspicion()


def without(rule: Rule, branch: tree.Branch) -> Rule:
    """A rule less one of its branches."""
    node = rule.node
    grounds = tuple(other for other in node.grounds if other is not branch)
    exceptions = tuple(other for other in node.exceptions if other is not branch)
    return replace(rule, node=replace(node, grounds=grounds, exceptions=exceptions))


@dataclass(frozen=True, slots=True)
class _Branch:
    """One exception or ground."""

    desk: Desk
    policy: Policy
    rule: Rule
    branch: tree.Branch

    def suspicion(self) -> Suspicion:
        """It may matter to no request."""
        goal = Goal(self.policy, self.rule, self._matters, self.rule.acts)
        return Suspicion(self._place(), goal, lambda met: self._judged(goal, met))

    def _place(self) -> Place:
        is_ground = any(self.branch is ground for ground in self.rule.node.grounds)
        check = Check.UNREACHABLE_GROUND if is_ground else Check.DEAD_EXCEPTION
        word = "to" if is_ground else "unless"
        name = f"{self.rule.id} {word} {self.branch.label.text}"
        return Place(check, name, self.branch.label.span)

    def _matters(self, scene: Scene, part: Part) -> Formula:
        """Whether the rules would say otherwise without it."""
        bare = scene.changed(part, without(part.rule, self.branch))
        if part.rule.effect in OPENING:
            differs = either(
                both(bare.value.certain, negated(part.value.certain)),
                both(bare.value.possible, negated(part.value.possible)),
            )
            return both(differs, negated(scene.denied()))
        denies = both(bare.denies, negated(part.denies))
        stops = both(
            either(bare.denies, bare.holds),
            negated(either(part.denies, part.holds)),
            negated(scene.held(part)),
        )
        return both(negated(scene.denied(part)), either(denies, stops))

    def _is_met(self, scene: Scene, part: Part) -> Formula:
        """Whether a request to which the rule applies meets it."""
        del scene
        return next(pair.certain for other, pair in part.branches if other is self.branch)

    def _judged(self, goal: Goal, met: Met) -> Finding | Doubt | None:
        if not met.never:
            return Doubt(self._place(), met.why) if doubted(met) else None
        other, where = self.desk.settled(goal, self._is_met)
        witness = self.desk.shown(other, where, self._shows)
        if witness is None:
            says = "no request to which its rule surely applies meets it, and it changes none"
            return Finding(self._place(), says, proved=True)
        says = "leaving it out changes what the rules say to no request"
        what = "it meets this request, which gets the same answer without it"
        return Finding(self._place(), says, proved=True, shown=(Shown(what, witness),))

    def _shows(self, witness: Witness, case: Case) -> bool:
        del case
        result = result_of(witness.decision, self.rule)
        if result is None or not any(
            turn.applies is Truth.TRUE
            and any(b.branch == self.branch and b.node.truth is Truth.TRUE for b in turn.branches)
            for turn in result.turns
        ):
            return False
        bare = without(self.rule, self.branch)
        rules = (bare if rule is self.rule else rule for rule in self.policy.rules)
        library = with_rules(self.desk.engine.library, self.policy, rules)
        answer = answer_in(self.desk.beside(library), witness)
        return answer is not None and answer.outcome is witness.decision.outcome


@dataclass(frozen=True, slots=True)
class _Swallowed:
    """A rule that its branches may swallow."""

    desk: Desk
    policy: Policy
    rule: Rule

    def suspicion(self) -> Suspicion:
        """It may do nothing for any request."""
        goal = Goal(self.policy, self.rule, self._does, self.rule.acts)
        place = Place(Check.SWALLOWED_RULE, self.rule.id, self.rule.node.name.span)
        return Suspicion(place, goal, lambda met: self._judged(place, goal, met))

    def _does(self, scene: Scene, part: Part) -> Formula:
        """Whether it does what it is for."""
        del scene
        refers = part.rule.effect is tree.Effect.REFER
        return part.value.possible if refers else part.value.certain

    def _judged(self, place: Place, goal: Goal, met: Met) -> Finding | Doubt | None:
        if not met.never:
            return Doubt(place, met.why) if doubted(met) else None
        other, where = self.desk.settled(goal, lambda _, part: part.applies.certain)
        if where.found is not Found.ONE:
            return Doubt(place, where.why) if doubted(where) else None
        witness = self.desk.shown(other, where, self._shows)
        says = "where its condition holds, a branch lets every request through or leaves it open"
        what = "the rule applies to this request and does not decide it"
        shown = (Shown(what, witness),) if witness else ()
        return Finding(place, says, proved=True, shown=shown)

    def _shows(self, witness: Witness, case: Case) -> bool:
        del case
        result = result_of(witness.decision, self.rule)
        idle = (RuleState.CLEAR, RuleState.UNPROVEN, RuleState.DUTY_FIRST)
        return result is not None and result.applies is Truth.TRUE and result.state in idle
