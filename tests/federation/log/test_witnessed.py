"""A log on the disk and its witnesses over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from platelaw.federation.journal import Submission
from platelaw.federation.log.notes import Checkpoint
from platelaw.federation.log.opening import LogError, OpenLog, Place, open_log
from platelaw.federation.log.signing import log_signer
from platelaw.federation.log.witnessed import LogWitnesses, clients_of, policy_of_log
from platelaw.federation.witness.policy import (
    Group,
    KnownWitness,
    PolicyError,
    WitnessPolicy,
)

from ..witness.world import (
    NOW,
    Clock,
    SmallLog,
    client_of,
    new_folder,
    served,
    some_signer,
    watching,
)
from .making import ORIGIN


@dataclass
class Log:
    """A log in a folder, with two witnesses who both must agree."""

    folder: Path
    known: list[KnownWitness]
    told: list[str] = field(default_factory=list[str])
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.open = self.opened()

    def opened(self) -> OpenLog:
        folder = self.folder
        place = Place(ORIGIN, folder / "log.sqlite", folder / "keys", folder / "mark" / "mark")
        return open_log(place, lambda: round(self.clock() * 1e6))

    def fill(self, size: int) -> None:
        """Write groups until the log has so many entries."""
        while (now := self.open.sequencer.signed.size) < size:
            some = [b"entry %d" % (now + at) for at in range(min(32, size - now))]
            empty = [b""] * len(some)
            submission = Submission("", b"", b"", 0, some, empty, {})
            self.open.sequencer.record([submission])

    @property
    def policy(self) -> WitnessPolicy:
        names = tuple(one.name for one in self.known)
        known = {one.name: one for one in self.known}
        return WitnessPolicy("q", (), known, {"q": Group("q", len(names), names)})

    def witnesses(self) -> LogWitnesses:
        clients = [client_of(one, clock=self.clock) for one in self.known]
        return LogWitnesses(
            self.open, self.policy, clients, self.told.append, every=0.01, clock=self.clock
        )

    def size_witnessed(self) -> int:
        note = self.folder.joinpath("mark", "witnessed").read_text("utf-8")
        return Checkpoint.parse(note.split("\n\n")[0] + "\n").size


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with ExitStack() as serving:
        signer, clock = log_signer(tmp_path / "keys", ORIGIN), Clock()
        known = list[KnownWitness]()
        for name in ("one", "two"):
            folder = new_folder(tmp_path / name, f"witness.example/{name}")
            watched = serving.enter_context(watching(folder, signer.note.vkey, clock=clock))
            known.append(replace(serving.enter_context(served(watched)), name=name))
        made = Log(tmp_path, known, clock=clock)
        serving.callback(lambda: made.open.close())
        yield made


def test_a_log_that_grows_over_tiles_stays_witnessed(log: Log) -> None:
    witnesses = log.witnesses()
    for size in (1, 255, 256, 300, 700):
        log.fill(size)
        log.clock.now += 60
        witnesses.ask_once()
        assert log.size_witnessed() == size
        assert witnesses.since == log.clock.now
    assert log.told == []


def test_a_log_stays_witnessed_while_it_is_written(log: Log) -> None:
    witnesses, pause = log.witnesses(), threading.Event()
    witnesses.start()
    for size in range(11, 300, 7):
        log.fill(size)
        pause.wait(0.005)
    file = log.folder / "mark" / "witnessed"
    while not file.exists() or log.size_witnessed() < log.open.sequencer.signed.size:
        pause.wait(0.01)
    witnesses.stop()
    assert log.told == []


def test_since_when_a_log_is_witnessed_is_known_after_a_restart(log: Log) -> None:
    log.fill(20)
    log.clock.now += 3600
    log.witnesses().ask_once()
    log.clock.now += 3600
    assert log.witnesses().since == NOW + 3600


def test_a_log_that_nobody_witnessed_is_unwitnessed_since_its_first_entry(log: Log) -> None:
    log.clock.now += 60
    assert log.witnesses().since == NOW + 60
    log.fill(64)
    log.clock.now += 25 * 3600
    witnesses = log.witnesses()
    assert witnesses.since == NOW + 60
    assert witnesses.is_overdue
    witnesses.ask_once()
    assert not witnesses.is_overdue


def test_what_is_kept_and_does_not_count_by_a_new_policy_is_passed_over(log: Log) -> None:
    log.fill(5)
    log.clock.now += 3600
    log.witnesses().ask_once()
    log.known.append(KnownWitness("three", some_signer("witness.example/3").key, "http://[::1]:9"))
    assert log.witnesses().since == NOW


def test_a_log_that_does_not_lead_to_what_was_witnessed_is_not_opened(log: Log) -> None:
    log.fill(4)
    log.open.keep()
    log.open.close()
    kept = {file: file.read_bytes() for file in log.folder.rglob("*") if file.is_file()}
    log.open = log.opened()
    log.fill(9)
    log.witnesses().ask_once()
    log.open.close()
    for file in (log.folder / "log.sqlite", log.folder / "mark" / "mark"):
        file.write_bytes(kept[file])  # all that the log itself keeps, as it was before
    with pytest.raises(LogError, match="ends after 4 entries, and 9 were signed"):
        log.opened()


def test_what_is_kept_is_not_replaced_while_a_witness_is_away(log: Log) -> None:
    log.fill(3)
    log.witnesses().ask_once()
    log.known[1] = replace(log.known[1], url="http://127.0.0.1:9")
    log.fill(8)
    log.witnesses().ask_once()
    assert log.size_witnessed() == 3
    assert [words.split(":")[0] for words in log.told] == ["witness two"]


def test_a_log_without_an_entry_asks_nobody(log: Log) -> None:
    log.witnesses().ask_once()
    assert not log.folder.joinpath("mark", "witnessed").exists()


# The policy of a log --------------------------------------------------------------------------

INSIDE, OUTSIDE = some_signer("a.example/in"), some_signer("b.example/out")


def policy_file(folder: Path, quorum: str, log_key: str, url: str = "") -> Path:
    file = folder / "witnesses.policy"
    file.write_text(
        f"log {log_key}\nwitness in {INSIDE.vkey} {url}\nwitness out {OUTSIDE.vkey} {url}\n"
        f"group q {quorum} in out\nquorum q\n"
    )
    return file


def test_a_policy_of_a_log_needs_somebody_outside(tmp_path: Path) -> None:
    signer = log_signer(tmp_path / "keys", ORIGIN)
    file = policy_file(tmp_path, "all", signer.note.vkey)
    assert policy_of_log(file, signer, ["out"]).quorum == "q"
    with pytest.raises(PolicyError, match="no witness is said to be outside law enforcement"):
        policy_of_log(file, signer, [])
    policy_file(tmp_path, "any", signer.note.vkey)
    with pytest.raises(PolicyError, match=r"witnesses\.policy: the quorum is met without any"):
        policy_of_log(file, signer, ["out"])


def test_a_policy_of_a_log_names_its_key(tmp_path: Path) -> None:
    signer = log_signer(tmp_path / "keys", ORIGIN)
    stranger = SmallLog(origin="other.example/log").signer.vkey
    with pytest.raises(PolicyError, match=r"does not name the key .*; add log one\.example/log\+"):
        policy_of_log(policy_file(tmp_path, "all", stranger), signer, ["out"])


def test_a_witness_that_cannot_be_asked_is_a_fault(tmp_path: Path) -> None:
    signer = log_signer(tmp_path / "keys", ORIGIN)
    file = policy_file(tmp_path, "all", signer.note.vkey)
    with pytest.raises(PolicyError) as refusal:
        clients_of(policy_of_log(file, signer, ["out"]))
    assert len(refusal.value.faults) == 2
    policy_file(tmp_path, "all", signer.note.vkey, "https://witness.example/")
    policy = policy_of_log(file, signer, ["out"])
    assert [client.name for client in clients_of(policy)] == ["in", "out"]
    with pytest.raises(PolicyError, match=r"roots\.pem: cannot be read"):
        clients_of(policy, tmp_path / "roots.pem")


def test_several_servers_of_a_log_sign_under_its_name(tmp_path: Path) -> None:
    one, other = (log_signer(tmp_path / name, ORIGIN) for name in ("one", "other"))
    assert (one.note.key.name, other.note.key.name) == (ORIGIN, ORIGIN)
    assert one.note.key.key_id != other.note.key.key_id
