"""Results of examples as JSON values."""

from __future__ import annotations

from collections.abc import Sequence

from ..examples import ExampleResult
from .differences import RuleDifference, differences
from .render_text import outcome_word

Json = dict[str, object]


def results_json(results: Sequence[ExampleResult], left_out: int, digest: str) -> Json:
    """All results, with the digest of the library that gave them."""
    failed = sum(bool(result.faults) for result in results)
    return {
        "version": 1,
        "ok": bool(results) and not failed,
        "digest": digest,
        "passed": len(results) - failed,
        "failed": failed,
        "left_out": left_out,
        "examples": [_example(result) for result in results],
    }


def _example(result: ExampleResult) -> Json:
    node, decision = result.example.node, result.decision
    return {
        "title": node.title,
        "file": node.span.source.name,
        "line": node.span.source.line_and_column(node.span.start)[0],
        "policy": result.example.policy,
        "ok": not result.faults,
        "expected": {
            "outcome": outcome_word(node),
            "reason": node.reason or None,
            "by": [name.text for name in node.by],
            "touched": [name.text for name in node.touched],
            "untouched": [name.text for name in node.untouched],
        },
        "actual": {
            "outcome": decision.outcome.value,
            "reason": decision.reason,
            "by": [rule.rule.id for rule in decision.deciding()],
        },
        "faults": list(result.faults),
        "differences": [difference_json(found) for found in differences(result)],
    }


def difference_json(found: RuleDifference, names: tuple[str, str] = ("expected", "actual")) -> Json:
    """A rule that came out otherwise, step by step; the two sides under their names."""
    left, right = names
    return {
        "rule": found.rule,
        "steps": [
            {
                "text": step.text,
                "depth": step.depth,
                left: step.expected or None,
                right: step.actual,
                "decides": step.decides,
            }
            for step in found.steps
        ],
    }
