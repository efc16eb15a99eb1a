"""The tree cut into tiles: paths, bundles, what a growth fills, and proofs from tiles."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from platelaw.federation.log.tiles import (
    FULL,
    Filled,
    Pending,
    Tile,
    TileError,
    bundle,
    entries_of,
    node_at,
    tiles_of,
)
from platelaw.federation.log.tree import (
    Edge,
    check_consistency,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    range_proof_of,
    root_by_inclusion,
    root_by_range,
)

EMPTY = Edge(0, ())
MANY = [leaf_hash(number.to_bytes(4)) for number in range(70_000)]


class Kept:
    """A tree kept as tiles, growing by groups."""

    def __init__(self) -> None:
        self.edge, self.pending, self.tiles = EMPTY, Pending(), Filled()

    def grow(self, leaves: list[bytes]) -> None:
        growth = self.edge.extended(leaves)
        self.pending, filled = self.pending.grown(growth)
        assert not filled.keys() & self.tiles.keys()
        self.edge = growth.after
        self.tiles |= filled

    def tile(self, level: int, index: int) -> bytes | None:
        return self.tiles.get((level, index))


@cache
def kept_at_once() -> Kept:
    tree = Kept()
    tree.grow(MANY)
    return tree


@pytest.fixture(scope="module")
def kept() -> Kept:
    tree, done = Kept(), 0
    for size in (1, 255, 300, 7_000, 1, 30_000, 0, 32_443):
        tree.grow(MANY[done : done + size])
        done += size
    assert done == len(MANY)
    return tree


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 67, 17), "tile/1/067.p/17"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(2, 1_000), "tile/2/x001/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(0, 1_234_067, 1), "tile/0/x001/x234/067.p/1"),
    ],
)
def test_a_tile_is_served_where_the_specification_says(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tile.bundle_path == path.replace(f"tile/{tile.level}/", "tile/entries/", 1)


def test_the_tree_of_the_specification_has_its_tiles() -> None:
    tiles = list(tiles_of(70_000))
    partial = [tile for tile in tiles if tile.width < 256]
    assert partial == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [tile for tile in tiles if tile.level == 1 and tile.width == 256] == [Tile(1, 0)]
    assert sum(tile.level == 0 and tile.width == 256 for tile in tiles) == 273
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


def test_growth_by_groups_fills_each_full_tile_once(kept: Kept) -> None:
    full = {(tile.level, tile.index) for tile in tiles_of(70_000) if tile.width == 256}
    assert kept.tiles.keys() == full
    assert all(len(tile) == FULL for tile in kept.tiles.values())
    assert kept.tiles[0, 100] == b"".join(MANY[25_600:25_856])
    assert kept.tiles[1, 0][:32] == EMPTY.extended(MANY[:256]).root
    partial = [tile.width for tile in tiles_of(70_000) if tile.width < 256]
    assert [len(row) // 32 for row in kept.pending.rows] == partial


def test_what_is_pending_is_read_back_from_full_tiles_and_the_last_leaves(kept: Kept) -> None:
    read = Pending.read(70_000, MANY[273 * 256 :], kept.tile)
    assert read == kept.pending
    assert read.edge == kept.edge == EMPTY.extended(MANY).after


def test_a_flipped_bit_in_a_tile_that_is_kept_shows_in_the_edge(kept: Kept) -> None:
    torn = bytes([kept.tiles[0, 270][0] ^ 1]) + kept.tiles[0, 270][1:]

    def tile(level: int, index: int) -> bytes | None:
        return torn if (level, index) == (0, 270) else kept.tile(level, index)

    assert Pending.read(70_000, MANY[273 * 256 :], tile).edge != kept.edge


@settings(max_examples=30, deadline=None)
@given(some.integers(0, 69_999), some.integers(1, 300))
def test_old_entries_are_proven_from_tiles(first: int, count: int) -> None:
    tree = kept_at_once()
    at, end = node_at(tree.tile, tree.pending), min(first + count, 70_000)
    proof = inclusion_proof(first, 70_000, at)
    assert root_by_inclusion(MANY[first], first, 70_000, proof) == tree.edge.root
    proof = range_proof_of(first, end, 70_000, at)
    assert root_by_range(MANY[first:end], first, 70_000, proof) == tree.edge.root
    old_root = EMPTY.extended(MANY[:first]).root
    proof = consistency_proof(first, 70_000, at)
    check_consistency(first, old_root, 70_000, tree.edge.root, proof)


@given(some.lists(some.integers(0, 400), max_size=8))
def test_growth_in_any_groups_gives_the_same_tiles(groups: list[int]) -> None:
    by_groups, at_once, done = Kept(), Kept(), 0
    for size in groups:
        by_groups.grow(MANY[done : done + size])
        done += size
    at_once.grow(MANY[:done])
    assert (by_groups.pending, by_groups.tiles) == (at_once.pending, at_once.tiles)
    assert by_groups.pending.edge == by_groups.edge
    last = MANY[done - done % 256 : done]
    assert Pending.read(done, last, by_groups.tile) == by_groups.pending


def test_a_tile_that_is_missing_or_torn_is_named(kept: Kept) -> None:
    def missing(level: int, index: int) -> bytes | None:
        return None if (level, index) == (0, 272) else kept.tile(level, index)

    def torn(level: int, index: int) -> bytes | None:
        return (kept.tile(level, index) or b"")[:-1]

    with pytest.raises(TileError, match="tile/0/272 is missing"):
        Pending.read(70_000, MANY[273 * 256 :], missing)
    with pytest.raises(TileError, match="tile/0/272 is missing"):
        node_at(missing, kept.pending)(0, 272 * 256)
    with pytest.raises(TileError, match="tile/1/000 has 8191 bytes, not 8192"):
        node_at(torn, kept.pending)(8, 3)
    with pytest.raises(TileError, match="111 leaves after the last full tile, not 112"):
        Pending.read(70_000, MANY[273 * 256 + 1 :], kept.tile)


def test_tiles_take_no_growth_of_another_tree(kept: Kept) -> None:
    with pytest.raises(TileError, match="70000 leaves cannot take what grew from 0"):
        kept.pending.grown(EMPTY.extended(MANY[:3]))


@given(some.lists(some.binary(max_size=300), max_size=300))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    assert entries_of(bundle(entries)) == tuple(entries)


@pytest.mark.parametrize("torn", [b"\0", b"\0\1", b"\0\1ab", b"\xff\xff" + bytes(65534)])
def test_a_torn_bundle_is_refused(torn: bytes) -> None:
    with pytest.raises(TileError, match="ends within the entry"):
        entries_of(torn)


def test_an_entry_too_long_for_a_bundle_is_refused() -> None:
    assert len(bundle([bytes(65_535)])) == 65_537
    with pytest.raises(TileError, match="65536 bytes does not fit"):
        bundle([bytes(65_536)])
