"""What must be done, by whom and by when; where data may go on; who answers fast.

Duties of every rule that took part add up; of one duty the shortest deadline counts
(docs/semantics.md, section 9).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from ..dsl import syntax as tree
from ..dsl.truth import Truth
from ..dsl.units import in_words, length
from . import names
from .facts import Facts
from .reference import Answer, Case, RuleResult, RuleState


@dataclass(frozen=True, slots=True)
class DutyOwed:
    """One duty of one answer."""

    duty: str
    holder: str
    deadline: str
    rule: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class OnwardTerms:
    """To whom released data may go on; a symbol, because each such release is asked anew.

    Attributes:
        to: ``nobody``, or ``whoever this rule lets in``.
        purposes: For which purposes; any if empty.
        until: Until when, in words.
        rule: The rule that says so.
        within: How long after the release; None if for good.
    """

    to: str
    purposes: tuple[str, ...]
    until: str
    rule: str
    within: tree.Duration | None = None


@dataclass(frozen=True, slots=True)
class UrgentLane:
    """Who answers within how long while a request of this purpose is held."""

    role: str
    desk: str
    within: str
    rule: str


def duties_owed(answer: Answer, act: str) -> tuple[DutyOwed, ...]:
    """The duties of every rule that took part, each with its shortest deadline."""
    owed: dict[tuple[str, str], tuple[datetime.timedelta, DutyOwed]] = {}
    for result in answer.results:
        for must, done in _arising(result, answer, act):
            duty = _owed(must, result, done=done)
            time = length(must.within) if must.within else None
            key = (duty.duty, duty.holder)
            size = time if time is not None else datetime.timedelta.max
            if must.before:
                size = datetime.timedelta(0)
            if key not in owed or (size, duty.rule) < (owed[key][0], owed[key][1].rule):
                owed[key] = size, duty
    return tuple(duty for _, (_, duty) in sorted(owed.items()))


def _arising(result: RuleResult, answer: Answer, act: str) -> Iterable[tuple[tree.Must, bool]]:
    """The duties that a rule puts on this request."""
    bites = result.state in (RuleState.BITES, RuleState.REFUSED)
    if bites:
        yield from ((must, False) for must in result.rule.node.on_refusal)
    opening = result.rule.effect in (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN)
    active = result.value is Truth.TRUE if opening else result.applies is not Truth.FALSE
    if not active or answer.outcome is tree.Outcome.DENY:
        return
    done = {must: truth is Truth.TRUE for must, truth, _ in result.duties}
    for must in result.rule.node.musts:
        if must.every or must.by_date:
            continue  # for the calendar and the audit, never for a decision
        if must.before and any(name.text == act for name in must.before):
            yield must, done.get(must, False)
        elif must.within and (must.of is None or must.of.text == act):
            yield must, False


def _owed(must: tree.Must, result: RuleResult, *, done: bool) -> DutyOwed:
    if must.before:
        deadline = "before the act"
    elif must in result.rule.node.on_refusal:
        deadline = f"within {in_words(must.within)} of this answer" if must.within else "now"
    else:
        deadline = f"within {in_words(must.within)}" if must.within else ""
        deadline += f" of the {must.of.text}" if must.of else " of the act"
    duty = result.policy.vocabulary.duties[must.duty.text]
    holder = must.by.text if must.by else (duty.attested_by or "requester")
    return DutyOwed(must.duty.text, holder, deadline, result.rule.id, done)


def onward_terms(answer: Answer) -> tuple[OnwardTerms, ...]:
    """The onward terms of every rule that took part: all of them must be met."""
    return tuple(
        OnwardTerms(
            onward.to,
            tuple(name.text for name in onward.purposes),
            f"{in_words(onward.until)} after release" if onward.until else "",
            result.rule.id,
            onward.until,
        )
        for result in answer.results
        if (onward := result.rule.node.onward) is not None and result.applies is not Truth.FALSE
    )


def urgent_lanes(case: Case, answer: Answer) -> tuple[UrgentLane, ...]:
    """Who answers fast, for rules that hold a request whose purpose is certainly urgent."""
    if answer.outcome is tree.Outcome.PERMIT:
        return ()
    return tuple(
        UrgentLane(urgent.role.text, _desk(case), in_words(urgent.within), result.rule.id)
        for result in answer.results
        if result.state in _WAITING
        for urgent in result.rule.node.urgent
        if _certainly(case.facts, urgent.purposes, result)
    )


_WAITING = (RuleState.UNPROVEN, RuleState.REFERRED, RuleState.DUTY_FIRST)


def _certainly(facts: Facts, purposes: tuple[tree.Name, ...], result: RuleResult) -> bool:
    if names.PURPOSE not in facts.vocabulary.facts:
        return False
    value = facts.state(names.PURPOSE).value
    kinds = result.policy.vocabulary.kinds
    nearest = facts.vocabulary.kinds.nearest(str(value), kinds) if value else frozenset[str]()
    return bool(nearest) and any(
        kinds.lies_under(nearest, purpose.text) is Truth.TRUE for purpose in purposes
    )


def _desk(case: Case) -> str:
    """Whom to call at the owner's."""
    body = case.registry.get(case.request.owner)
    return "" if body is None else body.desk or body.name
