"""A what-if as JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..render_json import View, decision_json
from ..testing.render_json import difference_json
from .comparing import Compared
from .nearest import Nearest

VERSION = 1


def compared_json(found: Compared, changes: Sequence[str]) -> dict[str, Any]:
    """Both answers whole, and every rule that moved.

    Args:
        found: The answers.
        changes: What was supposed, as it was typed.
    """
    return {
        "version": VERSION,
        "what_if": list(changes),
        "before": decision_json(found.before, View.REGULATOR),
        "after": decision_json(found.after, View.REGULATOR),
        "moved": [difference_json(item, ("before", "after")) for item in found.moved],
    }


def nearest_json(found: Nearest) -> dict[str, Any]:
    """The answer as it is, and what would make it a PERMIT."""
    return {
        "version": VERSION,
        "verdict": found.verdict.name.lower(),
        "why": found.why or None,
        "changes": [
            {
                "how": change.how.value,
                "words": change.words,
                "by": [role for role in change.roles if role],
                "proof": change.level.value if change.level else None,
                "any_kind_of": list(change.others),
                "now": change.now or None,
                "reading": change.reading or None,
            }
            for change in found.changes
        ],
        "before": decision_json(found.decision, View.REGULATOR),
        "after": decision_json(found.after, View.REGULATOR) if found.after else None,
    }
