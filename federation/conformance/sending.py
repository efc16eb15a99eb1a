"""Makes the requests of recorded exchanges: good ones, and bad ones in one respect each."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..client.questions import RequestFile, question_of
from ..messages import REVISION
from ..v1 import decision_pb2 as d
from ..v1 import policy_pb2, question_pb2

Request: TypeAlias = (
    d.DecideRequest
    | d.DecideManyRequest
    | d.DecideSearchRequest
    | d.ExplainRequest
    | d.WhatIfRequest
    | policy_pb2.GetSnapshotRequest
)
_UNKNOWN = bytes([0xF8, 0x07, 0x01])  # field 127, which no message has
_FAR = datetime.timedelta(seconds=60)  # farther than a service may take


@dataclass(slots=True)
class Trial:
    """What the steps of one exchange share.

    Attributes:
        name: Makes the request ids of this trial its own.
        clock: The moment, in UTC.
        list_digest: The list of owners that the service was sent last.
        sent: The bytes of the last call.
    """

    name: str
    clock: Callable[[], datetime.datetime]
    list_digest: bytes = b""
    sent: bytes = b""
    _made: int = field(default=0, init=False)

    def questions(self, step: Mapping[str, Any]) -> list[question_pb2.Question]:
        """What a step asks, for somebody and something that no other trial asked about."""
        asked: list[RequestFile] = step.get("requests") or [step["request"]]
        times: int = step.get("times", 1)
        return [self._question(one) for one in asked] * times

    def _question(self, raw: RequestFile) -> question_pb2.Question:
        own = {**raw, "user": self.name, "subject": self.name}
        return question_of(own, needs_owner="owner" in raw)

    def envelope(self, step: Mapping[str, Any]) -> d.Envelope:
        """A good envelope; ``request_id`` of a step names one that several steps share."""
        self._made += 1
        own = step.get("request_id", f"step-{self._made}")
        envelope = d.Envelope(
            revision=REVISION, request_id=f"{self.name}.{own}", nonce=os.urandom(16)
        )
        envelope.issued_at.FromDatetime(self.clock())
        return envelope


def data_of(step: Mapping[str, Any], trial: Trial) -> bytes:
    """The bytes of one step."""
    if "again" in step:
        return trial.sent
    request = _request(step, trial)
    spoil = step.get("spoil", "")
    if spoil in _OF_REQUESTS:
        _OF_REQUESTS[spoil](request)
    data = request.SerializeToString()
    if spoil in _OF_BYTES:
        data = _OF_BYTES[spoil](data)
    trial.sent = data
    return data


def _request(step: Mapping[str, Any], trial: Trial) -> Request:
    match step["call"]:
        case "Decide":
            (question,) = trial.questions(step)
            return d.DecideRequest(envelope=trial.envelope(step), question=question)
        case "DecideMany":
            questions = trial.questions(step)
            return d.DecideManyRequest(envelope=trial.envelope(step), questions=questions)
        case "DecideSearch":
            (question,) = trial.questions(step)
            search = d.DecideSearchRequest(envelope=trial.envelope(step), question=question)
            if step.get("by_digest"):
                search.list_digest = trial.list_digest
            else:
                search.listed.keys.extend(step["owners"])
            return search
        case "Explain":
            (question,) = trial.questions(step)
            return d.ExplainRequest(envelope=trial.envelope(step), question=question)
        case "WhatIf":
            raw = step["request_json"].encode()
            return d.WhatIfRequest(
                envelope=trial.envelope(step), request_json=raw, at=step.get("at", "")
            )
        case _:
            return policy_pb2.GetSnapshotRequest()


# Bad in one respect --------------------------------------------------------------------------


def _of(change: Callable[[Any], object]) -> Callable[[Request], None]:
    def spoil(request: Any) -> None:
        change(request)

    return spoil


def _state_twice(request: Any) -> None:
    request.question.facts.add().CopyFrom(request.question.facts[0])


def _own_data(request: Any) -> None:
    request.question.owner = request.question.requester


def _issue(shift: datetime.timedelta) -> Callable[[Any], None]:
    def spoil(request: Any) -> None:
        issued = request.envelope.issued_at
        issued.FromDatetime(issued.ToDatetime(tzinfo=datetime.UTC) + shift)

    return spoil


_OF_REQUESTS: Mapping[str, Callable[[Request], None]] = {
    "no envelope": _of(lambda request: request.ClearField("envelope")),
    "no question": _of(lambda request: request.ClearField("question")),
    "another revision": _of(lambda request: setattr(request.envelope, "revision", 9999)),
    "short request id": _of(lambda request: setattr(request.envelope, "request_id", "short")),
    "short nonce": _of(lambda request: setattr(request.envelope, "nonce", b"123456")),
    "sent long ago": _of(_issue(-_FAR)),
    "sent ahead of time": _of(_issue(_FAR)),
    "a fact twice": _of(_state_twice),
    "a fact without value": _of(lambda request: request.question.facts.add(name="case.offense")),
    "an unknown field in a fact": _of(
        lambda request: request.question.facts[0].MergeFromString(_UNKNOWN)
    ),
    "a long reason": _of(lambda request: setattr(request.question, "reason", "x" * 2001)),
    "a forgotten list": _of(lambda request: setattr(request, "list_digest", os.urandom(32))),
    "an owner in the question": _of(_own_data),
    "no owners": _of(lambda request: request.ClearField("listed")),
}
_OF_BYTES: Mapping[str, Callable[[bytes], bytes]] = {
    "an unknown field": lambda data: data + _UNKNOWN,
    "cut short": lambda data: data[:-7],
    "no message": lambda data: b"\xff" * 40,
    "too large": lambda data: data + b"\x00" * 5_000_000,
}
