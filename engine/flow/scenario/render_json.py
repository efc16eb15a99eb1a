"""A simulation as JSON: the form that ``platelaw simulate --json`` prints (docs/scenarios.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..door import Door, DoorClass, Trace
from ..model import FlowMap
from ..render_json import completeness_json, day_text, door_json, name_of, question_json
from ..residual import Residue
from .comparing import Difference
from .lawful import Loss
from .simulating import Outcome, Simulation, exposed, reached

VERSION = 1


def simulation_json(simulation: Simulation, flow_map: FlowMap) -> dict[str, Any]:
    """The whole answer.

    Args:
        simulation: The answer.
        flow_map: The map before.
    """
    before = simulation.before
    return {
        "version": VERSION,
        "simulated": True,
        "question": question_json(before.question),
        "before": {**_standing(before), "lawful_pairs": len(simulation.lawful)},
        "scenarios": [_outcome(each, flow_map) for each in simulation.ranked()],
        "completeness": completeness_json(simulation.completeness),
        "assumptions": list(before.assumptions),
        "bounds": list(before.bounds),
    }


def _standing(trace: Trace) -> dict[str, Any]:
    """How much is open."""
    return {
        "recipients_by_class": _by_class(reached(trace)),
        "owners_exposed": exposed(trace),
        "doors_shown": len(trace.doors),
    }


def _by_class(counts: Any) -> dict[str, int]:
    return {klass.value: counts[klass] for klass in DoorClass if counts.get(klass)}


def _outcome(outcome: Outcome, flow_map: FlowMap) -> dict[str, Any]:
    scenario = outcome.scenario
    return {
        "name": scenario.name,
        "words": scenario.words,
        "day": day_text(scenario.day),
        "changes": [change.words for change in scenario.changes],
        "changes_nothing": list(outcome.idle),
        "after": _standing(outcome.trace),
        **difference_json(outcome.difference, flow_map, outcome.after),
        "lawful": _loss(outcome.loss),
        "residues": [_residue(each, flow_map) for each in outcome.residues],
        "bounds": list(outcome.trace.bounds),
    }


def difference_json(difference: Difference, before: FlowMap, after: FlowMap) -> dict[str, Any]:
    """What differs, each door as its own map has it."""
    return {
        "opened": _doors(difference.opened, after),
        "closed": _doors(difference.closed, before),
        "changed": [
            {"before": door_json(old, before), "after": door_json(new, after)}
            for old, new in difference.changed
        ],
        "kept": difference.kept,
        "owners": [
            {
                "owner": reach.owner,
                "name": name_of(after, reach.owner),
                "before": _by_class(reach.before),
                "after": _by_class(reach.after),
            }
            for reach in difference.reaches
            if not reach.is_none
        ],
    }


def _doors(doors: Iterable[Door], flow_map: FlowMap) -> list[dict[str, Any]]:
    return [door_json(door, flow_map) for door in doors]


def _loss(loss: Loss) -> dict[str, Any]:
    return {
        "lost": [{"owner": owner, "requester": requester} for owner, requester in loss.lost],
        "gained": [{"owner": owner, "requester": requester} for owner, requester in loss.gained],
        "records_lost_90_days": loss.volume,
        "lost_unmeasured": loss.unmeasured,
        "lost_by_owner": dict(loss.by_owner()),
        "lost_by_requester": dict(loss.by_requester()),
    }


def _residue(residue: Residue, flow_map: FlowMap) -> dict[str, Any]:
    return {
        "owner": residue.owner,
        "holder": residue.holder,
        "holder_name": name_of(flow_map, residue.holder),
        "custody": residue.custody.value,
        "arrives": day_text(residue.arrives),
        "until": day_text(residue.until),
        "retention_unknown_at": list(residue.unknown),
        "later_with_more_hops": residue.grows,
    }
