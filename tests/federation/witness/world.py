"""A log, honest or not, and witnesses of it behind real HTTP, for these tests."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from platelaw.federation.log.notes import Checkpoint, CosignatureSigner, Note, NoteSigner
from platelaw.federation.log.tree import Edge, consistency_proof, leaf_hash, node_hash
from platelaw.federation.witness.client import WitnessClient
from platelaw.federation.witness.config import logs_of
from platelaw.federation.witness.keys import WitnessFolder
from platelaw.federation.witness.policy import KnownWitness
from platelaw.federation.witness.serving import WitnessServer
from platelaw.federation.witness.store import WitnessStore
from platelaw.federation.witness.submission import Submission
from platelaw.federation.witness.witness import Witness

NOW = 1_796_000_000
ORIGIN = "agency.example/log"
NAME = "witness.example/one"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
Said = tuple[int, str, str]
"""The status, the content type and the body of an answer."""


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass
class SmallLog:
    """A log of some entries, with a key."""

    words: list[str] = field(default_factory=list[str])
    origin: str = ORIGIN
    key: Ed25519PrivateKey = KEY

    @property
    def signer(self) -> NoteSigner:
        return NoteSigner(self.origin, self.key)

    def grown(self, count: int, word: str = "entry") -> SmallLog:
        """This log with entries more."""
        return SmallLog([*self.words, *[word] * count], self.origin, self.key)

    def checkpoint(self, size: int | None = None) -> Note:
        size = len(self.words) if size is None else size
        text = Checkpoint(self.origin, size, self.at_size(size).root).text
        return Note(text, (self.signer.sign(text),))

    def at_size(self, size: int) -> Edge:
        leaves = [leaf_hash(word.encode()) for word in self.words[:size]]
        return Edge(0, ()).extended(leaves).after

    def prove(self, old: int, new: int) -> tuple[bytes, ...]:
        return consistency_proof(old, new, self._node)

    def submission(self, old: int) -> Submission:
        return Submission(old, self.prove(old, len(self.words)), self.checkpoint())

    def _node(self, level: int, index: int) -> bytes:
        if not level:
            return leaf_hash(self.words[index].encode())
        return node_hash(self._node(level - 1, 2 * index), self._node(level - 1, 2 * index + 1))


@dataclass
class Watching:
    """A witness with its folder, as it serves."""

    folder: WitnessFolder
    witness: Witness
    store: WitnessStore
    signer: CosignatureSigner

    def send(self, submission: Submission) -> str:
        return self.witness.add_checkpoint(str(submission).encode())

    @property
    def known(self) -> KnownWitness:
        return KnownWitness("one", self.signer.key, "")


def new_folder(path: Path, name: str = NAME) -> WitnessFolder:
    path.mkdir(parents=True, exist_ok=True)
    WitnessFolder(path).make(name)
    return WitnessFolder(path)


@contextmanager
def watching(
    folder: WitnessFolder, *logs: SmallLog | str, clock: Callable[[], float] | None = None
) -> Generator[Watching]:
    """A witness of some logs, or of one; a log may be named by its key."""
    signer, store = folder.open()
    keys = (log if isinstance(log, str) else log.signer.vkey for log in logs or [SmallLog()])
    known = logs_of(keys)
    try:
        yield Watching(folder, Witness(signer, known, store, clock or Clock()), store, signer)
    finally:
        store.close()


@contextmanager
def served(watched: Watching, *, body_seconds: float = 5.0) -> Generator[KnownWitness]:
    """A witness as logs reach it, over plain HTTP on loopback."""
    listening = socket.create_server(("127.0.0.1", 0))
    with WitnessServer(watched.witness, None, listening, body_seconds=body_seconds) as server:
        yield KnownWitness("one", watched.signer.key, server.url)


@contextmanager
def scripted(
    signer: CosignatureSigner, *answers: Said | Callable[[Submission], Said]
) -> Generator[KnownWitness]:
    """Somebody who answers as the test says, the last answer again and again."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = left.pop(0) if len(left) > 1 else left[0]
            status, kind, said = answer(Submission.parse(body)) if callable(answer) else answer
            whole = said.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(whole)))
            self.end_headers()
            self.wfile.write(whole)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield KnownWitness("one", signer.key, f"http://127.0.0.1:{server.server_address[1]}")
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def raw(answer: Callable[[socket.socket], None]) -> Generator[str]:
    """The address of somebody who does what the test says with one connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with listening.accept()[0] as connection:
                answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(5)


def client_of(
    known: KnownWitness, *, seconds: float = 5.0, clock: Callable[[], float] | None = None
) -> WitnessClient:
    return WitnessClient(known, seconds=seconds, clock=clock or Clock())


def cosignatures(note: Note, *signers: tuple[CosignatureSigner, int]) -> Note:
    """A note with cosignatures at some times."""
    return note.with_signatures(*(signer.sign(note.text, at) for signer, at in signers))


def some_signer(name: str = NAME) -> CosignatureSigner:
    return CosignatureSigner(name, Ed25519PrivateKey.generate())
