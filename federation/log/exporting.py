"""Writing an export: a log as plain files that verify without the service (see `exported`).

What is there already is left, so an export that was cut off goes on, and one of a year ago is
brought up to date. One of the edges that read and write.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from google.protobuf.message import DecodeError

from ..v1 import answer_pb2 as a
from ..v1 import log_pb2 as log
from .exported import (
    CHECKPOINT,
    ENTRIES,
    FORM,
    LOGS,
    MANIFEST,
    POLICIES,
    Exported,
    ExportError,
    Manifest,
    circumstances_path,
    parts,
    sealed_path,
)
from .notes import Checkpoint, Note
from .policies import PolicyArchive
from .reading import nodes_of
from .records import Records
from .store import Group
from .tiles import WIDTH, Tile, bundle, tiles_of
from .tree import inclusion_proof, leaf_hash

_ABOUT = "README.txt"
_README = """An export of a log of platelaw.

`platelaw log verify` and `platelaw log replay`, given this folder, check and recompute all of it;
neither needs the service. The files under tile/ are as c2sp.org/tlog-tiles says, `checkpoint` as
c2sp.org/tlog-checkpoint says. It holds no free text in clear; whoever has the keys of an owner and
month opens those of that owner.
"""


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported, and to where.

    Attributes:
        records: The log.
        archive: The versions of the policies; None exports none.
        keys: The register of logs, to go with it; empty if it is not at hand.
        folder: Where it goes.
        seen: Is told how many entries were written since it was told last.
    """

    records: Records
    archive: PolicyArchive | None
    keys: bytes
    folder: Path
    seen: Callable[[int], None] = lambda count: None

    def whole(self) -> Manifest:
        """Export all entries up to the last signed checkpoint.

        Raises:
            ExportError: There is no checkpoint, or the folder is of another export.
            StoreUnavailableError: The log cannot be read.
            OSError: The folder cannot be written.
        """
        checkpoint, note = self._begun("")
        size = checkpoint.size
        rows = _Bundles(self.records, size, self.seen)
        policies, kept = set[str](), set[bytes]()
        for tile, group in rows:
            self._write(tile.bundle_path, bundle(group.entries))
            self._write(sealed_path(tile), parts(group.sealed))
            self._write(tile.path, b"".join(group.leaves))
            for entry in group.entries:
                self._beside(entry, policies, kept)
        for tile in tiles_of(size):
            if tile.level:
                self._write(tile.path, self._row(tile, size))
        self._trim(size)
        return self._ended(Manifest(FORM, checkpoint.origin, size, "", size), note, policies)

    def of_owner(self, owner: str) -> Manifest:
        """Export the entries that are about the data of one owner, each with its proof.

        Raises:
            ExportError: There is no checkpoint, or the folder is of another export.
            StoreUnavailableError: The log cannot be read.
            OSError: The folder cannot be written.
        """
        checkpoint, note = self._begun(owner)
        size = checkpoint.size
        at = nodes_of(self.records, size)
        policies, kept, found = set[str](), set[bytes](), list[bytes]()
        for index, entry, sealed in entries_to(self.records, size, self.seen):
            if not is_about(entry, owner, self.records.circumstances):
                continue
            proof = a.TreeProof(hashes=b"".join(inclusion_proof(index, size, at)))
            told = a.Recorded(origin=checkpoint.origin, index=index, entry=entry, proof=proof)
            found += (told.SerializeToString(), sealed)
            self._beside(entry, policies, kept)
        self._write(ENTRIES, parts(tuple(found)), anew=True)
        manifest = Manifest(FORM, checkpoint.origin, size, owner, len(found) // 2)
        return self._ended(manifest, note, policies)

    # Steps -----------------------------------------------------------------------------------

    def _begun(self, owner: str) -> tuple[Checkpoint, str]:
        """The checkpoint to export, once the folder is known to be of this log."""
        note = self.records.head().checkpoint
        if not note:
            raise ExportError("the log has no signed checkpoint yet; start its service once")
        checkpoint = Checkpoint.parse(Note.parse(note).text)
        if (self.folder / MANIFEST).exists():
            before = Exported.open(self.folder).manifest
            if (before.origin, before.owner) != (checkpoint.origin, owner):
                raise ExportError(
                    f"{self.folder}: holds another export, of `{before.origin}`"
                    f"{f' for {before.owner}' if before.owner else ''}; name another folder"
                )
        elif self.folder.is_dir() and any(self.folder.iterdir()) and not self._was_begun():
            raise ExportError(f"{self.folder}: holds other files; name a folder of its own")
        self.folder.mkdir(parents=True, exist_ok=True)
        return checkpoint, note

    def _was_begun(self) -> bool:
        """Whether an export was cut off here."""
        known = {"tile", "sealed", "circumstances", POLICIES, ENTRIES, LOGS, CHECKPOINT, _ABOUT}
        return all(entry.name in known for entry in self.folder.iterdir())

    def _beside(self, entry: bytes, policies: set[str], kept: set[bytes]) -> None:
        """Write what an entry was decided from, and note its policies."""
        try:
            read = log.LogEntry.FromString(entry)
        except DecodeError:
            return  # verifying will tell
        if not read.HasField("answer"):
            return
        policies.add(read.answer.policy_digest.hex())
        digest = read.answer.circumstances
        if digest not in kept:
            kept.add(digest)
            text = self.records.circumstances(digest)
            if text is not None:
                self._write(circumstances_path(digest), text)

    def _ended(self, manifest: Manifest, note: str, policies: set[str]) -> Manifest:
        if self.archive is not None:
            self.archive.copy_to(PolicyArchive(self.folder / POLICIES), policies)
        if self.keys:
            self._write(LOGS, self.keys, anew=True)
        self._write(_ABOUT, _README.encode(), anew=True)
        self._write(CHECKPOINT, note.encode(), anew=True)
        self._write(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)), anew=True)
        return manifest

    def _row(self, tile: Tile, size: int) -> bytes:
        """The hashes of a tile above the lowest level."""
        if tile.width == WIDTH:
            found = self.records.tile(tile.level, tile.index)
            if found is not None:
                return found
        at = nodes_of(self.records, size)
        first = tile.index * WIDTH
        return b"".join(at(tile.level * 8, first + place) for place in range(tile.width))

    def _trim(self, size: int) -> None:
        """Take away partial tiles of a smaller log."""
        wanted = {tile.path for tile in tiles_of(size)}
        wanted |= {tile.bundle_path for tile in tiles_of(size) if not tile.level}
        wanted |= {sealed_path(tile) for tile in tiles_of(size) if not tile.level}
        for partial in self.folder.glob("**/*.p"):
            for file in partial.iterdir():
                if file.relative_to(self.folder).as_posix() not in wanted:
                    file.unlink()
            if not any(partial.iterdir()):
                partial.rmdir()

    def _write(self, path: str, data: bytes, *, anew: bool = False) -> None:
        """Write a file whole or not at all; one that is there is not written again."""
        place = self.folder.joinpath(*path.split("/"))
        if not anew and place.exists() and place.stat().st_size == len(data):
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        scratch = place.with_name(f".{place.name}.{os.getpid()}")
        scratch.write_bytes(data)
        scratch.replace(place)


