"""Examples decided again under a library that differs from the known one in little.

What a rule did is worked out again only if the rule is another, so that one example costs a small
part of what it costs to decide it whole. The answer is that of the reference evaluator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from ...dsl import syntax as tree
from ...dsl.model import Example, Library, Policy, Rule
from ...dsl.truth import Truth
from ..compiled.walk import parts_of, written_in
from ..decision import STRICTNESS, Decision, Engine
from ..examples import cases_of, faults_of, request_of
from ..outside import governs_at_all, governs_on_day
from ..reasons import Matchers
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
        changed: The rules that are others, or that what differs may touch.
        same_words: Whether the vocabularies are the same; if not, ``changed`` says nothing.
        heads: Whether a rule speaks of other acts, data or days.
        binds: Whether a rule binds others.
    """

    library: Library
    rules: Mapping[str, Policy] | None
    changed: frozenset[str] = frozenset()
    same_words: bool = True
    heads: bool = False
    binds: bool = False

    @classmethod
    def of(cls, library: Library, before: Library) -> Amendment:
        """What a library changes of another with the same policies."""
        if library.vocabularies != before.vocabularies:
            return cls(library, None, same_words=False)
        known = {policy.name: policy for policy in before.policies}
        found = {p.name: p for p in library.policies if p is not known[p.name]}
        olds = _versions(known[name] for name in found)
        news = _versions(found.values())
        moved = {n for n, p in found.items() if _head(p) != _head(known[n])}
        changed = {i for n, p in found.items() for i in _changed(known[n], p, whole=n in moved)}
        opening = any(r.effect is tree.Effect.LEAVE_OPEN for i in changed for r in olds.get(i, ()))
        numbers = _numbers_moved(library, before)
        changed |= {i for policy in library.policies for i in _reading(policy, numbers)}
        if moved or opening or library.parameters != before.parameters:
            return cls(library, None, frozenset(changed))
        heads = any(_speak(olds.get(i, ())) != _speak(news.get(i, ())) for i in changed)
        binds = any(_bound(olds.get(i, ())) != _bound(news.get(i, ())) for i in changed)
        return cls(library, found, frozenset(changed), heads=heads, binds=binds)


def _head(policy: Policy) -> tuple[object, ...]:
    return (
        policy.layer, policy.zone, policy.binds, policy.path_binds, policy.rests_on,
        policy.in_force, policy.proposed, policy.settings, policy.vocabulary.edition,
    )  # fmt: skip


def _changed(before: Policy, after: Policy, *, whole: bool) -> Iterator[str]:
    """The rules that are others, or read a definition that is another; all of them if asked."""
    names = {*before.defines, *after.defines}
    defined = {n for n in names if before.defines.get(n) != after.defines.get(n)}
    olds, news = _versions([before]), _versions([after])
    for rule_id in {*olds, *news}:
        old, new = olds.get(rule_id, []), news.get(rule_id, [])
        same = [rule.node for rule in old] == [rule.node for rule in new]
        if whole or not same or _any_reads(new, after, defined):
            yield rule_id


def _any_reads(rules: Iterable[Rule], policy: Policy, names: set[str]) -> bool:
    return bool(names) and any(not names.isdisjoint(_named(rule, policy)) for rule in rules)


def _numbers_moved(library: Library, before: Library) -> set[str]:
    """The parameters of which something differs, in a statement or in what an adopter sets."""
    names = {*library.parameters, *before.parameters}
    moved = {n for n in names if library.parameters.get(n) != before.parameters.get(n)}
    for one, other in zip(library.policies, before.policies, strict=True):
        settings = {*one.settings, *other.settings}
        moved |= {n for n in settings if one.settings.get(n) != other.settings.get(n)}
    return moved


def _reading(policy: Policy, numbers: set[str]) -> Iterator[str]:
    """The rules that read a parameter."""
    for rule in policy.rules if numbers else ():
        bounds = (getattr(part, "bound", None) for part in _conditions(rule, policy))
        if any(isinstance(bound, tree.Name) and bound.text in numbers for bound in bounds):
            yield rule.id


def _versions(policies: Iterable[Policy]) -> dict[str, list[Rule]]:
    """The rules by their ids: one that was changed by law has several versions."""
    found: dict[str, list[Rule]] = {}
    for policy in policies:
        for rule in policy.rules:
            found.setdefault(rule.id, []).append(rule)
    return found


def _named(rule: Rule, policy: Policy) -> set[str]:
    """The definitions that a rule reads."""
    parts = _conditions(rule, policy)
    return {part.name for part in parts if isinstance(part, tree.Named)}


def _conditions(rule: Rule, policy: Policy) -> Iterator[tree.Condition]:
    """Every part of every condition that a rule reads, those of definitions too."""
    waiting = list(written_in(rule.node))
    for must in rule.node.musts:
        done_by = policy.vocabulary.duties[must.duty.text].done_by
        waiting += [done_by] if done_by is not None else []
    entered: set[str] = set()
    while waiting:
        for part in parts_of(waiting.pop()):
            yield part
            if isinstance(part, tree.Named) and part.name not in entered:
                entered.add(part.name)
                if part.name in policy.defines:
                    waiting.append(policy.defines[part.name])


def _speak(rules: Iterable[Rule]) -> list[tuple[object, ...]]:
    """What decides whether rules speak of a request at all."""
    return [(rule.acts, rule.data, rule.node.in_force, rule.node.enjoined) for rule in rules]


def _bound(rules: Iterable[Rule]) -> list[tree.Condition | None]:
    return [rule.node.binds for rule in rules]


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
    """An example decided under the engine's library, by the reference evaluator."""
    request, registry = request_of(example, engine.registry)
    parts = tuple(
        Part(case, case.answer(), (governs_at_all(case), governs_on_day(case)))
        for case in cases_of(engine, request, registry)
    )
    if parts:
        decision = _strictest([_decision(part, part.answer, part.governed) for part in parts])
    else:
        at = request.at.latest
        decision = engine.decide(request, decided_at=at, explained=False, registry=registry)
    return Known(example, request, registry, decision, parts)


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
    return _strictest([_again(part, amendment, policies) for part in one.parts])


def _again(part: Part, amendment: Amendment, policies: Mapping[str, Policy]) -> Decision:
    case = part.case.amended(amendment.library, policies)
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
