"""Publishing: a change becomes a version once it is checked and has its signatures."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Timestamp

from .drafting import Draft
from .errors import AuthoringError
from .repository import Repository, State
from .updating import ISSUED

TIMESTAMP_LASTS = datetime.timedelta(days=7)
SNAPSHOT_LASTS = datetime.timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Online:
    """The keys of the publisher's host: they may delay a version, and not change one."""

    snapshot: CryptoSigner
    timestamp: CryptoSigner


def release(draft: Draft, online: Online) -> None:
    """Make a change the newest version: whole, or not at all.

    The caller has checked its contents.

    Raises:
        AuthoringError: Signatures are missing, or a client would refuse the version.
    """
    draft.check_layout()
    wanted = draft.wanted()
    if wanted:
        raise AuthoringError(
            "; ".join(f"`{each.role}` lacks {each.missing} of its signatures" for each in wanted),
            "`platelaw bundle sign` adds one",
        )
    _check_online(draft.state.root.signed, online)
    targets = {path: t for role in draft.roles.values() for path, t in role.signed.targets.items()}
    draft.repository.put_files(
        {path: (targets[path], data) for path, data in draft.files.items() if path in targets}
    )
    snapshot = _snapshot(draft, online)
    timestamp = _timestamp(draft.state, snapshot, draft.now, online)
    draft.repository.put_metadata(
        {f"{each.signed.version}.{role}.json": each for role, each in draft.roles.items()}
    )
    draft.repository.put_metadata({f"{snapshot.signed.version}.snapshot.json": snapshot})
    draft.repository.put_metadata({"timestamp.json": timestamp})  # last: now it is the newest
    draft.repository.forget_pending(draft.roles)


def renew(repository: Repository, online: Online, now: datetime.datetime) -> datetime.datetime:
    """Sign a new timestamp, and a new snapshot if the old one is half as old as it may be.

    Returns:
        When the new timestamp expires.

    Raises:
        AuthoringError: Nothing is published yet, or the keys are not the online keys.
    """
    state = repository.state()
    if state.snapshot is None:
        raise AuthoringError("nothing is published yet", "`platelaw bundle publish` comes first")
    _check_online(state.root.signed, online)
    snapshot = state.snapshot
    if snapshot.signed.expires - now < SNAPSHOT_LASTS / 2:
        snapshot = _snapshot(Draft(repository, state, now), online)
        repository.put_metadata({f"{snapshot.signed.version}.snapshot.json": snapshot})
    timestamp = _timestamp(state, snapshot, now, online)
    repository.put_metadata({"timestamp.json": timestamp})
    return timestamp.signed.expires


def _check_online(root: Root, online: Online) -> None:
    for name, signer in (("snapshot", online.snapshot), ("timestamp", online.timestamp)):
        if signer.public_key.keyid not in root.roles[name].keyids:
            raise AuthoringError(f"this is not the {name} key that the root names")


def _snapshot(draft: Draft, online: Online) -> Metadata[Snapshot]:
    old = draft.state.snapshot
    meta = dict(old.signed.meta) if old else {}
    for role, metadata in draft.roles.items():
        data = metadata.to_bytes()
        meta[f"{role}.json"] = MetaFile.from_data(metadata.signed.version, data, ["sha256"])
    version = old.signed.version + 1 if old else 1
    made = Metadata(Snapshot(version, expires=_later(draft.now, SNAPSHOT_LASTS), meta=meta))
    made.sign(online.snapshot)
    return made


def _timestamp(
    state: State, snapshot: Metadata[Snapshot], now: datetime.datetime, online: Online
) -> Metadata[Timestamp]:
    version = state.timestamp.signed.version + 1 if state.timestamp else 1
    meta = MetaFile.from_data(snapshot.signed.version, snapshot.to_bytes(), ["sha256"])
    made = Metadata(
        Timestamp(
            version,
            expires=_later(now, TIMESTAMP_LASTS),
            snapshot_meta=meta,
            unrecognized_fields={ISSUED: now.replace(microsecond=0).isoformat()},
        )
    )
    made.sign(online.timestamp)
    return made


def _later(now: datetime.datetime, by: datetime.timedelta) -> datetime.datetime:
    return now.replace(microsecond=0) + by
