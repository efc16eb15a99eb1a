"""Whatever is sent to a witness, at whatever moment it is stopped: it never cosigns two logs."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from platelaw.federation.log.notes import Checkpoint, CosignatureVerifier, Signature
from platelaw.federation.log.tree import leaf_hash
from platelaw.federation.witness.keys import WitnessFolder
from platelaw.federation.witness.store import WitnessBusyError, WitnessStoreError
from platelaw.federation.witness.submission import Submission
from platelaw.federation.witness.witness import NotCosignedError

from ..log.disk import Connection, Disk, Event, Recorder, Rows, Sync, Told
from .world import ORIGIN, SmallLog, Watching, new_folder, watching

# Any submission -------------------------------------------------------------------------------

FORKS = [SmallLog().grown(4), SmallLog().grown(2).grown(9, "one"), SmallLog().grown(9, "other")]


def any_submission(chance: random.Random) -> Submission:
    """One that may be right, or of another fork, or with a proof that is not its own."""
    log, other = chance.choice(FORKS), chance.choice(FORKS)
    old, size = (chance.randrange(len(log.words) + 1) for _ in range(2))
    if chance.random() < 0.9:
        old, size = sorted((old, size))
    proof = log.prove(*sorted((old, size)))
    match chance.randrange(10):
        case 0:
            proof = (*proof, leaf_hash(b"more"))
        case 1:
            proof = other.prove(*sorted((old % 5, size % 5)))
        case _:
            pass
    return Submission(old, proof, log.checkpoint(size))


def followed(old: Checkpoint, new: Checkpoint) -> bool:
    """Whether a checkpoint is one of a log that grew from another's."""
    return any(
        log.at_size(old.size).root == old.root and log.at_size(new.size).root == new.root
        for log in FORKS
        if old.size <= new.size <= len(log.words)
    )


@settings(max_examples=25, deadline=None)
@given(some.randoms(use_true_random=False))
def test_all_that_is_cosigned_is_of_one_log_that_grows(chance: random.Random) -> None:
    cosigned = [Checkpoint.parse(SmallLog().checkpoint().text)]
    with TemporaryDirectory() as folder, watching(new_folder(Path(folder))) as watched:
        for _ in range(25):
            submission = any_submission(chance)
            try:
                line = watched.send(submission)
            except NotCosignedError:
                continue
            note = submission.note.with_signatures(Signature.parse(line.removesuffix("\n")))
            CosignatureVerifier(watched.signer.key).check(note)
            cosigned.append(Checkpoint.parse(note.text))
    assert all(followed(*two) for two in pairwise(cosigned))


def test_the_submissions_of_that_test_are_of_every_kind() -> None:
    chance, told = random.Random(3), set[int]()
    with TemporaryDirectory() as folder, watching(new_folder(Path(folder))) as watched:
        for _ in range(300):
            try:
                watched.send(any_submission(chance))
                told.add(200)
            except NotCosignedError as refusal:
                told.add(refusal.status)
    assert told == {200, 400, 409, 422}


# A power cut ----------------------------------------------------------------------------------

CHECKPOINTS = 25


class Unsynced(Connection):
    """A connection to a disk that is never told to write."""

    def execute(self, statement: str, of: Any = ()) -> Rows:
        return super().execute(statement.replace("synchronous = FULL", "synchronous = OFF"), of)


def recorded(
    folder: WitnessFolder, patch: pytest.MonkeyPatch, kind: type[Connection]
) -> list[Event]:
    """What a witness does with its disk while it cosigns."""
    recorder = Recorder()

    def connect(path: Path, *told: object, **more: object) -> Connection:
        del told, more
        connection = kind(path)
        connection.execute("PRAGMA wal_autocheckpoint = 8")
        return connection

    try:
        with patch.context() as patched:
            patched.setattr(sqlite3, "connect", connect)
            with watching(folder) as watched:
                cosign(watched, recorder.events)
    finally:
        recorder.unregister()
    return recorder.events


def cosign(watched: Watching, events: list[Event]) -> None:
    for size in range(1, CHECKPOINTS + 1):
        watched.send(SmallLog().grown(size).submission(size - 1))
        events.append(Told(size, b""))


def losses(events: list[Event], made: WitnessFolder, begun: bytes, folder: Path) -> list[str]:
    """What a witness has forgotten after power cuts, at every sync and after every answer."""
    disk, told, found, chance = Disk(), 0, list[str](), random.Random(6)
    disk.begin({made.state.name: begun})
    for place, event in enumerate(events):
        disk.take(event)
        told = event.size if isinstance(event, Told) else told
        if not isinstance(event, Told | Sync):
            continue
        states = disk.all_written(), disk.only_synced(), disk.some_written(chance)
        for number, files in enumerate(states):
            cut = WitnessFolder(folder / f"{place}-{number}")
            shutil.copytree(made.folder, cut.folder, ignore=shutil.ignore_patterns("*.sqlite*"))
            for name, content in files.items():
                cut.folder.joinpath(name).write_bytes(content)
            if (seen := size_seen(cut)) < told:
                found.append(f"{told} cosigned, and {seen} known")
    return found


def size_seen(folder: WitnessFolder) -> int:
    """What a witness knows; one that does not begin, or cannot read, cosigns nothing."""
    try:
        _, store = folder.open()
        with closing(store):
            return store.seen(ORIGIN).size
    except (WitnessStoreError, WitnessBusyError):
        return CHECKPOINTS


@pytest.mark.parametrize(("kind", "forgets"), [(Connection, False), (Unsynced, True)])
def test_a_power_cut_makes_no_witness_forget_unless_nothing_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Connection], *, forgets: bool
) -> None:
    made = new_folder(tmp_path / "made")
    begun = made.state.read_bytes()
    events = recorded(made, monkeypatch, kind)
    assert sum(isinstance(event, Told) for event in events) == CHECKPOINTS
    assert bool(losses(events, made, begun, tmp_path)) == forgets
