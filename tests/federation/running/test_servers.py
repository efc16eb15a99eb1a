"""Three servers that write one log in one PostgreSQL, one of them killed under load."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from platelaw.dsl.syntax import Outcome
from platelaw.federation.embedded import Embedded
from platelaw.federation.log.checking import recompute
from platelaw.federation.log.notes import Checkpoint, Note, NoteVerifier
from platelaw.federation.log.postgres import open_postgres
from platelaw.federation.log.signing import log_signer
from platelaw.federation.log.tree import leaf_hash, root_by_inclusion

from ..log.postgres_server import Server
from .conftest import Running, config_of
from .test_log import Load

ORIGIN = "three.example/log"


@pytest.fixture
def database() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_three_servers_have_one_log_without_gap_or_fork(
    made: Embedded, tmp_path: Path, database: Server
) -> None:
    loads: list[Load] = []
    running: list[Running] = []
    try:
        for name in ("one", "two", "three"):
            folder = tmp_path / name
            folder.mkdir()
            more = f'\n[log]\norigin = "{ORIGIN}"\npostgres = "{database.address}"\n'
            running.append(Running(["--config", str(config_of(made, folder, more=more))]))
        ports = [each.wait_for('"serving"')["port"] for each in running]
        loads = [Load(made, f"127.0.0.1:{port}") for port in ports]
        with ExitStack() as all_of_them:
            for load in loads:
                all_of_them.enter_context(load.asking())
            until_recorded(loads, 6)
            running[0].process.kill()
            until_recorded(loads[1:], 15)
    finally:
        for each in running[1:]:
            each.end()
        running[0].process.kill()
        running[0].close()
    store = open_postgres(database.address, only_reading=True)
    try:
        assert recompute(store) == []
        groups = store.groups(0, store.head().edge.size)
        entries = [entry for group in groups for entry in group.entries]
    finally:
        store.close()
    verifiers = [verifier(tmp_path / name) for name in ("one", "two", "three")]
    signed_by = set[bytes]()
    for answer in (answer for load in loads for answer in load.answers):
        recorded = answer.recorded
        if recorded is None:
            assert answer.outcome is not Outcome.PERMIT
            continue
        assert entries[recorded.index] == recorded.entry
        note = Note.parse(recorded.checkpoint)
        names = {signature.key_id for signature in note.signatures}
        by = next(each for each in verifiers if each.key_id in names)
        by.check(note)
        signed_by.add(by.key_id)
        checkpoint = Checkpoint.parse(note.text)
        leaf = leaf_hash(recorded.entry)
        root = root_by_inclusion(leaf, recorded.index, checkpoint.size, recorded.hashes)
        assert root == checkpoint.root
    assert len(signed_by) == 3


def verifier(folder: Path) -> NoteVerifier:
    """What checks the notes of a server."""
    signer = log_signer(folder / "state" / "log-signing", ORIGIN)
    return NoteVerifier.of(signer.note.vkey)


def until_recorded(loads: list[Load], count: int) -> None:
    """Wait until every server has recorded so many answers, however slowly one of them came up."""
    until = time.monotonic() + 60
    while (fewest := min(map(recorded_of, loads))) < count and time.monotonic() < until:
        time.sleep(0.02)
    assert fewest >= count


def recorded_of(load: Load) -> int:
    """How many answers of a server stand in the log."""
    return sum(answer.recorded is not None for answer in load.answers)
