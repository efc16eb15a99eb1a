"""What the random cases met: outcomes, states of rules, values of every operator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from platelaw.dsl import syntax as tree
from platelaw.dsl.truth import Truth
from platelaw.engine.decision import Decision
from platelaw.engine.explanation import Node
from platelaw.engine.reference import RuleResult, RuleState

TESTS = ("KindTest", "Equals", "OneOf", "Within", "Includes", "Stated", "Empty", "Paper")
OPERATORS = (
    "and", "or", "not", "definition", "reading", "some", "every", "member", *TESTS,
    *(f"Compare {relation.value}" for relation in tree.Relation),
)  # fmt: skip


class Met:
    """Counts over a run."""

    def __init__(self) -> None:
        self.outcomes: Counter[tree.Outcome] = Counter()
        self.states: Counter[RuleState] = Counter()
        self.operators: Counter[tuple[str, Truth]] = Counter()
        self.effects: Counter[tuple[str, str]] = Counter()

    def add(self, decision: Decision) -> None:
        """Count one answer."""
        self.outcomes[decision.outcome] += 1
        for result in decision.results:
            self.states[result.state] += 1
            self.effects[result.policy.layer.value, result.rule.effect.value] += 1
            for node in nodes_of(result):
                self.operators[operator_of(node), node.truth] += 1

    def missing(self) -> list[str]:
        """Every operator and value, and every state, not met yet."""
        wanted = [(operator, truth) for operator in OPERATORS for truth in Truth]
        gaps = [f"{operator} {truth.name}" for operator, truth in wanted
                if not self.operators[operator, truth]]  # fmt: skip
        return gaps + [state.value for state in RuleState if not self.states[state]]


def operator_of(node: Node) -> str:
    """What a step of an explanation is, as counted."""
    if node.operator in ("reading", "member"):
        return node.operator
    if node.test is None:
        return node.operator
    name = type(node.test).__name__
    return f"{name} {node.test.relation.value}" if isinstance(node.test, tree.Compare) else name


def nodes_of(result: RuleResult) -> Iterator[Node]:
    """Every step of the conditions of a rule."""
    waiting = [turn.condition for turn in result.turns if turn.condition is not None]
    waiting += [branch.node for turn in result.turns for branch in turn.branches]
    waiting += [node for _, _, node in result.duties if node is not None]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)
