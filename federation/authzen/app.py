"""The HTTP face as an ASGI application: one POST, one decision, by the same handlers as gRPC."""

from __future__ import annotations

import asyncio
import datetime
import functools
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping, MutableMapping
from concurrent.futures import Executor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

from google.protobuf.json_format import MessageToDict

from ...engine.json_text import Json, read_json
from ..http_bodies import BodyError, Receive, Send, body_of
from ..http_serving import Peer
from ..messages import REVISION
from ..refusal import RefusedCallError
from ..v1 import answer_pb2, decision_pb2, question_pb2
from .mapping import Evaluations, Semantic, evaluation, evaluations
from .problems import HttpProblemError, problem_of, status_of

DECIDE = "/platelaw.v1.DecisionService/Decide"
EVALUATION = "/access/v1/evaluation"
EVALUATIONS = "/access/v1/evaluations"
WELL_KNOWN = "/.well-known/authzen-configuration"
MOST_BYTES = {EVALUATION: 64 * 1024, EVALUATIONS: 1024 * 1024}
BODY_SECONDS = 5.0

_ID = re.compile(r"[A-Za-z0-9._:-]{8,60}")  # leaves room for the number of an evaluation
_JSON = re.compile(rb"application/json\s*(;\s*charset=\"?utf-8\"?\s*)?", re.IGNORECASE)

Scope: TypeAlias = MutableMapping[str, Any]


Ask: TypeAlias = Callable[[str, bytes, Peer], bytes]
"""Has a method answered for a peer, after everything that is checked of every call; may block.

It raises ``RefusedCallError`` for a call that is refused.
"""


@dataclass(frozen=True, slots=True)
class AuthzenApp:
    """The application.

    Attributes:
        ask: What answers.
        base_url: The address that the service tells of itself, such as https://service.example.
        clock: The clock of the service, in UTC.
        pool: Where calls wait for their answers.
        body_seconds: How long a body may take to come.
    """

    ask: Ask
    base_url: str
    clock: Callable[[], datetime.datetime]
    pool: Executor
    body_seconds: float = BODY_SECONDS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            return
        heads = dict[str, str]()
        try:
            status, kind = HTTPStatus.OK, "application/json"
            body = await self._answer(scope, receive, heads)
        except HttpProblemError as problem:
            status, kind, body = problem.status, "application/problem+json", problem.body()
            heads |= problem.headers
        await _send(send, status, {"Content-Type": kind, **heads}, body)

    async def _answer(
        self, scope: Scope, receive: Receive, heads: dict[str, str]
    ) -> dict[str, Json]:
        path, sent = scope["path"], dict[bytes, bytes](scope["headers"])
        if path == WELL_KNOWN:
            _check_method(scope, "GET")
            return self._configuration()
        if path not in MOST_BYTES:
            raise HttpProblemError(HTTPStatus.NOT_FOUND, f"nothing is here; see {WELL_KNOWN}")
        _check_method(scope, "POST")
        request_id = _request_id(sent, heads)
        if not _JSON.fullmatch(sent.get(b"content-type", b"")):
            raise HttpProblemError(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send application/json in UTF-8"
            )
        raw = await self._body(receive, sent, MOST_BYTES[path])
        work = functools.partial(self._decide, path, raw, request_id, _peer(scope))
        return await asyncio.get_running_loop().run_in_executor(self.pool, work)

    def _configuration(self) -> dict[str, Json]:
        """What this service can do (section 9)."""
        return {
            "policy_decision_point": self.base_url,
            "access_evaluation_endpoint": self.base_url + EVALUATION,
            "access_evaluations_endpoint": self.base_url + EVALUATIONS,
        }

    async def _body(self, receive: Receive, sent: Mapping[bytes, bytes], most: int) -> bytes:
        length = sent.get(b"content-length", b"0")
        try:
            return await body_of(receive, most=most, seconds=self.body_seconds, length=length)
        except BodyError as fault:
            is_late = fault.status is HTTPStatus.REQUEST_TIMEOUT
            heads = {"Connection": "close"} if is_late else {}
            raise HttpProblemError(fault.status, str(fault), heads) from None

    # Decisions -------------------------------------------------------------------------------

    def _decide(self, path: str, raw: bytes, given: str, peer: Peer) -> dict[str, Json]:
        body, faults = read_json(raw)
        if faults:
            told = "; ".join(f"{f.where or 'the body'}: {f.message}; {f.help}" for f in faults[:3])
            raise HttpProblemError(HTTPStatus.BAD_REQUEST, told)
        call = _Call(self, peer, given or secrets.token_hex(16), is_named=bool(given))
        asked = evaluation(body) if path == EVALUATION else evaluations(body)
        try:
            if isinstance(asked, Evaluations):
                return {"evaluations": call.each(asked)}
            return call.one(asked, call.request_id)
        except RefusedCallError as refusal:
            raise problem_of(refusal) from None


