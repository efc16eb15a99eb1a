"""The log of a service whose processes are killed: what was acknowledged is there.

``PLATELAW_FAULT_ROUNDS`` says how many are killed; a hundred are tried before a release.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from platelaw.dsl.syntax import Outcome
from platelaw.federation.client import Answer, ClientError
from platelaw.federation.embedded import TRUST_DOMAIN, Embedded
from platelaw.federation.log.checking import recompute
from platelaw.federation.log.opening import FILE
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.v1 import log_pb2 as log

from .conftest import Running, client_of, config_of
from .test_serve import recent

ROUNDS = int(os.environ.get("PLATELAW_FAULT_ROUNDS", "3"))
ASKERS = 4


@dataclass
class Load:
    """Some who ask without end, and what they were answered."""

    made: Embedded
    server: str
    answers: list[Answer] = field(default_factory=list[Answer])
    ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def asking(self) -> Generator[None]:
        threads = [threading.Thread(target=self._ask, args=(at,)) for at in range(ASKERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.ended.set()
            for thread in threads:
                thread.join()

    def _ask(self, at: int) -> None:
        number = 0
        with client_of(self.made, "darien-platform", self.server) as client:
            while not self.ended.is_set():
                number += 1
                asked = recent(subject=f"thing-{at}-{number}", reason=f"case 26-{number}")
                try:
                    self.answers.append(client.decide(asked))
                except ClientError:
                    time.sleep(0.02)


def check(state: Path, answers: list[Answer]) -> int:
    """Every answer that was recorded is in the log as it was given; how many are in it."""
    store = SqliteStore(state / FILE, only_reading=True)
    try:
        assert recompute(store) == []
        entries = [
            entry for group in store.groups(0, store.head().edge.size) for entry in group.entries
        ]
    finally:
        store.close()
    for answer in answers:
        if answer.recorded is None:
            assert answer.outcome is not Outcome.PERMIT, answer
            assert answer.reason == "log unavailable"
        else:
            assert entries[answer.recorded.index] == answer.recorded.entry
    requests = [log.LogEntry.FromString(entry).answer.request for entry in entries]
    assert len(set(requests)) == len(requests)
    return len(entries)


def pids(running: Running) -> dict[str, int]:
    """The newest process of the log and of a worker."""
    found: dict[str, int] = {}
    for line in list(running.lines):
        for what, words in (("log", '"log serves"'), ("worker", '"worker serves"')):
            if words in line:
                found[what] = int(line.partition('"pid": ')[2].partition(",")[0].rstrip("}\n "))
    return found


@pytest.mark.parametrize("victims", [("log", "worker"), ("server",)], ids="/".join)
def test_nothing_acknowledged_is_lost_when_a_process_is_killed(
    made: Embedded, tmp_path: Path, victims: tuple[str, ...]
) -> None:
    chance = random.Random(victims[0])
    file = config_of(made, tmp_path, workers=2)
    answers: list[Answer] = []
    running = Running(["--config", str(file)])
    for victim in victims * max(1, ROUNDS // 3):
        port = running.wait_for('"serving"')["port"]
        load = Load(made, f"127.0.0.1:{port}", answers)
        before = len(answers)
        with load.asking():
            until = time.monotonic() + 30
            while len(answers) < before + 20 and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(chance.random() * 0.2)
            if victim == "server":
                running.process.kill()
            else:
                seen = len(running.lines)
                os.kill(pids(running)[victim], signal.SIGKILL)
                running.wait_for(f'"{victim} serves"', after=seen)
            time.sleep(0.2)
        if victim == "server":
            running.close()
            running = Running(["--config", str(file)])
    running.wait_for('"serving"')
    assert running.end() == 0
    recorded = [answer for answer in answers if answer.recorded is not None]
    assert len(recorded) > 10
    assert check(tmp_path / "state", answers) >= len(recorded)
    assert all(
        answer.recorded is not None for answer in answers if answer.outcome is Outcome.PERMIT
    )


def test_while_the_log_cannot_be_written_nothing_is_permitted(
    made: Embedded, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    running = Running(["--config", str(config_of(made, tmp_path))])
    try:
        port = running.wait_for('"serving"')["port"]
        with client_of(made, "darien-platform", f"127.0.0.1:{port}") as client:
            assert client.decide(recent()).outcome is Outcome.PERMIT
            log_pid = pids(running)["log"]
            running.process.send_signal(signal.SIGSTOP)  # it starts no other log yet
            os.kill(log_pid, signal.SIGKILL)
            answer = client.decide(recent(subject="another"))
            assert (answer.outcome, answer.reason) == (Outcome.DENY, "log unavailable")
            assert not answer.release_id
            running.wait_for('"not serving"')
            running.process.send_signal(signal.SIGCONT)
            until = time.monotonic() + 30
            while client.decide(recent(subject="third")).outcome is not Outcome.PERMIT:
                assert time.monotonic() < until
                time.sleep(0.1)
            answers = [client.decide(recent(subject=f"s{at}")) for at in range(3)]
    finally:
        running.process.send_signal(signal.SIGCONT)
        running.end()
    check(state, answers)
    assert answers[0].recorded is not None
    assert answers[0].recorded.origin == f"{TRUST_DOMAIN}/log"


def test_a_log_that_lost_its_end_is_not_served(made: Embedded, tmp_path: Path) -> None:
    state = tmp_path / "state"
    file = config_of(made, tmp_path)
    running = Running(["--config", str(file)])
    port = running.wait_for('"serving"')["port"]
    with client_of(made, "darien-platform", f"127.0.0.1:{port}") as client:
        for at in range(3):
            client.decide(recent(subject=f"s{at}"))
        running.end()
    kept = {path: path.read_bytes() for path in state.glob(f"{FILE}*")}
    running = Running(["--config", str(file)])
    port = running.wait_for('"serving"')["port"]
    with client_of(made, "darien-platform", f"127.0.0.1:{port}") as client:
        for at in range(3):
            client.decide(recent(subject=f"t{at}"))
        running.end()
    for path in state.glob(f"{FILE}*"):
        path.unlink()
    for path, content in kept.items():
        path.write_bytes(content)
    running = Running(["--config", str(file)])
    told = running.wait_for('"giving up"')
    assert "the last 3 are lost and nothing is served" in str(told["why"])
    assert "platelaw log repair" in str(told["why"])
    assert running.close() == 1
