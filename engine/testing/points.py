"""What the examples of a library can reach: one point for each outcome of each thing written."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum

from ...dsl import syntax as tree
from ...dsl.model import Library, Policy, Rule
from ...dsl.printer import condition_text
from ...dsl.source import Span
from ...dsl.truth import Truth
from ..binding import OWNER_LAYERS
from ..dates import changes, turns
from .possible import bodies_of, of_rule, possible


class PointKind(Enum):
    """What sort of thing is reached."""

    RULE = "rule"
    CONDITION = "condition"
    EXCEPTION = "exception"
    GROUND = "ground"
    DUTY = "duty"
    PARAMETER = "parameter"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Key:
    """What makes a point one: where it stands, what it says, and how it came out."""

    kind: PointKind
    file: str
    start: int
    text: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Point:
    """One outcome that an example could reach, the place it is written at, and whose it is."""

    key: Key
    span: Span
    owner: str


ACTS = {Truth.TRUE: "acts", Truth.FALSE: "stays out", Truth.UNPROVEN: "waits"}
DONE, NOT_DONE, OWED, READ = "done", "not done", "owed", "read"


def points_of(library: Library, files: Collection[str] = ()) -> tuple[Point, ...]:
    """Every point of the library's own files, each once, in the order of the texts.

    What a policy adopts counts where it is written, and a proposed bill not at all.
    """
    found = {
        point.key: point for point in _all(library) if not files or point.span.source.name in files
    }
    return tuple(sorted(found.values(), key=lambda p: (p.key.file, p.key.start)))


def key_of(kind: PointKind, span: Span, text: str, outcome: str) -> Key:
    """The key of what stands at a place."""
    return Key(kind, span.source.name, span.start, text, outcome)


def leaf_key(test: tree.Condition, truth: Truth) -> Key:
    """The key of a bare test that came out so."""
    return key_of(PointKind.CONDITION, test.span, condition_text(test), truth.word)


def rule_key(rule: Rule, truth: Truth) -> Key:
    """The key of a rule that did so."""
    return key_of(PointKind.RULE, rule.node.span, rule.node.name.text, ACTS[truth])


def branch_key(branch: tree.Branch, *, is_ground: bool, truth: Truth) -> Key:
    """The key of a ground or exception that came out so."""
    kind = PointKind.GROUND if is_ground else PointKind.EXCEPTION
    return key_of(kind, branch.span, branch.label.text, truth.word)


def duty_key(must: tree.Must, outcome: str) -> Key:
    """The key of a duty."""
    return key_of(PointKind.DUTY, must.span, must.duty.text, outcome)


def parameter_key(name: str, value: tree.Value) -> Key:
    """The key of one value of a parameter."""
    return key_of(PointKind.PARAMETER, value.span, name, READ)


def date_keys(span: Span, name: str, day: object) -> tuple[Key, Key]:
    """The keys of the time before a day on which something changes, and of the time from it."""
    return (
        key_of(PointKind.DATE, span, name, f"before {day}"),
        key_of(PointKind.DATE, span, name, f"from {day}"),
    )


def _all(library: Library) -> Iterator[Point]:
    for policy in library.policies:
        if policy.proposed:
            continue
        conditions = [policy.binds, *policy.defines.values()]
        for condition in conditions if not policy.adopted else ():
            yield from _leaves(condition, policy, policy.name)
        for rule in policy.rules:
            if not rule.adopted_from:
                yield from _of_rule(rule, policy)
        for name, value in policy.settings.items():
            yield Point(parameter_key(name, value), value.span, policy.name)
    for versions in library.parameters.values():
        for version in versions:
            span, owner = version.value.span, version.policy
            yield Point(parameter_key(version.name, version.value), span, owner)
            for day in turns(version.in_force):
                for key in date_keys(version.in_force.span, version.name, day):
                    yield Point(key, version.in_force.span, owner)


def _of_rule(rule: Rule, policy: Policy) -> Iterator[Point]:
    node = rule.node
    for truth in of_rule(rule, policy):
        yield Point(rule_key(rule, truth), node.span, rule.id)
    for condition in (node.binds, node.condition):
        yield from _leaves(condition, policy, rule.id)
    for group, is_ground in ((node.grounds, True), (node.exceptions, False)):
        for branch in group:
            for truth in possible(branch.condition, policy):
                key = branch_key(branch, is_ground=is_ground, truth=truth)
                yield Point(key, branch.span, rule.id)
            yield from _leaves(branch.condition, policy, rule.id)
    for must in node.musts:
        for outcome in (DONE, NOT_DONE) if must.before else (OWED,):
            yield Point(duty_key(must, outcome), must.span, rule.id)
    for must in node.on_refusal:
        yield Point(duty_key(must, OWED), must.span, rule.id)
    for day in changes(node):
        before, since = date_keys(dated(node), node.name.text, day)
        for key in (since,) if _begins(policy, day) else (before, since):
            yield Point(key, dated(node), rule.id)


def _begins(policy: Policy, day: datetime.date) -> bool:
    """Whether an agency's own policy begins on a day: before it there is nothing to ask it."""
    if policy.layer not in OWNER_LAYERS:
        return False
    starts = [rule.node.in_force.start for rule in policy.rules if rule.node.in_force is not None]
    first = policy.in_force.start if policy.in_force is not None else min(starts, default=day)
    return day <= first


def dated(node: tree.Rule) -> Span:
    """Where a rule says when it counts."""
    return node.in_force.span if node.in_force else node.span


def _leaves(
    condition: tree.Condition | None,
    policy: Policy,
    owner: str,
    bodies: frozenset[str] = frozenset(),
) -> Iterator[Point]:
    """Every bare test; what a definition holds counts where it is defined."""
    match condition:
        case None:
            return
        case tree.And() | tree.Or():
            for item in condition.items:
                yield from _leaves(item, policy, owner, bodies)
        case tree.Not():
            yield from _leaves(condition.item, policy, owner, bodies)
        case tree.Quantified():
            within = bodies | bodies_of(condition, policy)
            yield from _leaves(condition.body, policy, owner, within)
        case tree.Named() if condition.name in policy.defines:
            return
        case _:
            for truth in possible(condition, policy, bodies):
                yield Point(leaf_key(condition, truth), condition.span, owner)
