"""Layers: a lower one has no way to reach a higher rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .. import syntax as tree
from ..codes import Code
from ..diagnostics import Note
from ..model import Parameter, Policy, Vocabulary
from ..units import comparable
from .faults import Faults
from .outline import Outline, PolicyOutline, by_name
from .sections import PolicySection, Sections


def check_layers(
    sections: Sections,
    policies: Mapping[str, Policy],
    parameters: Mapping[str, list[Parameter]],
    faults: Faults,
) -> None:
    """Note permits without effect, and parameters moved wrongly."""
    for section in sections.policies:
        policy = policies.get(section.head.name.text)
        if policy is not None:
            _check_effects(section, policy, faults)
            _check_adjustments(section, policy, parameters, faults)
    _check_parameters(sections.policies, policies, parameters, faults)


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


def check_closed(
    outlines: Mapping[str, Outline], vocabularies: Mapping[str, Vocabulary], faults: Faults
) -> None:
    """Kinds tested in a limit are closed to additions from below."""
    closed: dict[str, dict[str, _Place]] = {}  # by edition and kind, the first
    for number, policy in enumerate(by_name(outlines)):
        of_edition = closed.setdefault(policy.vocabulary, {})
        for at, kind in enumerate(policy.closed.kinds):
            of_edition.setdefault(kind, (number, at, policy))
    for outline in outlines.values():
        for words in outline.words:
            vocabulary = vocabularies.get(words.edition)
            if vocabulary is not None:
                higher = [closed.get(v.edition, {}) for v in vocabulary.lineage()[1:]]
                for name in words.kinds:
                    _check_addition(name, vocabulary, higher, faults)


_Place = tuple[int, int, PolicyOutline]


def _check_addition(
    name: tree.Name,
    vocabulary: Vocabulary,
    higher: list[dict[str, _Place]],
    faults: Faults,
) -> None:
    if name.text not in vocabulary.kinds:
        return
    above = vocabulary.kinds.above(name.text)
    places = [places[kind] for places in higher for kind in above if kind in places]
    if places:
        _, at, policy = min(places, key=lambda place: place[:2])
        kind, test = policy.closed.kinds[at], policy.closed.first[at]
        faults.add(
            Code.CLOSED_KIND,
            name.span,
            f"`{name.text}` cannot be added under `{kind}`, which `{test.rule}` closes",
            "the kinds that a limit tests take no additions from a lower layer; use one "
            "of its words",
            Note(test.span, "tested here"),
        )
