"""An answer as JSON, in the documented form of ``platelaw schema decision``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from typing import Any

from ..dsl import syntax as tree
from ..dsl.printer import condition_text
from ..dsl.reading import REASON_SETS
from . import names
from .decision import Decision, needs_by_cause
from .explanation import Need, Node
from .reference import RuleResult, Turn
from .settling import Settling

VERSION = 1


class View(Enum):
    """For whom an answer is shown.

    A requester sees neither what the lexicons saw, nor how many hits there are, nor which of
    his own words would have to change.
    """

    REQUESTER = "requester"
    OWNER = "owner"
    REGULATOR = "regulator"


PRIVATE = frozenset({*REASON_SETS, names.REASON, "result.count"})


def decision_json(decision: Decision, view: View = View.OWNER) -> dict[str, Any]:
    """The answer as plain values; equal answers give equal values."""
    first, last = decision.law_date
    shown = decision.results if view is not View.REQUESTER else shown_rules(decision, view)
    return {
        "version": VERSION,
        "view": view.value,
        "outcome": decision.outcome.value,
        "reason": decision.reason,
        "simulated": decision.simulated,
        "asked": _asked(decision),
        "law_date": {"first": first.isoformat(), "last": last.isoformat()},
        "decided_at": decision.decided_at.isoformat(),
        "valid_until": decision.valid_until.isoformat() if decision.valid_until else None,
        "known_as_of": decision.known_as_of,
        "weakest_status": decision.weakest_status or None,
        "policy_on_file": decision.on_file,
        "layers": _layers(decision, shown, view),
        "settling": [_settling(item) for item in shown_sets(decision, view)],
        "not_stated": [] if view is View.REQUESTER else list(decision.not_stated),
        "missing": {} if view is View.REQUESTER else _missing(decision),
        "routes": [{"changes": r.change.changes, "words": r.change.words} for r in decision.routes],
        "urgent": [
            {"role": u.role, "desk": u.desk, "answers_within": u.within, "rule": u.rule}
            for u in decision.urgent
        ],
        "duties": [
            {
                "duty": d.duty,
                "holder": d.holder,
                "deadline": d.deadline,
                "rule": d.rule,
                "done": d.done,
            }
            for d in decision.duties
        ],
        "onward": [
            {"to": o.to, "for": list(o.purposes), "until": o.until or None, "rule": o.rule}
            for o in decision.onward
        ],
        "may_apply": list(decision.may_apply),
        "errors": [
            {"where": f.where, "message": f.message, "help": f.help} for f in decision.faults
        ],
        "notes": list(decision.notes),
    }


def shown_rules(decision: Decision, view: View) -> tuple[RuleResult, ...]:
    """The deciding rules that a reader is told of.

    A requester hears of a rule that reads the words of his reason only if no other decides.
    """
    deciding = decision.deciding()
    if view is not View.REQUESTER:
        return deciding
    return tuple(result for result in deciding if not reads_reason(result)) or deciding


def reads_reason(result: RuleResult) -> bool:
    """Whether a rule's condition looks at the words of the reason."""
    return any(turn.condition.reads(REASON_SETS) for turn in result.turns if turn.condition)


def decision_bytes(decision: Decision, view: View = View.OWNER) -> bytes:
    """The answer as canonical bytes: keys sorted, no blanks, UTF-8."""
    plain = decision_json(decision, view)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _asked(decision: Decision) -> dict[str, Any]:
    request = decision.request
    return {
        "requester": request.requester,
        "owner": request.owner,
        "act": request.act,
        "data": list(request.data),
        "decided_on": decision.data,
    }


def _layers(decision: Decision, shown: tuple[RuleResult, ...], view: View) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = []
    for layer, verdict in decision.verdicts.items():
        rules = [result for result in shown if result.policy.layer is layer]
        layers.append(
            {
                "layer": layer.value,
                "verdict": verdict.value,
                "issuers": sorted({result.policy.issuer for result in rules}),
                "rules": [_rule(result, view) for result in rules],
            }
        )
    return layers


def _rule(result: RuleResult, view: View) -> dict[str, Any]:
    node = result.rule.node
    plain: dict[str, Any] = {
        "id": result.rule.id,
        "title": node.title,
        "effect": node.effect.value if node.effect else "",
        "state": result.state.value,
        "cites": _cites(node.citation),
        "in_force": _in_force(node.in_force),
        "because": node.because or None,
        "adopted_from": result.rule.adopted_from or None,
        "consequences": [
            {"duty": must.duty.text, "by": must.by.text if must.by else None}
            for must in node.on_refusal
        ],
        "remedies": [
            {"by": b.by.text, "against": b.against.text, "cites": _cites(b.citation)}
            for b in node.breaches
        ],
    }
    if view is not View.REQUESTER:
        plain["recipients"] = [_turn(turn) for turn in result.turns]
    return plain


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "recipient": "another, not known" if turn.recipient == "" else turn.recipient,
        "applies": turn.applies.name.lower(),
        "bites_or_opens": turn.value.name.lower(),
        "condition": _node(turn.condition) if turn.condition else None,
        "branches": [
            {
                "label": branch.branch.label.text,
                "kind": "ground" if branch.is_ground else "exception",
                "truth": branch.node.truth.name.lower(),
                "text": condition_text(branch.branch.condition),
                "cites": _cites(branch.branch.citation),
                "tree": _node(branch.node),
                "missing": [_need(need) for need in branch.node.needs()],
            }
            for branch in turn.branches
        ],
    }


def _node(node: Node) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "operator": node.operator,
        "text": node.text,
        "truth": node.truth.name.lower(),
    }
    for key, value in (("value", node.shown), ("source", node.source)):
        if value:
            plain[key] = value
    if node.need is not None:
        plain["needs"] = _need(node.need)
    if node.children:
        plain["children"] = [_node(child) for child in node.children]
    return plain


def _need(need: Need) -> dict[str, Any]:
    return {
        "kind": need.kind.value,
        "name": need.name,
        "for": need.about or None,
        "cause": need.cause.value if need.cause else None,
        "proof_needed": need.level.value if need.level else None,
        "proof_had": need.had.value if need.had else None,
        "provable_by": list(need.roles),
    }


def shown_sets(decision: Decision, view: View) -> Iterator[Settling]:
    """The settling sets that a reader is told of, but for those of his own word alone."""
    for item in decision.settling:
        told = view is not View.REQUESTER or not any(n.name in PRIVATE for n in item.needs)
        if told and not all(need.is_asserted for need in item.needs):
            yield item


def _settling(item: Settling) -> dict[str, Any]:
    """A set of needs; what only the requester's word would add is named under not_stated."""
    return {"needs": [_need(need) for need in item.needs if not need.is_asserted]}


def _missing(decision: Decision) -> dict[str, list[dict[str, Any]]]:
    return {
        cause: [_need(need) for need in needs] for cause, needs in needs_by_cause(decision).items()
    }


def _cites(citation: tree.Citation | None) -> dict[str, str] | None:
    return {"text": citation.text, "status": citation.status.value} if citation else None


def _in_force(period: tree.InForce | None) -> dict[str, str | None] | None:
    if period is None:
        return None
    return {
        "from": period.start.isoformat(),
        "from_at_latest": period.latest.isoformat() if period.latest else None,
        "until": period.end.isoformat() if period.end else None,
    }
