"""One pass of The Update Framework's client over a repository, with our clock and our layout.

The client of python-tuf looks targets up one by one; whoever serves all of them wants every role.
So its own steps are walked here role by role, which is the only use of what it keeps to itself.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tuf.api.exceptions import (
    DownloadError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
)
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.ngclient import Updater, UpdaterConfig

from . import charter as chartered
from .charter import REGISTRY, Charter, Quorum
from .errors import BundleError, ExpiredError, UnreachableError, UntrustedError
from .fetching import METADATA, TARGETS, Source
from .layout import place_of_role

LONGEST_FILE = 4 * 1024 * 1024
MOST_FILES = 50_000
ISSUED = "issued"  # the field of the timestamp that tells when it was signed


@dataclass(frozen=True, slots=True)
class Verified:
    """The metadata of one version, verified.

    Attributes:
        root: The root.
        timestamp: The timestamp.
        roles: What each role lists.
        quorums: Who signs each role.
        versions: The version of each role's metadata.
        files: The files by path.
        alarms: What somebody should look into.
    """

    root: Root
    timestamp: Timestamp
    roles: Mapping[str, Targets]
    quorums: Mapping[str, Quorum]
    versions: Mapping[str, int]
    files: Mapping[str, TargetFile]
    alarms: tuple[str, ...]

    @property
    def charter(self) -> Charter:
        """Who signs what the root answers for."""
        return chartered.charter_of(self.root)

    @property
    def issued_at(self) -> datetime.datetime:
        """When the timestamp was signed."""
        return issued_at(self.timestamp)


def is_root(data: bytes) -> bool:
    """Whether some bytes are root metadata, whoever signed them."""
    try:
        return Metadata[Root].from_bytes(data).signed.type == Root.type
    except RepositoryError:
        return False


def issued_at(timestamp: Timestamp) -> datetime.datetime:
    """The signed time of issue of a timestamp.

    Raises:
        UntrustedError: It tells none.
    """
    stated = timestamp.unrecognized_fields.get(ISSUED)
    try:
        found = datetime.datetime.fromisoformat(str(stated))
    except ValueError as fault:
        raise UntrustedError("the timestamp does not tell when it was signed") from fault
    if found.utcoffset() != datetime.timedelta(0):
        raise UntrustedError("the timestamp's time of issue is not in UTC")
    return found


@dataclass(slots=True)
class Pass:
    """One pass over a repository.

    Attributes:
        source: Where the repository is.
        trusted: The folder of metadata that were verified before; what is newer goes there.
        root: The root that is trusted from the beginning.
        now: The time, in UTC.
    """

    source: Source
    trusted: Path
    root: bytes
    now: datetime.datetime
    _client: _Client | None = field(default=None, init=False)

    def metadata(self) -> Verified:
        """Verify the newest version that the repository has.

        Raises:
            UnreachableError: The repository does not answer.
            ExpiredError: What it has was signed too long ago.
            UntrustedError: It is not signed as it must be, or older than what was seen.
        """
        try:
            return self._walk()
        except BundleError:
            raise
        except ExpiredMetadataError as fault:
            raise ExpiredError(str(fault), "the publisher has to sign a new one") from fault
        except RepositoryError as fault:
            raise UntrustedError(f"not signed as it must be: {_chain(fault)}") from fault
        except DownloadError as fault:
            raise UnreachableError(
                _chain(fault), "check the address, and whether the repository can be reached"
            ) from fault
        except Exception as fault:  # signed values of any type may stand where others are meant
            raise UntrustedError(f"cannot be read: {_chain(fault)}") from fault

    def _walk(self) -> Verified:
        self.trusted.mkdir(mode=0o700, parents=True, exist_ok=True)
        client = self._client = _Client(self.trusted, self.source, self.root, self.now)
        client.refresh()
        charter = chartered.charter_of(client.root)
        targets = client.role(Targets.type, Root.type)
        chartered.check_targets(charter, targets)
        self.source.prefetch(client.missing(self.trusted))
        roles = {Targets.type: targets}
        quorums = dict(charter.quorums)
        for role in charter.quorums:
            roles[role] = client.role(role, Targets.type)
            if role != REGISTRY:
                chartered.check_leaf(role, roles[role])
        chartered.check_registry(roles[REGISTRY])
        for role, (_, quorum) in chartered.delegations_of(roles[REGISTRY]).items():
            quorums[role] = quorum
            if f"{role}.json" in client.snapshot.meta:  # else it has published nothing yet
                roles[role] = client.role(role, REGISTRY)
                chartered.check_leaf(role, roles[role])
        return _verified(client, roles, quorums)

    def file(self, target: TargetFile, place: Path) -> bytes:
        """The bytes of a file: as kept at a place, or fetched and kept there.

        Raises:
            UnreachableError: The repository does not have it.
            UntrustedError: What it has is another file.
        """
        assert self._client is not None
        kept = _kept(target, place)
        if kept is not None:
            return kept
        try:
            self._client.download_target(target, str(place))
        except RepositoryError as fault:
            raise UntrustedError(f"{target.path}: {fault}") from fault
        except DownloadError as fault:
            raise UnreachableError(f"{target.path}: {_chain(fault)}") from fault
        fetched = _kept(target, place)
        if fetched is None:
            raise UntrustedError(f"{target.path}: {place} was changed while it was written")
        return fetched


def _kept(target: TargetFile, place: Path) -> bytes | None:
    """What is kept at a place, if it is the file that was signed."""
    try:
        data = place.read_bytes()
        target.verify_length_and_hashes(data)
    except (OSError, LengthOrHashMismatchError):
        return None
    return data


def address_of(target: TargetFile) -> str:
    """Where a repository has a file."""
    return TARGETS + target.get_prefixed_paths()[0]


def _verified(
    client: _Client, roles: Mapping[str, Targets], quorums: Mapping[str, Quorum]
) -> Verified:
    alarms = tuple(
        f"`{role}` lists `{path}`, which is not its own"
        for role, path in chartered.listed_elsewhere(roles)
    )
    files = {
        path: target
        for role, targets in roles.items()
        if role != Targets.type
        for path, target in targets.targets.items()
        if place_of_role(role).holds(path)
    }
    _check_sizes(files)
    versions = {role: targets.version for role, targets in roles.items()}
    versions |= {
        "root": client.root.version,
        "snapshot": client.snapshot.version,
        "timestamp": client.timestamp.version,
    }
    root, timestamp = client.root, client.timestamp
    return Verified(root, timestamp, roles, quorums, versions, files, alarms)


def _check_sizes(files: Mapping[str, TargetFile]) -> None:
    if len(files) > MOST_FILES:
        raise UntrustedError(f"{len(files)} files; at most {MOST_FILES} may be published")
    for path, target in files.items():
        if target.length > LONGEST_FILE:
            raise UntrustedError(f"`{path}` is longer than {LONGEST_FILE} bytes")
        if set(target.hashes) != {"sha256"}:
            raise UntrustedError(f"`{path}` is listed without its SHA-256")


class _Client(Updater):
    """python-tuf's client, which lets every role be asked for."""

    def __init__(self, trusted: Path, source: Source, root: bytes, now: datetime.datetime) -> None:
        config = UpdaterConfig(max_root_rotations=256, max_delegations=4)
        super().__init__(
            str(trusted), METADATA, target_base_url=TARGETS, fetcher=source, config=config,
            bootstrap=root,
        )  # fmt: skip
        self._trusted_set.reference_time = now

    @property
    def root(self) -> Root:
        return self._trusted_set.root

    @property
    def timestamp(self) -> Timestamp:
        return self._trusted_set.timestamp

    @property
    def snapshot(self) -> Snapshot:
        return self._trusted_set.snapshot

    def role(self, role: str, parent: str) -> Targets:
        """What a role lists."""
        return self._load_targets(role, parent)

    def missing(self, trusted: Path) -> Iterator[tuple[str, int]]:
        """The metadata of roles that are not kept as the snapshot has them."""
        for name, meta in self.snapshot.meta.items():
            role = name.removesuffix(".json")
            if not _is_kept(trusted / f"{quote(role, '')}.json", meta):
                length = meta.length or self.config.targets_max_length
                yield f"{METADATA}{meta.version}.{quote(role, '')}.json", length


def _is_kept(file: Path, meta: MetaFile) -> bool:
    try:
        meta.verify_length_and_hashes(file.read_bytes())
    except (OSError, LengthOrHashMismatchError):
        return False
    return meta.hashes is not None


def _chain(fault: BaseException) -> str:
    """What went wrong, and what led to it."""
    said = [str(fault)]
    while fault.__cause__ is not None:
        fault = fault.__cause__
        said.append(str(fault))
    return ": ".join(dict.fromkeys(filter(None, said)))
