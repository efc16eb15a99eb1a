"""The small texts that notes are made of: base64, sizes, names of keys, each in its one form."""

from __future__ import annotations

import base64
import binascii
import re

from .tree import HASH_SIZE

MAX_SIZE = 2**63 - 1
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteError(Exception):
    """A note, a checkpoint or a key that is not well formed, or a signature that does not hold."""


def check_name(name: str) -> None:
    """See that a key can have a name.

    Raises:
        NoteError: It cannot.
    """
    if not name or any(char.isspace() or char < " " or char == "+" for char in name):
        raise NoteError("the name of a key is not empty and has no spaces and no plus sign")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise NoteError("the name of a key is Unicode text") from error


def coded(decoded: bytes) -> str:
    """Bytes in base64."""
    return base64.b64encode(decoded).decode()


def decoded(written: str, what: str) -> bytes:
    """Bytes of base64 in its one canonical form.

    Raises:
        NoteError: It is not in that form.
    """
    try:
        found = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError(f"{what} is not in base64") from error
    if coded(found) != written:
        raise NoteError(f"{what} is not in base64 as it must be written")
    return found


def decoded_hash(written: str, what: str) -> bytes:
    """A hash in base64.

    Raises:
        NoteError: It is none.
    """
    found = decoded(written, what)
    if len(found) != HASH_SIZE:
        raise NoteError(f"{what} has {HASH_SIZE} bytes, not {len(found)}")
    return found


def size_of(written: str, what: str) -> int:
    """How many entries a tree has, in its one canonical form.

    Raises:
        NoteError: It is no such number.
    """
    if not _SIZE.fullmatch(written) or int(written) > MAX_SIZE:
        raise NoteError(f"{what} is a plain number, not `{written[:40]}`")
    return int(written)
