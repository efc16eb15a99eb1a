"""The charter: who signs core, federal, states and registry, kept in the signed root.

The Update Framework lets the top-level ``targets`` role delegate ``state/*`` to anybody it likes,
so that its keys would be worth as much as the state's. Here the root itself names those keys, in a
field of its own under the signatures of the root, and every client compares. Only a ceremony of the
root changes who signs the law. The same comparison finds every delegation and every listed file
that the layout does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from securesystemslib.signer import Key
from tuf.api.metadata import DelegatedRole, Delegations, Role, Root, Targets

from .errors import UntrustedError
from .layout import Part, Place, PlaceError, agency, place_of_role

FIELD = "platelaw"
REGISTRY = Part.REGISTRY.value
FEWEST = 2  # signatures of root, targets, law and registry
_REQUIRED = (Part.CORE, Part.FEDERAL, Part.REGISTRY)
_BENEATH_REGISTRY = ("agency/*/*/*", "agreement/*/*/*/*")


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many of which keys sign."""

    keys: tuple[Key, ...]
    threshold: int

    @property
    def keyids(self) -> list[str]:
        """The ids of the keys."""
        return [key.keyid for key in self.keys]


@dataclass(frozen=True, slots=True)
class Charter:
    """Who signs what the root answers for.

    Attributes:
        quorums: The keys of core, federal, the states and the registry, by role.
        development: Whether this is of a development identity.
    """

    quorums: Mapping[str, Quorum]
    development: bool = False

    def as_field(self) -> dict[str, Any]:
        """The field of the root."""
        return {
            "form": 1,
            "development": self.development,
            "charter": {
                role: {
                    "keys": {key.keyid: key.to_dict() for key in quorum.keys},
                    "threshold": quorum.threshold,
                }
                for role, quorum in self.quorums.items()
            },
        }

    def delegations(self) -> Delegations:
        """What ``targets`` delegates, and nothing else."""
        keys = {key.keyid: key for quorum in self.quorums.values() for key in quorum.keys}
        roles = {
            role: DelegatedRole(
                role, sorted(quorum.keyids), quorum.threshold, True, list(paths_of(role))
            )
            for role, quorum in sorted(self.quorums.items())
        }
        return Delegations(keys, roles)


def paths_of(role: str) -> tuple[str, ...]:
    """The paths that are delegated to a role of the charter."""
    beneath = _BENEATH_REGISTRY if role == REGISTRY else ()
    return (place_of_role(role).pattern, *beneath)


def charter_of(root: Root) -> Charter:
    """The charter of a root.

    Raises:
        UntrustedError: There is none, or it gives too few the say.
    """
    stated: Any = root.unrecognized_fields.get(FIELD)
    try:
        if stated["form"] != 1:
            raise UntrustedError(f"the root has a charter of form {stated['form']}",
                                 "use a newer platelaw")  # fmt: skip
        quorums = {
            str(role): Quorum(
                tuple(Key.from_dict(keyid, dict(key)) for keyid, key in each["keys"].items()),
                int(each["threshold"]),
            )
            for role, each in stated["charter"].items()
        }
        charter = Charter(quorums, bool(stated["development"]))
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise UntrustedError(
            "the root has no charter", "this is no repository of platelaw policies"
        ) from fault
    _check_charter(charter)
    for name in ("root", "targets"):
        _check_quorum(name, _quorum(root.roles[name], root.keys), FEWEST)
    return charter


def _check_charter(charter: Charter) -> None:
    for role, quorum in charter.quorums.items():
        _check_quorum(chartered_role(role), quorum, FEWEST)
    for part in _REQUIRED:
        if part.value not in charter.quorums:
            raise UntrustedError(f"the charter does not say who signs {part.value}")


def chartered_role(role: str) -> str:
    """A role that the charter may name.

    Raises:
        UntrustedError: The registry delegates it, or there is no such role.
    """
    if _known(role).part in (Part.AGENCY, Part.AGREEMENT):
        raise UntrustedError(f"`{role}` is delegated by the registry: `platelaw bundle enroll`")
    return role


def _known(role: str) -> Place:
    try:
        return place_of_role(role)
    except PlaceError as fault:
        raise UntrustedError(f"`{role}` is no role: {fault}") from fault


