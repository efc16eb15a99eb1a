"""Tries a service: sends what was recorded, and holds the answers against what must come back."""

from __future__ import annotations

import datetime
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from ..client.channels import options, tls
from ..client.credentials import TlsFiles, following
from ..client.silence import told
from ..messages import REVISION, has_unknown
from ..v1 import decision_pb2 as d
from ..v1 import policy_pb2
from .exchanges import Exchange
from .integration import Result
from .judging import Judge
from .sending import Trial, data_of

M = TypeVar("M", bound=Message)
_DECISION = "/platelaw.v1.DecisionService/"
_POLICY = "/platelaw.v1.PolicyService/"
_TIMEOUT = 10.0


class _NoGoodAnswerError(Exception):
    """What came back is no such message."""


@dataclass(slots=True)
class ServiceTrial:
    """Tries one service.

    Attributes:
        target: Host and port.
        identities: The callers that the trial may be, by the names that exchanges give them.
        clock: The moment, in UTC.
    """

    target: str
    identities: Mapping[str, TlsFiles]
    clock: Callable[[], datetime.datetime]
    _channels: dict[str, grpc.Channel] = field(default_factory=dict[str, grpc.Channel], init=False)
    _judge: Judge = field(default_factory=Judge, init=False)

    def can(self, exchange: Exchange) -> bool:
        """Whether the trial has every identity that an exchange needs."""
        return all(step["as"] in self.identities for step in exchange.content["steps"])

    def run(self, exchanges: Sequence[Exchange]) -> Iterator[Result]:
        """Try exchanges, one after the other."""
        try:
            for exchange in exchanges:
                yield Result(exchange, tuple(self._wrong(exchange)))
        finally:
            for channel in self._channels.values():
                channel.close()

    def _wrong(self, exchange: Exchange) -> Iterator[str]:
        trial = Trial(f"conformance-{secrets.token_hex(8)}", self.clock)
        holds: list[str] = []
        for at, step in enumerate(exchange.content["steps"], 1):
            yield from (f"step {at}: {wrong}" for wrong in self._step(step, trial, holds))

    def _step(self, step: Mapping[str, Any], trial: Trial, holds: list[str]) -> Iterator[str]:
        service = _POLICY if step["call"] == "GetSnapshot" else _DECISION
        wanted = step.get("refused", [])
        try:
            data = self._call(step["as"], service + step["call"], data_of(step, trial))
        except grpc.RpcError as fault:
            status, details, _ = told(fault)
            if status.name not in wanted:
                yield f"refused: {status.name} {details}"
            return
        if wanted:
            yield f"answered where {' or '.join(wanted)} must come back"
            return
        try:
            yield from self._judged(step, data, trial, holds)
        except _NoGoodAnswerError as fault:
            yield str(fault)

    def _call(self, name: str, method: str, data: bytes) -> bytes:
        channel = self._channels.get(name)
        if channel is None:
            pair = following(self.identities[name], lambda text: None)()
            assert pair is not None
            channel = grpc.secure_channel(self.target, tls(pair), options(pair, ""))
            self._channels[name] = channel
        call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(method)
        return call(data, timeout=_TIMEOUT)

    # Answers ---------------------------------------------------------------------------------

    def _judged(
        self, step: Mapping[str, Any], data: bytes, trial: Trial, holds: list[str]
    ) -> Iterator[str]:
        match step["call"]:
            case "Decide":
                return self._decided(step, _message(d.DecideResponse, data), trial, holds)
            case "DecideMany":
                return self._many(step, _message(d.DecideManyResponse, data), trial)
            case "DecideSearch":
                return self._search(step, _message(d.DecideSearchResponse, data), trial)
            case "Explain":
                return self._explained(step, _message(d.ExplainResponse, data), trial)
            case "WhatIf":
                return self._supposed(step, _message(d.WhatIfResponse, data))
            case _:
                return _snapshot(_message(policy_pb2.GetSnapshotResponse, data))

    def _decided(
        self, step: Mapping[str, Any], response: d.DecideResponse, trial: Trial, holds: list[str]
    ) -> Iterator[str]:
        answer = response.answer
        question = d.DecideRequest.FromString(trial.sent).question
        yield from self._judge.wrong(step["answer"], answer, question, self.clock())
        if step.get("same_hold") and answer.hold.id != holds[-1]:
            yield "the same request has another HOLD"
        holds.append(answer.hold.id)

    def _many(
        self, step: Mapping[str, Any], response: d.DecideManyResponse, trial: Trial
    ) -> Iterator[str]:
        questions, recorded = trial.questions(step), step["answers"]
        if len(response.answers) != len(questions):
            yield f"{len(response.answers)} answers to {len(questions)} questions"
            return
        if len({answer.decided_at.ToNanoseconds() for answer in response.answers}) != 1:
            yield "the answers of a batch were not decided at one moment"
        for at, answer in enumerate(response.answers):
            wanted = recorded[at % len(recorded)]
            found = self._judge.wrong(wanted, answer, questions[at], self.clock())
            yield from (f"answer {at + 1}: {wrong}" for wrong in found)

    def _search(
        self, step: Mapping[str, Any], response: d.DecideSearchResponse, trial: Trial
    ) -> Iterator[str]:
        trial.list_digest = response.list_digest
        (question,) = trial.questions(step)
        owners: Sequence[str] = step["owners"]
        got: dict[str, str] = {}
        for group in response.groups:
            named = _named(group, owners) if step.get("by_digest") else list(group.owners)
            if not named or len(named) != group.count:
                yield "a group of owners does not say which owners it has"
                continue
            yield from (f"{owner} has two answers" for owner in named if owner in got)
            got |= dict.fromkeys(named, group.answer.reason)
            found = self._judge.wrong({}, group.answer, question, self.clock(), has_hold=False)
            yield from (f"group of {named[0]}: {wrong}" for wrong in found)
        for owner, reason in step["reasons"].items():
            if got.get(owner) != reason:
                yield f"{owner}: reason is {got.get(owner)!r}, not {reason!r}"
        if len(response.list_digest) != 32:
            yield "list_digest is no SHA-256"

    def _explained(
        self, step: Mapping[str, Any], response: d.ExplainResponse, trial: Trial
    ) -> Iterator[str]:
        (question,) = trial.questions(step)
        yield from self._judge.wrong(
            step["answer"], response.answer, question, self.clock(), releases=False
        )
        yield from _wrong_tree(response.decision_json, step["answer"]["outcome"])
        if not response.text:
            yield "it is not told in words"

    def _supposed(self, step: Mapping[str, Any], response: d.WhatIfResponse) -> Iterator[str]:
        yield from self._judge.wrong(
            step["answer"], response.answer, None, self.clock(), simulated=True
        )
        yield from _wrong_tree(response.decision_json, step["answer"]["outcome"])


