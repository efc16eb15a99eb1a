"""Several servers on one PostgreSQL, and faults of both: no gap, no fork, nothing lost."""

from __future__ import annotations

import datetime
import itertools
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from platelaw.federation.log import postgres_schema
from platelaw.federation.log.checking import recompute
from platelaw.federation.log.damage import damage_of
from platelaw.federation.log.high_water import HighWater
from platelaw.federation.log.keys import LogKey, LogKeys
from platelaw.federation.log.notes import NoteVerifier
from platelaw.federation.log.opening import microseconds
from platelaw.federation.log.postgres import open_postgres
from platelaw.federation.log.postgres_store import PostgresStore
from platelaw.federation.log.repairing import entered, mark_anew
from platelaw.federation.log.sequencer import Sequencer
from platelaw.federation.log.signing import log_signer
from platelaw.federation.log.store import StoreError, StoreUnavailableError

from .making import CALLER, ORIGIN, Writing, append, entries
from .postgres_server import Server
from .writers import Writer, check_nothing_is_lost

ROUNDS = int(os.environ.get("PLATELAW_FAULT_ROUNDS", "1"))


@pytest.fixture
def address(postgres: Server) -> str:
    return postgres.emptied()


@pytest.fixture
def own() -> Iterator[Server]:
    """A server that the test may kill."""
    server = Server()
    yield server
    server.close()


# Several servers ---------------------------------------------------------------------------------


