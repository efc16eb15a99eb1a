"""The tree of the log: roots, growth and proofs, and how each proof is checked.

RFC 6962 section 2 (the same in RFC 9162 section 2.1). A leaf is given by its hash throughout; a
node is named by its level, 0 for leaves, and its index in the level. Nodes of complete subtrees
never change; the rest, at the right edge, is worked out from the complete ones.

A range proof is of consecutive leaves: first the hashes left of them, from the bottom up, then
those right of them, from the bottom up. For one leaf these are the hashes of an inclusion proof,
in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

NodeAt = Callable[[int, int], bytes]
"""The hash of a complete subtree, by level and index."""


class ProofError(Exception):
    """A proof that does not prove what it should, or that cannot be made."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two."""
    return sha256(b"\x01" + left + right).digest()


def hashes_of(joined: bytes) -> tuple[bytes, ...]:
    """Hashes that stand one after another."""
    return tuple(joined[at : at + HASH_SIZE] for at in range(0, len(joined), HASH_SIZE))


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: all that it takes to grow it.

    Attributes:
        size: How many leaves the tree has.
        hashes: The roots of its complete subtrees, the largest first; one a set bit of the size.
    """

    size: int
    hashes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        """Hold the hashes to the size.

        Raises:
            ProofError: There are more or fewer hashes than a tree of that size has.
        """
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            hashes = len(self.hashes)
            raise ProofError(f"a tree of {self.size} leaves has no right edge of {hashes} hashes")

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return _folded(self.hashes) if self.hashes else EMPTY_ROOT

    def extended(self, leaves: Sequence[bytes]) -> Growth:
        """What the tree is with some leaves more."""
        before, after, unused = self.size, self.size + len(leaves), list(self.hashes)
        row, rows, complete = list(leaves), list[list[bytes]](), list[bytes]()
        for level in range(max(after - 1, 0).bit_length() + 1):
            if before >> level & 1:
                row.insert(0, unused.pop())
            if after >> level & 1:  # then the last complete node of the level has no right one yet
                complete.append(row[(after >> level) - 1 - _start(before, level)])
            rows.append(row)
            alone = row[-1:] if len(row) & 1 else []
            pairs = zip(row[::2], row[1::2], strict=False)
            row = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + alone
        return Growth(self, Edge(after, tuple(complete[::-1])), tuple(rows))


@dataclass(frozen=True, slots=True)
class Growth:
    """What a group of leaves adds to a tree: enough to prove them without a store.

    Attributes:
        before: The edge before.
        after: The edge after.
        rows: All nodes that are new, by level, up to the root. A row that would start with the
            right one of two starts with the left one, which is of the edge before; a row may end
            with a node whose subtree is not complete.
    """

    before: Edge
    after: Edge
    rows: tuple[list[bytes], ...]
    _paths: list[tuple[bytes, ...]] = field(
        default_factory=list[tuple[bytes, ...]], compare=False, repr=False
    )

    @property
    def root(self) -> bytes:
        """The root of the tree after, at no cost."""
        return self.rows[-1][0] if self.after.size else EMPTY_ROOT

    def complete(self, level: int) -> tuple[int, list[bytes]]:
        """The new nodes of complete subtrees in a level: the index of the first, and their hashes.

        The left one of two may be among them though it is not new.
        """
        start = _start(self.before.size, level)
        row = self.rows[level] if level < len(self.rows) else []
        return start, row[: (self.after.size >> level) - start]

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """The inclusion proof of a new leaf in the tree after.

        Raises:
            ProofError: The leaf is not a new one.
        """
        self._check(index, index + 1)
        if not self._paths:
            self._paths.extend(self._all_paths())
        return self._paths[index - _start(self.before.size, 0)]

    def range_proof(self, first: int, end: int) -> tuple[bytes, ...]:
        """One proof of consecutive new leaves in the tree after.

        Raises:
            ProofError: There are none, or they are not all new.
        """
        self._check(first, end)
        lefts, rights = list[bytes](), list[bytes]()
        low, high, last, size = first, end - 1, self.after.size - 1, self.before.size
        for level, row in enumerate(self.rows[:-1]):
            start = _start(size, level)
            if low & 1:
                lefts.append(row[low - 1 - start])
            if not high & 1 and high < last:
                rights.append(row[high + 1 - start])
            low, high, last = low >> 1, high >> 1, last >> 1
        return (*lefts, *rights)

    def _all_paths(self) -> list[tuple[bytes, ...]]:
        """The ways of all leaves in the lowest row, worked out from the root down."""
        paths: list[tuple[bytes, ...]] = [()]
        for level in range(len(self.rows) - 2, -1, -1):
            row, above = self.rows[level], paths[self.before.size >> level + 1 & 1 :]
            paths = []
            for left, right, path in zip(row[::2], row[1::2], above, strict=False):
                paths += (right, *path), (left, *path)
            if len(row) & 1:
                paths.append(above[-1])  # the last one has none beside it
        return paths

    def _check(self, first: int, end: int) -> None:
        if not self.before.size <= first < end <= self.after.size:
            new = f"{self.before.size} to {self.after.size - 1}"
            raise ProofError(f"{first} to {end - 1} are not among the new leaves, {new}")


def inclusion_proof(index: int, size: int, at: NodeAt) -> tuple[bytes, ...]:
    """The proof that a leaf is in the tree of a size (RFC 6962 section 2.1.1).

    Raises:
        ProofError: The tree has no such leaf.
    """
    _check_range(index, index + 1, size)
    return _path(0, index, size, at)


def range_proof_of(first: int, end: int, size: int, at: NodeAt) -> tuple[bytes, ...]:
    """One proof that consecutive leaves, from `first` to before `end`, are in the tree of a size.

    Raises:
        ProofError: The range is empty, or the tree does not have all of it.
    """
    _check_range(first, end, size)
    lefts, rights = list[bytes](), list[bytes]()
    low, high, last, level = first, end - 1, size - 1, 0
    while last:
        if low & 1:
            lefts.append(at(level, low - 1))
        if not high & 1 and high < last:
            rights.append(_node(level, high + 1, size, at))
        low, high, last, level = low >> 1, high >> 1, last >> 1, level + 1
    return (*lefts, *rights)


def consistency_proof(old: int, new: int, at: NodeAt) -> tuple[bytes, ...]:
    """The proof that a tree only grew from a size to another (RFC 6962 section 2.1.2).

    Raises:
        ProofError: It did not grow.
    """
    if not 0 <= old <= new:
        raise ProofError(f"a tree of {old} leaves does not grow to {new}")
    if old in {0, new}:
        return ()
    level = _trailing_zeros(old)
    index = (old >> level) - 1
    seed = (at(level, index),) if index else ()  # the whole old tree needs no telling
    return seed + _path(level, index, new, at)


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2).

    Raises:
        ProofError: The proof does not have the length that it must have, or there is no such leaf.
    """
    _check_range(index, index + 1, size)
    _check_hashes((leaf, *proof))
    root, last, rest = leaf, size - 1, iter(_exactly(proof, _path_length(index, size)))
    while last:
        if index & 1:
            root = node_hash(next(rest), root)
        elif index < last:
            root = node_hash(root, next(rest))
        index, last = index >> 1, last >> 1
    return root


