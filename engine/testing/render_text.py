"""Results of examples as text: expected and actual side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from ...dsl import syntax as tree
from ..examples import ExampleResult
from .differences import RuleDifference, Step, differences

_LEFT, _RIGHT = 58, 18
_SHOWN = 5  # rules of one example; a law has many that may open


def failure_text(result: ExampleResult) -> str:
    """A failed example: its place, what is wrong, and both answers with their trees."""
    node = result.example.node
    lines = [f'FAIL {node.span}: "{node.title}"']
    lines += [f"  {fault}" for fault in result.faults]
    lines += ["", *table(_answers(result))]
    found = differences(result)
    for difference in found[:_SHOWN]:
        lines += rule_lines(difference)
    if len(found) > _SHOWN:
        lines.append(f"  and {len(found) - _SHOWN} more rules; --json has them all")
    return "\n".join(lines)


def summary_text(results: Sequence[ExampleResult], left_out: int) -> str:
    """How many passed, failed and were not asked for."""
    failed = sum(bool(result.faults) for result in results)
    counted = f"{len(results) - failed} passed, {failed} failed"
    return counted + (f", {left_out} left out" if left_out else "")


def _answers(result: ExampleResult) -> Iterator[Step]:
    node, decision = result.example.node, result.decision
    yield Step("", "expected", "actual")
    yield Step("answer", outcome_word(node), decision.outcome.value)
    yield Step("reason", node.reason or "any", decision.reason)
    by = ", ".join(name.text for name in node.by) or "any"
    yield Step("by", by, ", ".join(short(r.rule.id) for r in decision.deciding()) or "none")


def outcome_word(node: tree.Example) -> str:
    """The answer that an example expects."""
    return node.outcome.value if node.outcome else ""


def short(rule_id: str) -> str:
    """A rule without its policy."""
    return rule_id.rpartition("/")[2]


def rule_lines(difference: RuleDifference) -> Iterator[str]:
    """A rule that came out otherwise, step by step."""
    yield ""
    yield from table(difference.steps)
    first = next((step for step in difference.steps if step.decides and step.depth), None)
    if first is not None:
        yield f"  first decided otherwise: {' '.join(first.text.split())}"


def table(steps: Iterable[Step]) -> Iterator[str]:
    """Three columns; what is long goes on below, what differs is marked."""
    for step in steps:
        indent = "  " * step.depth
        columns = (
            textwrap.wrap(step.text, _LEFT, initial_indent=indent, subsequent_indent=indent + "  "),
            textwrap.wrap(step.expected, _RIGHT),
            textwrap.wrap(step.actual, _RIGHT),
        )
        mark = ">" if step.decides else " "
        for at in range(max(1, *map(len, columns))):
            cells = [column[at] if at < len(column) else "" for column in columns]
            yield f"{mark if at == 0 else ' '} {cells[0]:<{_LEFT}}  {cells[1]:<{_RIGHT}}  " \
                  f"{cells[2]}".rstrip()  # fmt: skip