@dataclass(frozen=True, slots=True)
class _Call:
    """One HTTP call that asks; ``is_named`` says whether its caller gave it its id."""

    app: AuthzenApp
    peer: Peer
    request_id: str
    is_named: bool

    def each(self, asked: Evaluations) -> list[Json]:
        """Decide one after the other, as far as the semantic goes.

        Raises:
            RefusedCallError: The caller is refused, or the service is too busy, before any answer.
        """
        decided: list[Json] = []
        for at, question in enumerate(asked.questions):
            decision = self._inner(question, f"{self.request_id}.{at}", is_first=not decided)
            decided.append(decision)
            if asked.semantic.ends_with(permitted=decision["decision"] is True):
                break
        return decided

    def _inner(
        self, question: question_pb2.Question | HttpProblemError, request_id: str, *, is_first: bool
    ) -> dict[str, Json]:
        """One of several; what keeps it from an answer is told in its place (section 7.2.1)."""
        if isinstance(question, HttpProblemError):
            return _no_decision(question.status, question.detail)
        try:
            return self.one(question, request_id)
        except RefusedCallError as refusal:
            if is_first and status_of(refusal) is not HTTPStatus.BAD_REQUEST:
                raise
            return _no_decision(status_of(refusal), refusal.message)

    def one(self, question: question_pb2.Question, request_id: str) -> dict[str, Json]:
        """Decide one question.

        Raises:
            RefusedCallError: The call is refused.
        """
        request = decision_pb2.DecideRequest(question=question)
        request.envelope.revision = REVISION
        request.envelope.request_id = request_id
        request.envelope.keeps_copy = self.is_named  # nobody can say so here
        request.envelope.issued_at.FromDatetime(self.app.clock())
        request.envelope.nonce = _nonce(request)
        data = self.app.ask(DECIDE, request.SerializeToString(), self.peer)
        answer = decision_pb2.DecideResponse.FromString(data).answer
        return _decision(answer, request_id, is_named=self.is_named)


def _decision(answer: answer_pb2.Answer, request_id: str, *, is_named: bool) -> dict[str, Json]:
    """The answer as AuthZEN says it: true for a PERMIT that releases, and for nothing else."""
    lasts = answer.valid_until.ToNanoseconds() > answer.decided_at.ToNanoseconds()
    permits = answer.outcome == answer_pb2.OUTCOME_PERMIT and lasts and not answer.simulated
    whole: dict[str, Json] = MessageToDict(answer, preserving_proto_field_name=True)
    explanation = whole.get("explanation")
    why = explanation if isinstance(explanation, dict) else {}
    context: dict[str, Json] = {
        "outcome": answer_pb2.Outcome.Name(answer.outcome).removeprefix("OUTCOME_"),
        "reason": answer.reason,
        "rules": why.get("rules", []),
        "settling": why.get("settling", []),
        "request_id": request_id,
        "proves_onward": permits and is_named and not answer.stale and not answer.development,
        "answer": whole,
    }
    if answer.HasField("hold"):
        context["hold"] = answer.hold.id
    return {"decision": permits, "context": context}


def _no_decision(status: HTTPStatus, message: str) -> dict[str, Json]:
    return {
        "decision": False,
        "context": {"error": {"status": int(status), "message": message}},
    }


def _nonce(request: decision_pb2.DecideRequest) -> bytes:
    """AuthZEN has no nonce: it is made of everything that the call says and of when it came."""
    return hashlib.sha256(request.SerializeToString(deterministic=True)).digest()


# HTTP ----------------------------------------------------------------------------------------


def _check_method(scope: Scope, method: str) -> None:
    if scope["method"] != method:
        raise HttpProblemError(
            HTTPStatus.METHOD_NOT_ALLOWED, f"use {method} here", {"Allow": method}
        )


def _request_id(sent: Mapping[bytes, bytes], heads: dict[str, str]) -> str:
    """The caller's id of the request, which goes back with the answer; empty if there is none."""
    raw = sent.get(b"x-request-id")
    if raw is None:
        return ""
    text = raw.decode("latin-1")
    if not _ID.fullmatch(text):
        raise HttpProblemError(
            HTTPStatus.BAD_REQUEST,
            "X-Request-ID: write 8 to 60 letters, digits and `._:-`, such as a UUID",
        )
    heads["X-Request-ID"] = text
    return text


def _peer(scope: Scope) -> Peer:
    peer = scope.get("state", {}).get("peer")
    return peer if isinstance(peer, Peer) else Peer()


async def _send(
    send: Send, status: HTTPStatus, heads: Mapping[str, str], body: dict[str, Json]
) -> None:
    data = json.dumps(body, ensure_ascii=False).encode()
    headers = [(key.lower().encode(), value.encode("latin-1")) for key, value in heads.items()]
    headers += [
        (b"content-length", str(len(data)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": data})


__all__ = ["Ask", "AuthzenApp", "Peer", "Semantic"]
