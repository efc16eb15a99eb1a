"""Examples decided again under a library that differs from the known one in little.

What a rule did is worked out again only if the rule is another, so that one example costs a small
part of what it costs to decide it whole. The answer is that of the reference evaluator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from ...dsl import syntax as tree
from ...dsl.model import Example, Rule
from ...dsl.truth import Truth
from ..admission import contradictions
from ..decision import STRICTNESS, Decision, Engine
from ..examples import cases_of, faults_of, request_of
from ..outside import governs_at_all, governs_on_day
from ..reference import Answer, Case, RuleResult
from ..registry import Registry
from ..request import Request
from ..weight import is_sure_enough
from .amending import Amendment


@dataclass(frozen=True)
class Part:
    """One kind of data of an example, and its answer."""

    case: Case
    answer: Answer
    governed: tuple[bool, bool]


@dataclass(frozen=True)
class Known:
    """An example and its answer, ready to be decided again."""

    example: Example
    request: Request
    registry: Registry
    decision: Decision
    parts: tuple[Part, ...]

    @cached_property
    def took_part(self) -> Mapping[str, bool]:
        """The rules that took part, each with whether it applied to anyone."""
        return {
            result.rule.id: result.applies is not Truth.FALSE
            for part in self.parts
            for result in part.answer.results
        }

    @cached_property
    def bound(self) -> frozenset[str]:
        """The policies that bind it."""
        return frozenset(policy.name for part in self.parts for policy in part.case.bound())


def known(example: Example, engine: Engine) -> Known:
    """An example decided under the engine's library, by the reference evaluator."""
    request, registry = request_of(example, engine.registry)
    parts = tuple(_parts(engine, request, registry))
    return Known(example, request, registry, _whole(engine, request, registry, parts), parts)


def _parts(engine: Engine, request: Request, registry: Registry) -> Iterator[Part]:
    for case in cases_of(engine, request, registry):
        yield Part(case, case.answer(), (governs_at_all(case), governs_on_day(case)))


def _whole(engine: Engine, request: Request, registry: Registry, parts: Sequence[Part]) -> Decision:
    if parts:
        return _strictest([_decision(part, part.answer, part.governed) for part in parts])
    at = request.at.latest
    return engine.decide(request, decided_at=at, explained=False, registry=registry)


def faults_under(one: Known, amendment: Amendment) -> tuple[str, ...]:
    """What is wrong with an example's answer under another library, if anything."""
    return faults_of(one.example, decided(one, amendment))


def decided(one: Known, amendment: Amendment) -> Decision:
    """An example's answer under another library."""
    policies = amendment.policies
    if policies is not None and one.parts:
        cases = [part.case.amended(amendment.library, policies) for part in one.parts]
        if amendment.same_words or not contradictions(cases[0].facts):
            again = zip(one.parts, cases, strict=True)
            return _strictest([_again(part, case, amendment) for part, case in again])
    engine = amendment.engine
    parts = tuple(_parts(engine, one.request, one.registry))
    return _whole(engine, one.request, one.registry, parts)


def _again(part: Part, case: Case, amendment: Amendment) -> Decision:
    governed = part.governed
    if amendment.heads:
        governed = governs_at_all(case), governs_on_day(case)
    answer = case.combined(tuple(_results(part, case, amendment)), part.answer.left_open)
    return _decision(replace(part, case=case), answer, governed)


def _strictest(decisions: Sequence[Decision]) -> Decision:
    return max(decisions, key=lambda decision: STRICTNESS[decision.outcome])


def _decision(part: Part, answer: Answer, governed: tuple[bool, bool]) -> Decision:
    """An answer as an example sees it."""
    case, (at_all, on_day) = part.case, governed
    outcome, reason, results = answer.outcome, answer.reason, answer.results
    if not at_all or not on_day:
        outcome, results = tree.Outcome.DENY, ()
        reason = "no law of that day" if at_all else "outside this law"
    elif not _confirmed(case, answer):
        outcome, reason = tree.Outcome.HOLD, "law to confirm"
    at = case.request.at
    days = at.days(_UTC)
    return Decision(outcome, reason, case.request, case.data, days, "", at.latest, results=results)


def _confirmed(case: Case, answer: Answer) -> bool:
    unasked = answer.outcome is not tree.Outcome.PERMIT or answer.left_open is Truth.TRUE
    return unasked or is_sure_enough(case, answer)


_UTC = ZoneInfo("UTC")


def _results(part: Part, case: Case, amendment: Amendment) -> Iterator[RuleResult]:
    """What every rule does: worked out again where it is another."""
    before: dict[str, list[RuleResult]] = {}
    for done in part.answer.results:
        before.setdefault(done.rule.id, []).append(done)
    for layer in tree.Layer:
        for policy in case.may_bind():
            if policy.layer is not layer:
                continue
            for rule in policy.rules:
                if rule.id not in amendment.changed:
                    result = _of_version(before.get(rule.id, ()), rule)
                else:
                    result = case.result_of(policy, rule, part.answer.left_open)
                if result is not None:
                    yield result


def _of_version(results: Sequence[RuleResult], rule: Rule) -> RuleResult | None:
    """What a version of a rule did, if it took part."""
    if len(results) == 1:
        return results[0] if results[0].rule.node == rule.node else None
    return next((result for result in results if result.rule.node == rule.node), None)
