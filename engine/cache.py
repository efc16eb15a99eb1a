"""A folder of the user's own that keeps what was made from texts, by their content.

It can be deleted at any time, and nothing in it is believed that somebody else may have written:
folder and entries must belong to the user and be writable by nobody else, which is asked of what
was opened, not of its name. An entry tells which platelaw made it, how long it is and its digest;
one that is torn or of another version is as good as none. One of the engine's reading edges, and
the only one that writes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path

LARGEST_ENTRY = 64 * 1024 * 1024
LARGEST_FOLDER = 256 * 1024 * 1024
_KEEPERS = ("loading.py", "alike.py", "compiled/walk.py")  # of the engine: what they make is kept
_MAGIC = b"platelaw-cache"
_LONGEST_HEAD = 300  # bytes before the payload
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class CacheRefusedError(Exception):
    """A folder or entry that is not believed; the message says why."""


@dataclass
class Cache:
    """One folder of entries.

    Attributes:
        folder: Where it is.
        notes: What its user should know: why it is not used, or an entry of it was not.
    """

    folder: Path
    notes: list[str] = field(default_factory=list[str])

    def get(self, key: str) -> bytes | None:
        """What was kept under a key, if it can be believed."""
        try:
            with self._opened() as folder:
                return _unsealed(_contents(folder, key), self._maker)
        except FileNotFoundError:
            return None
        except CacheRefusedError as fault:
            self._note(f"{self.folder}: {fault}; what it holds is made anew")
        except OSError as fault:
            self._note(f"{self.folder}: cannot be read ({fault.strerror}); made anew")
        return None

    def put(self, key: str, payload: bytes) -> None:
        """Keep something whole or not at all."""
        if len(payload) > LARGEST_ENTRY:
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._opened() as folder:
                _write(folder, key, _sealed(payload, self._maker))
        except CacheRefusedError as fault:
            self._note(f"{self.folder}: {fault}; nothing is kept")
        except OSError as fault:
            self._note(f"{self.folder}: cannot be written ({fault.strerror}); nothing is kept")

    def prune(self, limit: int = LARGEST_FOLDER) -> None:
        """Remove the oldest entries until all others fit into ``limit`` bytes."""
        with suppress(OSError, CacheRefusedError), self._opened() as folder:
            found = [
                (entry.name, entry.stat(follow_symlinks=False)) for entry in os.scandir(folder)
            ]
            total = sum(status.st_size for _, status in found)
            for name, status in sorted(found, key=lambda item: item[1].st_mtime_ns):
                if total <= limit:
                    break
                os.unlink(name, dir_fd=folder)
                total -= status.st_size

    @contextmanager
    def _opened(self) -> Generator[int]:
        """The folder, opened; entries are reached through it and not through its name."""
        if os.open not in os.supports_dir_fd:
            raise CacheRefusedError("this system does not tell who may write to it")
        try:
            folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except NotADirectoryError as fault:
            raise CacheRefusedError("it is no folder, or a symbolic link") from fault
        try:
            _refuse_others(os.fstat(folder), "the folder")
            yield folder
        finally:
            os.close(folder)

    @cached_property
    def _maker(self) -> bytes:
        """Who makes entries: this platelaw, told by its own sources, on this Python."""
        python = ".".join(str(part) for part in sys.version_info[:3])
        return f"{_digest_of_sources()} {sys.implementation.name}-{python}".encode()

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _digest_of_sources() -> str:
    """The digest of all that makes entries of texts: a change of it makes every entry stale."""
    package = resources.files("platelaw")
    files = dict(_sources(package.joinpath("dsl"), ""))
    for name in _KEEPERS:
        files[name] = package.joinpath("engine", *name.split("/"))
    grammar = find_spec("pyparsing")  # found and not imported, which would take a while
    if grammar is not None and grammar.origin is not None:
        files["pyparsing"] = Path(grammar.origin)  # tells its version
    digest = hashlib.sha256()
    for name, file in sorted(files.items(), key=lambda item: item[0]):
        data = file.read_bytes()
        digest.update(f"{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def _sources(folder: Traversable, prefix: str) -> Iterator[tuple[str, Path | Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".tsv")):
            yield prefix + entry.name, entry


# Entries ------------------------------------------------------------------------------------


def _sealed(payload: bytes, maker: bytes) -> bytes:
    return b" ".join((_MAGIC, maker, _seal(payload, maker))) + b"\n" + payload


def _seal(payload: bytes, maker: bytes) -> bytes:
    """The length of an entry, and a digest of it and its maker."""
    return f"{len(payload)} {hashlib.sha256(maker + payload).hexdigest()}".encode()


def _unsealed(data: bytes, maker: bytes) -> bytes:
    """The payload of an entry.

    Raises:
        CacheRefusedError: It is torn, of another version, or no entry.
    """
    head, _, payload = data.partition(b"\n")
    made_by = b" ".join(head.removeprefix(_MAGIC + b" ").split(b" ")[:-2])
    if head != b" ".join((_MAGIC, made_by, _seal(payload, made_by))):
        raise CacheRefusedError("an entry is torn")
    if made_by != maker:
        raise CacheRefusedError("an entry was made by another version of platelaw or Python")
    return payload


def _contents(folder: int, key: str) -> bytes:
    """The bytes of an entry that is the user's own.

    Raises:
        CacheRefusedError: It may be somebody else's.
        OSError: It cannot be read.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        opened = os.open(key, flags, dir_fd=folder)
    except FileNotFoundError:
        raise
    except OSError as fault:
        raise CacheRefusedError(f"an entry cannot be opened ({fault.strerror})") from fault
    with os.fdopen(opened, "rb") as file:
        status = os.fstat(opened)
        _refuse_others(status, "an entry")
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_ENTRY + _LONGEST_HEAD:
            raise CacheRefusedError("an entry is no file, or too large")
        return file.read()


def _refuse_others(status: os.stat_result, what: str) -> None:
    """Refuse what somebody else may have written."""
    if status.st_uid != os.geteuid():
        raise CacheRefusedError(f"{what} belongs to another user")
    if status.st_mode & _OTHERS_WRITE:
        raise CacheRefusedError(f"{what} is writable by others (chmod go-w)")


def _write(folder: int, key: str, data: bytes) -> None:
    """Write an entry beside its place and move it there, so that nobody reads half of it."""
    scratch = f".{key}.{secrets.token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    opened = os.open(scratch, flags, 0o600, dir_fd=folder)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(data)
        os.replace(scratch, key, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(scratch, dir_fd=folder)
        raise
