"""The log's process and its workers: groups over a socket, and what happens when either is gone."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from platelaw.federation.journal import JournalUnavailableError, Receipt, Submission, Told
from platelaw.federation.log.remote import AWAY, RemoteLog
from platelaw.federation.log.sequencer import Sequencer
from platelaw.federation.log.serving import LogServer
from platelaw.federation.log.signing import log_signer
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.wire import (
    PIECE,
    Frames,
    Group,
    Written,
    frame,
    read_group,
    read_written,
)

from ..server.conftest import until

PATIENCE = 20.0


@dataclass
class Service:
    """A log's process in a thread."""

    folder: Path
    keep: Callable[[], None] = lambda: None
    thread: threading.Thread | None = None
    ending: socket.socket | None = None
    store: SqliteStore = field(init=False)

    @property
    def path(self) -> Path:
        return self.folder / "log.sock"

    def start(self) -> None:
        self.store = SqliteStore(self.folder / "log.sqlite")
        signer = log_signer(self.folder / "keys", "test.example/log")
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.path.unlink(missing_ok=True)
        listening.bind(str(self.path))
        listening.listen()
        self.ending, its = socket.socketpair()
        server = LogServer(listening, Sequencer(self.store, signer, lambda: 1), self.keep)

        def serve() -> None:
            with listening, its:
                server.serve(its)

        self.thread = threading.Thread(target=serve)
        self.thread.start()

    def stop(self) -> None:
        assert self.ending is not None
        assert self.thread is not None
        self.ending.close()
        self.thread.join(PATIENCE)
        self.store.close()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path)
    made.start()
    yield made
    if made.thread is not None and made.thread.is_alive():
        made.stop()


def submission(name: str, *entries: bytes) -> Submission:
    digest = hashlib.sha256(name.encode()).digest()
    return Submission("a", name.encode(), digest, 10**18, entries, [b""] * len(entries), {})


def recorded(log: RemoteLog, *submissions: Submission) -> list[Told]:
    """What each is told, once all are."""
    told: dict[int, Told] = {}
    there = threading.Event()

    def tell(at: int, answer: Told) -> None:
        told[at] = answer
        if len(told) == len(submissions):
            there.set()

    for at, each in enumerate(submissions):
        log.record(each, lambda answer, at=at: tell(at, answer))  # type: ignore[misc]
    assert there.wait(PATIENCE)
    return [told[at] for at in range(len(submissions))]


def connected(log: RemoteLog) -> RemoteLog:
    log.start()
    until(lambda: not log.why_not)
    return log


