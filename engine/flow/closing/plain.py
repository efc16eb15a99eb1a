"""An answer as plain values: the form that ``platelaw close --json`` prints (docs/closing.md)."""

from __future__ import annotations

from typing import Any

from ..door import DoorClass
from ..model import FlowMap, Relation
from ..render_json import completeness_json, name_of
from .asking import Demand, Price
from .plan import Answer, Exposure, Plan, Step
from .rules import RulesInstead
from .solving import Cut, Status
from .words import HEURISTIC, act_of, status_words

VERSION = 1


def answer_json(answer: Answer, map_: FlowMap, rules: RulesInstead | None = None) -> dict[str, Any]:
    """The whole answer."""
    question, closing, trace = answer.question, answer.closing, answer.trace
    return {
        "version": VERSION,
        "question": {
            "zone": question.zone, "purpose": question.purpose, "day": question.day.isoformat(),
            "owners": list(question.owners), "hops": question.hops, "wrongs": question.wrongs,
            "classes": [klass.value for klass in DoorClass if klass in closing.all_classes],
            "holders": None if closing.holders is None else sorted(closing.holders),
            "never": sorted(closing.never),
            "demands": [_demand(each) for each in closing.demands],
            "most_switches": closing.budget.switches, "most_loss": closing.budget.price,
            "effort": closing.effort,
            "time_limit": closing.time_limit,
        },
        "status": answer.status.value,
        "status_words": status_words(answer),
        "before": {**_exposure(answer.before), "pairs_asked": answer.pairs_before},
        "plan": None if answer.plan is None else _plan(answer.plan, map_),
        "uncuttable": [_relation(each, map_) for each in answer.walk],
        "give_up": [_demand(each) for each in answer.given_up],
        "alternatives": [_plan(each, map_) for each in answer.alternatives],
        "frontier": [
            {"most_left": point.most_left, **_cut(point.cut)} for point in answer.frontier
        ],
        "phases": {
            "note": HEURISTIC,
            "steps": [
                {"switches": list(each.switches), "pairs_left": each.pairs_left}
                for each in answer.phases
            ],
        },
        "rules_instead": None if rules is None else _rules(rules),
        "losses": {key: _price(price) for key, price in answer.prices.items()},
        "completeness": completeness_json(trace.completeness),
        "assumptions": list(trace.assumptions),
        "bounds": list(trace.bounds),
    }  # fmt: skip


def _rules(rules: RulesInstead) -> dict[str, Any]:
    return {
        "drafts": [
            {"owner": each.owner, "bars": list(each.recipients), "file": each.file}
            for each in rules.drafts
        ],
        "owners_not_on_file": rules.without,
        "after": _exposure(rules.after),
    }


def _plan(plan: Plan, map_: FlowMap) -> dict[str, Any]:
    return {
        **_cut(plan.cut),
        "verified": True,
        "after": _exposure(plan.after),
        "steps": [_step(each, map_) for each in plan.steps],
        "lost": [_demand(each) for each in plan.lost],
    }


def _cut(cut: Cut) -> dict[str, Any]:
    return {
        "status": cut.status.value,
        "proved": cut.status is Status.OPTIMAL,
        "switches": list(cut.switches),
        "loss": cut.loss,
        "minimized": cut.price,
        "bound": cut.bound,
        "gap": cut.gap,
        "pairs_left": cut.pairs_left,
        "pairs_bound": cut.pairs_bound,
        "solver_seconds": round(cut.seconds, 3),
    }


def _step(step: Step, map_: FlowMap) -> dict[str, Any]:
    switch = step.switch
    return {
        "switch": switch.key,
        "kind": switch.kind.value,
        "holder": switch.holder,
        "holder_name": name_of(map_, switch.holder),
        "act": act_of(switch, map_),
        **_price(step.price),
        "relations": step.relations,
        "relations_on_doors": step.on_doors,
        "pairs_cut_alone": step.cuts_alone,
        "pairs_left_without_it": step.needed_by,
    }


def _price(price: Price) -> dict[str, Any]:
    return {"loss": price.value, "basis": price.basis.value, "default": price.is_default}


def _exposure(exposure: Exposure) -> dict[str, Any]:
    return {
        "pairs": {klass.value: count for klass, count in exposure.pairs.items()},
        "owners": {klass.value: count for klass, count in exposure.owners.items()},
        "by_owner": {
            owner: {klass.value: count for klass, count in found.items()}
            for owner, found in exposure.by_owner.items()
        },
    }


def _demand(demand: Demand) -> dict[str, Any]:
    return {
        "owner": demand.owner, "requester": demand.requester, "purpose": demand.purpose,
        "protected": demand.is_protected, "loss": demand.loss,
        "routes": [sorted(route) for route in demand.routes],
    }  # fmt: skip


def _relation(relation: Relation, map_: FlowMap) -> dict[str, Any]:
    switch = map_.switches[relation.switch]
    return {
        "source": relation.source, "target": relation.target, "kind": relation.kind.value,
        "switch": switch.key, "holder": switch.holder, "act": act_of(switch, map_),
    }  # fmt: skip
