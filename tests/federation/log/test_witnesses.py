"""A log on the disk and its witnesses over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from platelaw.federation.log.high_water import HighWater, LostTailError
from platelaw.federation.log.notes import Checkpoint, Note, NoteSigner, NoteVerifier
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.witnesses import LogWitnesses, clients_of, policy_of_log
from platelaw.federation.witness.policy import (
    Group,
    KnownWitness,
    PolicyError,
    WitnessPolicy,
)

from ..witness.world import (
    KEY,
    NOW,
    Clock,
    SmallLog,
    client_of,
    new_folder,
    served,
    some_signer,
    watching,
)
from .making import MINUTE, ORIGIN, Writing, note

SIGNER = NoteSigner(ORIGIN, KEY)


@dataclass
class Log:
    """A log in a folder, with two witnesses who both must agree."""

    folder: Path
    known: list[KnownWitness]
    told: list[str] = field(default_factory=list[str])
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.store = SqliteStore(self.folder / "log.sqlite")
        self.writing = Writing(self.store)

    @property
    def policy(self) -> WitnessPolicy:
        names = tuple(one.name for one in self.known)
        known = {one.name: one for one in self.known}
        return WitnessPolicy("q", (), known, {"q": Group("q", len(names), names)})

    @property
    def kept(self) -> HighWater:
        return HighWater(self.folder / "mark" / "witnessed")

    def witnesses(self) -> LogWitnesses:
        clients = [client_of(one, clock=self.clock) for one in self.known]
        return LogWitnesses(
            self.policy,
            clients,
            self.store,
            self.kept,
            self.told.append,
            clock=self.clock,
            every=0.01,
        )

    def offer(self, witnesses: LogWitnesses) -> None:
        witnesses.offer(note(self.store.head().edge, SIGNER), self.writing.pending)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with ExitStack() as serving:
        known = list[KnownWitness]()
        for name in ("one", "two"):
            folder = new_folder(tmp_path / name, f"witness.example/{name}")
            of_log = SmallLog(origin=ORIGIN)
            watched = serving.enter_context(watching(folder, of_log))
            known.append(replace(serving.enter_context(served(watched)), name=name))
        made = Log(tmp_path, known)
        serving.callback(made.store.close)
        yield made


def test_a_log_that_grows_over_tiles_stays_witnessed(log: Log) -> None:
    witnesses = log.witnesses()
    for size in (1, 255, 256, 300, 700):
        log.writing.fill(size)
        log.offer(witnesses)
        witnesses.ask_once()
        newest = witnesses.witnessing.newest
        assert newest is not None
        assert newest.size == size
    assert log.told == []


def test_a_proof_is_of_the_checkpoint_that_is_asked_about(log: Log) -> None:
    witnesses, begin = log.witnesses(), threading.Event()
    log.writing.fill(10)
    log.offer(witnesses)
    witnesses.start()
    for size in range(11, 300, 7):
        log.writing.fill(size)
        log.offer(witnesses)
        begin.wait(0.005)
    while (newest := witnesses.witnessing.newest) is None or newest.size < log.writing.pending.size:
        begin.wait(0.01)
    witnesses.stop()
    assert log.told == []


def test_since_when_a_log_is_witnessed_is_known_after_a_restart(log: Log) -> None:
    log.writing.fill(20)
    witnesses = log.witnesses()
    log.offer(witnesses)
    witnesses.ask_once()
    log.clock.now += 3600
    again = log.witnesses()
    assert again.witnessing.newest == witnesses.witnessing.newest
    assert again.witnessing.since == NOW


def test_a_log_that_nobody_witnessed_is_unwitnessed_since_its_first_entry(log: Log) -> None:
    assert log.witnesses().witnessing.since == NOW
    log.writing.fill(64)
    (first, *_) = log.store.groups(0, 1)
    assert log.witnesses().witnessing.since == first.at // MINUTE * 60


def test_what_is_kept_and_does_not_count_by_a_new_policy_is_passed_over(log: Log) -> None:
    log.writing.fill(5)
    witnesses = log.witnesses()
    log.offer(witnesses)
    witnesses.ask_once()
    log.known.append(KnownWitness("three", some_signer("witness.example/3").key, "http://[::1]:9"))
    assert log.witnesses().witnessing.newest is None


def test_a_log_that_does_not_lead_to_what_was_witnessed_is_found(log: Log, tmp_path: Path) -> None:
    log.writing.fill(9)
    witnesses = log.witnesses()
    log.offer(witnesses)
    witnesses.ask_once()
    signed = NoteVerifier.of(SIGNER.vkey).check
    log.kept.check(log.store, ORIGIN, signed)
    kept = log.kept.read()
    assert kept is not None
    assert Checkpoint.parse(kept.text).size == 9
    assert len(kept.signatures) == 3
    shorter = SqliteStore(tmp_path / "other.sqlite")
    Writing(shorter).fill(4)
    with pytest.raises(LostTailError, match="ends after 4 entries, and 9 were signed"):
        log.kept.check(shorter, ORIGIN, signed)
    shorter.close()


def test_what_is_kept_is_not_replaced_while_a_witness_is_away(log: Log) -> None:
    log.writing.fill(3)
    witnesses = log.witnesses()
    log.offer(witnesses)
    witnesses.ask_once()
    log.known[1] = replace(log.known[1], url="http://127.0.0.1:9")
    log.writing.fill(8)
    again = log.witnesses()
    log.offer(again)
    again.ask_once()
    assert again.witnessing.newest is not None
    assert again.witnessing.newest.size == 3
    assert [words.split(":")[0] for words in log.told] == ["witness two"]


def test_nothing_is_asked_before_something_is_offered(log: Log) -> None:
    witnesses = log.witnesses()
    witnesses.ask_once()
    assert witnesses.witnessing.newest is None


# The policy of a log --------------------------------------------------------------------------

INSIDE, OUTSIDE = some_signer("a.example/in"), some_signer("b.example/out")


def policy_file(folder: Path, quorum: str, log_key: str = SIGNER.vkey, url: str = "") -> Path:
    file = folder / "witnesses.policy"
    file.write_text(
        f"log {log_key}\nwitness in {INSIDE.vkey} {url}\nwitness out {OUTSIDE.vkey} {url}\n"
        f"group q {quorum} in out\nquorum q\n"
    )
    return file


def test_a_policy_of_a_log_needs_somebody_outside(tmp_path: Path) -> None:
    file = policy_file(tmp_path, "all")
    assert policy_of_log(file, ORIGIN, SIGNER.vkey, ["out"]).quorum == "q"
    for quorum, outside in (("any", ["out"]), ("all", [])):
        with pytest.raises(PolicyError, match=r"witnesses\.policy: the quorum is met without any"):
            policy_of_log(policy_file(tmp_path, quorum), ORIGIN, SIGNER.vkey, outside)


def test_a_policy_of_a_log_names_its_key(tmp_path: Path) -> None:
    other = SmallLog(origin=ORIGIN).signer.vkey
    assert policy_of_log(policy_file(tmp_path, "all"), ORIGIN, other, ["out"]).logs
    stranger = SmallLog(origin="other.example/log").signer.vkey
    with pytest.raises(PolicyError, match=r"does not name the key by which one\.example/log"):
        policy_of_log(policy_file(tmp_path, "all", stranger), ORIGIN, SIGNER.vkey, ["out"])


def test_a_witness_without_an_address_cannot_be_asked(tmp_path: Path) -> None:
    policy = policy_of_log(policy_file(tmp_path, "all"), ORIGIN, SIGNER.vkey, ["out"])
    with pytest.raises(PolicyError) as refusal:
        clients_of(policy)
    assert len(refusal.value.faults) == 2
    url = "https://witness.example/"
    policy = policy_of_log(policy_file(tmp_path, "all", url=url), ORIGIN, SIGNER.vkey, ["out"])
    assert [client.name for client in clients_of(policy)] == ["in", "out"]


def test_a_note_that_is_offered_is_signed(log: Log) -> None:
    log.writing.fill(2)
    NoteVerifier.of(SIGNER.vkey).check(Note.parse(note(log.store.head().edge, SIGNER)))
