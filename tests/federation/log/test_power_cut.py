"""A power cut at any moment loses nothing that was acknowledged.

A process that is killed leaves its writes to the system, so killing it says nothing of the flush.
Here the writes and syncs of the store are recorded, and at every sync the files are made anew as a
power cut could have left them: with all writes, with none that was not synced, and with some of
these, some torn. That the test can find a loss is shown by a store that does not sync.
"""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from platelaw.federation.log import sqlite_checkpoints, sqlite_opening
from platelaw.federation.log.checking import edge_at, recompute
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.store import StoreError, StoreUnavailableError

from .disk import Connection, Disk, Event, Recorder, Sync, Told
from .making import Writing, append, note_of

GROUPS = 20
STATES = ("all written", "only synced", "some written", "some written")


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    recorder = Recorder()
    yield recorder
    recorder.unregister()


@contextmanager
def on_recorder(
    path: Path, monkeypatch: pytest.MonkeyPatch, synchronous: str = "FULL"
) -> Generator[SqliteStore]:
    """A store whose disk is recorded."""
    connections: list[Connection] = []

    def connected(of: Path, mode: str) -> Connection:
        del mode
        if not connections:
            connections.append(Connection(of))
        return connections[0]

    path.parent.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(sqlite_opening, "_connected", connected)
        patch.setattr(sqlite_checkpoints, "_EVERY", 3600.0)
        patch.setattr(sqlite_opening, "_PAGES_BETWEEN_CHECKPOINTS", 40)
        with closing(SqliteStore(path, synchronous=synchronous)) as store:
            yield store


def recorded(recorder: Recorder, store: SqliteStore) -> list[Event]:
    """What a store does with its disk while it takes groups up, and goes through its WAL twice."""
    writing = Writing(store)
    for number in range(GROUPS):
        nonces = [b"%d %d" % (number, place) for place in range(12)]
        edge = writing.append([bytes([number]) * 400] * 12, nonces)
        recorder.events.append(Told(edge.size, edge.root))
        if number % 4 == 3:
            store.keep_checkpoint(note_of(edge))
    return list(recorder.events)  # before it is closed: a power cut does not wait for that


def losses(events: list[Event], folder: Path) -> list[str]:
    """What would be lost by power cuts, at every sync and after every acknowledgement."""
    disk, told, found, chance = Disk(), Told(0, b""), list[str](), random.Random(6)
    for place, event in enumerate(events):
        if isinstance(event, Sync):
            found += lost(disk, told, folder / f"{place}", chance)
        disk.take(event)
        if isinstance(event, Told):
            told = event
            found += lost(disk, told, folder / f"{place}", chance)
    return found


def lost(disk: Disk, told: Told, folder: Path, chance: random.Random) -> list[str]:
    """What is missing of what was acknowledged, in all states that the disk may be in."""
    found: list[str] = []
    for number, state in enumerate(STATES):
        match state:
            case "all written":
                files = disk.all_written()
            case "only synced":
                files = disk.only_synced()
            case _:
                files = disk.some_written(chance)
        place = folder / f"{number}"
        place.mkdir(parents=True)
        for name, content in files.items():
            (place / name).write_bytes(content)
        words = fault(place / "log.db", told)
        if words:
            found.append(f"{state}, {told.size} acknowledged: {words}")
    return found


def fault(path: Path, told: Told) -> str:
    """What is wrong with a log after a power cut; "" if nothing is."""
    try:
        with closing(SqliteStore(path)) as store:
            size = store.head().edge.size
            findings = recompute(store)
            if size < told.size:
                return f"only {size} entries are there"
            if told.size and edge_at(store, told.size).root != told.root:
                return "another log is there"
            return "; ".join(map(str, findings))
    except StoreError as refused:
        return str(refused) if told.size else ""


def test_a_power_cut_loses_nothing_that_was_acknowledged(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on_recorder(tmp_path / "made" / "log.db", monkeypatch) as store:
        events = recorded(recorder, store)
    synced = [event.file for event in events if isinstance(event, Sync)]
    assert synced.count("log.db-wal") >= GROUPS
    assert synced.count("log.db") > 2, "the test does not reach into the file itself"
    assert losses(events, tmp_path) == []


def test_without_syncs_the_same_test_finds_a_loss(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on_recorder(tmp_path / "made" / "log.db", monkeypatch, "OFF") as store:
        events = recorded(recorder, store)
    found = losses(events, tmp_path)
    assert any("only 0 entries are there" in one for one in found)
    assert any("some written" in one for one in found)


def test_a_flush_that_fails_is_not_acknowledged_and_the_log_goes_on(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = 0
    with on_recorder(tmp_path / "made" / "log.db", monkeypatch) as store:
        for number in range(12):
            recorder.failing = number % 4 == 1
            try:
                edge = append(store, [bytes([number]) * 400] * 12, nonces=[bytes([number])])
            except StoreUnavailableError:
                refused += 1
            else:
                recorder.events.append(Told(edge.size, edge.root))
        events = list(recorder.events)
    assert refused == 3
    assert losses(events, tmp_path) == []
