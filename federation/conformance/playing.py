"""Plays recorded and hostile answers, step by step, to whoever asks."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.json_format import ParseDict

from ..client.questions import digest_of
from ..v1 import answer_pb2, decision_pb2, question_pb2
from .scripted import Context

LIFE = 300  # seconds of a good PERMIT
_OWN = ("valid_for", "release_id", "digest")


@dataclass(slots=True)
class Play:
    """The steps of one exchange; the last one is played again if more is asked.

    Attributes:
        steps: What is done with each call (docs/conformance.md).
        clock: The moment, in UTC.
        over: Set when the exchange is over, so that a call kept in silence ends.
    """

    steps: Sequence[Mapping[str, Any]]
    clock: Callable[[], datetime.datetime]
    over: threading.Event = field(default_factory=threading.Event)
    _at: int = field(default=0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __call__(self, method: str, data: bytes, context: Context) -> bytes:
        """Answer one call."""
        with self._lock:
            step = self.steps[min(self._at, len(self.steps) - 1)]
            self._at += 1
        if "silence" in step:
            self.over.wait(step["silence"])
            context.abort(grpc.StatusCode.CANCELLED, "the exchange is over")
        if "error" in step:
            if "retry_after_ms" in step:
                context.set_trailing_metadata((("retry-after-ms", str(step["retry_after_ms"])),))
            context.abort(grpc.StatusCode[step["error"]], step.get("details", "as recorded"))
        if "bytes" in step:
            return bytes.fromhex(step["bytes"])
        match method.rpartition("/")[2]:
            case "Decide":
                return self._one(step, data)
            case "DecideMany":
                return self._many(step, data)
            case "DecideSearch":
                return self._search(step, data)
            case name:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{name} is not played")

    def _one(self, step: Mapping[str, Any], data: bytes) -> bytes:
        question = decision_pb2.DecideRequest.FromString(data).question
        answer = self._answer(step.get("answer", {}), question)
        return decision_pb2.DecideResponse(answer=answer).SerializeToString()

    def _many(self, step: Mapping[str, Any], data: bytes) -> bytes:
        questions = decision_pb2.DecideManyRequest.FromString(data).questions
        answers = [
            self._answer(recorded, question)
            for recorded, question in zip(step["answers"], questions, strict=False)
        ]
        return decision_pb2.DecideManyResponse(answers=answers).SerializeToString()

    def _search(self, step: Mapping[str, Any], data: bytes) -> bytes:
        request = decision_pb2.DecideSearchRequest.FromString(data)
        response = decision_pb2.DecideSearchResponse(list_digest=os.urandom(32))
        for recorded in step["groups"]:
            owners = recorded["owners"]
            group = response.groups.add(count=len(owners), owners=owners)
            group.answer.CopyFrom(self._answer(recorded["answer"], request.question))
        return response.SerializeToString()

    def _answer(
        self, recorded: Mapping[str, Any], question: question_pb2.Question
    ) -> answer_pb2.Answer:
        """A recorded answer about a question; what it does not say is as in a good one."""
        plain = {key: value for key, value in recorded.items() if key not in _OWN}
        plain.setdefault("outcome", "OUTCOME_PERMIT")
        plain.setdefault("policyDigest", "00" * 32)
        answer = ParseDict(plain, answer_pb2.Answer())
        is_permit = plain["outcome"] == "OUTCOME_PERMIT"
        now = self.clock()
        if not answer.HasField("decided_at"):
            answer.decided_at.FromDatetime(now)
        valid_for = recorded.get("valid_for", LIFE if is_permit else None)
        if valid_for is not None:
            answer.valid_until.FromDatetime(now + datetime.timedelta(seconds=valid_for))
        if recorded.get("release_id", is_permit):
            answer.release_id = os.urandom(16)
        answer.request_digest = _digest(recorded.get("digest", "right"), question)
        return answer


def _digest(which: str, question: question_pb2.Question) -> bytes:
    if which == "other":
        return digest_of(question_pb2.Question(requester="somebody else"))
    return digest_of(question) if which == "right" else b""
