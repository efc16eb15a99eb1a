"""Files that are on the disk whole or not there at all. An edge that writes.

A file is written beside its place, flushed, and then given its name, so that neither a killed
process nor a power cut leaves half of one under it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PRIVATE, PUBLIC = 0o600, 0o666  # for others as the process's mask lets them


def create(place: Path, data: bytes, mode: int = PRIVATE) -> None:
    """Write a file that is not there; it and its name are on the disk when this returns.

    Raises:
        FileExistsError: It is there already; nothing of it was changed.
        OSError: It cannot be written.
    """
    _name(place, data, mode, os.link)
    flush_folder(place.parent)


def replace(place: Path, data: bytes, mode: int = PRIVATE) -> None:
    """Write a file in place of the one of its name, if there is one.

    What it holds is on the disk when this returns; that its name tells it and not the one before,
    only after `flush_folder`.

    Raises:
        OSError: It cannot be written; what was there is unchanged.
    """
    _name(place, data, mode, os.replace)


def write(place: str | Path, data: bytes, mode: int = PRIVATE) -> None:
    """Write a file under a name that nobody reads yet; it is on the disk when this returns.

    Raises:
        OSError: It cannot be written.
    """
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)


def flush_folder(folder: Path) -> None:
    """Bring the names of a folder to the disk.

    Raises:
        OSError: The folder cannot be read, or the disk fails.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _name(place: Path, data: bytes, mode: int, give: Callable[[Path, Path], None]) -> None:
    scratch = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        write(scratch, data, mode)
        give(scratch, place)
    finally:
        with suppress(OSError):
            scratch.unlink()  # gone already where it took the place
