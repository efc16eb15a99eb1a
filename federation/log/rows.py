"""How the parts of a log stand in a row, alike in every store.

A torn file may hold anything anywhere, so nothing is taken for what its column says.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from .store import Group, Head, StoreUnavailableError
from .tree import HASH_SIZE, Edge, ProofError, hashes_of

_LENGTH_BYTES = 4


def packed(parts: Sequence[bytes]) -> bytes:
    """Several byte strings as one: the length of each, then all of them."""
    lengths = struct.pack(f"<{len(parts)}I", *map(len, parts))
    return lengths + b"".join(parts)


def head(size: object, edge: object, at: object, note: object) -> Head:
    """A head, of the columns of its row.

    Raises:
        StoreUnavailableError: The row is torn.
    """
    try:
        kept = Edge(number(size), hashes(edge))
        if not isinstance(note, str):
            raise StoreUnavailableError("no text where a checkpoint belongs")
        return Head(kept, number(at), note)
    except (ProofError, StoreUnavailableError) as fault:
        raise StoreUnavailableError(f"the row of the head is torn: {fault}") from fault


def group(first: object, at: object, entries: object, leaves: object, sealed: object) -> Group:
    """A group, of the columns of its row.

    Raises:
        StoreUnavailableError: The row is torn.
    """
    try:
        kept = hashes(leaves)
        count = len(kept)
        texts = unpacked(sealed, count) if sealed else (b"",) * count
        return Group(number(first), unpacked(entries, count), kept, texts, number(at))
    except StoreUnavailableError as fault:
        raise StoreUnavailableError(f"the row of entry {first} is torn: {fault}") from fault


def unpacked(row: object, count: int) -> tuple[bytes, ...]:
    """What `packed` made one of.

    Raises:
        StoreUnavailableError: It is not so many byte strings.
    """
    whole, start = content(row), _LENGTH_BYTES * count
    if len(whole) < start:
        raise StoreUnavailableError(f"it ends before the lengths of its {count} parts")
    parts: list[bytes] = []
    for length in struct.unpack_from(f"<{count}I", whole):
        parts.append(whole[start : start + length])
        start += length
    if start != len(whole):
        raise StoreUnavailableError(f"{len(whole)} bytes, and its parts have {start}")
    return tuple(parts)


def hashes(row: object) -> tuple[bytes, ...]:
    """Hashes that stand one after the other.

    Raises:
        StoreUnavailableError: It is not made of whole hashes.
    """
    whole = content(row)
    if len(whole) % HASH_SIZE:
        raise StoreUnavailableError(f"hashes of {len(whole)} bytes: not a multiple of {HASH_SIZE}")
    return hashes_of(whole)


def content(column: object) -> bytes:
    """A column that holds bytes.

    Raises:
        StoreUnavailableError: It does not.
    """
    if not isinstance(column, bytes):
        raise StoreUnavailableError("no bytes where bytes belong")
    return column


def number(column: object) -> int:
    """A column that holds a number, not below 0.

    Raises:
        StoreUnavailableError: It does not.
    """
    if not isinstance(column, int) or column < 0:
        raise StoreUnavailableError("no number where a number belongs")
    return column


def packed_texts(sealed: Sequence[bytes]) -> bytes:
    """The sealed texts of a group; nothing at all if no entry has any."""
    return packed(sealed) if any(sealed) else b""


def note_size(note: str) -> int:
    """The size of the log that a checkpoint's note is of, which stands in its second line.

    Raises:
        StoreUnavailableError: It is no checkpoint.
    """
    lines = note.split("\n", 2)
    if len(lines) < 3 or not (lines[1].isascii() and lines[1].isdigit()):
        raise StoreUnavailableError("a note that is no checkpoint cannot be kept")
    return int(lines[1])


def check_follows(before: Head, added: Group, after: Edge) -> None:
    """Make sure that a group begins where the log ends and fits its new edge.

    Raises:
        StoreUnavailableError: It does not.
    """
    count = len(added.entries)
    if (added.first, after.size) != (before.edge.size, before.edge.size + count):
        raise StoreUnavailableError(
            f"a group of {count} from entry {added.first:,} to a tree of {after.size:,} does not "
            f"follow a log of {before.edge.size:,}; nothing was written: read the head again"
        )
    if not count or not (count == len(added.leaves) == len(added.sealed)):
        raise StoreUnavailableError("a group without entries, or not one hash and text an entry")
    if added.at < before.at:
        raise StoreUnavailableError(
            f"a group of the moment {added.at} after one of {before.at}; nothing was written"
        )
