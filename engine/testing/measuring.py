"""What examples reach, by the reference evaluator's trace of every condition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.model import Example, Policy
from ...dsl.truth import Truth
from ..conditions import Context, evaluate
from ..dates import changes, in_force, turns
from ..decision import Engine
from ..examples import cases_of, request_of
from ..explanation import Node
from ..reference import BITING, Answer, Case, RuleResult
from . import points
from .points import Key, Point, PointKind

_LEAVES = ("test", "instrument", "reading")


@dataclass(frozen=True, slots=True)
class Coverage:
    """The points of a library and how many examples reach each."""

    points: tuple[Point, ...]
    reached: Counter[Key]

    def of(self, kind: PointKind | None = None) -> tuple[int, int]:
        """How many points of a kind, or of all, are reached, and how many there are."""
        mine = [point for point in self.points if kind in (None, point.key.kind)]
        return sum(self.reached[point.key] > 0 for point in mine), len(mine)

    @property
    def percent(self) -> float:
        """How much is reached, of a hundred; all of nothing."""
        reached, there_are = self.of()
        return 100 * reached / there_are if there_are else 100.0

    def missing(self) -> tuple[Point, ...]:
        """The points that no example reaches."""
        return tuple(point for point in self.points if not self.reached[point.key])


def measure(engine: Engine, examples: Iterable[Example], files: Collection[str] = ()) -> Coverage:
    """What the examples reach of these files; of all without."""
    reached: Counter[Key] = Counter()
    for example in examples:
        cases = cases_of(engine, *request_of(example, engine.registry))
        keys = {key for case in cases for key in _reached(case, case.answer())}
        reached.update(keys)
    return Coverage(points.points_of(engine.library, files), reached)


def _reached(case: Case, answer: Answer) -> Iterator[Key]:
    for policy in case.policies():
        if policy.binds is not None:
            yield from _leaves(evaluate(policy.binds, case.bare(policy)))
    for policy in case.may_bind():
        yield from _dates(case, policy)
    names = {policy.name: policy for policy in case.bound()}
    tests: set[str] = set()
    for result in answer.results:
        yield from _of_rule(result, answer)
        tests |= {name for node in _nodes(result) for name in _parameters(node)}
    yield from _values(case, names, tests)


def _dates(case: Case, policy: Policy) -> Iterator[Key]:
    """On which side of each change of its rules the request falls; and whom its rules bind."""
    context = case.context(policy)
    for rule in policy.rules:
        if case.request.act not in rule.acts or case.governs(rule, policy) is Truth.FALSE:
            continue
        if rule.node.binds is not None:
            yield from _leaves(evaluate(rule.node.binds, context))
        for day in changes(rule.node):
            keys = points.date_keys(points.dated(rule.node), rule.node.name.text, day)
            yield from _sides(keys, context, day)


def _sides(keys: tuple[Key, Key], context: Context, day: object) -> Iterator[Key]:
    first, last = context.days
    if str(last) < str(day):
        yield keys[0]
    if str(first) >= str(day):
        yield keys[1]


def _of_rule(result: RuleResult, answer: Answer) -> Iterator[Key]:
    requires = result.rule.effect is tree.Effect.REQUIRE
    yield points.rule_key(result.rule, result.applies if requires else result.value)
    for turn in result.turns:
        for found in turn.branches:
            truth = found.node.truth
            yield points.branch_key(found.branch, is_ground=found.is_ground, truth=truth)
    for node in _nodes(result):
        yield from _leaves(node)
    yield from _duties(result, answer)


def _nodes(result: RuleResult) -> Iterator[Node]:
    """The condition and branches of every turn."""
    for turn in result.turns:
        if turn.condition is not None:
            yield turn.condition
        yield from (found.node for found in turn.branches)


def _leaves(node: Node) -> Iterator[Key]:
    for leaf in node.leaves():
        if leaf.operator in _LEAVES and leaf.test is not None:
            yield points.leaf_key(leaf.test, leaf.truth)


def _duties(result: RuleResult, answer: Answer) -> Iterator[Key]:
    """Duties before the act, done or not; others where they come to be owed."""
    for must, done, _ in result.duties:
        outcome = points.DONE if done is Truth.TRUE else points.NOT_DONE
        yield points.duty_key(must, outcome)
    if result.state in BITING:
        yield from (points.duty_key(must, points.OWED) for must in result.rule.node.on_refusal)
    if result.applies is Truth.FALSE or answer.outcome is tree.Outcome.DENY:
        return
    yield from (
        points.duty_key(must, points.OWED) for must in result.rule.node.musts if not must.before
    )


def _parameters(node: Node) -> Iterator[str]:
    """The parameters that tests below read."""
    for leaf in node.leaves():
        bound = getattr(leaf.test, "bound", None)
        if isinstance(bound, tree.Name):
            yield bound.text


def _values(case: Case, bound: dict[str, Policy], read: set[str]) -> Iterator[Key]:
    """The values of parameters that count for this request, where some rule reads them."""
    for name, versions in case.library.parameters.items():
        for version in versions:
            policy = bound.get(version.policy)
            if policy is None:
                continue
            context = case.bare(policy)
            if name in read and in_force(version.in_force, context.days) is Truth.TRUE:
                yield points.parameter_key(name, version.value)
            for day in turns(version.in_force):
                keys = points.date_keys(version.in_force.span, name, day)
                yield from _sides(keys, context, day)
    for policy in bound.values():
        for name, value in policy.settings.items():
            if name in read:
                yield points.parameter_key(name, value)
