"""Whether a policy stands where its layer and its issuer have their place.

A key signs a folder, and a policy says itself in which layer it speaks and whom it binds. Both must
agree, or whoever has an agency's key could write a state's law.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from ...dsl import syntax as tree
from ...dsl.check import Checked
from ...dsl.model import Policy
from ...engine.registry import Registry, Rows
from .layout import Part, Place, PlaceError, place_of_file
from .records import ENABLE

_LAYERS: Mapping[Part, Collection[tree.Layer]] = {
    Part.FEDERAL: (tree.Layer.FEDERAL,),
    Part.STATE: (tree.Layer.STATE,),
    Part.AGENCY: (tree.Layer.OWNER, tree.Layer.REQUESTER),
    Part.AGREEMENT: (tree.Layer.AGREEMENT,),
}
_SOVEREIGNS = ("owner.sovereign", "requester.sovereign")
_POLICY = "policy"  # the column of the registry
_SUBJECTS = {tree.Layer.REQUESTER: ("requester",)}


def misplaced(checked: Checked, folder: str, registry: Registry) -> Iterator[str]:
    """Every policy and vocabulary that does not fit its path, in words.

    Args:
        checked: The library.
        folder: What stands before the paths in the names of its files.
        registry: What is on file; it may bind an owner to a policy.
    """
    assert checked.library is not None
    policies = {policy.name: policy for policy in checked.library.policies}
    bound = _bound_by_registry(policies.values(), registry)
    for name, outline in checked.outlines.items():
        path = name.removeprefix(folder)
        try:
            place = place_of_file(path)
        except PlaceError as fault:
            yield str(fault)
            continue
        for words in outline.words:
            if words.is_root and place.part is not Part.CORE:
                yield f"{path}: vocabulary `{words.edition}` extends nothing; only core may do so"
        for each in outline.policies:
            policy = policies[each.name]
            wrong = _wrong(policy, place, bound.get(policy.name, ()))
            if wrong:
                yield f"{path}: policy `{policy.name}` {wrong}"


def _bound_by_registry(
    policies: Collection[Policy], registry: Registry
) -> Mapping[str, Collection[str]]:
    """Whom the registry binds to the policies that bind whoever it says."""
    found: dict[str, list[str]] = {p.name: [] for p in policies if p.path_binds}
    if not found:
        return found
    rows = registry.bodies
    bound = (
        rows.column(_POLICY)
        if isinstance(rows, Rows)
        else ((body.key, body.policy) for body in rows.values())
    )
    for key, policy in bound:
        if policy in found:
            found[policy].append(key)
    return found


def _wrong(policy: Policy, place: Place, bound: Collection[str]) -> str:
    """What does not fit, or nothing."""
    layers = _LAYERS.get(place.part, ())
    if policy.layer not in layers:
        fitting = " or ".join(layer.value for layer in layers) or "no"
        return (
            f"speaks in the {policy.layer.value} layer; files in {place.folder} hold {fitting} "
            "policies"
        )
    if place.part is Part.STATE and not _names(policy.binds, _SOVEREIGNS, place.parties):
        return f"binds others than the bodies of {place.parties[0]}"
    if place.part is Part.AGENCY:
        return _wrong_of_agency(policy, place, bound)
    if place.part is Part.AGREEMENT:
        return _wrong_of_agreement(policy, place)
    return ""


def _wrong_of_agency(policy: Policy, place: Place, bound: Collection[str]) -> str:
    if policy.path_binds:
        others = sorted(set(bound) - set(place.parties))
        return f"is that of {', '.join(others)} by the registry" if others else ""
    subjects = _SUBJECTS.get(policy.layer, ("owner",))
    fits = _names(policy.binds, subjects, place.parties)
    return "" if fits else f"binds others than {place.parties[0]}"


def _wrong_of_agreement(policy: Policy, place: Place) -> str:
    """An agreement binds a party's data, and turns on no sharing by itself."""
    if policy.path_binds or not _names(policy.binds, ("owner",), place.parties):
        return f"binds others than {' and '.join(place.parties)}"
    for rule in policy.rules:
        if rule.effect is tree.Effect.PERMIT and ENABLE in rule.acts:
            return f"permits `{ENABLE}`, which only the owner's own policy may"
    return ""


def _names(
    condition: tree.Condition | None, subjects: Collection[str], parties: Collection[str]
) -> bool:
    """Whether a condition is true only of requests that name one of the parties."""

    def named(leaf: tree.Condition) -> bool:
        match leaf:
            case tree.Equals():
                return leaf.subject.text in subjects and _is_party(leaf.value, parties)
            case tree.OneOf():
                return leaf.subject.text in subjects and all(
                    _is_party(value, parties) for value in leaf.values
                )
            case _:
                return False

    return only_if(condition, named)


def _is_party(value: tree.Value, parties: Collection[str]) -> bool:
    return isinstance(value, tree.Agency | tree.Sovereign) and value.key in parties


def only_if(condition: tree.Condition | None, is_such: Callable[[tree.Condition], bool]) -> bool:
    """Whether a condition is true only where a part of it is that is such."""
    match condition:
        case None:
            return False
        case tree.Or():
            return all(only_if(item, is_such) for item in condition.items)
        case tree.And():
            return any(only_if(item, is_such) for item in condition.items)
        case _:
            return is_such(condition)


def asked_by(condition: tree.Condition | None, parties: Collection[str]) -> bool:
    """Whether a condition is true only of requests of one of the parties."""
    return _names(condition, ("requester",), parties)


def owners_named(condition: tree.Condition | None, parties: Collection[str]) -> list[str]:
    """Those of the parties whose data a policy that binds them is about."""
    return [key for key in parties if not _names(condition, ("owner",), {*parties} - {key})]
