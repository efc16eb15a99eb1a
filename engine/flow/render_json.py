"""A trace as JSON: the form that ``platelaw trace --json`` prints (docs/tracing.md)."""

from __future__ import annotations

import datetime
from typing import Any

from .door import Completeness, Door, Hop, Question, Trace
from .model import FlowMap

VERSION = 1


def trace_json(trace: Trace, flow_map: FlowMap) -> dict[str, Any]:
    """The whole answer."""
    return {
        "version": VERSION,
        "question": question_json(trace.question),
        "reach": [
            {
                "owner": reach.owner,
                "name": name_of(flow_map, reach.owner),
                "recipients_by_class": {k.value: n for k, n in reach.by_class.items()},
                "fewest_hops": reach.fewest_hops,
            }
            for reach in trace.reaches
        ],
        "doors": [door_json(door, flow_map) for door in trace.doors],
        "completeness": completeness_json(trace.completeness),
        "assumptions": list(trace.assumptions),
        "bounds": list(trace.bounds),
    }


def question_json(question: Question) -> dict[str, Any]:
    """What was asked."""
    return {
        "zone": question.zone,
        "purpose": question.purpose,
        "day": question.day.isoformat(),
        "owners": list(question.owners),
        "hops": question.hops,
        "wrongs": question.wrongs,
        "doors_per_owner": question.doors,
    }


def door_json(door: Door, flow_map: FlowMap) -> dict[str, Any]:
    """One door with its path card."""
    return {
        "name": door.name.value,
        "class": door.klass.value,
        "wrongs": door.wrongs,
        "source": door.source,
        "sink": door.sink,
        "recipient_because": door.because,
        "keyword_filter_only": door.is_filter_only,
        "open_since": day_text(door.open_since),
        "volume_90_days": door.volume,
        "switches": [switch_json(key, flow_map) for key in door.switches],
        "hops": [hop_json(hop, flow_map) for hop in door.hops],
    }


def switch_json(key: str, flow_map: FlowMap) -> dict[str, Any]:
    """A switch, and who can close it at what loss."""
    switch = flow_map.switches[key]
    return {
        "key": key,
        "kind": switch.kind.value,
        "holder": switch.holder,
        "holder_name": name_of(flow_map, switch.holder),
        "words": switch.words,
        "loss_90_days": switch.loss,
        "relations": len(flow_map.by_switch.get(key, ())),
    }


def hop_json(hop: Hop, flow_map: FlowMap) -> dict[str, Any]:
    """One hop."""
    return {
        "source": hop.source,
        "source_name": name_of(flow_map, hop.source),
        "target": hop.target,
        "target_name": name_of(flow_map, hop.target),
        "kind": hop.kind.value,
        "switch": hop.switch,
        "guard": hop.guard.value,
        "act": hop.act,
        "true_purpose": hop.true_purpose,
        "stated_purpose": hop.stated_purpose,
        "outcome": hop.outcome.value if hop.outcome else None,
        "reason": hop.reason,
        "citations": [
            {"rule": c.rule, "title": c.title, "source": c.source, "status": c.status}
            for c in hop.citations
        ],
        "wrongs": [
            {"kind": w.kind.value, "words": w.words, "detectable": w.detectable} for w in hop.wrongs
        ],
        "opens_if": list(hop.opens_if),
        "custody": hop.custody.value,
        "purpose_drifts": hop.drifts,
        "evidence": {
            "source": hop.evidence.source,
            "level": hop.evidence.level.value,
            "day": day_text(hop.evidence.day),
        },
        "start": day_text(hop.start),
        "volume_90_days": hop.volume,
    }


def completeness_json(known: Completeness) -> dict[str, Any]:
    """How much of the map is known."""
    return {
        "bodies": known.nodes,
        "settings_known": known.settings_known,
        "not_on_file": known.unresolved,
        "relations_by_evidence": known.relations,
        "oldest_evidence": day_text(known.oldest),
        "newest_evidence": day_text(known.newest),
    }


def name_of(flow_map: FlowMap, key: str) -> str:
    """What a node is called; its key if the map does not know it."""
    node = flow_map.nodes.get(key)
    return node.name if node else key


def day_text(day: datetime.date | None) -> str | None:
    """A day, if it is known."""
    return day.isoformat() if day else None