def _quorum(role: Role, keys: Mapping[str, Key]) -> Quorum:
    try:
        return Quorum(tuple(keys[keyid] for keyid in role.keyids), role.threshold)
    except KeyError as fault:
        raise UntrustedError(f"a key is delegated to and not given: {fault.args[0]}") from fault


def _check_quorum(name: str, quorum: Quorum, fewest: int) -> None:
    """Enough signatures, of keys that are not one key under two ids."""
    if quorum.threshold < fewest:
        raise UntrustedError(f"`{name}` asks for {quorum.threshold} signatures, not {fewest}")
    values = [_value(key) for key in quorum.keys]
    if len(set(values)) < len(values):
        raise UntrustedError(f"`{name}` has one key under two ids")
    if len(values) < quorum.threshold:
        raise UntrustedError(f"`{name}` has fewer keys than it asks for signatures")


def _value(key: Key) -> bytes:
    """A public key in its one spelling, which its PEM and its digits are not."""
    public = str(key.keyval.get("public"))
    try:
        found = (
            load_pem_public_key(public.encode())
            if "BEGIN" in public
            else Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        )
        return found.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise UntrustedError(f"the key `{key.keyid[:64]}` cannot be read") from fault


# Delegations ------------------------------------------------------------------------------------


def check_targets(charter: Charter, targets: Targets) -> None:
    """Hold what ``targets`` delegates against the charter.

    Raises:
        UntrustedError: It is something else.
    """
    if targets.delegations != charter.delegations():
        raise UntrustedError(
            "`targets` delegates otherwise than the root says",
            "who signs the law is changed by a root ceremony alone",
        )


def check_registry(registry: Targets) -> None:
    """Hold what the registry delegates against the layout.

    Raises:
        UntrustedError: It delegates something that is not of an agency or an agreement, or an
            agreement to others than its parties.
    """
    delegated = delegations_of(registry)
    for role, (place, quorum) in delegated.items():
        if place.part is Part.AGENCY:
            _check_quorum(role, quorum, 1)
        elif place.part is Part.AGREEMENT:
            _check_quorum(role, quorum, 2)
            _check_parties(role, place, quorum, delegated)
        else:
            raise UntrustedError(f"the registry delegates `{role}`, which is not its own")


def _check_parties(
    role: str, place: Place, quorum: Quorum, delegated: Mapping[str, tuple[Place, Quorum]]
) -> None:
    """One key of each party, and no other."""
    first, second = (_keys_of(agency(key), delegated) for key in place.parties)
    if len(quorum.keys) != 2 or not any(
        one in first and other in second
        for one, other in (quorum.keys, tuple(reversed(quorum.keys)))
    ):
        raise UntrustedError(f"`{role}` is not signed by one key of each party")


def _keys_of(place: Place, delegated: Mapping[str, tuple[Place, Quorum]]) -> tuple[Key, ...]:
    found = delegated.get(place.role)
    return found[1].keys if found else ()


def delegations_of(registry: Targets) -> dict[str, tuple[Place, Quorum]]:
    """What the registry delegates, by role.

    Raises:
        UntrustedError: A delegation is not of the layout's form.
    """
    found: dict[str, tuple[Place, Quorum]] = {}
    stated = registry.delegations
    for role in _roles(stated):
        assert stated is not None
        place = _known(role.name)
        if role.paths != [place.pattern] or not role.terminating:
            raise UntrustedError(f"`{role.name}` is delegated other paths than {place.pattern}")
        found[role.name] = place, _quorum(role, stated.keys)
    return found


def _roles(delegations: Delegations | None) -> Iterable[DelegatedRole]:
    if delegations is None:
        return ()
    if delegations.roles is None:
        raise UntrustedError("roles are delegated by the hash of a path, which no layout has")
    return delegations.roles.values()


def check_leaf(role: str, targets: Targets) -> None:
    """A role that delegates nothing.

    Raises:
        UntrustedError: It delegates.
    """
    if targets.delegations is not None:
        raise UntrustedError(f"`{role}` delegates to others, which it may not")


# Listed files -----------------------------------------------------------------------------------


def listed_elsewhere(roles: Mapping[str, Targets]) -> Iterator[tuple[str, str]]:
    """Every file that a role lists outside its own place, with the role.

    Nobody finds such a file, and nothing says so: whoever lists it may have meant harm.
    """
    for role, targets in roles.items():
        for path in targets.targets:
            if role == Targets.type or not place_of_role(role).holds(path):
                yield role, path
