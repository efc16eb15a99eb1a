"""The root ceremony: a root is written once and signed in steps, by as many as it takes."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Role, Root, Targets

from .charter import Charter, Quorum, charter_of
from .drafting import Draft, valid_signatures
from .errors import AuthoringError, UntrustedError
from .repository import PENDING_ROOT, Repository, read_metadata, write

ROOT_LASTS = datetime.timedelta(days=365)
TOP = (Root.type, Targets.type, "snapshot", "timestamp")


@dataclass(frozen=True, slots=True)
class RootStatus:
    """How far the signing of a root has come.

    Attributes:
        version: Its version.
        missing: How many signatures it still takes: of the new keys, and of the old ones.
    """

    version: int
    missing: tuple[int, int]

    @property
    def is_signed(self) -> bool:
        """Whether it has all its signatures."""
        return self.missing == (0, 0)


def begin(
    repository: Repository, top: Mapping[str, Quorum], charter: Charter, now: datetime.datetime
) -> None:
    """Write a root that waits for its signatures: the first one, or the next.

    Args:
        repository: The repository.
        top: Who signs root, targets, snapshot and timestamp.
        charter: Who signs core, federal, the states and the registry.
        now: The time, in UTC.

    Raises:
        AuthoringError: A client would refuse such a root, or another one still waits.
    """
    if (repository.pending / PENDING_ROOT).exists():
        raise AuthoringError(
            f"{repository.folder}: a root waits for signatures already",
            "sign it with `platelaw bundle sign-root`, or remove pending/root.json",
        )
    keys = {key.keyid: key for quorum in top.values() for key in quorum.keys}
    roles = {name: Role(quorum.keyids, quorum.threshold) for name, quorum in top.items()}
    expires = now.replace(microsecond=0) + ROOT_LASTS
    root = Root(
        repository.root_version() + 1, expires=expires, keys=keys, roles=roles,
        consistent_snapshot=True, unrecognized_fields={"platelaw": charter.as_field()},
    )  # fmt: skip
    try:
        charter_of(root)
    except UntrustedError as fault:
        raise AuthoringError(fault.message, fault.help) from fault
    repository.pending.mkdir(mode=0o700, parents=True, exist_ok=True)
    write(repository.pending / PENDING_ROOT, Metadata(root).to_bytes())


def sign_root(repository: Repository, signer: CryptoSigner) -> RootStatus:
    """Add a signature to the root that waits; with the last one it is put in place.

    Raises:
        AuthoringError: No root waits, or the key may not sign it.
    """
    waiting = pending_root(repository)
    if waiting is None:
        raise AuthoringError(f"{repository.folder}: no root waits for a signature")
    before = repository.root()
    may = {*_quorum(waiting.signed).keyids, *(_quorum(before.signed).keyids if before else ())}
    if signer.public_key.keyid not in may:
        raise AuthoringError("this key may not sign the root", "see `platelaw bundle status`")
    waiting.sign(signer, append=True)
    status = _status(waiting, before)
    if not status.is_signed:
        write(repository.pending / PENDING_ROOT, waiting.to_bytes())
        return status
    repository.put_metadata({f"{waiting.signed.version}.root.json": waiting})
    _prepare_targets(repository, waiting.signed)
    (repository.pending / PENDING_ROOT).unlink()
    return status


def root_status(repository: Repository) -> RootStatus | None:
    """How far the signing of the root that waits has come; None if none waits."""
    waiting = pending_root(repository)
    return _status(waiting, repository.root()) if waiting else None


def pending_root(repository: Repository) -> Metadata[Root] | None:
    """The root that waits for signatures."""
    return read_metadata(repository.pending / PENDING_ROOT, Root)


def _status(waiting: Metadata[Root], before: Metadata[Root] | None) -> RootStatus:
    quorums = [_quorum(waiting.signed), *([_quorum(before.signed)] if before else [])]
    missing = [max(0, q.threshold - len(valid_signatures(waiting, q))) for q in quorums]
    return RootStatus(waiting.signed.version, (missing[0], missing[1] if before else 0))


def _quorum(root: Root) -> Quorum:
    role = root.roles[Root.type]
    return Quorum(tuple(root.keys[keyid] for keyid in role.keyids), role.threshold)


def _prepare_targets(repository: Repository, root: Root) -> None:
    """Let ``targets``, and roles that are new or have new keys, wait for signatures."""
    draft = Draft.of(repository, root.expires - ROOT_LASTS)
    charter = charter_of(root)
    published = draft.state.roles.get(Targets.type)
    if published is None or published.signed.delegations != charter.delegations():
        draft.role(Targets.type).delegations = copy.deepcopy(charter.delegations())
    for role, quorum in charter.quorums.items():
        signed = draft.roles.get(role) or draft.state.roles.get(role)
        if signed is None or len(valid_signatures(signed, quorum)) < quorum.threshold:
            draft.role(role)
    draft.save()