def root_by_range(leaves: Sequence[bytes], first: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that a range proof leads to, from all leaves of the range.

    Raises:
        ProofError: The proof does not have the length that it must have, or the tree does not have
            that range.
    """
    _check_hashes((*leaves, *proof))
    *_, (_, top) = _rows(leaves, first, size, proof)
    return top[0]


def split(
    leaves: Sequence[bytes], first: int, size: int, proof: Sequence[bytes]
) -> list[tuple[bytes, ...]]:
    """The inclusion proof of each leaf of a range, from all of them and their range proof.

    They prove no more than the range proof does: check that one, or each of these.

    Raises:
        ProofError: The proof does not have the length that it must have, or the tree does not have
            that range.
    """
    paths: list[list[bytes]] = [[] for _ in leaves]
    for level, (start, row) in enumerate(_rows(leaves, first, size, proof)):
        for at, path in enumerate(paths, first):
            beside = (at >> level ^ 1) - start
            if beside < len(row):
                path.append(row[beside])
    return [tuple(path) for path in paths]


def _rows(
    leaves: Sequence[bytes], first: int, size: int, proof: Sequence[bytes]
) -> Iterator[tuple[int, list[bytes]]]:
    """What a range and its proof tell of each level, up to the root.

    Yields:
        The index of the first node that is told, and the nodes from there on.

    Raises:
        ProofError: The proof does not have the length that it must have, or the tree does not have
            that range.
    """
    _check_range(first, first + len(leaves), size)
    low, high, last = first, first + len(leaves) - 1, size - 1
    left, right = _range_lengths(low, high, last)
    hashes = _exactly(proof, left + right)
    lefts, rights, row = iter(hashes[:left]), iter(hashes[left:]), list(leaves)
    while last:
        if low & 1:
            row.insert(0, next(lefts))
        if not high & 1 and high < last:
            row.append(next(rights))
        yield low - (low & 1), row
        alone = row[-1:] if len(row) & 1 else []
        row = [*map(node_hash, row[::2], row[1::2]), *alone]
        low, high, last = low >> 1, high >> 1, last >> 1
    yield 0, row


def check_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """See that a tree only grew (RFC 9162 section 2.1.4.2).

    Raises:
        ProofError: The proof does not show it.
    """
    if not 0 <= old <= new:
        raise ProofError(f"a tree of {old} leaves does not grow to {new}")
    _check_hashes((old_root, new_root, *proof))
    for size, root in ((old, old_root), (new, new_root)):
        if not size and root != EMPTY_ROOT:
            raise ProofError("the root of an empty tree is the hash of nothing")
    if old in {0, new}:
        _exactly(proof, 0)
        if old and old_root != new_root:
            raise ProofError(f"two roots are given for one tree of {old} leaves")
        return
    level = _trailing_zeros(old)
    index, last = (old >> level) - 1, new - 1 >> level
    seeded = int(index > 0)
    _exactly(proof, seeded + _path_length(index, last + 1))
    rest = iter(proof)
    old_side = new_side = next(rest) if seeded else old_root
    while last:
        if index & 1:
            sibling = next(rest)
            old_side, new_side = node_hash(sibling, old_side), node_hash(sibling, new_side)
        elif index < last:
            new_side = node_hash(new_side, next(rest))
        index, last = index >> 1, last >> 1
    if (old_side, new_side) != (old_root, new_root):
        raise ProofError(f"the tree of {new} leaves is not the tree of {old} leaves, grown")


def _path(level: int, index: int, size: int, at: NodeAt) -> tuple[bytes, ...]:
    """What stands beside the way from a node of a complete subtree up to the root."""
    path, last = list[bytes](), size - 1 >> level
    while last:
        if index & 1:
            path.append(at(level, index - 1))
        elif index < last:
            path.append(_node(level, index + 1, size, at))
        index, last, level = index >> 1, last >> 1, level + 1
    return tuple(path)


def _node(level: int, index: int, size: int, at: NodeAt) -> bytes:
    """A node of the tree of a size, worked out if its subtree is not complete."""
    if index + 1 << level <= size:
        return at(level, index)
    below = (bit for bit in range(level - 1, -1, -1) if size >> bit & 1)
    return _folded([at(bit, (size >> bit) - 1) for bit in below])


def _folded(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, the largest first."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def _path_length(index: int, size: int) -> int:
    last, length = size - 1, 0
    while last:
        length += index & 1 or index < last
        index, last = index >> 1, last >> 1
    return length


def _range_lengths(low: int, high: int, last: int) -> tuple[int, int]:
    left = right = 0
    while last:
        left += low & 1
        right += not high & 1 and high < last
        low, high, last = low >> 1, high >> 1, last >> 1
    return left, right


def _start(size: int, level: int) -> int:
    """Where the row of a level starts that a tree of a size grows by: at the left one of two."""
    return size >> level & ~1


def _trailing_zeros(size: int) -> int:
    return (size & -size).bit_length() - 1


def _check_range(first: int, end: int, size: int) -> None:
    if not 0 <= first < end <= size:
        raise ProofError(f"a tree of {size} leaves has no leaves from {first} to {end - 1}")


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(one) != HASH_SIZE for one in hashes):
        raise ProofError(f"a hash has {HASH_SIZE} bytes")


def _exactly(proof: Sequence[bytes], length: int) -> Sequence[bytes]:
    if len(proof) != length:
        raise ProofError(f"the proof has {len(proof)} hashes where {length} belong")
    return proof
