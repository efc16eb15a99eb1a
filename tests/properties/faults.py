"""Small faults of the evaluator, each planted by rebinding a real function or table."""

# pyright: basic, reportPrivateUsage=false
# Reaches into what is private, on purpose.

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from platelaw.dsl import syntax as tree
from platelaw.dsl.kinds import Kinds
from platelaw.dsl.model import Policy, Rule
from platelaw.dsl.truth import Truth, all_of, any_of
from platelaw.dsl.units import comparable
from platelaw.engine import (
    binding,
    conditions,
    dates,
    decision,
    facts,
    reasons,
    reference,
)
from platelaw.engine.facts import Facts
from platelaw.engine.reference import Case, RuleResult, RuleState, Turn
from platelaw.engine.values import Cause, Paper, State, unproven

Plant = Callable[[pytest.MonkeyPatch], None]
FALSE, TRUE, UNPROVEN = Truth.FALSE, Truth.TRUE, Truth.UNPROVEN


@dataclass(frozen=True)
class Fault:
    """One fault: what it does, how it is planted, and a property that must find it too."""

    does: str
    plant: Plant
    broken: str = ""


def _unproven_forbid_is_clear(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(reference._BITE_STATES, UNPROVEN, RuleState.CLEAR)


def _turns(change: Callable[[Rule, Turn], Truth]) -> Plant:
    """Every evaluation of a rule with its value changed."""
    original = Case._turn

    def plant(patch: pytest.MonkeyPatch) -> None:
        def turn(self: Case, rule: Rule, *rest: Any) -> Turn:
            found = original(self, rule, *rest)
            return replace(found, value=change(rule, found))

        patch.setattr(Case, "_turn", turn)

    return plant


def _lets_through(rule: Rule, turn: Turn) -> Truth:
    unproven_one = any(not b.is_ground and b.node.truth is UNPROVEN for b in turn.branches)
    restricts = rule.effect is not tree.Effect.PERMIT
    return FALSE if unproven_one and restricts else turn.value


def _all_grounds(rule: Rule, turn: Turn) -> Truth:
    if rule.effect is not tree.Effect.LIMIT:
        return turn.value
    return all_of((turn.applies, ~all_of(branch.node.truth for branch in turn.branches)))


def _not_unproven_is_true(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Truth, "__invert__", lambda self: FALSE if self is TRUE else TRUE)


def _related_kinds_are_false(patch: pytest.MonkeyPatch) -> None:
    def lies_under(self: Kinds, words: frozenset[str], kind: str, *, exact: bool = False) -> Truth:
        del exact
        return Truth.of(any(kind in self.above(word) for word in words))

    patch.setattr(Kinds, "lies_under", lies_under)


def _open_recipients_are_ignored(patch: pytest.MonkeyPatch) -> None:
    original = Case._who

    def who(self: Case, rule: Rule) -> tuple[str | None, ...]:
        return tuple(name for name in original(self, rule) if name != "")

    patch.setattr(Case, "_who", who)


def _any_level_will_do(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(facts, "_RANK", dict.fromkeys(tree.Level, 0))


def _the_requester_may_vouch(patch: pytest.MonkeyPatch) -> None:
    def may_speak(self: Facts, voucher: Any) -> bool:
        role, body = self.vocabulary.roles.get(voucher.role), self.registry.get(voucher.agency)
        return (
            role is not None and body is not None and self._holds(role.holder, body.key, body.kind)
        )

    patch.setattr(Facts, "may_speak", may_speak)


def _unproven_referral_is_clear(patch: pytest.MonkeyPatch) -> None:
    original = Case._reviewed

    def reviewed(self: Case, rule: Rule, value: Truth) -> RuleState:
        return original(self, rule, value) if value is TRUE else RuleState.CLEAR

    patch.setattr(Case, "_reviewed", reviewed)


def _until_counts(patch: pytest.MonkeyPatch) -> None:
    original = dates.in_force

    def in_force(period: tree.InForce | None, days: dates.Days) -> Truth:
        if period is not None and period.end is not None:
            period = replace(period, end=period.end + datetime.timedelta(days=1))
        return original(period, days)

    patch.setattr(dates, "in_force", in_force)


def _leave_open_lifts_its_own_layer(patch: pytest.MonkeyPatch) -> None:
    original = Case.result_of

    def rule(self: Case, policy: Policy, found: Rule, left_open: Truth) -> RuleResult | None:
        if policy.layer is tree.Layer.FEDERAL and found.effect in reference.RESTRICTING:
            opening = [r for r in policy.rules if r.effect is tree.Effect.LEAVE_OPEN]
            results = [original(self, policy, r, FALSE) for r in opening]
            if any(r is not None and r.value is TRUE for r in results):
                return None
        return original(self, policy, found, left_open)

    patch.setattr(Case, "result_of", rule)


def _not_claimed_is_unproven(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Facts, "_not_claimed", lambda self: unproven(Cause.NOT_STATED))


def _not_claimed_is_yes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Facts, "_not_claimed", lambda self: State(True))


def _expiry_ends_a_day_early(patch: pytest.MonkeyPatch) -> None:
    original = conditions._unexpired

    def unexpired(paper: Paper, context: conditions.Context) -> Truth:
        if paper.expires is not None:
            paper = replace(paper, expires=paper.expires - datetime.timedelta(days=1))
        return original(paper, context)

    patch.setattr(conditions, "_unexpired", unexpired)


def _the_loosest_parameter_counts(patch: pytest.MonkeyPatch) -> None:
    original = binding.strictest

    def loosest(name: str, versions: Any, bound: Any, days: Any) -> tree.Value:
        stated = binding._stated(name, versions, bound, days)
        sized = [(scale[1], value) for value in stated if (scale := comparable(value))]
        if not sized:
            return original(name, versions, bound, days)
        return max(sized, key=lambda pair: pair[0])[1]

    patch.setattr(binding, "strictest", loosest)


def _a_paper_counts_for_everyone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Facts, "_counts_for", lambda self, about, recipient: True)


