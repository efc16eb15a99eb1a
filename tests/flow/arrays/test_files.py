"""A snapshot's folder: what is written is read, and what is torn or foreign is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from platelaw.engine.flow.arrays import files
from platelaw.engine.flow.arrays.place import HEADER
from platelaw.engine.flow.arrays.reach import Executor, are_kernels_installed, reach
from platelaw.engine.flow.arrays.snapshot import Snapshot, SnapshotError, from_columns


def snapshot() -> Snapshot:
    chance = np.random.default_rng(8)
    sources, targets, classes = chance.integers(0, 50, (3, 800))
    masks = chance.integers(0, 1 << 16, 800)
    return from_columns([f"é{number}" for number in range(50)], sources, targets, masks,
                        masks & 255, classes)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files.write(snapshot(), tmp_path / "map")
    return tmp_path / "map"


@pytest.mark.parametrize("verify", [False, True])
def test_what_is_read_is_what_was_written(folder: Path, verify: bool) -> None:
    written, found = snapshot(), files.read(folder, verify=verify)
    assert found.keys == written.keys
    assert [(name, column.tolist()) for name, column in found.columns()] == [
        (name, column.tolist()) for name, column in written.columns()
    ]


def test_every_executor_walks_a_map_that_lies_on_disk(folder: Path) -> None:
    found = files.read(folder)
    seeds = found.bits({"é3": 0xFFFF})
    answers = [
        reach(found, seeds, 3, executor).tolist()
        for executor in Executor
        if executor is not Executor.COMPILED or are_kernels_installed()
    ]
    assert all(answer == answers[0] for answer in answers)


def test_a_map_without_relations_is_kept(tmp_path: Path) -> None:
    none = np.zeros(0, np.int64)
    files.write(from_columns(["a", "b"], none, none, none), tmp_path / "map")
    found = files.read(tmp_path / "map", verify=True)
    assert (found.nodes, found.relations) == (2, 0)


def test_the_same_map_has_the_same_digest(tmp_path: Path) -> None:
    first, second = (files.write(snapshot(), tmp_path / name) for name in ("one", "two"))
    assert first == second


def test_a_folder_that_is_there_is_left_alone(folder: Path) -> None:
    with pytest.raises(SnapshotError, match="is there already"):
        files.write(snapshot(), folder)


def test_nothing_is_left_of_a_folder_that_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(np, "save", fails)
    with pytest.raises(OSError, match="no space left"):
        files.write(snapshot(), tmp_path / "map")
    assert list(tmp_path.iterdir()) == []


def cut(folder: Path) -> None:
    file = folder / "outgoing_ends.npy"
    file.write_bytes(file.read_bytes()[:-2])


def lose(folder: Path) -> None:
    (folder / "incoming_masks.npy").unlink()


def edit(folder: Path) -> None:
    file = folder / HEADER
    file.write_text(file.read_text().replace('"nodes": 50', '"nodes": 51'))


def foreign(folder: Path) -> None:
    (folder / HEADER).write_text(json.dumps({"format": "x", "version": 1, "digest": ""}))


def other_version(folder: Path) -> None:
    header = json.loads((folder / HEADER).read_text())
    (folder / HEADER).write_text(json.dumps({**header, "version": 99}))


def other_keys(folder: Path) -> None:
    file = folder / files.KEYS
    file.write_text(file.read_text().replace("é7", "é8", 1))


def no_column(folder: Path) -> None:
    file = folder / "outgoing_masks.npy"
    file.write_bytes(b"\0" * file.stat().st_size)


def no_header(folder: Path) -> None:
    (folder / HEADER).write_text("[]")


def lost_header(folder: Path) -> None:
    (folder / HEADER).unlink()


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (cut, r"outgoing_ends\.npy: \d+ bytes, and \d+ were written; the snapshot is torn"),
        (lose, r"incoming_masks\.npy: it is missing"),
        (other_keys, "keys.json: it is not what was written"),
        (no_column, r"outgoing_masks\.npy: not a column"),
        (edit, "it is not what was written"),
        (foreign, "a file of `x`, and no snapshot"),
        (other_version, "version 99 of the form"),
        (no_header, "not the header"),
        (lost_header, "cannot be read"),
    ],
)
def test_a_torn_or_foreign_folder_is_refused(
    folder: Path, harm: Callable[[Path], None], message: str
) -> None:
    harm(folder)
    with pytest.raises(SnapshotError, match=message):
        files.read(folder)


def test_a_changed_column_is_found_when_all_is_read(folder: Path) -> None:
    file = folder / "outgoing_masks.npy"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    files.read(folder)
    with pytest.raises(SnapshotError, match="outgoing_masks"):
        files.read(folder, verify=True)
