"""What a process keeps in memory is bounded, and nothing that is on file is missed for that."""

from __future__ import annotations

import datetime
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from platelaw.federation.evidence.known import Known
from platelaw.federation.evidence.refusals import queries
from platelaw.federation.evidence.remembered import Keys, Memory, Refusal, Remembered
from platelaw.federation.evidence.store import Bounds, EvidenceStore
from platelaw.federation.proof import Attempt

from .people import DAY, HOUR, NOW, REQUESTER, Person, Register, asks, digest, held, keep

FEW = Bounds(keys=6, statements=3, refusals=40)
MINUTE = HOUR / 60


def attempt(
    said: str,
    subject: str = "",
    user: str = "officer-1",
    at: datetime.datetime = NOW,
    act: str = "search",
) -> Attempt:
    return Attempt(REQUESTER, user, act, subject, frozenset(map(digest, said.split())), at)


def small(folder: Path, register: Register) -> EvidenceStore:
    return EvidenceStore(folder / "evidence.sqlite", register, FEW)


@pytest.fixture
def store(tmp_path: Path, register: Register) -> Iterator[EvidenceStore]:
    opened = small(tmp_path, register)
    yield opened
    opened.close()


def refuse_many(
    store: EvidenceStore, count: int, *, at: datetime.datetime = NOW, about: str = "thing"
) -> None:
    """Refuse as many things to as many persons."""
    for number in range(count):
        store.refusals.note(attempt("theft", f"{about}-{number}", f"officer-{number}", at))
    store.refusals.flush()


def remembered(store: EvidenceStore) -> Remembered:
    return store.refusals._memory.now  # pyright: ignore[reportPrivateUsage]


def counted(known: Remembered) -> int:
    """How many refusals are in the memory, counted one by one."""
    return sum(
        len(asserted)
        for each in (known.young, known.old)
        for by_person in each.recent.values()
        for asserted in by_person.values()
    )


# Refusals ------------------------------------------------------------------------------------


def test_the_memory_never_holds_more_refusals_than_its_bound(store: EvidenceStore) -> None:
    for number in range(300):
        at = NOW + number * MINUTE
        store.refusals.note(attempt(f"theft {number}", f"thing-{number}", f"officer-{number}", at))
        known = remembered(store)
        things = len(known.young.things) + len(known.old.things)
        assert max(known.size, counted(known), things) <= FEW.refusals


def test_one_that_asserts_very_much_counts_as_several() -> None:
    memory = Memory(40)
    for number in range(100):
        keys = Keys.of(REQUESTER, "", "search", f"thing-{number}")
        memory.add(Refusal(keys, bytes(1024), number), ())
    assert counted(memory.now) <= 8


def test_a_retry_of_what_has_left_the_memory_is_found(store: EvidenceStore) -> None:
    refuse_many(store, 300)
    first = Keys.of(REQUESTER, "", "search", "thing-0")
    assert first.thing not in remembered(store).young.things
    assert first.thing not in remembered(store).old.things
    assert store.refusals.any_like(REQUESTER, "officer-9", "search", "thing-0")
    assert store.refusals.retries(attempt("fraud", "thing-0", "officer-9", NOW + 29 * DAY)) == 1
    assert store.refusals.retries(attempt("theft case", "thing-0")) == 0
    assert store.refusals.retries(attempt("fraud", "thing-0", at=NOW + 31 * DAY)) == 0
    assert store.refusals.retries(attempt("fraud", "thing-0", act="export")) == 0
    assert not store.refusals.any_like(REQUESTER, "officer-9", "search", "another")


def test_a_person_whose_refusal_has_left_the_memory_is_known_for_the_hour(
    store: EvidenceStore,
) -> None:
    refuse_many(store, 300)
    soon = NOW + 59 * MINUTE
    assert store.refusals.any_like(REQUESTER, "officer-0", "search", "")
    assert store.refusals.retries(attempt("fraud", user="officer-0", at=soon)) == 1
    assert store.refusals.retries(attempt("fraud", user="nobody", at=soon)) == 0
    assert store.refusals.retries(attempt("fraud", user="", at=soon)) == 1
    assert store.refusals.retries(attempt("fraud", user="officer-0", at=NOW + 61 * MINUTE)) == 0


