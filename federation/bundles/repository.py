"""A repository as its publisher has it, read whole and changed whole: an edge.

``metadata`` and ``targets`` are what clients fetch; every file there has its version or its digest
in its name and is never changed, except ``timestamp.json``, which is put in place last and by one
rename. So a change that is broken off leaves the version before it. ``pending`` holds what still
waits for signatures.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization import DeserializationError

from .. import durable
from .charter import Charter, charter_of
from .errors import AuthoringError
from .fetching import METADATA
from .updating import address_of

T = TypeVar("T", Root, Snapshot, Targets, Timestamp)
_AT_ONCE = 16
PENDING = "pending"
PENDING_FILES = "files"
PENDING_ROOT = "root.json"


@dataclass(frozen=True, slots=True)
class State:
    """The version that a repository publishes.

    Attributes:
        root: The newest root.
        roles: The metadata of ``targets`` and of all that it delegates, by role.
        snapshot: Which versions belong together; None before the first version.
        timestamp: Which snapshot is the newest; None before the first version.
    """

    root: Metadata[Root]
    roles: Mapping[str, Metadata[Targets]]
    snapshot: Metadata[Snapshot] | None = None
    timestamp: Metadata[Timestamp] | None = None

    @property
    def charter(self) -> Charter:
        """Who signs what the root answers for."""
        return charter_of(self.root.signed)

    def targets(self) -> dict[str, TargetFile]:
        """Every file that is listed, by path."""
        return {
            path: target
            for role, metadata in self.roles.items()
            if role != Targets.type
            for path, target in metadata.signed.targets.items()
        }


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository in a folder."""

    folder: Path

    @property
    def pending(self) -> Path:
        """The folder of what still waits for signatures."""
        return self.folder / PENDING

    def state(self) -> State:
        """The version that it publishes.

        Raises:
            AuthoringError: There is no root yet, or a part of it cannot be read.
        """
        root = self.root()
        if root is None:
            raise AuthoringError(
                f"{self.folder}: has no signed root",
                "`platelaw bundle init` begins one, `platelaw bundle sign-root` signs it",
            )
        timestamp = self._read("timestamp.json", Timestamp)
        if timestamp is None:
            return State(root, {})
        version = timestamp.signed.snapshot_meta.version
        snapshot = self._needed(f"{version}.snapshot.json", Snapshot)
        roles = {
            name.removesuffix(".json"): self._needed(f"{meta.version}.{name}", Targets)
            for name, meta in snapshot.signed.meta.items()
        }
        return State(root, roles, snapshot, timestamp)

    def root(self) -> Metadata[Root] | None:
        """The newest signed root."""
        version = self.root_version()
        return self._needed(f"{version}.root.json", Root) if version else None

    def root_version(self) -> int:
        """The version of the newest signed root; 0 if there is none."""
        version = 0
        while (self.folder / METADATA / f"{version + 1}.root.json").exists():
            version += 1
        return version

    def files(self, targets: Mapping[str, TargetFile]) -> dict[str, bytes]:
        """The content of files.

        Raises:
            AuthoringError: One is missing or not what it was.
        """
        return {path: self._file(target) for path, target in targets.items()}

    def _file(self, target: TargetFile) -> bytes:
        try:
            data = (self.folder / address_of(target)).read_bytes()
            target.verify_length_and_hashes(data)
        except Exception as fault:  # an OSError, or tuf's mismatch
            raise AuthoringError(
                f"{target.path}: not as it was published: {fault}", "publish it anew"
            ) from fault
        return data

    def _needed(self, name: str, kind: type[T]) -> Metadata[T]:
        found = self._read(name, kind)
        if found is None:
            raise AuthoringError(f"{self.folder / METADATA / name}: is missing")
        return found

    def _read(self, name: str, kind: type[T]) -> Metadata[T] | None:
        return read_metadata(self.folder / METADATA / name, kind)

    # Writing ---------------------------------------------------------------------------------

    def put_files(self, files: Mapping[str, tuple[TargetFile, bytes]]) -> None:
        """Put files in place; none that is there already is touched."""
        wanted: list[tuple[Path, bytes]] = []
        for target, data in files.values():
            place = self.folder / address_of(target)
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                wanted.append((place, data))
        write_all(wanted)

    def put_metadata(self, metadata: Mapping[str, Metadata[Any]]) -> None:
        """Put metadata in place, by the names of their files."""
        folder = self.folder / METADATA
        folder.mkdir(parents=True, exist_ok=True)
        write_all([(folder / name, each.to_bytes()) for name, each in metadata.items()])

    def forget_pending(self, roles: Iterable[str]) -> None:
        """Some roles wait for signatures no more."""
        for role in roles:
            (self.pending / f"{role}.json").unlink(missing_ok=True)
        if not any(each.name != PENDING_ROOT for each in self.pending.glob("*.json")):
            shutil.rmtree(self.pending / PENDING_FILES, ignore_errors=True)


def read_metadata(file: Path, kind: type[T]) -> Metadata[T] | None:
    """The metadata of a file, or None if there is none.

    Raises:
        AuthoringError: It cannot be read, or is of another kind.
    """
    try:
        found = Metadata[Any].from_bytes(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, DeserializationError) as fault:
        raise AuthoringError(f"{file}: cannot be read: {fault}") from fault
    if not isinstance(found.signed, kind):
        raise AuthoringError(f"{file}: is no {kind.type} metadata")
    return cast(Metadata[T], found)


def write_all(files: Iterable[tuple[Path, bytes]]) -> None:
    """Write files, many at once: a disk takes a thousand together as fast as a dozen alone."""

    def put(file: tuple[Path, bytes]) -> None:
        write(*file)

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        list(threads.map(put, files))


def write(place: Path, data: bytes) -> None:
    """Write a file beside its place, whole and on disk, and move it there."""
    durable.replace(place, data, durable.PUBLIC)
