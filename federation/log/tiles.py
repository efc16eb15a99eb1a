"""The tree cut into tiles: 256 hashes each, which never change once full; proofs of old entries.

Source: c2sp.org/tlog-tiles. Tile N of level L holds the roots of the complete subtrees of 256**L
leaves from number 256 N on; those of level 0 are the hashes of leaves.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .tree import HASH_SIZE, Edge, Growth, NodeAt, hashes_of, node_hash

WIDTH = 256
FULL = WIDTH * HASH_SIZE  # bytes of a full tile
MAX_ENTRY = 0xFFFF  # bytes, in a bundle
_HEIGHT = 8  # levels of the tree that one of tiles spans

TileAt = Callable[[int, int], bytes | None]
"""A full tile by level and index; None if it is not there."""
Filled = dict[tuple[int, int], bytes]
"""Full tiles by level and index."""


class TileError(Exception):
    """A tile or a bundle that is missing, torn or does not fit."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile.

    Attributes:
        level: Its level among tiles.
        index: Its place in the level.
        width: How many hashes it has; fewer than 256 only at the right edge.
    """

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"tile/{self.level}/{_place(self.index, self.width)}"

    @property
    def bundle_path(self) -> str:
        """Where the entries are served whose hashes a tile of level 0 holds."""
        return f"tile/entries/{_place(self.index, self.width)}"


def tiles_of(size: int) -> Iterator[Tile]:
    """All tiles of a tree of a size, by level; the last of a level may be partial."""
    level, nodes = 0, size
    while nodes:
        full, rest = divmod(nodes, WIDTH)
        yield from (Tile(level, index) for index in range(full))
        if rest:
            yield Tile(level, full, rest)
        level, nodes = level + 1, full


@dataclass(frozen=True, slots=True)
class Pending:
    """The tiles at the right edge of a tree that are not full.

    Attributes:
        size: How many leaves the tree has.
        rows: The hashes of the tile that is not full in each level, one after another.
    """

    size: int = 0
    rows: tuple[bytes, ...] = ()

    @classmethod
    def read(cls, size: int, leaves: Sequence[bytes], tile: TileAt) -> Pending:
        """Those of a tree that is kept as full tiles and the leaves after them.

        Args:
            size: How many leaves the tree has.
            leaves: The hashes of the leaves after the last full tile.
            tile: The full tiles.

        Raises:
            TileError: A tile is missing or torn, or there are not as many leaves as there must be.
        """
        if len(leaves) != size % WIDTH:
            raise TileError(f"{len(leaves)} leaves after the last full tile, not {size % WIDTH}")
        rows, level, full = [b"".join(leaves)], 0, size // WIDTH
        while full:
            below = range(full - full % WIDTH, full)
            rows.append(b"".join(_root(_needed(tile, level, index)) for index in below))
            level, full = level + 1, full // WIDTH
        return cls(size, tuple(rows) if size else ())

    @property
    def edge(self) -> Edge:
        """The right edge of the tree, worked out anew."""
        hashes = list[bytes]()
        for row in reversed(self.rows):
            width = len(row) // HASH_SIZE
            for bit in range(_HEIGHT - 1, -1, -1):
                if width >> bit & 1:
                    start = width >> bit + 1 << bit + 1
                    hashes.append(_root(_hashes(row, start, 1 << bit)))
        return Edge(self.size, tuple(hashes))

    def grown(self, growth: Growth) -> tuple[Pending, Filled]:
        """What is pending after a growth, and the tiles that it fills.

        Raises:
            TileError: The growth is of a tree of another size.
        """
        before, after = growth.before.size, growth.after.size
        if before != self.size:
            raise TileError(f"tiles of {self.size} leaves cannot take what grew from {before}")
        rows, filled = list[bytes](), Filled()
        while after >> len(rows) * _HEIGHT:
            level = len(rows)
            start, nodes = growth.complete(level * _HEIGHT)
            known = before >> level * _HEIGHT
            row = self.rows[level] if level < len(self.rows) else b""
            row += b"".join(nodes[known - start :])
            index = known // WIDTH
            while len(row) >= FULL:
                filled[level, index] = row[:FULL]
                row, index = row[FULL:], index + 1
            rows.append(row)
        return Pending(after, tuple(rows)), filled


def node_at(tile: TileAt, pending: Pending) -> NodeAt:
    """The nodes of a tree that is kept as tiles, for making proofs.

    The function returned raises TileError if a tile that it needs is missing or torn.
    """

    def at(level: int, index: int) -> bytes:
        of_tiles, height = divmod(level, _HEIGHT)
        which, place = divmod(index << height, WIDTH)
        if which < pending.size >> (of_tiles + 1) * _HEIGHT:
            row = _needed(tile, of_tiles, which)
        else:
            row = pending.rows[of_tiles]
        return _root(_hashes(row, place, 1 << height))

    return at


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as one bundle.

    Raises:
        TileError: One is too long.
    """
    longest = max(map(len, entries), default=0)
    if longest > MAX_ENTRY:
        raise TileError(f"an entry of {longest} bytes does not fit in a bundle, up to {MAX_ENTRY}")
    return b"".join(part for entry in entries for part in (struct.pack(">H", len(entry)), entry))


def entries_of(bundled: bytes) -> tuple[bytes, ...]:
    """The entries of a bundle.

    Raises:
        TileError: It is torn.
    """
    entries, at = list[bytes](), 0
    while at < len(bundled):
        end = at + 2 + int.from_bytes(bundled[at : at + 2])
        if end > len(bundled) or at + 2 > len(bundled):
            raise TileError(f"the bundle ends within the entry that starts at its byte {at}")
        entries.append(bundled[at + 2 : end])
        at = end
    return tuple(entries)


def _place(index: int, width: int) -> str:
    """An index in groups of three digits, so that no folder holds more than 1,000."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *above, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    partial = f".p/{width}" if width < WIDTH else ""
    return "".join(f"x{part}/" for part in above) + last + partial


def _needed(tile: TileAt, level: int, index: int) -> bytes:
    found = tile(level, index)
    if found is None:
        raise TileError(f"{Tile(level, index).path} is missing")
    if len(found) != FULL:
        raise TileError(f"{Tile(level, index).path} has {len(found)} bytes, not {FULL}")
    return found


def _hashes(row: bytes, first: int, count: int) -> bytes:
    return row[first * HASH_SIZE : (first + count) * HASH_SIZE]


def _root(row: bytes) -> bytes:
    """The root over the hashes of a row, as many as a power of two."""
    nodes = [*hashes_of(row)]
    while len(nodes) > 1:
        nodes = [*map(node_hash, nodes[::2], nodes[1::2])]
    return nodes[0]
