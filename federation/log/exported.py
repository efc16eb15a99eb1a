"""A log as an export holds it: plain files that anyone can serve, copy and check (C2SP tlog-tiles).

``checkpoint`` is the signed checkpoint, below ``tile/`` lie the hashes and the entries, below
``sealed/`` the sealed texts, below ``circumstances/`` what entries were decided from, below
``policies/`` the versions that decided. An export for one owner has no tiles: it has ``entries``,
each with a proof of its own. One of the edges that read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from google.protobuf.message import DecodeError

from ..v1 import answer_pb2 as a
from .notes import Checkpoint, Note, NoteError
from .store import Group, Head, StoreUnavailableError
from .tiles import FULL, WIDTH, Pending, Tile, TileError, entries_of, tiles_of
from .tree import Edge, ProofError, hashes_of, leaf_hash, root_by_inclusion

CHECKPOINT, MANIFEST, ENTRIES = "checkpoint", "manifest.json", "entries"
POLICIES, LOGS = "policies", "logs.csv"
FORM = 1
_LENGTH = 4  # bytes before each part of a file of parts


class ExportError(Exception):
    """A folder or archive that is no export of a log; the message tells the mend."""


class Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """What an export is.

    Attributes:
        form: The form of exports, 1.
        origin: The log.
        size: How many entries the log had.
        owner: Whose entries it holds; empty if all of them.
        entries: How many it holds.
    """

    form: int
    origin: str
    size: int
    owner: str
    entries: int


@dataclass(slots=True)
class Exported:
    """An export (``Records``).

    Attributes:
        root: Where it is.
        manifest: What it is.
        note: The signed checkpoint as it is written.
        checkpoint: The same, read.
    """

    root: Path
    manifest: Manifest
    note: str
    checkpoint: Checkpoint

    @classmethod
    def open(cls, folder: Path) -> Exported:
        """The export in a folder.

        Raises:
            ExportError: There is none.
        """
        try:
            manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
            note = (folder / CHECKPOINT).read_bytes().decode()
            checkpoint = Checkpoint.parse(Note.parse(note).text)
        except (OSError, ValueError, NoteError) as fault:
            mend = "name a folder or archive that `platelaw log export` wrote"
            raise ExportError(f"{folder}: is no export of a log ({fault}); {mend}") from fault
        if manifest.form != FORM:
            raise ExportError(f"{folder}: of form {manifest.form}; use a newer platelaw")
        return cls(folder, manifest, note, checkpoint)

    def close(self) -> None:
        """Nothing is kept open."""

    @property
    def is_part(self) -> bool:
        """Whether it holds the entries of one owner alone."""
        return bool(self.manifest.owner)

    # Records ---------------------------------------------------------------------------------

    def head(self) -> Head:
        """How far it is.

        Raises:
            StoreUnavailableError: Its tiles are torn or missing.
        """
        size = self.checkpoint.size
        if self.is_part:
            raise StoreUnavailableError("the export holds the entries of one owner alone")
        width = size % WIDTH
        last = self._needed(Tile(0, size // WIDTH, width).path) if width else b""
        try:
            edge = Pending.read(size, hashes_of(last), self.tile).edge
        except TileError as fault:
            raise StoreUnavailableError(str(fault)) from fault
        return Head(Edge(size, edge.hashes), 0, self.note)

    def groups(self, first: int, end: int) -> Iterator[Group]:
        """The entries by the bundle, or one by one in an export for one owner.

        Raises:
            StoreUnavailableError: They are torn or missing.
        """
        if self.is_part:
            yield from (
                Group(told.index, (told.entry,), (leaf_hash(told.entry),), (sealed,), 0)
                for told, sealed in self.part()
                if first <= told.index < end
            )
            return
        for tile in tiles_of(self.checkpoint.size):
            start = tile.index * WIDTH
            if tile.level or start >= end:
                return
            if start + tile.width > first:
                yield self._group(tile, start)

    def _group(self, tile: Tile, start: int) -> Group:
        try:
            entries = entries_of(self._needed(tile.bundle_path))
            sealed = parts_of(self._needed(sealed_path(tile)))
        except (TileError, ValueError) as fault:
            raise StoreUnavailableError(f"{tile.bundle_path}: {fault}") from fault
        leaves = hashes_of(self._needed(tile.path))
        if not len(entries) == len(sealed) == len(leaves) == tile.width:
            raise StoreUnavailableError(f"{tile.bundle_path}: does not hold {tile.width} entries")
        return Group(start, entries, leaves, sealed, 0)

    def circumstances(self, digest: bytes) -> bytes | None:
        """The circumstances of a digest."""
        return self._found(circumstances_path(digest))

    def tile(self, level: int, index: int) -> bytes | None:
        """A full tile."""
        found = self._found(Tile(level, index).path)
        return found if found is None or len(found) == FULL else found[:FULL]

    # The entries of one owner ----------------------------------------------------------------

    def part(self) -> Iterator[tuple[a.Recorded, bytes]]:
        """The entries of one owner, each with its proof, and its sealed texts.

        Raises:
            StoreUnavailableError: They are torn or missing.
        """
        try:
            parts = iter(parts_of(self._needed(ENTRIES)))
            for told in parts:
                yield a.Recorded.FromString(told), next(parts)
        except (DecodeError, RuntimeError, ValueError) as fault:
            raise StoreUnavailableError(f"{ENTRIES}: is torn: {fault}") from fault

    def broken(self) -> Iterator[tuple[int, str]]:
        """The entries of one owner whose proof does not hold, with why.

        Raises:
            StoreUnavailableError: They are torn or missing.
        """
        size, root = self.checkpoint.size, self.checkpoint.root
        for told, _ in self.part():
            hashes = hashes_of(told.proof.hashes)
            try:
                found = root_by_inclusion(leaf_hash(told.entry), told.index, size, hashes)
            except ProofError as fault:
                yield told.index, str(fault)
                continue
            if found != root:
                yield told.index, "does not lead to the root of the checkpoint: it was changed"

    def _found(self, path: str) -> bytes | None:
        try:
            return self.root.joinpath(*path.split("/")).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as fault:
            raise StoreUnavailableError(f"{path}: {fault.strerror or fault}") from fault

    def _needed(self, path: str) -> bytes:
        found = self._found(path)
        if found is None:
            raise StoreUnavailableError(f"{path} is missing; take the export anew")
        return found


def parts(given: Mapping[int, bytes] | tuple[bytes, ...]) -> bytes:
    """Parts as one file, each after its length."""
    texts = given.values() if isinstance(given, Mapping) else given
    return b"".join(len(text).to_bytes(_LENGTH) + text for text in texts)


def parts_of(data: bytes) -> tuple[bytes, ...]:
    """The parts of a file.

    Raises:
        ValueError: It is torn.
    """
    found, at = list[bytes](), 0
    while at < len(data):
        end = at + _LENGTH + int.from_bytes(data[at : at + _LENGTH])
        if end > len(data):
            raise ValueError(f"it ends within the part that starts at its byte {at}")
        found.append(data[at + _LENGTH : end])
        at = end
    return tuple(found)


def sealed_path(tile: Tile) -> str:
    """Where the sealed texts of the entries of a tile are."""
    return f"sealed/{tile.bundle_path.removeprefix('tile/entries/')}"


def circumstances_path(digest: bytes) -> str:
    """Where circumstances are."""
    name = digest.hex()
    return f"circumstances/{name[:2]}/{name}"