def archived(folder: Path, archive: Path) -> None:
    """Make one archive of an export, and take the folder away.

    Raises:
        OSError: It cannot be written.
    """
    scratch = archive.with_name(f".{archive.name}.{os.getpid()}")
    with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                packed.write(file, file.relative_to(folder).as_posix())
    scratch.replace(archive)
    shutil.rmtree(folder)


@contextmanager
def unpacked(path: Path) -> Generator[Path]:
    """The folder of an export: itself, or its archive unpacked for a while.

    Raises:
        ExportError: It is no archive.
    """
    if path.is_dir():
        yield path
        return
    with TemporaryDirectory(prefix="platelaw-export-") as folder:
        try:
            with zipfile.ZipFile(path) as packed:
                packed.extractall(folder)
        except (OSError, zipfile.BadZipFile) as fault:
            mend = "name a folder or archive that `platelaw log export` wrote"
            raise ExportError(f"{path}: is no export of a log ({fault}); {mend}") from fault
        yield Path(folder)


def is_about(entry: bytes, owner: str, circumstances: Callable[[bytes], bytes | None]) -> bool:
    """Whether an entry is about the data of an owner."""
    try:
        read = log.LogEntry.FromString(entry)
        if read.HasField("act"):
            details = msgspec.json.decode(read.act.details or b"{}", type=dict[str, object])
            return details.get("owner") == owner
        text = circumstances(read.answer.circumstances)
        found = log.Circumstances.FromString(text or b"")
    except (DecodeError, msgspec.MsgspecError):
        return False
    return found.question.owner == owner or owner in found.owners


def entries_to(
    records: Records, size: int, seen: Callable[[int], None] = lambda count: None
) -> Iterator[tuple[int, bytes, bytes]]:
    """The entries up to a size, each with its index and its sealed texts."""
    for group in records.groups(0, size):
        for place, entry in enumerate(group.entries[: size - group.first]):
            yield group.first + place, entry, group.sealed[place]
        seen(len(group.entries))


@dataclass(frozen=True, slots=True)
class _Bundles:
    """The entries of a log by the bundle."""

    records: Records
    size: int
    seen: Callable[[int], None]

    def __iter__(self) -> Iterator[tuple[Tile, Group]]:
        entries: list[bytes] = []
        sealed: list[bytes] = []
        first = 0
        for _, entry, texts in entries_to(self.records, self.size, self.seen):
            entries.append(entry)
            sealed.append(texts)
            if len(entries) == WIDTH:
                yield _bundled(first, entries, sealed)
                first, entries, sealed = first + WIDTH, [], []
        if entries:
            yield _bundled(first, entries, sealed)


def _bundled(first: int, entries: Sequence[bytes], sealed: Sequence[bytes]) -> tuple[Tile, Group]:
    leaves = tuple(map(leaf_hash, entries))
    tile = Tile(0, first // WIDTH, len(entries))
    return tile, Group(first, tuple(entries), leaves, tuple(sealed), 0)
