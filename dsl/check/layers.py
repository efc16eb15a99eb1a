"""Layers: a lower one has no way to reach a higher rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .. import syntax as tree
from ..codes import Code
from ..diagnostics import Note
from ..model import Parameter, Policy, Vocabulary
from ..units import comparable
from .faults import Faults
from .polarity import branches
from .sections import PolicySection, Sections
from .words import edition_text


def check_layers(
    sections: Sections,
    policies: Mapping[str, Policy],
    parameters: Mapping[str, list[Parameter]],
    vocabularies: Mapping[str, Vocabulary],
    faults: Faults,
) -> None:
    """Note permits without effect, additions under closed kinds, parameters moved wrongly."""
    for section in sections.policies:
        policy = policies.get(section.head.name.text)
        if policy is not None:
            _check_effects(section, policy, faults)
            _check_adjustments(section, policy, parameters, faults)
    _check_parameters(sections.policies, policies, parameters, faults)
    _check_closed(sections, policies.values(), vocabularies, faults)


def _check_effects(section: PolicySection, policy: Policy, faults: Faults) -> None:
    for node in section.rules:
        if node.effect is tree.Effect.PERMIT and policy.layer not in _GROUND:
            faults.add(
                Code.PERMIT_WITHOUT_EFFECT,
                node.name.span,
                f"a permit in the {policy.layer.value} layer opens nothing",
                "only the owner's policy or an agreement is a ground; write a ground of a limit, "
                "or leave the rule out",
            )
        if node.effect is tree.Effect.LEAVE_OPEN and policy.layer is not tree.Layer.FEDERAL:
            faults.add(
                Code.OPEN_OUTSIDE_FEDERAL,
                node.name.span,
                f"`leave open` stands in the {policy.layer.value} layer",
                "only the federal layer may say what lower layers may not forbid",
            )


_GROUND = (tree.Layer.OWNER, tree.Layer.AGREEMENT)


# Parameters -------------------------------------------------------------------------------------


def _check_adjustments(
    section: PolicySection,
    policy: Policy,
    parameters: Mapping[str, list[Parameter]],
    faults: Faults,
) -> None:
    adoption = section.head.adopts
    if adoption is None:
        return
    for change in adoption.parameters:
        versions = parameters.get(change.name.text)
        if not versions:
            faults.unknown(change.name.span, "parameter", change.name.text, parameters)
            continue
        for version in versions:
            if _above(version.layer, policy.layer) or version.policy == adoption.edition.name:
                _check_move(change.name, change.value, version, faults)


def _check_parameters(
    sections: Iterable[PolicySection],
    policies: Mapping[str, Policy],
    parameters: Mapping[str, list[Parameter]],
    faults: Faults,
) -> None:
    """A parameter of a lower policy that bears the name of a higher one moves it."""
    for section in sections:
        policy = policies.get(section.head.name.text)
        if policy is None:
            continue
        for node in section.parameters:
            for version in parameters.get(node.name.text, ()):
                if version.policy != policy.name and _above(version.layer, policy.layer):
                    _check_move(node.name, node.value, version, faults)


def _check_move(name: tree.Name, value: tree.Value, version: Parameter, faults: Faults) -> None:
    """Whether a lower layer moves a parameter towards the stricter."""
    if version.direction is None:
        faults.add(
            Code.WRONG_DIRECTION,
            name.span,
            f"`{name.text}` may not be moved: `{version.policy}` does not say that agencies may",
            "remove the line",
        )
        return
    mine, theirs = comparable(value), comparable(version.value)
    if mine is None or theirs is None or mine[0] != theirs[0]:
        faults.add(
            Code.WRONG_DIRECTION,
            value.span,
            f"`{value.span.text}` cannot be compared with `{version.value.span.text}`",
            "use the same unit as the parameter",
            Note(version.value.span, "declared here"),
        )
        return
    wrong = (
        mine[1] > theirs[1] if version.direction is tree.Direction.LOWER else mine[1] < theirs[1]
    )
    if wrong:
        faults.add(
            Code.WRONG_DIRECTION,
            value.span,
            f"agencies may only {version.direction.value} `{name.text}`, "
            f"and `{value.span.text}` goes the other way",
            f"write {version.value.span.text}, or a stricter value",
            Note(version.value.span, "declared here"),
        )


_ORDER = tuple(tree.Layer)


def _above(higher: tree.Layer, lower: tree.Layer) -> bool:
    return _ORDER.index(higher) < _ORDER.index(lower)


# Closed kinds -----------------------------------------------------------------------------------


def _check_closed(
    sections: Sections,
    policies: Iterable[Policy],
    vocabularies: Mapping[str, Vocabulary],
    faults: Faults,
) -> None:
    """Kinds tested in a limit are closed to additions from below."""
    closed = [
        (policy, rule.id, kind)
        for policy in policies
        for rule in policy.rules
        if rule.effect is tree.Effect.LIMIT and not rule.adopted_from
        for condition, _ in branches(rule.node)
        for kind in _kinds_in(condition, policy)
    ]
    for section in sections.words:
        vocabulary = vocabularies.get(edition_text(section.head.edition))
        if vocabulary is None:
            continue
        for node in section.declarations:
            if isinstance(node, tree.KindDeclaration) and node.name.text in vocabulary.kinds:
                _check_addition(node, vocabulary, closed, faults)


def _check_addition(
    node: tree.KindDeclaration,
    vocabulary: Vocabulary,
    closed: list[tuple[Policy, str, tree.Name]],
    faults: Faults,
) -> None:
    above = vocabulary.kinds.above(node.name.text)
    for policy, rule_id, kind in closed:
        higher = policy.vocabulary
        if (
            higher.edition != vocabulary.edition
            and higher in vocabulary.lineage()
            and kind.text in above
        ):
            faults.add(
                Code.CLOSED_KIND,
                node.name.span,
                f"`{node.name.text}` cannot be added under `{kind.text}`, which `{rule_id}` closes",
                "the kinds that a limit tests take no additions from a lower layer; use one "
                "of its words",
                Note(kind.span, "tested here"),
            )
            return


def _kinds_in(condition: tree.Condition, policy: Policy) -> list[tree.Name]:
    match condition:
        case tree.And() | tree.Or():
            return [found for item in condition.items for found in _kinds_in(item, policy)]
        case tree.Not():
            return _kinds_in(condition.item, policy)
        case tree.Quantified():
            return _kinds_in(condition.body, policy)
        case tree.Named() if condition.name in policy.defines:
            return _kinds_in(policy.defines[condition.name], policy)
        case tree.KindTest() | tree.Paper():
            return [condition.kind]
        case _:
            return []