def test_a_search_for_nobody_knows_what_has_left_the_memory_counts_for_the_next(
    store: EvidenceStore,
) -> None:
    store.refusals.note(attempt("theft", user="officer-x"))
    store.refusals.note(attempt("theft", user=""))
    refuse_many(store, 300)
    assert store.refusals.retries(attempt("fraud", "thing", "officer-x")) == 1
    assert store.refusals.retries(attempt("fraud", "thing", "officer-y")) == 1
    assert store.refusals.retries(attempt("theft", "thing", "officer-x")) == 0


def test_a_process_that_starts_reads_no_more_than_it_keeps_and_misses_nothing(
    tmp_path: Path, store: EvidenceStore, register: Register
) -> None:
    refuse_many(store, 300)
    other = small(tmp_path, register)
    assert other.refusals.retries(attempt("fraud", "thing-0", "officer-9")) == 1
    assert remembered(other).size <= FEW.refusals // 2
    assert other.refusals.retries(attempt("fraud", "thing-299", "officer-9")) == 1
    other.close()


def test_a_process_that_slept_misses_nothing_of_what_was_refused_meanwhile(
    tmp_path: Path, store: EvidenceStore, register: Register
) -> None:
    other = small(tmp_path, register)
    refuse_many(other, 30, about="early")
    assert store.refusals.retries(attempt("fraud", "early-0", "officer-9")) == 1
    refuse_many(other, 300)
    other.close()
    for thing in ("early-0", "thing-0", "thing-150", "thing-299"):
        assert store.refusals.retries(attempt("fraud", thing, "officer-x")) == 1
    assert remembered(store).size <= FEW.refusals


def test_another_process_finds_what_neither_remembers(tmp_path: Path, store: EvidenceStore) -> None:
    refuse_many(store, 300)
    script = """
import datetime, sys
from pathlib import Path
from platelaw.federation.evidence.store import Bounds, EvidenceStore
from platelaw.federation.identity.signers import Signers
from platelaw.federation.proof import Attempt

now = datetime.datetime.fromisoformat(sys.argv[2])
store = EvidenceStore(Path(sys.argv[1]), Signers(), Bounds(refusals=40))
for line in sys.stdin:
    attempt = Attempt(sys.argv[3], "other", "search", line.strip(), frozenset([b"another"]), now)
    print(store.refusals.retries(attempt))
"""
    arguments = [str(tmp_path / "evidence.sqlite"), NOW.isoformat(), REQUESTER]
    answered = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        input="thing-0\nthing-100\nthing-299\nnothing\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert answered.stdout.split() == ["1", "1", "1", "0"]


@pytest.mark.parametrize("seed", range(4))
def test_a_small_memory_counts_as_a_large_one_does(
    tmp_path: Path, register: Register, seed: int
) -> None:
    chance = random.Random(seed)
    stores = [
        EvidenceStore(tmp_path / f"{bound}.sqlite", register, Bounds(refusals=bound))
        for bound in (8, 100_000)
    ]
    at = NOW
    for _ in range(400):
        at += MINUTE * chance.choice((0.2, 1, 30)) * chance.random()
        said = " ".join(chance.sample(["theft", "fraud", "case", "other"], chance.randint(1, 3)))
        subject = chance.choice(["", *(f"thing-{each}" for each in range(40))])
        user = chance.choice(["", "a", "b", "c"])
        one = attempt(said, subject, user, at)
        for store in stores:
            store.refusals.flush()  # whether a refusal still waits to be written hangs on the load
        few, many = (store.refusals.retries(one) for store in stores)
        assert few == many
        small, large = (
            store.refusals.any_like(REQUESTER, user, "search", subject) for store in stores
        )
        assert large or not small
        assert small or not few
        for store in stores if chance.random() < 0.7 else ():
            store.refusals.note(one)
    for store in stores:
        store.close()


def test_what_is_not_on_file_yet_is_not_let_go() -> None:
    memory = Memory(20)
    unwritten = [Refusal(Keys.of(REQUESTER, "", "search", "thing"), digest("theft")[:8], 1)]
    for number in range(200):
        keys = Keys.of(REQUESTER, "", "search", f"thing-{number}")
        memory.add(Refusal(keys, digest("theft")[:8], number), unwritten)
    assert any(memory.now.like(unwritten[0].keys))