def _lexicons_are_read_together(patch: pytest.MonkeyPatch) -> None:
    def layer(self: reasons.ReasonWords, edition: str, vocabulary: Any, day: Any) -> Any:
        del edition, day
        return self.matchers.of(vocabulary.lexicons).read(self.reason.text or "")

    patch.setattr(reasons.ReasonWords, "_layer", layer)


def _open_sets_are_whole(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(conditions, "_others", lambda reference, context, *, some: [])


def _duties_are_done(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "duty_done", lambda self, must, context: (TRUE, None))


def _contradictions_pass(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Facts, "contradictions", lambda self: [])


def _the_mildest_data_counts(patch: pytest.MonkeyPatch) -> None:
    milder = {outcome: -rank for outcome, rank in decision.STRICTNESS.items()}
    patch.setattr(decision, "STRICTNESS", milder)


def _silence_is_ground(patch: pytest.MonkeyPatch) -> None:
    original = reference.outcome_of

    def outcome(results: Any, verdicts: Any, ground: Truth, *, on_file: bool) -> Any:
        return original(results, verdicts, max(ground, UNPROVEN), on_file=on_file)

    patch.setattr(reference, "outcome_of", outcome)


def _a_lower_rule_loosens(patch: pytest.MonkeyPatch) -> None:
    """Several forbids count as one: the mildest of a layer."""
    original = reference._verdict

    def verdict(results: list[RuleResult]) -> reference.Verdict:
        alone = [original([result]) for result in results]
        return min(alone, key=list(reference.Verdict).index, default=reference.Verdict.CLEAR)

    patch.setattr(reference, "_verdict", verdict)


def _a_ground_lifts_the_state(patch: pytest.MonkeyPatch) -> None:
    """An owner's permit that opens clears the layers above."""
    original = Case.combined

    def combined(self: Case, results: tuple[RuleResult, ...], *rest: Any) -> reference.Answer:
        opened = any_of(r.value for r in results if r.rule.effect is tree.Effect.PERMIT)
        kept = (r for r in results if opened is not TRUE or r.policy.layer is not tree.Layer.STATE)
        return original(self, tuple(kept), *rest)

    patch.setattr(Case, "combined", combined)


FAULTS = (
    Fault("an unproven forbid is clear", _unproven_forbid_is_clear),
    Fault("an unproven exception lets through", _turns(_lets_through)),
    Fault("not of unproven is true", _not_unproven_is_true),
    Fault("a kind not under the one asked for is none", _related_kinds_are_false),
    Fault("open recipients are ignored", _open_recipients_are_ignored),
    Fault("proof below the level asked for will do", _any_level_will_do),
    Fault("the requester may vouch for himself", _the_requester_may_vouch),
    Fault("a limit needs all its grounds", _turns(_all_grounds)),
    Fault("an unproven referral is clear", _unproven_referral_is_clear),
    Fault("until still counts on its day", _until_counts),
    Fault("leave open lifts its own layer", _leave_open_lifts_its_own_layer),
    Fault("what is not claimed is unproven", _not_claimed_is_unproven),
    Fault("what is not claimed is yes", _not_claimed_is_yes),
    Fault("a paper expires a day early", _expiry_ends_a_day_early),
    Fault("the loosest parameter counts", _the_loosest_parameter_counts),
    Fault("a paper counts for everyone", _a_paper_counts_for_everyone),
    Fault("the lexicons of all layers are read together", _lexicons_are_read_together),
    Fault("open sets are whole", _open_sets_are_whole),
    Fault("every duty is done", _duties_are_done),
    Fault("contradictions pass", _contradictions_pass),
    Fault("the mildest kind of data counts", _the_mildest_data_counts),
    Fault("silence is ground enough", _silence_is_ground),
    Fault("the mildest rule of a layer counts", _a_lower_rule_loosens),
    Fault("an open permit lifts the state's rules", _a_ground_lifts_the_state),
)
