"""A change of a repository on its way: what it changes, who has signed, who has still to sign."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import CryptoSigner, Key
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Root, TargetFile, Targets

from . import charter as chartered
from .charter import REGISTRY, Quorum
from .errors import AuthoringError, UntrustedError
from .layout import Place, place_of_file
from .repository import PENDING_FILES, Repository, State, read_metadata, write_all

ROLE_LASTS = datetime.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Signatures that a role still lacks.

    Attributes:
        role: The role.
        missing: How many more it takes.
        keys: The keys that may still sign.
    """

    role: str
    missing: int
    keys: tuple[Key, ...]


@dataclass(slots=True)
class Draft:
    """A change.

    Attributes:
        repository: What it changes.
        state: The version that it starts from.
        now: The time, in UTC.
        roles: The metadata that change, by role.
        files: The new files, by path.
    """

    repository: Repository
    state: State
    now: datetime.datetime
    roles: dict[str, Metadata[Targets]] = field(default_factory=dict[str, Metadata[Targets]])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])

    @classmethod
    def of(cls, repository: Repository, now: datetime.datetime) -> Draft:
        """What waits for signatures in a repository, or a change that has just begun.

        Raises:
            AuthoringError: The repository cannot be read.
        """
        draft = cls(repository, repository.state(), now)
        draft._take_up()
        return draft

    def _take_up(self) -> None:
        """Go on with what waits; what a newer version has overtaken is not taken up."""
        for file in sorted(self.repository.pending.glob("*.json")):
            role = file.stem
            found = read_metadata(file, Targets) if role != Root.type else None
            if found is None or found.signed.version != self._version(role) + 1:
                continue
            self.roles[role] = found
            for path, target in found.signed.targets.items():
                kept = self.repository.pending / PENDING_FILES / target.hashes["sha256"]
                if kept.exists():
                    self.files[path] = kept.read_bytes()

    def _version(self, role: str) -> int:
        published = self.state.roles.get(role)
        return published.signed.version if published else 0

    # Changing --------------------------------------------------------------------------------

    def role(self, role: str) -> Targets:
        """What a role will list; whoever changes it takes its signatures away."""
        changed = self.roles.get(role)
        if changed is None:
            published = self.state.roles.get(role)
            signed = copy.deepcopy(published.signed) if published else Targets()
            signed.version = self._version(role) + 1
            changed = self.roles[role] = Metadata(signed)
        changed.signatures.clear()
        changed.signed.expires = self.now.replace(microsecond=0) + ROLE_LASTS
        return changed.signed

    def put(self, path: str, data: bytes) -> None:
        """Publish a file at its place.

        Raises:
            PlaceError: It has none.
        """
        place = place_of_file(path)
        target = TargetFile.from_data(path, data, ["sha256"])
        if self.listed(place.role).get(path) == target:
            return
        self.role(place.role).targets[path] = target
        self.files[path] = data

    def remove(self, path: str) -> None:
        """Publish a file no more.

        Raises:
            AuthoringError: It is not published.
        """
        role = place_of_file(path).role
        if path not in self.listed(role):
            raise AuthoringError(f"{path}: is not published")
        del self.role(role).targets[path]
        self.files.pop(path, None)

    def delegate(self, place: Place, quorum: Quorum) -> None:
        """Let the registry delegate a place."""
        registry = self.role(REGISTRY)
        stated = registry.delegations or Delegations({}, {})
        assert stated.roles is not None
        before = stated.roles.get(place.role)
        stated.roles[place.role] = DelegatedRole(
            place.role, quorum.keyids, quorum.threshold, True, [place.pattern]
        )
        stated.keys |= {key.keyid: key for key in quorum.keys}
        if before is not None and before.keyids != quorum.keyids:
            used = {keyid for role in stated.roles.values() for keyid in role.keyids}
            stated.keys = {keyid: key for keyid, key in stated.keys.items() if keyid in used}
        registry.delegations = stated
        published = self.state.roles.get(place.role)
        if published and len(valid_signatures(published, quorum)) < quorum.threshold:
            self.role(place.role)  # signed by other keys than it now needs

    def part(self, roles: Iterable[str]) -> Draft:
        """The change of some roles alone."""
        kept = {role: self.roles[role] for role in roles if role in self.roles}
        files = {p: data for p, data in self.files.items() if place_of_file(p).role in kept}
        return Draft(self.repository, self.state, self.now, kept, files)

    # What it will be -------------------------------------------------------------------------

    def listed(self, role: str) -> Mapping[str, TargetFile]:
        """The files that a role will list."""
        found = self.roles.get(role) or self.state.roles.get(role)
        return found.signed.targets if found else {}

    def after(self) -> dict[str, Metadata[Targets]]:
        """All roles as they will be."""
        return {**self.state.roles, **self.roles}

    def all_files(self) -> dict[str, bytes]:
        """All files as they will be.

        Raises:
            AuthoringError: A published file is not what it was.
        """
        after = State(self.state.root, self.after()).targets()
        old = {path: target for path, target in after.items() if path not in self.files}
        return {**self.repository.files(old), **{p: d for p, d in self.files.items() if p in after}}

    def quorum(self, role: str) -> Quorum:
        """Who signs a role.

        Raises:
            AuthoringError: Nobody does.
        """
        found = self.quorums().get(role)
        if found is None:
            raise AuthoringError(
                f"nobody may sign `{role}` yet", "an agency is enrolled: `platelaw bundle enroll`"
            )
        return found

    def quorums(self) -> dict[str, Quorum]:
        """Who signs each role."""
        root = self.state.root.signed
        top = root.roles[Targets.type]
        found = {Targets.type: Quorum(tuple(root.keys[id_] for id_ in top.keyids), top.threshold)}
        found |= self.state.charter.quorums
        registry = self.after().get(REGISTRY)
        if registry is not None:
            delegated = chartered.delegations_of(registry.signed)
            found |= {role: quorum for role, (_, quorum) in delegated.items()}
        return found

    # Signing ---------------------------------------------------------------------------------

    def sign(self, signers: Iterable[CryptoSigner]) -> list[str]:
        """Sign every changed role that the keys may sign; which were signed.

        Raises:
            AuthoringError: Nobody may sign a changed role.
        """
        signers, quorums = list(signers), self.quorums()
        signed: list[str] = []
        for role, metadata in self.roles.items():
            may = (quorums.get(role) or self.quorum(role)).keyids
            for signer in signers:
                keyid = signer.public_key.keyid
                if keyid in may and keyid not in metadata.signatures:
                    metadata.sign(signer, append=True)
                    signed.append(role)
        return signed

    def wanted(self) -> list[Wanted]:
        """The signatures that are still missing, also of what other keys have signed before."""
        keys_change = not {Targets.type, REGISTRY}.isdisjoint(self.roles)
        found, quorums = list[Wanted](), self.quorums()
        for role, metadata in (self.after() if keys_change else self.roles).items():
            quorum = quorums.get(role) or self.quorum(role)
            valid = valid_signatures(metadata, quorum)
            if len(valid) < quorum.threshold:
                left = tuple(key for key in quorum.keys if key.keyid not in valid)
                found.append(Wanted(role, quorum.threshold - len(valid), left))
        return found

    def check_layout(self) -> None:
        """Hold all roles as they will be against the charter and the layout.

        Raises:
            AuthoringError: A client would refuse them.
        """
        roles = {role: metadata.signed for role, metadata in self.after().items()}
        missing = {Targets.type, *self.state.charter.quorums} - roles.keys()
        if missing:
            raise AuthoringError(
                f"nothing is published in {', '.join(sorted(missing))}",
                "the first version needs core, federal, every state and the registry",
            )
        try:
            chartered.check_targets(self.state.charter, roles[Targets.type])
            chartered.check_registry(roles[REGISTRY])
            for role in roles.keys() - {Targets.type, REGISTRY}:
                chartered.check_leaf(role, roles[role])
        except UntrustedError as fault:
            raise AuthoringError(fault.message, fault.help) from fault
        for role, path in chartered.listed_elsewhere(roles):
            raise AuthoringError(
                f"ALARM: `{role}` lists `{path}`, which is not its own",
                "find out who signed it; nobody would find the file, and nobody may try",
            )

    # Waiting ---------------------------------------------------------------------------------

    def save(self) -> None:
        """Keep the change until it has its signatures."""
        pending = self.repository.pending
        (pending / PENDING_FILES).mkdir(mode=0o700, parents=True, exist_ok=True)
        write_all(
            (pending / PENDING_FILES / target.hashes["sha256"], self.files[path])
            for metadata in self.roles.values()
            for path, target in metadata.signed.targets.items()
            if path in self.files
        )
        write_all((pending / f"{role}.json", each.to_bytes()) for role, each in self.roles.items())


def valid_signatures(metadata: Metadata[Targets] | Metadata[Root], quorum: Quorum) -> set[str]:
    """The ids of the keys whose signatures hold."""
    payload = metadata.signed_bytes
    return {key.keyid for key in quorum.keys if _holds(key, metadata, payload)}


def _holds(key: Key, metadata: Metadata[Targets] | Metadata[Root], payload: bytes) -> bool:
    signature = metadata.signatures.get(key.keyid)
    if signature is None:
        return False
    try:
        key.verify_signature(signature, payload)
    except UnverifiedSignatureError:
        return False
    return True
