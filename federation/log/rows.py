"""How the parts of a log stand in a row, alike in every store."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from .store import Group, Head, StoreUnavailableError
from .tree import HASH_SIZE, Edge, ProofError

_LENGTH_BYTES = 4


def packed(parts: Sequence[bytes]) -> bytes:
    """Several byte strings as one: the length of each, then all of them."""
    lengths = struct.pack(f"<{len(parts)}I", *map(len, parts))
    return lengths + b"".join(parts)


def unpacked(row: bytes, count: int) -> tuple[bytes, ...]:
    """What `packed` made one of.

    Raises:
        StoreUnavailableError: It is not so many byte strings.
    """
    start = _LENGTH_BYTES * count
    if len(row) < start:
        raise StoreUnavailableError(f"a row that ends before the lengths of its {count} parts")
    parts: list[bytes] = []
    for length in struct.unpack_from(f"<{count}I", row):
        parts.append(row[start : start + length])
        start += length
    if start != len(row):
        raise StoreUnavailableError(f"a row of {len(row)} bytes whose parts have {start}")
    return tuple(parts)


def hashes(row: bytes) -> tuple[bytes, ...]:
    """Hashes that stand one after the other.

    Raises:
        StoreUnavailableError: It is not made of whole hashes.
    """
    if len(row) % HASH_SIZE:
        raise StoreUnavailableError(f"hashes of {len(row)} bytes: not a multiple of {HASH_SIZE}")
    return tuple(row[start : start + HASH_SIZE] for start in range(0, len(row), HASH_SIZE))


def edge(size: int, row: bytes) -> Edge:
    """The right edge of a tree.

    Raises:
        StoreUnavailableError: It is not that of a tree of this size.
    """
    try:
        return Edge(size, hashes(row))
    except ProofError as fault:
        raise StoreUnavailableError(f"the row of the head is torn: {fault}") from fault


def group(first: int, at: int, entries: bytes, leaves: bytes, sealed: bytes) -> Group:
    """A group, of the columns of its row.

    Raises:
        StoreUnavailableError: The row is torn.
    """
    try:
        kept = hashes(leaves)
        count = len(kept)
        texts = unpacked(sealed, count) if sealed else (b"",) * count
        return Group(first, unpacked(entries, count), kept, texts, at)
    except StoreUnavailableError as fault:
        raise StoreUnavailableError(f"the row of entry {first:,} is torn: {fault}") from fault


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


def check_follows(head: Head, added: Group, after: Edge) -> None:
    """Make sure that a group begins where the log ends and fits its new edge.

    Raises:
        StoreUnavailableError: It does not.
    """
    count = len(added.entries)
    if (added.first, after.size) != (head.edge.size, head.edge.size + count):
        raise StoreUnavailableError(
            f"a group of {count} from entry {added.first:,} to a tree of {after.size:,} does not "
            f"follow a log of {head.edge.size:,}; nothing was written: read the head again"
        )
    if not count or not (count == len(added.leaves) == len(added.sealed)):
        raise StoreUnavailableError("a group without entries, or not one hash and text an entry")
    if added.at < head.at:
        raise StoreUnavailableError(
            f"a group of the moment {added.at} after one of {head.at}; nothing was written"
        )
