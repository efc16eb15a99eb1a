"""The tree of the log: known vectors, another implementation, and properties."""

from __future__ import annotations

import random
from collections.abc import Sequence
from hashlib import sha256
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from platelaw.federation.log.tree import (
    EMPTY_ROOT,
    Edge,
    Growth,
    NodeAt,
    ProofError,
    check_consistency,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    range_proof_of,
    root_by_inclusion,
    root_by_range,
    split,
)

EMPTY = Edge(0, ())
# The tree that RFC 6962's reference implementation is tested with: its roots by size, and proofs.
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
           "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
LEAVES = [leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
FROM_2_TO_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
FROM_4_TO_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
FROM_4_TO_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
FROM_6_TO_7 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
INCLUSIONS = {
    (0, 1): [],
    (0, 8): [LEAF_1, FROM_2_TO_3, FROM_4_TO_7],
    (5, 8): [LEAF_4, FROM_6_TO_7, ROOTS[4]],
    (2, 3): [ROOTS[2]],
    (1, 5): [ROOTS[1], FROM_2_TO_3, LEAF_4],
}
CONSISTENCIES = {
    (1, 1): [],
    (1, 8): [LEAF_1, FROM_2_TO_3, FROM_4_TO_7],
    (6, 8): [FROM_4_TO_5, FROM_6_TO_7, ROOTS[4]],
    (2, 5): [FROM_2_TO_3, LEAF_4],
}


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root as RFC 6962 section 2.1 defines it, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(root_of(leaves[:half]), root_of(leaves[half:]))


def nodes_of(leaves: Sequence[bytes]) -> NodeAt:
    """The nodes of complete subtrees; asking for another one is a fault of the test."""

    def at(level: int, index: int) -> bytes:
        below = leaves[index << level : index + 1 << level]
        assert len(below) == 1 << level
        return root_of(below)

    return at


def some_leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4)) for number in range(count)]


def grown(leaves: Sequence[bytes], groups: Sequence[int]) -> Growth:
    """The last growth of a tree that grows by groups; the last group is what remains."""
    edge, done = EMPTY, 0
    for size in groups:
        group = leaves[done : done + size]
        edge, done = edge.extended(group).after, done + len(group)
    return edge.extended(leaves[done:])