def test_servers_that_start_together_make_one_log(address: str) -> None:
    opened: list[PostgresStore] = []
    threads = [
        threading.Thread(target=lambda: opened.append(PostgresStore(address))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, store in enumerate(opened):
        assert append(store, entries(f"{number}")).size == number + 1
        store.close()
    assert len(opened) == 6


def test_three_servers_write_one_log_and_one_is_killed(address: str, tmp_path: Path) -> None:
    for turn in range(ROUNDS):
        names = [f"{name}-{turn}" for name in ("one", "two", "three")]
        writers = [Writer("postgres", address, tmp_path, name) for name in names]
        for writer in writers:
            writer.write_more(5)
        writers[0].kill()
        for writer in writers[1:]:
            writer.write_more(20)
            assert writer.refused == []
            writer.kill()
        with closing(open_postgres(address)) as store:
            check_nothing_is_lost(store, [one for writer in writers for one in writer.kept])
            ends = [(one.first, one.end) for one in store.groups(0, store.head().edge.size)]
            assert all(end == first for (_, end), (first, _) in itertools.pairwise(ends))
            everybody = {one.entries[0].split()[0].decode() for one in store.groups(0, ends[-1][1])}
            assert everybody >= set(names)


def test_a_server_that_hangs_with_the_head_is_put_out(address: str) -> None:
    with closing(PostgresStore(address)) as hanging, closing(PostgresStore(address)) as other:

        def hang() -> None:
            with hanging.appending():
                append(other, entries("by the other one, when this one's lock is gone"))
                time.sleep(0.1)

        with pytest.raises(StoreUnavailableError, match="closed the connection"):
            hang()
        assert other.head().edge.size == 1
        assert append(hanging, entries("again")).size == 2


# The database killed -----------------------------------------------------------------------------


def test_a_killed_database_loses_nothing_that_was_acknowledged(own: Server, tmp_path: Path) -> None:
    writers = [Writer("postgres", own.address, tmp_path, name) for name in ("one", "two")]
    for _ in range(ROUNDS):
        for writer in writers:
            writer.write_more(random.randrange(5, 25))
        own.kill()
        for writer in writers:
            writer.wait_for_refusal()
        own.start()
        for writer in writers:
            writer.write_more(5)
        new = [one for writer in writers for one in writer.kept[-20:]]
        with closing(open_postgres(own.address)) as store:
            check_nothing_is_lost(store, new)
    for writer in writers:
        writer.kill()
    kept = [one for writer in writers for one in writer.kept]
    with closing(open_postgres(own.address)) as store:
        check_nothing_is_lost(store, kept)
    assert len({one.first for one in kept}) == len(kept)


def test_a_commit_that_did_not_wait_for_its_standby_is_not_acknowledged(own: Server) -> None:
    with closing(PostgresStore(own.address)) as store:
        edge = append(store, entries("a"))
        own.set("synchronous_standby_names", "nobody")
        canceling = threading.Thread(target=own.cancel_commit)
        canceling.start()
        with pytest.raises(StoreUnavailableError, match=r"nobody knows .* synchronous replication"):
            append(store, entries("committed here, and nowhere else"))
        canceling.join()
        own.set("synchronous_standby_names", "")
        assert store.head().edge.size == edge.size + 1
        assert append(store, entries("c")).size == edge.size + 2


def test_a_standby_that_lost_the_end_is_not_written(address: str) -> None:
    with closing(PostgresStore(address)) as store:
        writing = Writing(store)
        writing.fill(300)
        before = dump(address)
        writing.fill(400)
        undo(address, before)
        for told in ("cannot be written", "400 entries that it acknowledged"):
            with pytest.raises(StoreUnavailableError, match=told):
                append(store, entries("lost"))
        assert recompute(store) == []
        with closing(PostgresStore(address)) as other:
            other_writing = Writing(other)
            for number in range(200):
                other_writing.append(entries(f"forked {number}"))
        with pytest.raises(StoreUnavailableError, match="or others"):
            append(store, entries("forked"))


def dump(address: str) -> tuple[object, ...]:
    with psycopg.connect(address) as connection:
        query = f"SELECT size, edge, at FROM {postgres_schema.NAME}.head".encode()
        found = connection.execute(query).fetchone()
    assert found is not None
    return found


def undo(address: str, head: tuple[object, ...]) -> None:
    """Bring the database to an earlier head, and end all connections, as a failover would."""
    name = postgres_schema.NAME.encode()
    with psycopg.connect(address) as connection:
        connection.execute(b"UPDATE " + name + b".head SET size = %s, edge = %s, at = %s", head)
        connection.execute(b"DELETE FROM " + name + b".groups WHERE first >= %s", head[:1])
        connection.execute(
            b"DELETE FROM " + name + b".tiles WHERE (place + 1) * 256 > %s", head[:1]
        )
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND application_name = 'platelaw log'"
        )


def test_a_lost_end_is_entered_in_the_log_and_the_mark_made_anew(
    address: str, tmp_path: Path
) -> None:
    signer = log_signer(tmp_path / "keys", ORIGIN)
    vkey, dsse = signer.public
    keys = LogKeys((LogKey(ORIGIN, "this", NoteVerifier.of(vkey), dsse),), "its keys")
    mark = HighWater(tmp_path / "marks" / "mark")
    with closing(open_postgres(address)) as store:
        Writing(store).fill(300)
        longer = store.head().edge.extended([bytes(32)] * 5).after
        mark.keep(signer.signed(longer.size, longer.root).checkpoint)
        damage = damage_of(store, (("the mark", mark.path),), ORIGIN, keys)
        assert not damage.findings
        assert len(damage.marks) == 1
        sequencer = Sequencer(store, signer, microseconds)
        now = datetime.datetime.now(datetime.UTC)
        assert entered(sequencer, damage, None, CALLER, lambda: now) == 300
        mark_anew(damage.marks, sequencer.signed.checkpoint, mark.path)
        HighWater(mark.path).check(store, ORIGIN, NoteVerifier.of(vkey).check)


# Refused -----------------------------------------------------------------------------------------


def test_a_database_that_does_not_flush_is_refused(postgres: Server) -> None:
    address = f"{postgres.emptied()} options='-c synchronous_commit=off'"
    with pytest.raises(StoreError, match=r"synchronous_commit = off, .* set it to on"):
        open_postgres(address)


def test_a_database_that_is_not_there_is_refused(postgres: Server) -> None:
    for address in (f"{postgres.address}x", "host=/nowhere", "host"):
        with pytest.raises(StoreError, match="cannot be used"):
            open_postgres(address)


def test_a_database_of_a_newer_version_is_refused(address: str) -> None:
    open_postgres(address).close()
    with psycopg.connect(address) as connection:
        connection.execute(f"UPDATE {postgres_schema.NAME}.version SET version = 99".encode())
    with pytest.raises(StoreError, match="version 99"):
        open_postgres(address)


def test_a_log_that_is_only_read_is_not_made(address: str) -> None:
    with pytest.raises(StoreError, match="a service has made its log there"):
        open_postgres(address, only_reading=True)
    with closing(open_postgres(address)) as store:
        append(store, entries("a"))
    with closing(open_postgres(address, only_reading=True)) as reading:
        assert reading.head().edge.size == 1
        with pytest.raises(StoreUnavailableError, match="to be read only"):
            append(reading, entries("b"))


def test_without_a_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for name in ("postgres_store", "postgres_opening"):
        monkeypatch.delitem(sys.modules, f"platelaw.federation.log.{name}", raising=False)
    with pytest.raises(StoreError, match=r"pip install '\.\[postgres\]'"):
        open_postgres("host=anywhere")
