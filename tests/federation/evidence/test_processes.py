"""One store, several processes: what one acknowledged, the others know, and no kill loses it."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from platelaw.federation.evidence.store import EvidenceStore
from platelaw.federation.evidence.watch import Part, Watch
from platelaw.federation.identity.signers import COLUMNS
from platelaw.federation.proof import Attempt

from .people import DAY, NOW, Person, Register, asks, held, keep, store_at

# What the other process does, told line by line: it says what it saw, or that it is done.
WORKER = """
import datetime, sys
from pathlib import Path
from platelaw.federation.evidence import envelopes
from platelaw.federation.evidence.store import EvidenceStore
from platelaw.federation.evidence.weighing import weigh
from platelaw.federation.identity.signers import signers_of
from platelaw.federation.proof import Attempt, Subject

now = datetime.datetime.fromisoformat(sys.argv[3])
signers = signers_of(Path(sys.argv[2]).read_text())
store = EvidenceStore(Path(sys.argv[1]), signers)
for line in sys.stdin:
    order, _, rest = line.strip().partition(" ")
    if order == "about":
        requester, owner, digest = rest.split()
        proof = store.proofs.about(Subject(bytes.fromhex(digest), requester, owner), now)
        print([fact.withdrawn for fact in proof.facts] if proof else proof, flush=True)
    elif order == "keep":
        for envelope in Path(rest).read_bytes().splitlines():
            weighed = weigh(envelopes.opened(envelope), signers)
            store.proofs.keep(weighed, envelope, now)
            print(weighed.id, flush=True)
    elif order == "retries":
        other = frozenset([b"other"])
        attempt = Attempt(rest, "", "search", "thing", other, now)
        print(store.refusals.retries(attempt), flush=True)
    elif order == "find":
        print([each.id for each in store.holds.find(*rest.split("|"))], flush=True)
"""


class Worker:
    """Another process on the same store."""

    def __init__(self, folder: Path, register: Register) -> None:
        table = folder / "signers.csv"
        table.write_text(register_text(register))
        store = folder / "evidence.sqlite"
        command = [sys.executable, "-c", WORKER, str(store), str(table), NOW.isoformat()]
        self.folder = folder
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, order: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{order}\n")
        self.process.stdin.flush()

    def heard(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask(self, order: str) -> str:
        self.tell(order)
        return self.heard()

    def keep(self, *envelopes: bytes) -> None:
        """Take in statements; the id of each is heard when it is acknowledged."""
        name = hashlib.sha256(envelopes[0]).hexdigest()
        file = self.folder / name
        file.write_bytes(b"\n".join(envelopes))
        self.tell(f"keep {file}")

    def about(self, of: str) -> str:
        subject = asks(of)
        return self.ask(f"about {subject.requester} {subject.owner} {subject.digest.hex()}")


def register_text(register: Register) -> str:
    """The register as a file."""
    rows = [",".join(COLUMNS)]
    for person in register.people:
        public = person.key.public_key
        pem = (
            person.key._private_key.public_key()  # pyright: ignore[reportPrivateUsage]
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )
        rows.append(
            f'{public.keyid},"{pem}",{public.scheme},{person.agency},{person.role},{person.user},'
            f"{person.highest.value},{person.state.value},{person.valid_from.date()},"
            f"{person.valid_until.date()},a test"
        )
    return "\n".join(rows) + "\n"


@contextmanager
def working(folder: Path, register: Register) -> Generator[Worker]:
    worker = Worker(folder, register)
    try:
        yield worker
    finally:
        worker.process.kill()
        worker.process.communicate()


def test_a_withdrawal_in_one_process_counts_for_the_next_question_in_another(
    tmp_path: Path, store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    with working(tmp_path, register) as other:
        assert other.about("a search") == "None"
        fact = supervisor.attests()
        keep(store, register, fact)
        assert other.about("a search") == "[False]"
        keep(store, register, supervisor.withdraws(fact))
        assert other.about("a search") == "[True]"


def test_what_the_other_process_takes_in_counts_here_at_once(
    tmp_path: Path, store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    with working(tmp_path, register) as other:
        fact = supervisor.attests()
        assert store.proofs.about(asks(), NOW) is None
        other.keep(fact)
        other.heard()
        proof = store.proofs.about(asks(), NOW)
        assert proof is not None
        other.keep(supervisor.withdraws(fact))
        other.heard()
        proof = store.proofs.about(asks(), NOW)
        assert proof is not None
        assert [fact.withdrawn for fact in proof.facts] == [True]


def test_holds_and_refusals_are_known_to_every_process(
    tmp_path: Path, store: EvidenceStore, register: Register
) -> None:
    with working(tmp_path, register) as other:
        one = held()
        assert other.ask(f"find {one.caller}|{one.request_id}") == "[]"
        assert other.ask(f"retries {one.requester}") == "0"
        store.holds.file(one)
        store.refusals.note(Attempt(one.requester, "", "search", "thing", frozenset([b"one"]), NOW))
        store.refusals.flush()  # others see it a moment later else
        assert other.ask(f"find {one.caller}|{one.request_id}") == f"['{one.id}']"
        assert other.ask(f"retries {one.requester}") == "1"


def test_processes_that_open_a_new_store_at_once_share_it(
    tmp_path: Path, register: Register, supervisor: Person
) -> None:
    workers = [Worker(tmp_path, register) for _ in range(3)]
    try:
        sent = [supervisor.attests(of=f"search {number}") for number in range(3)]
        for worker, envelope in zip(workers, sent, strict=True):
            worker.keep(envelope)
        assert all(len(worker.heard()) == 64 for worker in workers)
        for worker in workers:
            assert [worker.about(f"search {number}") for number in range(3)] == ["[False]"] * 3
    finally:
        for worker in workers:
            worker.process.kill()
            worker.process.communicate()


@pytest.mark.parametrize("after", [1, 7, 30])
def test_no_acknowledged_statement_is_lost_when_its_writer_is_killed(
    tmp_path: Path, register: Register, supervisor: Person, after: int
) -> None:
    sent = {f"search {number}": supervisor.attests(of=f"search {number}") for number in range(1000)}
    acknowledged = 0
    with working(tmp_path, register) as writer:
        writer.keep(*sent.values())
        while acknowledged < after:
            assert len(writer.heard()) == 64
            acknowledged += 1
        os.kill(writer.process.pid, signal.SIGKILL)
        rest, _ = writer.process.communicate()
        acknowledged += rest.count("\n")
    assert writer.process.returncode == -signal.SIGKILL
    survivor = store_at(tmp_path, register)
    kept = [name for name in sent if survivor.proofs.about(asks(name), NOW + DAY / 2) is not None]
    assert kept[:acknowledged] == list(sent)[:acknowledged]
    assert acknowledged < len(sent)
    survivor.close()


def say_nothing(watch: Watch, part: Part) -> None:
    """What a writer says that is killed before it can tell."""


def test_a_kill_right_after_the_commit_is_noticed_within_the_second(
    store: EvidenceStore, register: Register, supervisor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store.proofs.about(asks(), NOW) is None
    with monkeypatch.context() as silent:
        silent.setattr("platelaw.federation.evidence.watch.Watch.tell", say_nothing)
        keep(store, register, supervisor.attests())
    assert store.proofs.about(asks(), NOW) is None
    moment = store.proofs._look_again  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr("platelaw.federation.evidence.mirror.monotonic", lambda: moment)
    assert store.proofs.about(asks(), NOW) is not None
