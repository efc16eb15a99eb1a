"""Examples decided again under a library that differs from the known one in little.

What a rule did is worked out again only if the rule is another, so that one example costs a small
part of what it costs to decide it whole. The answer is that of the reference evaluator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ...dsl import syntax as tree
from ...dsl.model import Example, Library, Policy, Rule
from ...dsl.truth import Truth
from ..admission import contradictions, unknown_bodies, with_keys
from ..compiled.walk import parts_of, written_in
from ..decision import STRICTNESS, Decision, Engine
from ..examples import faults_of, request_of
from ..facts import Facts
from ..outside import governs_at_all, governs_on_day
from ..reasons import Matchers, ReasonWords
from ..reference import Answer, Case, RuleResult
from ..registry import Registry
from ..request import Request
from ..weight import is_sure_enough


@dataclass(frozen=True)
class Amendment:
    """A library beside the one that it was made of.

    Attributes:
        library: The library.
        rules: The policies of which only rules or definitions differ; None if more does.
        changed: The rules that are others.
        heads: Whether one speaks of other acts, data or days.
        binds: Whether one binds others.
    """

    library: Library
    rules: Mapping[str, Policy] | None
    changed: frozenset[str] = frozenset()
    heads: bool = False
    binds: bool = False

    @classmethod
    def of(cls, library: Library, before: Library) -> Amendment:
        """What a library changes of another."""
        same_words = library.vocabularies == before.vocabularies
        if not same_words or library.parameters != before.parameters:
            return cls(library, None)
        known = {policy.name: policy for policy in before.policies}
        found = {
            policy.name: policy
            for policy in library.policies
            if policy is not known.get(policy.name)
        }
        if known.keys() != {policy.name for policy in library.policies}:
            return cls(library, None)
        if any(_head(policy) != _head(known[name]) for name, policy in found.items()):
            return cls(library, None)
        changed = frozenset(i for n, p in found.items() for i in _changed(known[n], p))
        olds = {rule.id: rule for name in found for rule in known[name].rules}
        if any(_opens(olds.get(rule_id)) for rule_id in changed):
            return cls(library, None)
        news = {rule.id: rule for policy in found.values() for rule in policy.rules}
        heads = any(_governs(olds.get(i)) != _governs(news.get(i)) for i in changed)
        binds = any(_bound(olds.get(i)) != _bound(news.get(i)) for i in changed)
        return cls(library, found, changed, heads, binds)


def _head(policy: Policy) -> tuple[object, ...]:
    return (
        policy.layer, policy.zone, policy.binds, policy.path_binds, policy.rests_on,
        policy.in_force, policy.proposed, policy.settings, policy.vocabulary.edition,
    )  # fmt: skip


def _changed(before: Policy, after: Policy) -> Iterator[str]:
    """The rules that are others, or read a definition that is another."""
    defined = {n for n in {*before.defines, *after.defines}
               if before.defines.get(n) != after.defines.get(n)}  # fmt: skip
    olds = {rule.id: rule for rule in before.rules}
    news = {rule.id: rule for rule in after.rules}
    for rule_id in {*olds, *news}:
        old, new = olds.get(rule_id), news.get(rule_id)
        if old is None or new is None or old.node != new.node:
            yield rule_id
        elif defined and not defined.isdisjoint(_read(new, after)):
            yield rule_id


def _read(rule: Rule, policy: Policy) -> set[str]:
    """The definitions that a rule reads."""
    found: set[str] = set()
    waiting = list(written_in(rule.node))
    while waiting:
        for part in parts_of(waiting.pop()):
            if isinstance(part, tree.Named) and part.name not in found:
                found.add(part.name)
                if part.name in policy.defines:
                    waiting.append(policy.defines[part.name])
    return found


def _opens(rule: Rule | None) -> bool:
    """Whether a rule may let others stand aside."""
    return rule is not None and rule.effect is tree.Effect.LEAVE_OPEN


def _governs(rule: Rule | None) -> tuple[object, ...]:
    """What decides whether a rule speaks of a request at all."""
    if rule is None:
        return ()
    return rule.acts, rule.data, rule.node.in_force, rule.node.enjoined


def _bound(rule: Rule | None) -> tree.Condition | None:
    return rule.node.binds if rule is not None else None


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

    @property
    def acts_on(self) -> str:
        """The act."""
        return self.request.act


def known(example: Example, engine: Engine) -> Known:
    """An example decided under the engine's library."""
    request, registry = request_of(example, engine.registry)
    decision = engine.decide(
        request, decided_at=request.at.latest, explained=False, registry=registry
    )
    return Known(example, request, registry, decision, tuple(_parts(request, registry, engine)))


def _parts(request: Request, registry: Registry, engine: Engine) -> Iterator[Part]:
    if unknown_bodies(request, registry):
        return
    request = with_keys(request, registry)
    facts = Facts(request, registry, engine.vocabulary_for(request, registry))
    if contradictions(facts):
        return
    for data in request.data:
        words = ReasonWords(request.reason, engine.matchers)
        case = Case(engine.library, registry, request, data, facts, words)
        yield Part(case, case.answer(), (governs_at_all(case), governs_on_day(case)))


def faults_under(one: Known, amendment: Amendment, registry: Registry) -> tuple[str, ...]:
    """What is wrong with an example's answer under another library, if anything."""
    return faults_of(one.example, decided(one, amendment, registry))


def decided(one: Known, amendment: Amendment, registry: Registry) -> Decision:
    """An example's answer under another library."""
    policies = amendment.rules
    if policies is None or not one.parts:
        matchers = Matchers()
        engine = Engine(amendment.library, registry, matchers=matchers, by_reference=True)
        at = one.request.at.latest
        return engine.decide(one.request, decided_at=at, explained=False, registry=one.registry)
    found = [_again(part, amendment, policies, one.decision) for part in one.parts]
    return max(found, key=lambda decision: STRICTNESS[decision.outcome])


def _again(
    part: Part, amendment: Amendment, policies: Mapping[str, Policy], decision: Decision
) -> Decision:
    case = part.case.amended(amendment.library, policies)
    at_all, on_day = part.governed
    if amendment.heads:
        at_all, on_day = governs_at_all(case), governs_on_day(case)
    if not at_all or not on_day:
        reason = "no law of that day" if at_all else "outside this law"
        return replace(decision, outcome=tree.Outcome.DENY, reason=reason, results=())
    answer = case.combined(tuple(_results(part, case, amendment)), part.answer.left_open)
    outcome, reason = answer.outcome, answer.reason
    sure = outcome is not tree.Outcome.PERMIT or answer.left_open is Truth.TRUE
    if not sure and not is_sure_enough(case, answer):
        outcome, reason = tree.Outcome.HOLD, "law to confirm"
    return replace(decision, outcome=outcome, reason=reason, results=answer.results)


def _results(part: Part, case: Case, amendment: Amendment) -> Iterator[RuleResult]:
    """What every rule does: worked out again where it is another."""
    before = {result.rule.id: result for result in part.answer.results}
    for layer in tree.Layer:
        for policy in case.may_bind():
            if policy.layer is not layer:
                continue
            for rule in policy.rules:
                if rule.id not in amendment.changed:
                    result = before.get(rule.id)
                else:
                    result = case.result_of(policy, rule, part.answer.left_open)
                if result is not None:
                    yield result


def settle(
    mutant: Amendment, candidates: Sequence[Known], registry: Registry
) -> Known | None:
    """The first of some examples that fails under another library."""
    return next((one for one in candidates if faults_under(one, mutant, registry)), None)
