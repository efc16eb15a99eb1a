"""A name that was read, as plain values and as it may be printed."""

from __future__ import annotations

from typing import Any

from .resolution import Candidate, Resolution

_WIDTH = 60


def resolution_json(found: Resolution) -> dict[str, Any]:
    """What a name means, as plain values."""
    return {
        "name": found.name,
        "finding": found.finding.value,
        "body": found.body.key if found.body else None,
        "score": found.score,
        "evidence": list(found.evidence),
        "candidates": [_candidate_json(each) for each in found.candidates],
        "statuses": list(found.statuses),
        "idle": found.is_idle,
        "tagged": found.is_tagged,
    }


def _candidate_json(candidate: Candidate) -> dict[str, Any]:
    return {
        "body": candidate.body.key,
        "name": candidate.body.name,
        "score": candidate.score,
        "evidence": list(candidate.evidence),
    }


def shown_name(name: str) -> str:
    """A name as it may be printed: short, on one line, nothing hidden."""
    plain = "".join(each if each.isprintable() else "?" for each in name)
    return plain if len(plain) <= _WIDTH else f"{plain[:_WIDTH]}..."
