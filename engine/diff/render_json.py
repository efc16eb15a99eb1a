"""A difference as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .changes import Answered, Change, Decided, Difference, Side, Witness

VERSION = 1


def difference_json(difference: Difference, changes: Sequence[Change]) -> dict[str, Any]:
    """What changes, class by class."""
    found = {
        "version": VERSION,
        "old": _side(difference.old),
        "new": _side(difference.new),
        "changes": [_change(change) for change in changes],
        "rules": [
            {
                "rule": turned.id,
                "old": turned.old is not None,
                "new": turned.new is not None,
                "decides": turned.decides,
            }
            for turned in difference.rules
        ],
        "unknown": [
            {"act": doubt.act, "data": doubt.data, "why": doubt.why} for doubt in difference.doubts
        ],
        "questions": difference.questions,
    }
    if difference.apart is not None:
        apart = difference.apart
        found["owners"] = {"old": apart.owner, "new": apart.other}
        found["no_counterpart"] = {"old": list(apart.old), "new": list(apart.new)}
    return found


def _side(side: Side) -> dict[str, Any]:
    found: dict[str, Any] = {"name": side.name, "digest": side.engine.library.digest}
    if side.day is not None:
        found["day"] = side.day.isoformat()
    return found


def _change(change: Change) -> dict[str, Any]:
    found: dict[str, Any] = {
        "act": change.act,
        "data": list(change.alike),
        "direction": change.direction.value,
        "old": _answered(change.old),
        "new": _answered(change.new),
        "witness": None,
    }
    if change.witness is not None:
        found["witness"] = _witness(change.witness)
    return found


def _answered(answered: Answered) -> dict[str, str]:
    found = {"outcome": answered.outcome.value}
    if answered.by:
        found["by"] = answered.by
    return found


def _witness(witness: Witness) -> dict[str, Any]:
    return {
        "request": dict(witness.request),
        "old": _decided(witness.old),
        "new": _decided(witness.new),
    }


def _decided(decided: Decided) -> dict[str, Any]:
    found: dict[str, Any] = {
        "outcome": decided.outcome.value,
        "reason": decided.reason,
        "rules": list(decided.rules),
    }
    if decided.request is not None:
        found["request"] = dict(decided.request)
    return found
