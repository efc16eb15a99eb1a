"""A private folder whose files are on the disk whole, or not there. An edge that reads and writes.

It lies outside the log's database and its backups: what is deleted here shall be gone.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .. import durable

MAY_REMAIN = (
    "a copy-on-write or solid-state disk, a snapshot or a backup of the folder may still hold "
    "what was deleted"
)

_UNFINISHED = ".new-"  # the beginning of a file that is being written
_FOLDER = 0o700


class VaultError(Exception):
    """A folder of keys that cannot be used; the message names the file and the mend."""


@dataclass(frozen=True, slots=True)
class Vault:
    """One private folder.

    Attributes:
        folder: Where it is.
    """

    folder: Path

    @classmethod
    def open(cls, folder: Path) -> Vault:
        """The folder, made if it is not there, without what a killed process left unfinished.

        Raises:
            VaultError: It cannot be had, or others can read it.
        """
        vault = cls(folder)
        with vault._mends(folder, "cannot be made"):
            if not folder.is_dir():
                folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
                durable.flush_folder(folder.parent)
            mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & 0o077:
            raise VaultError(
                f"{folder}: others can read it (mode {mode:o}), and it holds keys; say `chmod 700 "
                f"{folder}`, and take the keys for known if others are let onto this machine"
            )
        with vault.locked("making"):
            vault._sweep()
        return vault

    def names(self) -> Iterator[str]:
        """The files in it, but for locks and what is unfinished, in order.

        Raises:
            VaultError: The folder cannot be read.
        """
        with self._mends(self.folder, "cannot be read"):
            names = sorted(os.listdir(self.folder))
        return (name for name in names if not name.startswith((_UNFINISHED, ".lock-")))

    def path(self, name: str) -> str:
        """Where a file is."""
        return os.path.join(self.folder, name)

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        return os.path.exists(self.path(name))

    def read(self, name: str) -> bytes | None:
        """A file; None if it is not there.

        Raises:
            VaultError: It cannot be read.
        """
        with self._mends(self.path(name), "cannot be read"):
            try:
                return Path(self.path(name)).read_bytes()
            except FileNotFoundError:
                return None

    def create(self, name: str, data: bytes) -> None:
        """Write a new file; on the disk, with its name, when this returns.

        Raises:
            FileExistsError: It is there already; nothing of it was changed.
            VaultError: It cannot be written.
        """
        self._write(name, data, os.link)

    def replace(self, name: str, data: bytes) -> None:
        """Write a file in place of the one of its name, if there is one.

        Raises:
            VaultError: It cannot be written.
        """
        self._write(name, data, os.rename)

    def _write(self, name: str, data: bytes, put: Callable[[str, str], None]) -> None:
        scratch, place = self.path(_UNFINISHED + secrets.token_hex(8)), self.path(name)
        with self._mends(place, "cannot be written"):
            try:
                durable.write(scratch, data)
                put(scratch, place)
            finally:
                if os.path.lexists(scratch):
                    os.unlink(scratch)
            durable.flush_folder(self.folder)

    def erase(self, name: str) -> None:
        """Overwrite a file and take it away. What a disk keeps beside it is beyond this.

        Raises:
            VaultError: It cannot be overwritten or taken away.
        """
        place = self.path(name)
        with self._mends(place, "cannot be erased"):
            _overwrite(place)
            os.unlink(place)
            durable.flush_folder(self.folder)

    def remove(self, name: str) -> None:
        """Take away a file that holds no key, if it is there.

        Raises:
            VaultError: It cannot be taken away.
        """
        with self._mends(self.path(name), "cannot be taken away"):
            Path(self.path(name)).unlink(missing_ok=True)
            durable.flush_folder(self.folder)

    @contextmanager
    def locked(self, purpose: str) -> Generator[None]:
        """Keep every other thread and process from the same purpose until the block ends.

        Raises:
            VaultError: There can be no lock in the folder.
        """
        with self._mends(self.folder, "cannot be locked"):
            lock = os.open(self.path(f".lock-{purpose}"), os.O_RDWR | os.O_CREAT, durable.PRIVATE)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _sweep(self) -> None:
        """Take away what a killed process left. A file that has its name already is in use."""
        with self._mends(self.folder, "cannot be written"):
            for name in os.listdir(self.folder):
                if name.startswith(_UNFINISHED):
                    place = self.path(name)
                    if os.stat(place).st_nlink == 1:
                        _overwrite(place)
                    os.unlink(place)

    @contextmanager
    def _mends(self, place: Path | str, what: str) -> Generator[None]:
        try:
            yield
        except FileExistsError:
            raise
        except OSError as fault:
            raise VaultError(
                f"{place}: {what}: {fault.strerror or fault}; check the folder, its owner and the "
                "disk"
            ) from fault


def _overwrite(place: str) -> None:
    """Put noise in place of a file's bytes, on the disk."""
    with open(place, "r+b") as file:
        file.write(os.urandom(os.fstat(file.fileno()).st_size))
        file.flush()
        os.fsync(file.fileno())
