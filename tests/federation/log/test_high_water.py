"""A log that lost its end is not served."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from platelaw.federation.log.high_water import HighWater, LostTailError
from platelaw.federation.log.notes import NoteSigner, NoteVerifier
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.store import StoreError, StoreUnavailableError

from .making import ORIGIN, Writing, note

SIGNER = NoteSigner(ORIGIN, Ed25519PrivateKey.generate())
SIGNED = NoteVerifier.of(SIGNER.vkey).check


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "log" / "log.db")
    Writing(store).fill(700)
    yield store
    store.close()


@pytest.fixture
def mark(tmp_path: Path, store: SqliteStore) -> HighWater:
    mark = HighWater(tmp_path / "marks" / "mark", tmp_path / "log" / "log.db")
    mark.keep(note(store.head().edge, SIGNER))
    return mark


def test_a_log_at_or_above_its_mark_is_served(store: SqliteStore, mark: HighWater) -> None:
    mark.check(store, ORIGIN, SIGNED)
    Writing(store).fill(1200)
    mark.check(store, ORIGIN, SIGNED)


def test_a_log_below_its_mark_has_lost_its_end(tmp_path: Path, mark: HighWater) -> None:
    shorter = SqliteStore(tmp_path / "shorter" / "log.db")
    Writing(shorter).fill(690)
    with pytest.raises(LostTailError, match=r"the last 10 are lost .* `platelaw log repair`"):
        mark.check(shorter, ORIGIN, SIGNED)
    shorter.close()


def test_another_log_is_not_that_of_the_mark(tmp_path: Path, mark: HighWater) -> None:
    other = SqliteStore(tmp_path / "other" / "log.db")
    Writing(other).append([b"another"] * 900)
    with pytest.raises(LostTailError, match="not those that were signed"):
        mark.check(other, ORIGIN, SIGNED)
    other.close()


def test_a_mark_that_no_key_of_the_log_signed_does_not_hold(
    store: SqliteStore, mark: HighWater
) -> None:
    stranger = NoteSigner(ORIGIN, Ed25519PrivateKey.generate())
    mark.keep(note(store.head().edge, stranger))
    with pytest.raises(LostTailError, match="does not hold"):
        mark.check(store, ORIGIN, SIGNED)


def test_the_mark_of_another_log_is_not_taken(store: SqliteStore, mark: HighWater) -> None:
    with pytest.raises(LostTailError, match=r"mark of the log `one\.example/log`"):
        mark.check(store, "two.example/log", SIGNED)


def test_a_missing_mark_is_well_for_a_new_log_only(tmp_path: Path, store: SqliteStore) -> None:
    mark = HighWater(tmp_path / "none")
    new = SqliteStore(tmp_path / "new" / "log.db")
    mark.check(new, ORIGIN, SIGNED)
    with pytest.raises(LostTailError, match="there is no high-water mark"):
        mark.check(store, ORIGIN, SIGNED)
    new.close()


def test_a_torn_mark_is_told_with_the_mend(store: SqliteStore, mark: HighWater) -> None:
    mark.path.write_text("one.example/log\n12")
    with pytest.raises(LostTailError, match=r"cannot be read.*`platelaw log repair`"):
        mark.check(store, ORIGIN, SIGNED)


def test_a_mark_beside_the_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="on another disk"):
        HighWater(tmp_path / "mark", tmp_path / "log.db")


def test_a_mark_that_cannot_be_written_leaves_the_one_before(
    store: SqliteStore, mark: HighWater, tmp_path: Path
) -> None:
    before = mark.path.read_text()
    (tmp_path / "marks" / f".mark.{os.getpid()}").mkdir()
    with pytest.raises(StoreUnavailableError, match="cannot be written"):
        mark.keep(note(Writing(store).append([b"more"]), SIGNER))
    assert mark.path.read_text() == before