def listened(path: Path) -> tuple[socket.socket, RemoteLog]:
    """Where a test itself plays the log, and a worker that connects to it."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    listening.listen()
    log = RemoteLog(path)
    log.start()
    return listening, log


def test_two_workers_write_one_log(service: Service) -> None:
    with ExitStack() as stack:
        logs = [connected(RemoteLog(service.path)) for _ in range(2)]
        for log in logs:
            stack.callback(log.close)
        firsts = list[int]()
        for at in range(50):
            for number, log in enumerate(logs):
                (told,) = recorded(log, submission(f"{number}-{at}", b"entry"))
                assert isinstance(told, Receipt)
                firsts.append(told.first)
        assert firsts == list(range(100))


def test_answers_come_to_whoever_sent_them(service: Service) -> None:
    log = connected(RemoteLog(service.path))
    told = recorded(log, *(submission(f"n{at}", b"entry %d" % at) for at in range(700)))
    again = recorded(log, *(submission(f"n{at}", b"another") for at in range(700)))
    log.close()
    assert [tuple(each.recorded) for each in again if isinstance(each, Receipt)] == [
        (b"entry %d" % at,) for at in range(700)
    ]
    assert all(isinstance(each, Receipt) for each in told)
    assert {each.first for each in told if isinstance(each, Receipt)} == set(range(700))


def test_while_the_log_is_away_everything_is_unavailable_and_then_it_goes_on(
    service: Service,
) -> None:
    log = connected(RemoteLog(service.path))
    service.stop()
    until(lambda: log.why_not == AWAY)
    (told,) = recorded(log, submission("a", b"entry"))
    assert isinstance(told, JournalUnavailableError)
    service.start()
    until(lambda: not log.why_not)
    (told,) = recorded(log, submission("b", b"entry"))
    assert isinstance(told, Receipt)
    log.close()
    (late,) = recorded(log, submission("c", b"entry"))
    assert isinstance(late, JournalUnavailableError)


def test_what_was_sent_and_not_answered_is_not_given(tmp_path: Path) -> None:
    listening, log = listened(tmp_path / "log.sock")
    connection, _ = listening.accept()

    def hang_up() -> None:
        connection.recv(1 << 16)  # it is taken, and then the process dies
        connection.close()
        listening.close()

    dying = threading.Thread(target=hang_up)
    dying.start()
    (told,) = recorded(log, submission("a", b"entry"))
    assert isinstance(told, JournalUnavailableError)
    dying.join()
    log.close()


def test_answers_are_taken_while_a_large_group_is_being_sent(tmp_path: Path) -> None:
    """Else worker and log wait for each other as soon as both have more to say than fits."""
    listening, log = listened(tmp_path / "log.sock")
    connection, _ = listening.accept()
    until(lambda: not log.why_not)
    told = threading.Event()
    with listening, connection:
        connection.settimeout(PATIENCE)
        log.record(submission("a", b"entry"), lambda answer: told.set())
        small = group_of(connection)
        log.record(submission("b", bytes(8 << 20)), lambda answer: None)
        assert connection.recv(1)  # it has begun, and does not fit
        connection.sendall(frame(Written(small.number, "", "", b"", "", ["unavailable"], "")))
        assert told.wait(2)  # the log's patience with a send is longer
    log.close()


def group_of(connection: socket.socket) -> Group:
    """The next group with submissions that a worker sends."""
    frames = Frames()
    while True:
        for body in frames.take(connection.recv(PIECE)):
            group = read_group.decode(body)
            if group.submissions:
                return group


def test_all_that_was_sent_before_the_end_is_written_and_answered(tmp_path: Path) -> None:
    armed, busy, go_on = threading.Event(), threading.Event(), threading.Event()

    def keep() -> None:
        if armed.is_set():
            busy.set()
            go_on.wait(PATIENCE)

    service = Service(tmp_path, keep)
    service.start()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as worker:
        worker.settimeout(PATIENCE)
        worker.connect(str(service.path))
        worker.sendall(frame(Group(0, ())))
        assert worker.recv(PIECE)
        armed.set()
        assert busy.wait(PATIENCE)
        message = frame(Group(1, [submission("a", *[bytes(1_000)] * 150)]))
        assert len(message) > 2 * PIECE
        worker.sendall(message)
        assert service.ending is not None
        service.ending.close()
        go_on.set()
        data = b"".join(iter(lambda: worker.recv(PIECE), b""))
    service.stop()
    (body,) = Frames().take(data)
    assert isinstance(next(read_written.decode(body).receipts()), Receipt)


def test_frames_are_cut_out_of_any_pieces() -> None:
    groups = [Group(at, [submission(f"n{at}", b"x" * at)]) for at in range(5)]
    stream = b"".join(map(frame, groups))
    for step in (1, 3, 100, len(stream)):
        frames = Frames()
        pieces = (stream[at : at + step] for at in range(0, len(stream), step))
        bodies = [body for piece in pieces for body in frames.take(piece)]
        assert [read_group.decode(body).number for body in bodies] == list(range(5))


def test_a_worker_that_sends_anything_else_is_dropped_and_the_others_go_on(
    service: Service,
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wrong:
        wrong.connect(str(service.path))
        wrong.sendall(b"\xff" * 64)
        wrong.settimeout(PATIENCE)
        assert wrong.recv(1) == b""
    log = connected(RemoteLog(service.path))
    (told,) = recorded(log, submission("a", b"entry"))
    assert isinstance(told, Receipt)
    log.close()
