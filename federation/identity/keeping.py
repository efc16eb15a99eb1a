"""Writing keys, certificates and registers: whole or not at all. An edge that writes files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

PRIVATE, PUBLIC = 0o600, 0o644


class KeepingError(Exception):
    """Files that were not written; the message names the first and the mend."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One file to be written.

    Attributes:
        path: Where.
        data: What.
        is_private: Whether nobody else may read it.
        is_changed: Whether it may be there already, being a file that is changed.
    """

    path: Path
    data: bytes = field(repr=False)
    is_private: bool = False
    is_changed: bool = False


def keep(files: Iterable[Kept], *, replace: bool = False) -> None:
    """Write files, all of them or none.

    Args:
        files: What to write; the folders must be there.
        replace: Whether files that are there already are replaced.

    Raises:
        KeepingError: One is there already, or cannot be written.
    """
    files = tuple(files)
    for file in files:
        if file.path.exists() and not (replace or file.is_changed):
            raise _taken(file.path)
    with ExitStack() as undo:
        scratches = [_scratch(file, undo) for file in files]
        for file, scratch in zip(files, scratches, strict=True):
            _put(file.path, scratch, undo, replace=replace or file.is_changed)
        undo.pop_all()
    for scratch in scratches:
        scratch.unlink(missing_ok=True)


def _scratch(file: Kept, undo: ExitStack) -> Path:
    """The contents on the disk, beside where they go."""
    try:
        handle, name = tempfile.mkstemp(dir=file.path.parent, prefix=f".{file.path.name}.")
        undo.callback(Path(name).unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as out:
            os.fchmod(out.fileno(), PRIVATE if file.is_private else PUBLIC)
            out.write(file.data)
            out.flush()
            os.fsync(out.fileno())
    except OSError as fault:
        raise _unwritten(file.path, fault) from fault
    return Path(name)


def _put(path: Path, scratch: Path, undo: ExitStack, *, replace: bool) -> None:
    try:
        if replace:
            os.replace(scratch, path)
        else:
            os.link(scratch, path)  # fails where another writer was faster
            undo.callback(path.unlink, missing_ok=True)
    except FileExistsError as fault:
        raise _taken(path) from fault
    except OSError as fault:
        raise _unwritten(path, fault) from fault


def _taken(path: Path) -> KeepingError:
    return KeepingError(f"{path}: is there already; name another place, or say --force")


def _unwritten(path: Path, fault: OSError) -> KeepingError:
    return KeepingError(f"{path}: cannot be written: {fault.strerror or fault}; check its folder")
