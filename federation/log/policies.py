"""The policies that answers of a log rest on: every version that ever decided, by its digest.

A service keeps the files of each version that it takes over, so that what it answered can be
recomputed for as long as the log lives. A version is one compressed file, and it is believed only
if its files have the digest that it is kept under. ``versions`` says since when each was known.
One of the edges that read and write.
"""

from __future__ import annotations

import datetime
import io
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NewType

from .. import durable
from ..bundles.contents import digest_of

PolicyDigest = NewType("PolicyDigest", str)  # in hexadecimal

_VERSIONS = "versions"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file in an archive, so that same files are same bytes
_MOST = 512 * 1024 * 1024  # bytes of all files of a version
_TORN = (OSError, ValueError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error)


class PolicyArchiveError(Exception):
    """A version that is kept and cannot be believed; the message tells the file and the mend."""


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """Since when a version was known: its signed time of issue, in UTC."""

    issued_at: datetime.datetime
    digest: PolicyDigest


@dataclass(frozen=True, slots=True)
class PolicyArchive:
    """A folder of versions."""

    folder: Path

    def keep(self, digest: str, files: Mapping[str, bytes], issued_at: datetime.datetime) -> bool:
        """Keep a version whole, and that it is known; whether anything was new.

        Args:
            digest: Its digest, in hexadecimal.
            files: Its files by path.
            issued_at: Its signed time of issue, in UTC.

        Raises:
            OSError: It cannot be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self._place(digest)
        is_new = not place.exists()
        if is_new:
            _write(place, _packed(files))
        latest = max(self.known(), key=lambda one: one.issued_at, default=None)
        if latest is None or (latest.digest != digest and latest.issued_at < issued_at):
            self._note(digest, issued_at)
            is_new = True
        return is_new

    def files(self, digest: str) -> Mapping[str, bytes] | None:
        """The files of a version; None if it is not kept.

        Raises:
            PolicyArchiveError: What is kept is torn, or is another version.
        """
        place = self._place(digest)
        try:
            files = _unpacked(place.read_bytes())
        except FileNotFoundError:
            return None
        except _TORN as fault:
            raise PolicyArchiveError(f"{place}: cannot be read: {fault}; {_MEND}") from fault
        found = digest_of(files)
        if found != digest:
            raise PolicyArchiveError(f"{place}: holds the version {found[:12]}…; {_MEND}")
        return files

    def known(self) -> Iterator[KnownVersion]:
        """Since when each version was known, as they came.

        Raises:
            PolicyArchiveError: The list cannot be read.
        """
        file = self.folder / _VERSIONS
        try:
            lines = file.read_text("ascii").splitlines()
        except FileNotFoundError:
            return
        except (OSError, ValueError) as fault:
            raise PolicyArchiveError(f"{file}: cannot be read: {fault}; {_MEND}") from fault
        for at, line in enumerate(lines, 1):
            moment, _, digest = line.partition(" ")
            try:
                issued_at = datetime.datetime.fromisoformat(moment)
            except ValueError:
                issued_at = None
            if issued_at is None or issued_at.tzinfo is None or not digest:
                raise PolicyArchiveError(f"{file}:{at}: is not a moment and a digest; {_MEND}")
            yield KnownVersion(issued_at, PolicyDigest(digest))

    def as_known(self, moment: datetime.datetime) -> KnownVersion | None:
        """The version known at a moment; None if none was.

        Raises:
            PolicyArchiveError: The list cannot be read.
        """
        before = (one for one in self.known() if one.issued_at <= moment)
        return max(before, key=lambda one: one.issued_at, default=None)

    def copy_to(self, other: PolicyArchive, digests: Iterable[str]) -> None:
        """Copy versions to another archive, and since when they were known.

        Raises:
            PolicyArchiveError: One is torn.
            OSError: It cannot be written.
        """
        wanted = set(digests)
        for digest in sorted(wanted):
            files = self.files(digest)
            if files is not None and not other._place(digest).exists():
                other.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write(other._place(digest), _packed(files))
        noted = set(other.known())
        for known in self.known():
            if known.digest in wanted and known not in noted:
                other.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                other._note(known.digest, known.issued_at)

    def digests(self) -> tuple[PolicyDigest, ...]:
        """Every version that is kept."""
        return tuple(sorted(PolicyDigest(file.stem) for file in self.folder.glob("*.zip")))

    def _place(self, digest: str) -> Path:
        return self.folder / f"{digest}.zip"

    def _note(self, digest: str, issued_at: datetime.datetime) -> None:
        moment = issued_at.astimezone(datetime.UTC).isoformat(timespec="seconds")
        with (self.folder / _VERSIONS).open("a", encoding="ascii") as file:
            file.write(f"{moment} {digest}\n")
            file.flush()
            os.fsync(file.fileno())


_MEND = "put back the file of another copy, or of an export of the log"


def _packed(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    return packed.getvalue()


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MOST:
            raise ValueError(f"it holds more than {_MOST} bytes")
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def _write(place: Path, data: bytes) -> None:
    """Write a file whole or not at all, so that it is on the disk when this returns."""
    durable.replace(place, data)
    durable.flush_folder(place.parent)
