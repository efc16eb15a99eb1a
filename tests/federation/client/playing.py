"""A scripted service that answers well, for tests of the clients; tests spoil what it says."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import grpc

from platelaw.federation.client import digest_of
from platelaw.federation.conformance.scripted import Context, ScriptedServer
from platelaw.federation.v1 import answer_pb2, decision_pb2

NOW = datetime.datetime(2026, 11, 3, 15, 0, tzinfo=datetime.UTC)
REQUEST: dict[str, Any] = {
    "requester": "XX/a-pd",
    "owner": "XX/b-pd",
    "act": "search",
    "data": "alpr_data",
    "reason": "",
    "facts": {
        "request.purpose": "stolen_vehicle",
        "request.recipients": ["XX/a-pd"],
        "request.on_behalf_of": [],
        "case.count": 3,
        "case.is_open": True,
        "case.number": None,
        "request.claims": {"members": ["case.is_open"], "complete": False},
    },
    "instruments": [],
}
OPEN_SEARCH = {key: value for key, value in REQUEST.items() if key != "owner"}

Spoil = Callable[[answer_pb2.Answer], None]


def permit(question: Any, now: datetime.datetime = NOW) -> answer_pb2.Answer:
    """A good PERMIT to a question."""
    answer = answer_pb2.Answer(
        outcome=answer_pb2.OUTCOME_PERMIT,
        reason="permitted",
        policy_digest="ab" * 32,
        request_digest=digest_of(question),
        release_id=b"r" * 16,
    )
    answer.decided_at.FromDatetime(now)
    answer.valid_until.FromDatetime(now + datetime.timedelta(seconds=300))
    return answer


def nothing(answer: answer_pb2.Answer) -> None:
    """Leave an answer as it is."""
    del answer


@dataclass
class Service:
    """Answers every decision with a PERMIT, spoilt by the test; fails first if told to."""

    spoil: Spoil = nothing
    failures: list[tuple[grpc.StatusCode, str, str]] = field(
        default_factory=list[tuple[grpc.StatusCode, str, str]]
    )

    def __call__(self, method: str, data: bytes, context: Context) -> bytes:
        if self.failures:
            code, details, wait = self.failures.pop(0)
            if wait:
                context.set_trailing_metadata((("retry-after-ms", wait),))
            context.abort(code, details)
        if method.endswith("/Decide"):
            asked = decision_pb2.DecideRequest.FromString(data)
            response = decision_pb2.DecideResponse(answer=self.answer(asked.question))
            return response.SerializeToString()
        if method.endswith("/DecideMany"):
            many = decision_pb2.DecideManyRequest.FromString(data)
            answers = [self.answer(question) for question in many.questions]
            return decision_pb2.DecideManyResponse(answers=answers).SerializeToString()
        raise AssertionError(method)

    def answer(self, question: Any) -> answer_pb2.Answer:
        answer = permit(question)
        self.spoil(answer)
        return answer


def serving(service: Callable[[str, bytes, Context], bytes]) -> ScriptedServer:
    return ScriptedServer(service)
