"""Files and folders that commands write: whole, or not at all. An edge that writes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..federation import durable
from .common import stop


def write_file(place: Path, content: bytes) -> None:
    """Write a file in place of the one of its name; the command ends where that cannot be."""
    try:
        durable.replace(place, content, durable.PUBLIC)
    except OSError as fault:
        told = f"{place}: cannot be written: {fault.strerror or fault}"
        stop(told, "name a file in a folder of yours")


def write_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """Write a folder that is not there yet, or is empty.

    Args:
        folder: Where; the folder around it is there.
        texts: Each file by its path in the folder.

    Raises:
        OSError: It holds something, or cannot be written.
    """
    write_bytes(folder, {name: text.encode() for name, text in texts.items()})


def write_bytes(folder: Path, files: Mapping[str, bytes]) -> None:
    """The same, of what is no text.

    Raises:
        OSError: It holds something, or cannot be written.
    """
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as scratch:
        made = Path(scratch, folder.name)
        for name, content in files.items():
            file = made / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        made.rename(folder)


@contextmanager
def private_files() -> Generator[None]:
    """Until the end, what is made may be read by its owner alone; so may what a library makes."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
