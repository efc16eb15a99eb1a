"""Why a request breaks a statement, in words: what is open, what opens, which rules stood aside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...dsl.truth import Truth
from ..decision import Decision
from ..explanation import NeedKind, Node
from ..reference import RESTRICTING, BranchResult, RuleResult, RuleState
from ..values import Cause

_TOLD = 6  # rules of one sort


def why_broken(stated: RuleResult, decision: Decision) -> tuple[str, ...]:
    """Why, a sentence each.

    Args:
        stated: The statement, read as a rule that forbids, before the request.
        decision: What the request gets.
    """
    does = _DOES[decision.outcome.value]
    decides = [f"rule {result.rule.id} {does}" for result in decision.deciding()]
    return (*_open(stated), *_first(decides), *_first([*_aside(decision), *_met(decision)]))


_DOES = {"PERMIT": "permits it", "HOLD": "holds it", "DENY": "denies it"}


def _first(rules: Sequence[str]) -> list[str]:
    """The first, and how many more there are."""
    more = [f"and {len(rules) - _TOLD} more rules"] if len(rules) > _TOLD else []
    return [*rules[:_TOLD], *more]


def _open(stated: RuleResult) -> Iterator[str]:
    """What the statement speaks of and the request does not prove."""
    turn = max(stated.turns, key=lambda turn: turn.value)
    if turn.condition is not None and turn.condition.truth is Truth.UNPROVEN:
        for leaf in _unproven(turn.condition):
            yield f"`{leaf.text}` counts as possibly true: {_cause(leaf)}"
    for branch in turn.branches:
        if branch.node.truth is not Truth.TRUE:
            what = "is false" if branch.node.truth is Truth.FALSE else "is not proven"
            yield f"its exception `{branch.branch.label.text}` {what}"


def _unproven(node: Node) -> Iterator[Node]:
    """What is unproven below, the deepest that still has a text of its own."""
    if not node.children:
        yield node
    for child in node.children:
        if child.truth is Truth.UNPROVEN:
            yield from _unproven(child)


def _cause(leaf: Node) -> str:
    if leaf.need is None:
        return "it is not proven"
    if leaf.need.kind is NeedKind.READING:
        return "it is an open question of law"
    cause = leaf.need.cause or Cause.NOT_STATED
    return f"{leaf.need.name} is {cause.value}"


def _aside(decision: Decision) -> Iterator[str]:
    """The rules that a review or an exception kept from stopping the request."""
    for result in _passed(decision):
        if result.value is not Truth.FALSE:
            yield f"rule {result.rule.id} stood aside: it is cleared on review"
        for branch in _true_branches(result):
            if not branch.is_ground:
                yield f"rule {result.rule.id} stood aside: its exception {_branch(branch)}"


def _met(decision: Decision) -> Iterator[str]:
    """The rules of which the request meets a ground."""
    for result in _passed(decision):
        for branch in _true_branches(result):
            if branch.is_ground:
                yield f"rule {result.rule.id} lets it through: its ground {_branch(branch)}"


def _passed(decision: Decision) -> Iterator[RuleResult]:
    """The rules that may stop a request, and do not stop this one."""
    for result in decision.results:
        if result.rule.effect in RESTRICTING and result.state is RuleState.CLEAR:
            yield result


def _true_branches(result: RuleResult) -> list[BranchResult]:
    """The branches that let through what a rule would have stopped, each once."""
    turns = (turn for turn in result.turns if turn.applies is not Truth.FALSE)
    true = (b for turn in turns for b in turn.branches if b.node.truth is Truth.TRUE)
    return list({branch.branch.label.text: branch for branch in true}.values())


def _branch(branch: BranchResult) -> str:
    return f"`{branch.branch.label.text}` is true ({branch.node.text})"
