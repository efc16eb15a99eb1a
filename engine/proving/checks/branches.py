"""Exceptions and grounds that matter to no request, and exceptions that swallow their rule."""

from __future__ import annotations

from dataclasses import replace

from ....dsl import syntax as tree
from ....dsl.model import Rule
from ..encoding import Part
from ..formulas import Formula, both, either, negated
from ..hunting import Scene

OPENING = (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN)


def without(rule: Rule, *branches: tree.Branch) -> Rule:
    """A rule less some of its branches."""
    node = rule.node
    grounds = tuple(branch for branch in node.grounds if branch not in branches)
    exceptions = tuple(branch for branch in node.exceptions if branch not in branches)
    return replace(rule, node=replace(node, grounds=grounds, exceptions=exceptions))


def matters(scene: Scene, part: Part, branch: tree.Branch) -> Formula:
    """Whether the rules would say otherwise without a branch."""
    bare = scene.changed(part, without(part.rule, branch))
    if part.rule.effect in OPENING:
        differs = either(
            both(bare.value.certain, negated(part.value.certain)),
            both(bare.value.possible, negated(part.value.possible)),
        )
        return both(differs, negated(scene.denied()))
    denies = both(bare.denies, negated(part.denies))
    stops = both(
        either(bare.denies, bare.holds),
        negated(either(part.denies, part.holds)),
        negated(scene.held(part)),
    )
    return both(negated(scene.denied(part)), either(denies, stops))


def applies(scene: Scene, part: Part, branch: tree.Branch) -> Formula:
    """Whether a branch is met by a request to which its rule applies."""
    del scene
    return next(pair.certain for other, pair in part.branches if other is branch)


def bites(part: Part) -> Formula:
    """Whether a rule does what it is for."""
    refers = part.rule.effect is tree.Effect.REFER
    return part.value.possible if refers else part.value.certain
