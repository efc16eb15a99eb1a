"""Faults of process, disk and file: the log goes on whole, or is refused with what to do."""

from __future__ import annotations

import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from platelaw.federation.log import sqlite_checkpoints
from platelaw.federation.log.checking import check_start, recompute
from platelaw.federation.log.high_water import HighWater, LostTailError
from platelaw.federation.log.notes import NoteSigner, NoteVerifier
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.store import Group, StoreError, StoreUnavailableError

from .making import CALLER, ORIGIN, Writing, append, entries, note
from .writers import PATIENCE, Kept, Writer, check_nothing_is_lost

ROUNDS = int(os.environ.get("PLATELAW_FAULT_ROUNDS", "4"))
SIGNER = NoteSigner(ORIGIN, Ed25519PrivateKey.generate())
SIGNED = NoteVerifier.of(SIGNER.vkey).check


def reopened(path: Path) -> SqliteStore:
    return SqliteStore(path)


# Killed ------------------------------------------------------------------------------------------


def test_a_killed_writer_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path, chance, kept = tmp_path / "log.db", random.Random(), list[Kept]()
    for turn in range(ROUNDS):
        writer = Writer("sqlite", str(path), tmp_path / "told", f"round-{turn}")
        writer.write_more(chance.randrange(1, 60))
        writer.kill()
        kept += writer.kept
        with closing(reopened(path)) as store:
            check_nothing_is_lost(store, writer.kept)
            Writing(store).append(entries("after the kill"))
    with closing(reopened(path)) as store:
        check_nothing_is_lost(store, kept)


def test_a_log_that_is_being_written_may_be_read_and_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    writer = Writer("sqlite", str(path), tmp_path / "told", "writing")
    writer.write_more(5)
    with closing(SqliteStore(path, only_reading=True)) as store:
        for _ in range(3):
            assert recompute(store) == []
            writer.write_more(5)
        with pytest.raises(StoreUnavailableError, match="to be read only"):
            append(store, entries("by a reader"))
    writer.kill()
    assert writer.refused == []


def test_what_is_written_is_moved_to_the_file_beside_the_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_checkpoints, "_EVERY", 0.01)
    path = tmp_path / "log.db"
    with closing(SqliteStore(path)) as store:
        append(store, entries("to be moved"))
        until = time.monotonic() + PATIENCE
        while b"to be moved" not in path.read_bytes():
            assert time.monotonic() < until
            time.sleep(0.01)


# Disk --------------------------------------------------------------------------------------------


