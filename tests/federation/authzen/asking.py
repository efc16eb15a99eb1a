"""A service behind the HTTP face, for tests: it answers as the test says and keeps what came."""

from __future__ import annotations

import datetime
import socket
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from platelaw.federation.authzen import AuthzenServer, Peer
from platelaw.federation.client import digest_of
from platelaw.federation.conformance.identities import Identities, make_identities
from platelaw.federation.identity.credentials import ServerTls
from platelaw.federation.messages import read
from platelaw.federation.v1 import answer_pb2, decision_pb2

NOW = datetime.datetime(2026, 11, 3, 15, 0, tzinfo=datetime.UTC)
BODY: dict[str, Any] = {
    "subject": {"type": "user", "id": "u-17", "properties": {"agency": "XX/a-pd"}},
    "action": {"name": "search"},
    "resource": {"type": "alpr_data", "id": "XX/b-pd"},
    "context": {
        "reason": "",
        "facts": {"request.purpose": "stolen_vehicle", "request.recipients": ["XX/a-pd"]},
        "instruments": [],
        "period": {"from": "2026-11-01"},
        "subject": "commitment-1",
    },
}
HEADS = {"X-Request-ID": "request-0001"}

Change = Callable[[answer_pb2.Answer], None]


def nothing(answer: answer_pb2.Answer) -> None:
    """Leave an answer as it is."""
    del answer


@dataclass
class Service:
    """Permits everything but owners named `deny`, and holds those named `hold`."""

    change: Change = nothing
    asked: list[decision_pb2.DecideRequest] = field(
        default_factory=list[decision_pb2.DecideRequest]
    )
    peers: list[Peer] = field(default_factory=list[Peer])
    refusal: Exception | None = None

    def __call__(self, method: str, data: bytes, peer: Peer) -> bytes:
        assert method == "/platelaw.v1.DecisionService/Decide"
        self.peers.append(peer)
        if self.refusal is not None:
            raise self.refusal
        request = read(decision_pb2.DecideRequest, data)  # within the limits of every field
        self.asked.append(request)
        answer = answer_pb2.Answer(
            outcome=answer_pb2.OUTCOME_PERMIT,
            reason="permitted",
            request_digest=digest_of(request.question),
            release_id=b"r" * 16,
            decided_at=request.envelope.issued_at,
        )
        answer.valid_until.seconds = answer.decided_at.seconds + 300
        if request.question.owner.startswith("XX/hold"):
            answer.outcome = answer_pb2.OUTCOME_HOLD
            answer.hold.id = "h-1"
            answer.explanation.settling.add().needs.add(kind="fact", name="case.number")
        if request.question.owner.startswith("XX/deny"):
            answer.outcome = answer_pb2.OUTCOME_DENY
        self.change(answer)
        return decision_pb2.DecideResponse(answer=answer).SerializeToString()


@dataclass(frozen=True)
class Face:
    """The HTTP face as a caller reaches it."""

    url: str
    listening: socket.socket
    made: Identities

    @property
    def port(self) -> int:
        port: int = self.listening.getsockname()[1]
        return port

    def client(self, **settings: Any) -> httpx.Client:
        context = tls_of(self.made)
        return httpx.Client(base_url=self.url, verify=context, trust_env=False, **settings)


def tls_of(made: Identities) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(made.caller.authorities))
    context.load_cert_chain(made.caller.certificate, made.caller.key)
    return context


@contextmanager
def face(service: Service, folder: Path, **settings: Any) -> Generator[Face]:
    made = make_identities(folder, "XX/a-pd", datetime.datetime.now(datetime.UTC))
    listening = socket.create_server(("127.0.0.1", 0))
    context = ServerTls(made.service, print).context()
    with AuthzenServer(service, context, listening, clock=lambda: NOW, **settings) as server:
        yield Face(server.url, listening, made)