def test_refusals_that_cannot_wait_any_longer_are_written_by_whoever_notes_the_next(
    store: EvidenceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platelaw.federation.evidence.refusals._MOMENT", 3600.0)
    for number in range(FEW.refusals):
        store.refusals.note(attempt("theft", f"thing-{number}"))
    store.refusals.flush()
    assert store.refusals.retries(attempt("fraud", "thing-0")) == 1


@pytest.mark.usefixtures("store")
def test_what_is_looked_up_is_found_by_what_there_is_least_of(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "evidence.sqlite")
    for subject, user, by in (
        ("", "", "act=? AND at>?)"),
        ("", "officer-1", "act=? AND person=? AND at>?)"),
        ("thing", "", "act=? AND thing=?)"),
        ("thing", "officer-1", "act=? AND thing=? AND person=?)"),
    ):
        keys = Keys.of(REQUESTER, user, "search", subject)
        *_, (query, values) = queries(keys, Remembered(gone=0), 1)
        plan = str(connection.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall())
        assert by in plan
    keys = Keys.of(REQUESTER, "officer-1", "search", "thing")
    (query, values), _ = queries(keys, Remembered(gone=0), 1)
    plan = str(connection.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall())
    assert "act=? AND thing=?)" in plan
    connection.close()


# HOLDs and statements ------------------------------------------------------------------------


def test_of_too_many_keys_any_may_be_among_them() -> None:
    known = Known(2)
    assert known.is_empty
    known.add("one")
    known.add("two")
    assert [known.may_hold(each) for each in ("one", "two", "three")] == [True, True, False]
    known.add("three")
    assert known.may_hold("four")
    assert not known.is_empty
    assert known.room == 0


@pytest.mark.parametrize("owners", [1, 3])
def test_every_hold_is_found_whether_there_are_few_or_many(
    tmp_path: Path, store: EvidenceStore, register: Register, owners: int
) -> None:
    other = small(tmp_path, register)
    for number in range(3 * FEW.keys):
        name = f"search {number}"
        assert not other.holds.find(REQUESTER, f"request-{name}")
        for owner in range(owners):
            store.holds.file(held(name, id=f"hold-{number}-{owner}", owner=f"CT/{owner}"))
        for each in (store, other):
            assert len(each.holds.find(REQUESTER, f"request-{name}")) == owners
            assert len(each.holds.find(REQUESTER, "request-search 0")) == owners
    late = small(tmp_path, register)
    assert len(late.holds.find(REQUESTER, "request-search 0")) == owners
    assert not late.holds.find(REQUESTER, "another")
    late.close()
    other.close()


def test_every_statement_is_found_whether_there_are_few_or_many(
    tmp_path: Path, store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    other = small(tmp_path, register)
    for number in range(3 * FEW.keys):
        assert other.proofs.about(asks(f"search {number}"), NOW) is None
        keep(store, register, supervisor.attests(of=f"search {number}"))
        for each in (store, other):
            for earlier in (number, 0, number // 2):
                proof = each.proofs.about(asks(f"search {earlier}"), NOW)
                assert proof is not None
                assert len(proof.facts) == 1
            kept = each.proofs._kept  # pyright: ignore[reportPrivateUsage]
            assert sum(map(len, kept.values())) <= FEW.statements
    other.close()


def test_more_statements_about_one_question_than_are_kept_all_count(
    store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    for number in range(2 * FEW.statements):
        keep(store, register, supervisor.attests(f"fact.number_{number}"))
        proof = store.proofs.about(asks(), NOW)
        assert proof is not None
        assert len(proof.facts) == number + 1


def test_a_withdrawal_counts_for_what_is_kept_and_for_what_is_read(
    tmp_path: Path, store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    other = small(tmp_path, register)
    sent = [supervisor.attests(of=f"search {number}") for number in range(3 * FEW.keys)]
    keep(store, register, *sent)
    last = len(sent) - 1
    for each in (store, other):  # now the last is kept, and the first is not
        for number in (0, 1, 2, last):
            assert each.proofs.about(asks(f"search {number}"), NOW) is not None
    keep(store, register, supervisor.withdraws(sent[0]), supervisor.withdraws(sent[last]))
    for each in (store, other):
        for number, withdrawn in ((0, True), (1, False), (last, True)):
            proof = each.proofs.about(asks(f"search {number}"), NOW)
            assert proof is not None
            assert [fact.withdrawn for fact in proof.facts] == [withdrawn]
    other.close()
