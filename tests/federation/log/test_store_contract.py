"""What every store does alike, whatever it is made of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from platelaw.federation.log.postgres import open_postgres
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.store import Head, Store, StoreUnavailableError
from platelaw.federation.log.tree import Edge

from .making import CALLER, append, call, entries, group
from .postgres_server import Server

Opener = Callable[[], Store]


@pytest.fixture(params=["sqlite", "postgres"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens the same log as often as it is called."""
    opened: list[Store] = []
    address = ""
    if request.param == "postgres":
        server: Server = request.getfixturevalue("postgres")
        address = server.emptied()

    def open_store() -> Store:
        opened.append(open_postgres(address) if address else SqliteStore(tmp_path / "log.db"))
        return opened[-1]

    yield open_store
    for store in opened:
        store.close()


@pytest.fixture
def store(opener: Opener) -> Store:
    return opener()


def note(size: int, word: str = "root") -> str:
    return f"one.example/log\n{size}\n{word}\n\n— one.example signature\n"


def test_a_new_log_is_empty(store: Store) -> None:
    assert store.head() == Head(Edge(0, ()), 0, "")
    assert list(store.groups(0, 10)) == []


def test_what_was_appended_is_read_as_it_was(store: Store) -> None:
    first = append(store, entries("a", "", "c" * 5000), sealed=b"closed")
    after = append(store, entries("d"))
    assert first.size == 3
    assert store.head().edge == after
    assert list(store.groups(0, 4)) == [
        group(0, entries("a", "", "c" * 5000), 1, b"closed"),
        group(3, entries("d"), 2),
    ]


def test_groups_are_those_that_reach_into_the_range(store: Store) -> None:
    for start in range(0, 300, 3):
        append(store, entries(f"{start}", f"{start + 1}", f"{start + 2}"))
    found = [one.first for one in store.groups(4, 10)]
    assert found == [3, 6, 9]
    assert [one.first for one in store.groups(3, 6)] == [3]
    assert [one.first for one in store.groups(0, 10_000)] == list(range(0, 300, 3))
    assert list(store.groups(300, 400)) == []
    assert list(store.groups(5, 5)) == []


def test_another_opening_goes_on_where_the_first_one_ended(opener: Opener) -> None:
    one = opener()
    after = append(one, entries("a", "b"), nonces=[b"1", b"2"])
    other = opener()
    assert other.head().edge == after
    append(other, entries("c"), nonces=[b"3"])
    append(one, entries("d"))
    assert one.head() == other.head()
    assert one.head().edge.size == 4


def test_a_group_that_does_not_follow_is_refused_and_nothing_is_written(store: Store) -> None:
    edge = append(store, entries("a"))
    for wrong in (group(0, entries("b"), 9), group(2, entries("b"), 9)):
        with (
            pytest.raises(StoreUnavailableError, match="does not follow"),
            store.appending() as appending,
        ):
            appending.write(wrong, edge.extended(wrong.leaves).after, (), {}, {})
    assert store.head().edge == edge


def test_the_moment_of_the_head_never_falls(store: Store) -> None:
    append(store, entries("a"))
    edge = append(store, entries("b"))
    late = group(2, entries("c"), 1)
    with pytest.raises(StoreUnavailableError, match="moment"), store.appending() as appending:
        appending.write(late, edge.extended(late.leaves).after, (), {}, {})
    assert store.head().at == 2


def test_one_transaction_appends_one_group(store: Store) -> None:
    given = group(0, entries("a"), 1)

    def write_twice() -> None:
        with store.appending() as appending:
            for _ in range(2):
                appending.write(given, Edge(0, ()).extended(given.leaves).after, (), {}, {})

    with pytest.raises(StoreUnavailableError):
        write_twice()
    assert store.head().edge.size == 0


def test_an_exception_in_the_block_undoes_all_of_it(store: Store) -> None:
    append(store, entries("a"))
    before = store.head()
    given = group(1, entries("b"), 5)
    digest = sha256(b"circumstances").digest()
    after = before.edge.extended(given.leaves).after

    def write_and_fail() -> None:
        with store.appending() as appending:
            appending.write(given, after, [call(b"1", 1)], {digest: b"circumstances"}, {})
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    assert store.head() == before
    assert [one.first for one in store.groups(0, 9)] == [0]
    assert store.call(CALLER, b"1") is None
    assert store.circumstances(digest) is None
    append(store, entries("b"), nonces=[b"1"])