def test_a_disk_that_takes_no_more_refuses_groups_until_it_does_again(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    writer = Writer("sqlite", str(path), tmp_path / "told", "limited")
    writer.write_more(5)
    _, hard = resource.prlimit(writer.process.pid, resource.RLIMIT_FSIZE)
    size = path.with_name("log.db-wal").stat().st_size
    resource.prlimit(writer.process.pid, resource.RLIMIT_FSIZE, (size + 20_000, hard))
    writer.wait_for(lambda: len(writer.refused) > 5)
    assert "the log cannot be written" in writer.refused[0]
    resource.prlimit(writer.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    writer.write_more(20)
    writer.kill()
    with closing(reopened(path)) as store:
        check_nothing_is_lost(store, writer.kept)


# Run in a name space of its own, where a small disk can be mounted.
_FULL_DISK = """
import os, sys
from contextlib import suppress
from pathlib import Path
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.store import Group, StoreUnavailableError
from platelaw.federation.log.tree import leaf_hash

folder = Path(sys.argv[1])
ballast = folder / "ballast"
ballast.write_bytes(bytes(300_000))
store = SqliteStore(folder / "log.db")

def append():
    with store.appending() as appending:
        head = appending.head
        given = tuple(bytes([head.edge.size % 251]) * 3000 for _ in range(5))
        leaves = tuple(map(leaf_hash, given))
        group = Group(head.edge.size, given, leaves, (b"",) * 5, head.at + 1)
        appending.write(group, head.edge.extended(leaves).after, (), {}, {})

told = ""
while not told:
    try:
        append()
    except StoreUnavailableError as fault:
        told = str(fault)
before = store.head().edge.size
with suppress(StoreUnavailableError):
    append()
assert store.head().edge.size == before > 0
ballast.unlink()
append()
assert store.head().edge.size == before + 5
with suppress(StoreUnavailableError):
    while True:
        append()
for file in folder.iterdir():
    (Path(sys.argv[2]) / file.name).write_bytes(file.read_bytes())
print(told)
"""


def in_name_space(mount: str, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code where a folder was mounted in its own way."""
    tried = subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("name spaces cannot be made here")
    command = ["unshare", "-rm", "sh", "-ec", f'{mount}; exec "$@"', "sh", sys.executable, "-c"]
    return subprocess.run(
        [*command, code, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_full_disk_refuses_groups_until_there_is_room(tmp_path: Path) -> None:
    disk, copy = tmp_path / "disk", tmp_path / "copy"
    disk.mkdir()
    copy.mkdir()
    mount = f"mount -t tmpfs -o size=800k none {disk}"
    done = in_name_space(mount, _FULL_DISK, str(disk), str(copy))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "the log cannot be written: the disk is full\n"
    with closing(reopened(copy / "log.db")) as store:
        assert [str(one) for one in recompute(store)] == []


_OPEN = """
import sys
from pathlib import Path
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.store import StoreError

try:
    SqliteStore(Path(sys.argv[1])).close()
except StoreError as fault:
    print(fault)
if len(sys.argv) > 2:
    print(SqliteStore(Path(sys.argv[1]), only_reading=True).head().edge.size)
"""


def test_a_read_only_volume_is_refused_but_may_be_read(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "log.db")) as store:
        append(store, entries("a", "b"))
    mount = f"mount --bind {tmp_path} {tmp_path}; mount -o remount,ro,bind {tmp_path}"
    done = in_name_space(mount, _OPEN, str(tmp_path / "log.db"), "read")
    refused, read = done.stdout.splitlines()
    assert refused.endswith(
        "it cannot be opened; name a folder that may be written, or copy all its files to one"
    )
    assert read == "2"
    done = in_name_space(mount, _OPEN, str(tmp_path / "new" / "log.db"))
    assert "Read-only file system; name a folder that may be written" in done.stdout


# Files -------------------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqliteStore]:
    """A log that is open, and still in its write-ahead log."""
    monkeypatch.setattr(sqlite_checkpoints, "_EVERY", 3600.0)
    store = SqliteStore(tmp_path / "log" / "log.db")
    Writing(store).fill(700)
    yield store
    store.close()


def copied(store: SqliteStore, to: Path) -> Path:
    """The files of an open log as a power cut would leave them, and its mark."""
    HighWater(to / "marks" / "mark").keep(note(store.head().edge, SIGNER))
    shutil.copytree(store.path.parent, to / "log")
    (to / "log" / "log.db-shm").unlink()
    return to / "log" / "log.db"


def served_again(path: Path) -> str:
    """What is said when a log is started: "" if it is served."""
    try:
        with closing(SqliteStore(path)) as store:
            check_start(store)
            HighWater(path.parent.parent / "marks" / "mark").check(store, ORIGIN, SIGNED)
    except (StoreError, StoreUnavailableError) as fault:
        return str(fault)
    return ""


def test_a_copy_of_the_files_of_an_open_log_is_whole(served: SqliteStore, tmp_path: Path) -> None:
    assert served_again(copied(served, tmp_path / "copy")) == ""


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_write_ahead_log_cut_short_is_a_lost_tail(
    served: SqliteStore, tmp_path: Path, part: float
) -> None:
    path = copied(served, tmp_path / "copy")
    wal = path.with_name("log.db-wal")
    os.truncate(wal, int(wal.stat().st_size * part))
    assert "are lost" in served_again(path)


def test_a_write_ahead_log_whose_end_is_zeros_is_a_lost_tail(
    served: SqliteStore, tmp_path: Path
) -> None:
    path = copied(served, tmp_path / "copy")
    wal = path.with_name("log.db-wal")
    content = wal.read_bytes()
    wal.write_bytes(content[:-40_000] + bytes(40_000))
    assert "are lost" in served_again(path)


def test_a_bit_flipped_in_the_write_ahead_log_is_seen(served: SqliteStore, tmp_path: Path) -> None:
    content = served.path.with_name("log.db-wal").read_bytes()
    chance = random.Random(6)
    for turn in range(12):
        path = copied(served, tmp_path / f"copy-{turn}")
        flip(path.with_name("log.db-wal"), chance.randrange(32, len(content)), chance)
        assert "are lost" in served_again(path)


def test_a_bit_flipped_in_a_write_ahead_log_moved_in_part_is_seen(
    served: SqliteStore, tmp_path: Path
) -> None:
    with (
        closing(sqlite3.connect(served.path)) as reading,
        closing(sqlite3.connect(served.path)) as moving,
    ):
        reading.execute("BEGIN")
        reading.execute("SELECT size FROM head").fetchall()
        Writing(served).fill(1100)
        _, written, moved = moving.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        assert 0 < moved < written
    content = served.path.with_name("log.db-wal").read_bytes()
    chance = random.Random(6)
    for turn in range(12):
        path = copied(served, tmp_path / f"copy-{turn}")
        flip(path.with_name("log.db-wal"), chance.randrange(32, len(content)), chance)
        assert "`platelaw log" in served_again(path)


def test_a_lost_tail_is_not_lost_silently_even_though_the_rest_is_whole(
    served: SqliteStore, tmp_path: Path
) -> None:
    path = copied(served, tmp_path / "copy")
    flip(path.with_name("log.db-wal"), path.with_name("log.db-wal").stat().st_size // 2)
    with closing(SqliteStore(path)) as store:
        assert 0 < store.head().edge.size < 700
        assert recompute(store) == []
        mark = HighWater(tmp_path / "copy" / "marks" / "mark")
        with pytest.raises(LostTailError, match="lost"):
            mark.check(store, ORIGIN, SIGNED)


def flip(path: Path, place: int, chance: random.Random | None = None) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1 << (chance.randrange(8) if chance else 0)
    path.write_bytes(content)


def test_a_bit_flipped_in_a_page_is_seen_or_changes_no_entry(tmp_path: Path) -> None:
    whole = tmp_path / "whole" / "log" / "log.db"
    with closing(SqliteStore(whole)) as store:
        Writing(store).fill(700)
        store.keep_checkpoint(note(store.head().edge, SIGNER))
        HighWater(tmp_path / "whole" / "marks" / "mark").keep(store.head().checkpoint)
        before = list(store.groups(0, 700))
    chance, seen = random.Random(6), 0
    for turn in range(60):
        shutil.copytree(tmp_path / "whole", tmp_path / f"{turn}")
        path = tmp_path / f"{turn}" / "log" / "log.db"
        flip(path, chance.randrange(path.stat().st_size), chance)
        if told := served_again(path):
            assert "`platelaw log" in told
            seen += 1
        else:
            with closing(SqliteStore(path)) as store:
                assert without_sealed(store.groups(0, 700)) == without_sealed(before)
                assert store.head().edge.size == 700
    assert seen > 20


def without_sealed(groups: Iterator[Group] | list[Group]) -> list[tuple[object, ...]]:
    return [(one.first, one.entries, one.leaves, one.at) for one in groups]


@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.8, 0.99])
def test_a_file_cut_short_is_refused(tmp_path: Path, part: float) -> None:
    path = tmp_path / "log" / "log.db"
    with closing(SqliteStore(path)) as store:
        Writing(store).fill(700)
        HighWater(tmp_path / "marks" / "mark").keep(note(store.head().edge, SIGNER))
    os.truncate(path, int(path.stat().st_size * part))
    assert "`platelaw log" in served_again(path)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    text, other = tmp_path / "text", tmp_path / "other.db"
    text.write_text("no log\n" * 1000)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE things (name TEXT)")
    for path, told in ((text, "torn, or no log"), (other, "of another program")):
        before = path.read_bytes()
        with pytest.raises(StoreError, match=told):
            SqliteStore(path)
        assert path.read_bytes() == before


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="version 99"):
        SqliteStore(path)


def test_a_head_that_its_groups_do_not_reach_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with closing(SqliteStore(path)) as store:
        append(store, entries("a", "b"))
        append(store, entries("c"))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM groups WHERE first = 2")
    with pytest.raises(StoreError, match="the head says 3 entries, and 2 are on file"):
        SqliteStore(path)
    with closing(SqliteStore(path, only_reading=True)) as store:  # as whoever mends it does
        assert [str(one) for one in recompute(store)] == ["entry 2: is missing, and all up to 2"]


@pytest.mark.parametrize("name", ["log.db", "log.db-wal"])
def test_a_log_moved_away_under_the_service_is_not_written(
    served: SqliteStore, tmp_path: Path, name: str
) -> None:
    file = served.path.with_name(name)
    file.rename(tmp_path / "away")
    with pytest.raises(StoreUnavailableError):
        append(served, entries("lost"))
    file.write_bytes((tmp_path / "away").read_bytes())
    with pytest.raises(StoreUnavailableError, match="was replaced under the service"):
        append(served, entries("lost"))
    file.unlink()
    (tmp_path / "away").rename(file)
    assert append(served, entries("kept")).size == 701


def test_a_torn_row_of_calls_stops_the_log_until_it_may_be_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with closing(SqliteStore(path)) as store:
        append(store, entries("a"), nonces=[b"1"], until=1000)
    with closing(sqlite3.connect(path)) as connection, connection:
        (row,) = connection.execute("SELECT calls FROM calls").fetchone()
        torn = row[:-1] + bytes([row[-1] ^ 1])
        connection.execute("UPDATE calls SET calls = ?", (torn,))
    with closing(SqliteStore(path)) as store:
        with pytest.raises(StoreUnavailableError, match="torn"):
            append(store, entries("b"))
        store.forget_calls(1001)
        append(store, entries("b"))
        with suppress(StoreUnavailableError):
            assert store.call(CALLER, b"1") is None
