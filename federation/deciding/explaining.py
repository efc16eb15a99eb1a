"""An answer of the engine as a message, in the view of its reader."""

from __future__ import annotations

from collections.abc import Iterable

from ...dsl import syntax as tree
from ...engine.decision import Decision
from ...engine.explanation import Need
from ...engine.fault import Fault
from ...engine.reference import RuleResult
from ...engine.render_json import View, shown_rules, shown_sets
from ...engine.render_text import reviewers
from ..caller import OVERSEERS, Caller, CallerRole
from ..v1 import answer_pb2 as a

OUTCOMES = {
    tree.Outcome.PERMIT: a.OUTCOME_PERMIT,
    tree.Outcome.HOLD: a.OUTCOME_HOLD,
    tree.Outcome.DENY: a.OUTCOME_DENY,
}


def view_of(caller: Caller, owner: str) -> View:
    """In which view a caller reads answers about the data of an owner."""
    if caller.role in OVERSEERS:
        return View.REGULATOR
    if caller.role is CallerRole.CUSTODIAN and caller.agency == owner:
        return View.OWNER
    return View.REQUESTER


def explanation_of(decision: Decision, view: View) -> a.Explanation:
    """Why the answer came about, what would settle it, what is lawful now, what must be done."""
    return a.Explanation(
        rules=map(_rule, shown_rules(decision, view)),
        weakest_status=decision.weakest_status,
        settling=(
            a.Settling(needs=(_need(need) for need in item.needs if not need.is_asserted))
            for item in shown_sets(decision, view)
        ),
        not_stated=() if view is View.REQUESTER else decision.not_stated,
        routes=_routes(decision),
        duties=(
            a.Duty(duty=d.duty, holder=d.holder, deadline=d.deadline, rule=d.rule, done=d.done)
            for d in decision.duties
        ),
        onward=(
            a.Onward(to=o.to, purposes=o.purposes, until=o.until, rule=o.rule)
            for o in decision.onward
        ),
        urgent=(
            a.Urgent(role=u.role, desk=u.desk, answers_within=u.within, rule=u.rule)
            for u in decision.urgent
        ),
        faults=map(fault_of, decision.faults),
        may_apply=decision.may_apply,
        notes=decision.notes,
    )


def faulty(faults: Iterable[Fault], *notes: str) -> a.Explanation:
    """Why a question could not be gone by."""
    return a.Explanation(faults=map(fault_of, faults), notes=notes)


def fault_of(fault: Fault) -> a.Fault:
    """A fault as a message."""
    return a.Fault(where=fault.where, message=fault.message, help=fault.help)


def _routes(decision: Decision) -> list[str]:
    """What is lawful now, and whom to call."""
    if decision.outcome is tree.Outcome.PERMIT:
        return []
    return [route.change.words for route in decision.routes] + list(reviewers(decision))


def _rule(result: RuleResult) -> a.Rule:
    node = result.rule.node
    cited = node.citation
    return a.Rule(
        id=result.rule.id,
        title=node.title,
        layer=result.policy.layer.value,
        cites=cited.text if cited else "",
        status=cited.status.value if cited else "",
        because=node.because or "",
        state=result.state.value,
    )


def _need(need: Need) -> a.Need:
    return a.Need(
        kind=need.kind.value,
        name=need.name,
        about=need.about or "",
        level=need.level.value if need.level else "",
        roles=[role for role in need.roles if role],
    )