def _message(kind: type[M], data: bytes) -> M:
    message = kind()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise _NoGoodAnswerError(f"no {kind.DESCRIPTOR.name} came back") from None
    if has_unknown(message):
        raise _NoGoodAnswerError("the answer has fields that its revision does not know")
    return message


def _named(group: d.OwnerGroup, owners: Sequence[str]) -> list[str]:
    """The owners of a group, by their places in a list; none if the places are not in it."""
    runs = zip(group.runs[::2], group.runs[1::2], strict=False)
    places = [at for first, length in runs for at in range(first, first + length)]
    return [owners[at] for at in places] if max(places, default=0) < len(owners) else []


def _snapshot(response: policy_pb2.GetSnapshotResponse) -> Iterator[str]:
    if response.revision != REVISION:
        yield f"the service speaks revision {response.revision} of the messages, not {REVISION}"
    if response.expired:
        yield "the policies of the service have expired"
    if not response.files:
        yield "the snapshot has no policy files"


def _wrong_tree(data: bytes, outcome: str) -> Iterator[str]:
    try:
        tree = json.loads(data)
    except ValueError:
        yield "the decision tree is not JSON"
        return
    if tree.get("outcome") != outcome:
        yield f"the tree says {tree.get('outcome')!r}, the answer {outcome!r}"
