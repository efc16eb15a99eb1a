"""The one writer: order, duplicates inside a group, failing stores, other writers, clocks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from platelaw.federation.journal import (
    JournalUnavailableError,
    NotRecordedError,
    Receipt,
    ReplayedError,
    Submission,
    Told,
)
from platelaw.federation.log.notes import Checkpoint, Note
from platelaw.federation.log.sequencer import Sequencer
from platelaw.federation.log.signing import LogSigner, log_signer
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.store import StoreUnavailableError
from platelaw.federation.log.tree import leaf_hash, root_by_inclusion, root_by_range

NOW = 1_790_000_000_000_000  # microseconds since 1970
MINUTE = 60_000_000


def submission(
    nonce: bytes, *entries: bytes, message: bytes = b"", caller: str = "a"
) -> Submission:
    digest = hashlib.sha256(message or nonce).digest()
    sealed = [b""] * len(entries)
    return Submission(caller, nonce, digest, NOW + 15 * MINUTE, entries, sealed, {})


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> LogSigner:
    return log_signer(tmp_path_factory.mktemp("keys"), "test.example/log")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    found = SqliteStore(tmp_path / "log.sqlite")
    yield found
    found.close()


def sequencer(
    store: SqliteStore, signer: LogSigner, clock: Callable[[], int] = lambda: NOW
) -> Sequencer:
    return Sequencer(store, signer, clock)


def receipt(told: Told) -> Receipt:
    assert isinstance(told, Receipt), told
    return told


def proves(told: Told, *entries: bytes) -> bool:
    """Whether a receipt proves that entries stand in the log that it signs."""
    found = receipt(told)
    checkpoint = Checkpoint.parse(Note.parse(found.checkpoint).text)
    hashes = [found.hashes[at : at + 32] for at in range(0, len(found.hashes), 32)]
    leaves = [leaf_hash(entry) for entry in entries]
    if len(leaves) == 1:
        root = root_by_inclusion(leaves[0], found.first, checkpoint.size, hashes)
    else:
        root = root_by_range(leaves, found.first, checkpoint.size, hashes)
    return root == checkpoint.root


def test_a_group_is_written_in_its_order_and_each_gets_its_proof(
    store: SqliteStore, signer: LogSigner
) -> None:
    writer = sequencer(store, signer)
    told = writer.record(
        [submission(b"1", b"one"), submission(b"2", b"two", b"three"), submission(b"3", b"four")]
    )
    assert [receipt(each).first for each in told] == [0, 1, 3]
    assert proves(told[0], b"one")
    assert proves(told[1], b"two", b"three")
    assert proves(told[2], b"four")
    assert len({receipt(each).checkpoint for each in told}) == 1
    assert store.head().edge.size == 4


def test_the_same_nonce_twice_in_one_group_is_written_once(
    store: SqliteStore, signer: LogSigner
) -> None:
    told = sequencer(store, signer).record(
        [
            submission(b"1", b"one", message=b"m"),
            submission(b"1", b"one again", message=b"m"),
            submission(b"1", b"another", message=b"other bytes"),
            submission(b"1", b"of another caller", caller="b"),
        ]
    )
    assert store.head().edge.size == 2
    assert receipt(told[0]).recorded == ()
    assert receipt(told[1]).recorded == (b"one",)
    assert proves(told[1], b"one")
    assert isinstance(told[2], ReplayedError)
    assert receipt(told[3]).first == 1


def test_what_was_recorded_before_is_proven_by_the_newest_checkpoint(
    store: SqliteStore, signer: LogSigner
) -> None:
    writer = sequencer(store, signer)
    writer.record([submission(b"1", b"one", b"two", message=b"m")])
    for at in range(300):  # beyond a full tile
        writer.record([submission(b"n%d" % at, b"entry %d" % at)])
    again = writer.record([submission(b"1", b"anew", b"anew", message=b"m")])[0]
    assert receipt(again).recorded == (b"one", b"two")
    assert proves(again, b"one", b"two")
    assert Checkpoint.parse(Note.parse(receipt(again).checkpoint).text).size == 302
    restarted = sequencer(store, signer).record([submission(b"1", message=b"m")])[0]
    assert receipt(restarted).recorded == (b"one", b"two")
    assert proves(restarted, b"one", b"two")


def test_what_is_only_looked_for_is_not_written(store: SqliteStore, signer: LogSigner) -> None:
    told = sequencer(store, signer).record([submission(b"1", message=b"m")])
    assert isinstance(told[0], NotRecordedError)
    assert store.head().edge.size == 0


def test_when_the_store_fails_nobody_of_the_group_is_told_anything_but_that(
    store: SqliteStore, signer: LogSigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = sequencer(store, signer)
    writer.record([submission(b"1", b"one")])
    with monkeypatch.context() as broken:

        def fails(*_: object, **__: object) -> None:
            raise StoreUnavailableError("the disk is full")

        broken.setattr(SqliteStore, "appending", fails)
        told = writer.record([submission(b"2", b"two"), submission(b"1", b"one")])
    assert [type(each) for each in told] == [JournalUnavailableError] * 2
    assert writer.why_not == "the disk is full"
    after = writer.record([submission(b"2", b"two")])
    assert (receipt(after[0]).first, writer.why_not) == (1, "")
    assert proves(after[0], b"two")


def test_what_another_writer_wrote_is_gone_on_from(store: SqliteStore, signer: LogSigner) -> None:
    one, other = sequencer(store, signer), sequencer(store, signer)
    for at in range(270):
        writer = (one, other)[at % 2]
        told = writer.record([submission(b"n%d" % at, b"entry %d" % at)])
        assert receipt(told[0]).first == at
        assert proves(told[0], b"entry %d" % at)


def test_time_in_the_log_never_goes_back(store: SqliteStore, signer: LogSigner) -> None:
    times = iter([NOW, NOW - 3600 * 1_000_000, NOW + 1])
    writer = sequencer(store, signer, lambda: next(times))
    for at in range(3):
        writer.record([submission(b"%d" % at, b"entry")])
    assert [group.at for group in store.groups(0, 3)] == [NOW, NOW, NOW + 1]
