"""A log that was changed on file is named by entry, wherever it was changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from platelaw.federation.log import rows
from platelaw.federation.log.checking import TornLogError, check_start, edge_at, recompute
from platelaw.federation.log.notes import NoteSigner
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.tree import Edge, leaf_hash

from .making import ORIGIN, Writing, note

SIZE = 1500  # groups of 50: entry 1,234 is the 35th of the row of 1,200


class Log:
    """A log of 1,500 entries, and the way to change it behind its back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = SqliteStore(path)
        Writing(self.store).fill(SIZE, 50)

    def change(self, statement: str, *of: object) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            assert connection.execute(statement, of).rowcount > 0

    def value(self, query: str) -> bytes:
        with closing(sqlite3.connect(self.path)) as connection:
            value: bytes = connection.execute(query).fetchone()[0]
        return value

    def found(self, first: int = 0) -> list[str]:
        return [str(one) for one in recompute(self.store, first)]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    made = Log(tmp_path / "log.db")
    yield made
    made.store.close()


def test_a_whole_log_has_no_findings(log: Log) -> None:
    assert log.found() == []
    assert log.found(1499) == []
    assert recompute(log.store, 300, 700) == []
    check_start(log.store)


def test_an_empty_log_is_whole(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "log.db")
    check_start(store)
    assert recompute(store) == []
    store.close()


def test_a_changed_entry_is_named(log: Log) -> None:
    before = log.value("SELECT entries FROM groups WHERE first = 1200")
    log.change(
        "UPDATE groups SET entries = ? WHERE first = 1200",
        before.replace(b"entry 1234", b"entry 1235"),
    )
    assert log.found()[0] == "entry 1,234: the leaf hash on file is not that of its bytes"
    with pytest.raises(TornLogError, match=r"entry 1,234: .* Run `platelaw log verify`"):
        check_start(log.store, 300)


def test_a_changed_leaf_hash_is_named(log: Log) -> None:
    leaves = bytearray(log.value("SELECT leaves FROM groups WHERE first = 1200"))
    leaves[34 * 32] ^= 1
    log.change("UPDATE groups SET leaves = ? WHERE first = 1200", bytes(leaves))
    assert log.found() == ["entry 1,234: the leaf hash on file is not that of its bytes"]


def test_an_entry_changed_with_its_leaf_hash_is_named_by_its_tile(log: Log) -> None:
    forged = [b"entry %d" % number for number in range(1200, 1250)]
    forged[34] = b"forged"
    log.change(
        "UPDATE groups SET entries = ?, leaves = ? WHERE first = 1200",
        rows.packed(forged),
        b"".join(map(leaf_hash, forged)),
    )
    assert log.found() == [
        "entry 1,234: the tile 0/4 has another hash for it",
        "entry 1,499: the tree up to it is not that of the head on file",
    ]


def test_a_forged_tail_before_the_next_tile_is_seen_by_the_head(log: Log) -> None:
    forged = [b"forged"] * 50
    log.change(
        "UPDATE groups SET entries = ?, leaves = ? WHERE first = 1450",
        rows.packed(forged),
        b"".join(map(leaf_hash, forged)),
    )
    assert log.found() == ["entry 1,499: the tree up to it is not that of the head on file"]


def test_a_log_forged_whole_is_seen_by_its_signed_checkpoint(log: Log, tmp_path: Path) -> None:
    signer = NoteSigner(ORIGIN, Ed25519PrivateKey.generate())
    other = SqliteStore(tmp_path / "other.db")
    Writing(other).append([b"forged"] * SIZE)
    log.store.keep_checkpoint(note(log.store.head().edge, signer))
    assert log.found() == []
    other.keep_checkpoint(log.store.head().checkpoint)
    told = [str(one) for one in recompute(other)]
    assert told == ["entry 1,499: the tree up to it is not that of the signed checkpoint"]
    other.close()


def test_a_row_that_is_missing_is_named(log: Log) -> None:
    log.change("DELETE FROM groups WHERE first = 700")
    assert log.found() == ["entry 700: is missing: the next row begins at entry 750"]


def test_a_missing_end_is_named(log: Log) -> None:
    log.change("DELETE FROM groups WHERE first >= 1400")
    assert log.found() == ["entry 1,400: is missing, and all up to 1,499"]


def test_a_row_out_of_its_place_is_named(log: Log) -> None:
    log.change("UPDATE groups SET first = 745 WHERE first = 750")
    assert log.found() == ["entry 750: is there twice: the next row begins at entry 745"]


def test_a_torn_row_is_named(log: Log) -> None:
    log.change("UPDATE groups SET entries = x'00' WHERE first = 700")
    assert log.found()[0].startswith("entry 700: cannot be read: the row of entry 700 is torn")


def test_a_missing_and_a_changed_tile_are_named(log: Log) -> None:
    tile = bytearray(log.value("SELECT hashes FROM tiles WHERE level = 0 AND place = 2"))
    tile[32 * 7] ^= 1
    log.change("UPDATE tiles SET hashes = ? WHERE level = 0 AND place = 2", bytes(tile))
    log.change("DELETE FROM tiles WHERE level = 0 AND place = 3")
    assert log.found() == [
        "entry 519: the tile 0/2 has another hash for it",
        "entry 768: the tile 0/3 that starts here is missing",
    ]
    assert log.found(1300)[0].startswith("entry 1,280: the tiles before it cannot be used")


def test_a_moment_that_falls_is_named(log: Log) -> None:
    log.change("UPDATE groups SET at = 1 WHERE first = 700")
    assert log.found() == ["entry 700: is of an earlier moment than the one before it"]


def test_the_edge_of_an_earlier_size_is_that_which_the_log_had(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "log.db")
    writing = Writing(store)
    had = dict[int, Edge]()
    for _ in range(40):
        edge = writing.append([bytes([len(had)]) * 9] * 13)
        had[edge.size] = edge
    assert all(edge_at(store, size) == edge for size, edge in had.items())
    store.close()