def test_a_call_is_found_by_caller_and_nonce(opener: Opener) -> None:
    one = opener()
    append(one, entries("a", "b"), nonces=[b"1", b"2"])
    wanted = call(b"2", 1)
    assert one.call(CALLER, b"2") == wanted
    assert one.call("spiffe://two.example/gateway", b"2") is None
    assert one.call(CALLER, b"3") is None
    for store in (one, opener()):
        with store.appending() as appending:
            found = appending.calls([(CALLER, b"2"), (CALLER, b"3"), ("other", b"2")])
        assert found == {(CALLER, b"2"): wanted}


def test_a_call_of_another_opening_is_found(opener: Opener) -> None:
    one, other = opener(), opener()
    append(one, entries("a"), nonces=[b"1"])
    append(other, entries("b"), nonces=[b"2"])
    with one.appending() as appending:
        assert set(appending.calls([(CALLER, b"1"), (CALLER, b"2")])) == {
            (CALLER, b"1"),
            (CALLER, b"2"),
        }


def test_many_calls_are_sought_at_once(store: Store) -> None:
    nonces = [number.to_bytes(2, "big") for number in range(1000)]
    append(store, [bytes(10)] * 500, nonces=nonces[:500])
    with store.appending() as appending:
        found = appending.calls([(CALLER, nonce) for nonce in nonces])
    assert sorted(one.first for one in found.values()) == list(range(500))


def test_a_call_is_never_answered_anew(store: Store) -> None:
    edge = append(store, entries("a"), nonces=[b"1"])
    given = group(1, entries("b", "c"), 5)
    after = edge.extended(given.leaves).after
    for calls in ([call(b"1", 1)], [call(b"2", 1), call(b"2", 2)]):
        with pytest.raises(StoreUnavailableError), store.appending() as appending:
            appending.write(given, after, calls, {}, {})
    assert store.head().edge == edge
    assert store.call(CALLER, b"2") is None


def test_calls_are_forgotten_when_their_time_is_over(opener: Opener) -> None:
    store = opener()
    for number in range(200):
        append(store, entries("a"), nonces=[number.to_bytes(2, "big")], until=1000 + number)
    assert store.forget_calls(1150) == 150
    assert store.forget_calls(1150) == 0
    assert store.call(CALLER, (149).to_bytes(2, "big")) is None
    for one in (store, opener()):
        with one.appending() as appending:
            keys = [(CALLER, number.to_bytes(2, "big")) for number in range(200)]
            assert set(appending.calls(keys)) == set(keys[150:])
    append(store, entries("b"), nonces=[bytes(2)])


def test_circumstances_are_kept_once(store: Store) -> None:
    digest = sha256(b"shared").digest()
    append(store, entries("a"), circumstances={digest: b"shared"})
    append(store, entries("b"), circumstances={digest: b"shared"})
    assert store.circumstances(digest) == b"shared"
    assert store.circumstances(bytes(32)) is None


def test_tiles_are_kept_by_level_and_index(store: Store) -> None:
    append(store, entries("a"), tiles={(0, 0): bytes(8192), (1, 0): b"\x01" * 8192})
    assert store.tile(0, 0) == bytes(8192)
    assert store.tile(1, 0) == b"\x01" * 8192
    assert store.tile(0, 1) is None


def test_the_last_note_is_kept_and_an_older_one_does_not_replace_it(opener: Opener) -> None:
    store = opener()
    append(store, entries("a", "b"))
    store.keep_checkpoint(note(2))
    store.keep_checkpoint(note(1))
    assert store.head().checkpoint == note(2)
    store.keep_checkpoint(note(2, "cosigned"))
    assert opener().head().checkpoint == note(2, "cosigned")
    with pytest.raises(StoreUnavailableError, match="no checkpoint"):
        store.keep_checkpoint("one.example/log\nmany\n")


def test_readers_see_a_group_only_when_it_is_committed(store: Store) -> None:
    given = group(0, entries("a"), 1)
    with store.appending() as appending:
        appending.write(given, Edge(0, ()).extended(given.leaves).after, (), {}, {})
        seen = []
        reading = threading.Thread(target=lambda: seen.append(store.head().edge.size))
        reading.start()
        reading.join(10)
        assert seen == [0]
    assert store.head().edge.size == 1


def test_writers_of_one_store_take_turns(store: Store) -> None:
    def write(name: int) -> None:
        for number in range(20):
            append(store, entries(f"{name} {number}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.head().edge.size == 80
    leaves = [leaf for one in store.groups(0, 80) for leaf in one.leaves]
    assert Edge(0, ()).extended(leaves).after == store.head().edge
