"""The files of a key ring: what they are called, and what stands in them.

A key is called ``OWNER@MONTH.GENERATION.key``, its tombstone ``.deleted``, the owner
percent-encoded. Both are JSON.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

import msgspec

from .sealing import Month, MonthKey, SealingError

KEY, DELETED = "key", "deleted"

_MONTH = r"(?!0000)\d{4}-(?:0[1-9]|1[0-2])"
_NAME = re.compile(rf"([^@/]+)@({_MONTH})\.([1-9]\d*)\.(key|deleted)", re.ASCII)
_VERSION = 1


@dataclass(frozen=True, slots=True)
class OnFile:
    """A key as it may be shown: all but the key.

    Attributes:
        owner: Whose texts it opens.
        month: Of when.
        generation: Which of the month's keys.
        id: Its name, in hexadecimal.
        made_at: When it was made.
        deleted_at: When it was deleted; None while it is there.
        deleted_by: Who had it deleted.
    """

    owner: str
    month: Month
    generation: int
    id: str
    made_at: datetime.datetime
    deleted_at: datetime.datetime | None = None
    deleted_by: str = ""


class _KeyFile(msgspec.Struct, forbid_unknown_fields=True):
    """What stands in the file of a key; in hexadecimal what is bytes."""

    version: int
    owner: str
    month: str
    generation: int
    id: str
    made_at: datetime.datetime
    secret: str


class _Tombstone(msgspec.Struct, forbid_unknown_fields=True):
    """What is left of a key."""

    version: int
    owner: str
    month: str
    generation: int
    id: str
    made_at: datetime.datetime
    deleted_at: datetime.datetime
    deleted_by: str


def file_name(owner: str, month: Month, generation: int, kind: str) -> str:
    """What the file of a key, or its tombstone, is called."""
    return f"{encoded(owner)}@{month}.{generation}.{kind}"


def read_name(name: str) -> tuple[str, Month, int, str] | None:
    """Owner, month, generation and kind of a file; None if it is no file of a key."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    return unquote(found[1]), Month.parse(found[2]), int(found[3]), found[4]


def encoded(owner: str) -> str:
    """A registry key as part of a file name, from which it can be read again."""
    return quote(owner, safe="").replace(".", "%2E")  # a dot divides, and hides a file


def key_text(key: MonthKey, made_at: datetime.datetime) -> bytes:
    """The file of a key."""
    file = _KeyFile(
        _VERSION,
        key.owner,
        str(key.month),
        key.generation,
        key.id.hex(),
        made_at,
        key.secret.hex(),
    )
    return msgspec.json.encode(file)


def read_key(data: bytes) -> tuple[MonthKey, OnFile] | None:
    """The key that a file holds, and how it may be shown; None if it is no whole one."""
    try:
        file = msgspec.json.decode(data, type=_KeyFile)
        secret, month = bytes.fromhex(file.secret), Month.parse(file.month)
        key = MonthKey(secret, file.owner, month, file.generation)
    except (msgspec.MsgspecError, SealingError, ValueError):
        return None
    if (file.version, file.id) != (_VERSION, key.id.hex()):
        return None
    return key, OnFile(file.owner, month, file.generation, file.id, file.made_at)


def tombstone_text(gone: OnFile) -> bytes:
    """The tombstone of a key that is deleted."""
    assert gone.deleted_at is not None
    stone = _Tombstone(
        _VERSION,
        gone.owner,
        str(gone.month),
        gone.generation,
        gone.id,
        gone.made_at,
        gone.deleted_at,
        gone.deleted_by,
    )
    return msgspec.json.encode(stone)


def read_tombstone(data: bytes) -> OnFile | None:
    """What is left of a key; None if it is no whole tombstone."""
    try:
        stone = msgspec.json.decode(data, type=_Tombstone)
        month = Month.parse(stone.month)
    except (msgspec.MsgspecError, SealingError):
        return None
    if stone.version != _VERSION:
        return None
    return OnFile(
        stone.owner,
        month,
        stone.generation,
        stone.id,
        stone.made_at,
        stone.deleted_at,
        stone.deleted_by,
    )
