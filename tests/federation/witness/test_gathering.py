"""Gathering cosignatures, and since when a log is unwitnessed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from platelaw.federation.log.notes import Note
from platelaw.federation.witness.errors import (
    WitnessAheadError,
    WitnessAwayError,
    WitnessRefusedError,
)
from platelaw.federation.witness.gathering import Gatherer, Round, ask_all
from platelaw.federation.witness.policy import Group, KnownWitness, WitnessPolicy
from platelaw.federation.witness.witnessing import LONGEST, Witnessing

from .world import (
    NOW,
    Clock,
    SmallLog,
    client_of,
    cosignatures,
    new_folder,
    scripted,
    served,
    some_signer,
    watching,
)

ONE, TWO = some_signer("witness.example/one"), some_signer("witness.example/two")
POLICY = WitnessPolicy(
    "both",
    (),
    {"one": KnownWitness("one", ONE.key, ""), "two": KnownWitness("two", TWO.key, "")},
    {"both": Group("both", 2, ("one", "two"))},
)


@dataclass
class Gathered:
    """A log that is gathered for, and what came of it."""

    log: SmallLog = field(default_factory=lambda: SmallLog().grown(3))
    rounds: list[Round] = field(default_factory=list[Round])
    told: list[str] = field(default_factory=list[str])

    def newest(self) -> Note | None:
        return self.log.checkpoint() if self.log.words else None

    def prove(self, old: int, new: int) -> tuple[bytes, ...]:
        return self.log.prove(old, new)

    def gatherer(self, *known: KnownWitness) -> Gatherer:
        clients = [client_of(one) for one in known]
        return Gatherer(clients, self.newest, self.prove, self.rounds.append, self.told.append)


@pytest.fixture
def three(tmp_path: Path) -> Iterator[list[KnownWitness]]:
    """Three honest witnesses."""
    with ExitStack() as serving:
        known = list[KnownWitness]()
        for name in ("one", "two", "three"):
            folder = new_folder(tmp_path / name, f"witness.example/{name}")
            watched = serving.enter_context(watching(folder))
            known.append(replace(serving.enter_context(served(watched)), name=name))
        yield known


def policy_of(known: list[KnownWitness]) -> WitnessPolicy:
    names = tuple(one.name for one in known)
    return WitnessPolicy("q", (), {one.name: one for one in known}, {"q": Group("q", 2, names)})


def test_all_witnesses_cosign_the_same_checkpoint(three: list[KnownWitness]) -> None:
    log = SmallLog().grown(4)
    asked = ask_all(log.checkpoint(), [client_of(one) for one in three], log.prove)
    assert not asked.faults
    witnessing = Witnessing(policy_of(three), NOW)
    assert witnessing.take(Note.parse(str(asked.note)), NOW)
    assert witnessing.newest is not None
    assert witnessing.newest.size == 4


def test_a_quorum_is_met_while_one_witness_is_away(three: list[KnownWitness]) -> None:
    log = SmallLog().grown(4)
    away = replace(three[2], url="http://127.0.0.1:9")
    asked = ask_all(log.checkpoint(), [client_of(one) for one in (*three[:2], away)], log.prove)
    assert list(asked.faults) == ["three"]
    assert isinstance(asked.faults["three"], WitnessAwayError)
    assert Witnessing(policy_of(three), NOW).take(asked.note, NOW)


def test_a_fork_gets_no_quorum(three: list[KnownWitness]) -> None:
    shared, witnessing = SmallLog().grown(2), Witnessing(policy_of(three), NOW)
    shown, hidden = shared.grown(2, "shown"), shared.grown(2, "hidden")
    clients = [client_of(one) for one in three]
    assert witnessing.take(ask_all(shown.checkpoint(), clients, shown.prove).note, NOW)
    asked = ask_all(hidden.checkpoint(), clients, hidden.prove)
    assert all(isinstance(one, WitnessRefusedError) for one in asked.faults.values())
    assert len(asked.faults) == 3
    assert not witnessing.take(asked.note, NOW)


def test_a_round_without_a_checkpoint_asks_nobody() -> None:
    gathered = Gathered(SmallLog())
    gathered.gatherer(KnownWitness("one", ONE.key, "http://127.0.0.1:9")).ask_once()
    assert (gathered.rounds, gathered.told) == ([], [])


def test_what_goes_wrong_is_reported_once_and_so_is_its_end(three: list[KnownWitness]) -> None:
    gathered, busy = Gathered(), (503, "text/plain", "busy\n")

    def cosign(submission: object) -> tuple[int, str, str]:
        del submission
        return (200, "text/plain", f"{ONE.sign(gathered.log.checkpoint().text, NOW)}\n")

    with scripted(ONE, busy, busy, busy, cosign) as known:
        gatherer = gathered.gatherer(known, replace(three[1], name="two"))
        for _ in range(5):
            gatherer.ask_once()
    assert gathered.told == [
        "witness one: cannot answer now (503: busy)",
        "witness one: cosigns again",
    ]
    assert [len(each.note.signatures) for each in gathered.rounds] == [2, 2, 2, 3, 3]


def test_a_lost_end_is_reported(three: list[KnownWitness]) -> None:
    gathered = Gathered()
    gatherer = gathered.gatherer(three[0])
    gatherer.ask_once()
    gathered.log = SmallLog().grown(1)
    gatherer.ask_once()
    assert isinstance(gathered.rounds[-1].faults["one"], WitnessAheadError)
    assert "it lost its end" in gathered.told[-1]


def test_rounds_go_on_by_themselves_whatever_fails(three: list[KnownWitness]) -> None:
    gathered, came = Gathered(), threading.Semaphore(0)
    told, rounds = gathered.told, list[int]()

    def newest() -> Note:
        came.release()
        rounds.append(0)
        if len(rounds) < 3:
            raise OSError("the store is away")
        return gathered.log.checkpoint()

    gatherer = Gatherer(
        [client_of(three[0])],
        newest,
        gathered.prove,
        gathered.rounds.append,
        told.append,
        every=0.01,
    )
    gatherer.start()
    for _ in range(4):
        assert came.acquire(timeout=10)
    gatherer.stop(10)
    assert told == ["asking the witnesses failed: OSError: the store is away"]
    assert gathered.rounds


def test_a_round_can_be_had_at_once(three: list[KnownWitness]) -> None:
    gathered, done = Gathered(), threading.Semaphore(0)

    def keep(asked: Round) -> None:
        gathered.rounds.append(asked)
        done.release()

    gatherer = Gatherer(
        [client_of(three[0])], gathered.newest, gathered.prove, keep, print, every=3600
    )
    gatherer.start()
    assert done.acquire(timeout=10)
    gatherer.wake()
    assert done.acquire(timeout=10)
    gatherer.stop(10)
    assert len(gathered.rounds) == 2


# Since when -----------------------------------------------------------------------------------


def test_a_log_is_unwitnessed_since_it_began_until_enough_cosign() -> None:
    witnessing, log = Witnessing(POLICY, NOW), SmallLog().grown(5)
    assert not witnessing.take(cosignatures(log.checkpoint(), (ONE, NOW + 20)), NOW + 20)
    assert (witnessing.newest, witnessing.since) == (None, NOW)
    assert witnessing.take(cosignatures(log.checkpoint(), (ONE, NOW + 30), (TWO, NOW + 20)), NOW)
    assert witnessing.newest is not None
    assert (witnessing.newest.size, witnessing.since) == (5, NOW + 20)


def test_a_day_without_a_quorum_is_too_long() -> None:
    witnessing, clock = Witnessing(POLICY, NOW), Clock(NOW + LONGEST)
    assert not witnessing.is_overdue(clock())
    assert witnessing.is_overdue(clock() + 1)
    at = NOW + LONGEST
    witnessing.take(cosignatures(SmallLog().checkpoint(), (ONE, at), (TWO, at)), at)
    assert not witnessing.is_overdue(clock() + 1)


def test_a_log_that_rests_is_witnessed_anew_by_a_newer_time() -> None:
    witnessing, note = Witnessing(POLICY, NOW), SmallLog().grown(2).checkpoint()
    for at, is_newer in ((NOW, True), (NOW, False), (NOW + 60, True), (NOW + 30, False)):
        assert witnessing.take(cosignatures(note, (ONE, at), (TWO, at)), at) == is_newer
    assert witnessing.since == NOW + 60


def test_a_smaller_tree_is_never_newer() -> None:
    witnessing, log = Witnessing(POLICY, NOW), SmallLog().grown(9)
    witnessing.take(cosignatures(log.checkpoint(9), (ONE, NOW), (TWO, NOW)), NOW)
    later = cosignatures(log.checkpoint(4), (ONE, NOW + 60), (TWO, NOW + 60))
    assert not witnessing.take(later, NOW + 60)
    assert witnessing.since == NOW