def hexadecimal(hashes: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


def spoilt(proof: Sequence[bytes], chance: random.Random) -> list[bytes]:
    """A proof with one bit of it flipped."""
    hashes = list(proof)
    at = chance.randrange(len(hashes))
    flipped = int.from_bytes(hashes[at]) ^ 1 << chance.randrange(256)
    hashes[at] = flipped.to_bytes(32)
    return hashes


sizes = some.integers(1, 70)
groups = some.lists(some.integers(0, 40), max_size=6)


def test_the_roots_are_those_of_the_reference_implementation() -> None:
    for size, root in enumerate(ROOTS):
        growth = EMPTY.extended(LEAVES[:size])
        assert growth.after.root.hex() == growth.root.hex() == root


@pytest.mark.parametrize(("index", "size"), INCLUSIONS)
def test_inclusion_proofs_are_those_of_the_reference_implementation(index: int, size: int) -> None:
    proof = inclusion_proof(index, size, nodes_of(LEAVES))
    assert hexadecimal(proof) == INCLUSIONS[index, size]
    assert EMPTY.extended(LEAVES[:size]).inclusion(index) == proof
    assert root_by_inclusion(LEAVES[index], index, size, proof).hex() == ROOTS[size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCIES)
def test_consistency_proofs_are_those_of_the_reference_implementation(old: int, new: int) -> None:
    proof = consistency_proof(old, new, nodes_of(LEAVES))
    assert hexadecimal(proof) == CONSISTENCIES[old, new]
    roots = [bytes.fromhex(root) for root in ROOTS]
    check_consistency(old, roots[old], new, roots[new], proof)


def test_another_implementation_makes_the_same_proofs() -> None:
    pymerkle: Any = import_module("pymerkle")  # has no types
    other = pymerkle.InmemoryTree(algorithm="sha256")
    count = 40
    for number in range(count):
        other.append_entry(number.to_bytes(4))
    leaves = some_leaves(count)
    at = nodes_of(leaves)
    for size in range(1, count + 1):
        assert EMPTY.extended(leaves[:size]).root == other.get_root(size)
        for index in range(size):
            base, *path = other.prove_inclusion(index + 1, size).path
            assert base == leaves[index]
            assert inclusion_proof(index, size, at) == tuple(path)


@given(sizes, groups)
def test_growth_in_any_groups_gives_the_same_tree(size: int, groups: list[int]) -> None:
    leaves = some_leaves(size)
    growth, at = grown(leaves, groups), nodes_of(leaves)
    assert growth.after == EMPTY.extended(leaves).after
    assert growth.after.root == growth.root == root_of(leaves)
    for level in range(8):
        first, hashes = growth.complete(level)
        assert hashes == [at(level, first + place) for place in range(len(hashes))]
        assert first <= growth.before.size >> level
        assert not hashes or first + len(hashes) == size >> level


@given(sizes, groups)
def test_a_growth_proves_its_leaves_as_a_store_would(size: int, groups: list[int]) -> None:
    leaves = some_leaves(size)
    growth, at = grown(leaves, groups), nodes_of(leaves)
    for index in range(growth.before.size, size):
        proof = growth.inclusion(index)
        assert proof == inclusion_proof(index, size, at)
        assert root_by_inclusion(leaves[index], index, size, proof) == growth.root
        assert growth.range_proof(index, size) == range_proof_of(index, size, size, at)


@given(sizes, some.data())
def test_every_range_is_proven_by_no_more_than_its_own_leaves(
    size: int, data: some.DataObject
) -> None:
    first = data.draw(some.integers(0, size - 1))
    end = data.draw(some.integers(first + 1, size))
    leaves = some_leaves(size)
    proof = range_proof_of(first, end, size, nodes_of(leaves))
    assert root_by_range(leaves[first:end], first, size, proof) == root_of(leaves)
    for index, own in enumerate(split(leaves[first:end], first, size, proof), first):
        assert own == inclusion_proof(index, size, nodes_of(leaves))
    if end == first + 1:
        assert sorted(proof) == sorted(inclusion_proof(first, size, nodes_of(leaves)))


@given(some.integers(0, 70), some.integers(0, 70))
def test_every_growth_is_proven(one: int, other: int) -> None:
    old, new = sorted((one, other))
    leaves = some_leaves(new)
    proof = consistency_proof(old, new, nodes_of(leaves))
    check_consistency(old, root_of(leaves[:old]), new, root_of(leaves), proof)


@given(sizes, some.data(), some.randoms(use_true_random=False))
def test_a_changed_inclusion_proof_leads_elsewhere(
    size: int, data: some.DataObject, chance: random.Random
) -> None:
    index = data.draw(some.integers(0, size - 1))
    leaves = some_leaves(size)
    root, proof = root_of(leaves), inclusion_proof(index, size, nodes_of(leaves))
    if proof:
        assert root_by_inclusion(leaves[index], index, size, spoilt(proof, chance)) != root
    assert root_by_inclusion(leaf_hash(b"another"), index, size, proof) != root
    for wrong in set(range(size)) - {index}:
        try:
            assert root_by_inclusion(leaves[index], wrong, size, proof) != root
        except ProofError:
            continue
    for length in ((*proof, root), proof[:-1] if proof else (root, root)):
        with pytest.raises(ProofError, match="hashes where"):
            root_by_inclusion(leaves[index], index, size, length)


@given(sizes, some.data(), some.randoms(use_true_random=False))
def test_a_changed_range_proof_leads_elsewhere(
    size: int, data: some.DataObject, chance: random.Random
) -> None:
    first = data.draw(some.integers(0, size - 1))
    end = data.draw(some.integers(first + 1, size))
    leaves = some_leaves(size)
    held, root = leaves[first:end], root_of(leaves)
    proof = range_proof_of(first, end, size, nodes_of(leaves))
    if proof:
        assert root_by_range(held, first, size, spoilt(proof, chance)) != root
    assert root_by_range(spoilt(held, chance), first, size, proof) != root
    for wrong in set(range(size - len(held) + 1)) - {first}:
        try:
            assert root_by_range(held, wrong, size, proof) != root
        except ProofError:
            continue
    with pytest.raises(ProofError, match="hashes where"):
        root_by_range(held, first, size, (*proof, root))


@given(some.integers(1, 70), some.integers(1, 70), some.randoms(use_true_random=False))
def test_a_tree_that_did_not_grow_from_the_old_one_is_found(
    one: int, other: int, chance: random.Random
) -> None:
    old, new = sorted((one, other))
    leaves = some_leaves(new)
    proof = consistency_proof(old, new, nodes_of(leaves))
    old_root, new_root = root_of(leaves[:old]), root_of(leaves)
    forged = root_of(spoilt(leaves[:old], chance))
    for roots in ((forged, new_root), (old_root, forged)):
        with pytest.raises(ProofError):
            check_consistency(old, roots[0], new, roots[1], proof)
    if proof:
        with pytest.raises(ProofError, match="is not the tree"):
            check_consistency(old, old_root, new, new_root, spoilt(proof, chance))
    with pytest.raises(ProofError, match="hashes where"):
        check_consistency(old, old_root, new, new_root, (*proof, old_root))


def test_a_rewritten_entry_cannot_be_hidden_by_any_consistency_proof_of_its_own_tree() -> None:
    leaves = some_leaves(20)
    rewritten = [*leaves[:5], leaf_hash(b"rewritten"), *leaves[6:]]
    proof = consistency_proof(10, 20, nodes_of(rewritten))
    with pytest.raises(ProofError, match="20 leaves is not the tree of 10 leaves, grown"):
        check_consistency(10, root_of(leaves[:10]), 20, root_of(rewritten), proof)


def test_a_proof_of_hashes_of_other_lengths_is_refused() -> None:
    moved = LEAVES[1][:31], LEAVES[1][31:] + b""
    assert sum(map(len, moved)) == 32
    with pytest.raises(ProofError, match="32 bytes"):
        root_by_inclusion(LEAVES[0], 0, 4, moved)
    with pytest.raises(ProofError, match="32 bytes"):
        root_by_range([b""], 0, 1, [])
    with pytest.raises(ProofError, match="32 bytes"):
        check_consistency(1, b"", 2, LEAVES[0], [LEAVES[1]])


def test_what_a_tree_does_not_have_is_not_proven() -> None:
    at = nodes_of(LEAVES)
    for index, size in ((8, 8), (-1, 8), (0, 0)):
        with pytest.raises(ProofError, match="has no leaves"):
            inclusion_proof(index, size, at)
        with pytest.raises(ProofError, match="has no leaves"):
            root_by_inclusion(LEAVES[0], index, size, ())
    for first, end in ((3, 3), (4, 3), (0, 9), (-1, 2)):
        with pytest.raises(ProofError, match="has no leaves"):
            range_proof_of(first, end, 8, at)
    for old, new in ((2, 1), (-1, 1)):
        with pytest.raises(ProofError, match="does not grow"):
            consistency_proof(old, new, at)
        with pytest.raises(ProofError, match="does not grow"):
            check_consistency(old, LEAVES[0], new, LEAVES[0], ())


def test_a_growth_proves_no_older_leaf() -> None:
    growth = grown(LEAVES, [3])
    with pytest.raises(ProofError, match="among the new leaves, 3 to 7"):
        growth.inclusion(2)
    with pytest.raises(ProofError, match="2 to 4 are not"):
        growth.range_proof(2, 5)
    with pytest.raises(ProofError, match="8 to 8 are not"):
        growth.inclusion(8)


def test_an_empty_tree_has_one_root() -> None:
    check_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, ())
    for old_root, new, new_root in (
        (LEAVES[0], 1, LEAVES[0]),
        (EMPTY_ROOT, 0, LEAVES[0]),
        (LEAVES[0], 0, LEAVES[0]),
    ):
        with pytest.raises(ProofError, match="empty tree"):
            check_consistency(0, old_root, new, new_root, ())


def test_an_edge_has_one_hash_a_complete_subtree() -> None:
    assert len(EMPTY.extended(LEAVES[:7]).after.hashes) == 3
    with pytest.raises(ProofError, match="7 leaves has no right edge of 2 hashes"):
        Edge(7, (LEAVES[0], LEAVES[1]))
    with pytest.raises(ProofError, match="no right edge"):
        Edge(-1, (LEAVES[0],))


def test_an_entry_is_never_taken_for_a_node() -> None:
    entry = LEAVES[0] + LEAVES[1]
    assert leaf_hash(entry) != node_hash(LEAVES[0], LEAVES[1]) != sha256(entry).digest()
