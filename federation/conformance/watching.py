"""Judges what an integration did: what it says it released, and what it sent."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

from google.protobuf.message import DecodeError

from ..client.questions import question_of
from ..messages import REVISION, check_limits, has_unknown
from ..refusal import RefusedCallError
from ..v1 import decision_pb2, question_pb2

Call: TypeAlias = tuple[str, bytes]
Request: TypeAlias = (
    decision_pb2.DecideRequest | decision_pb2.DecideManyRequest | decision_pb2.DecideSearchRequest
)
_KINDS: dict[str, tuple[str, Callable[[], Request]]] = {
    "decide": ("Decide", decision_pb2.DecideRequest),
    "resume": ("Decide", decision_pb2.DecideRequest),
    "decide_many": ("DecideMany", decision_pb2.DecideManyRequest),
    "decide_search": ("DecideSearch", decision_pb2.DecideSearchRequest),
}
_SKEW = datetime.timedelta(seconds=5)


def told_wrong(
    right: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Where the results of a hook are not the right ones."""
    if len(results) != len(right):
        yield f"{len(results)} results to {len(right)} asks"
        return
    for at, (wanted, got) in enumerate(zip(right, results, strict=True)):
        for key, value in wanted.items():
            if _plain(key, got.get(key)) != _plain(key, value):
                yield f"ask {at + 1}: {key} is {got.get(key)!r}, not {value!r}"


def _plain(key: str, value: object) -> object:
    """Decisions count in their order; owners, duties and terms of passing on in any."""
    if key == "decisions" or not isinstance(value, list):
        return value
    return sorted(map(str, cast("list[object]", value)))


def wrong_on_the_wire(
    content: Mapping[str, Any],
    calls: Sequence[Call],
    began: datetime.datetime,
    ended: datetime.datetime,
) -> Iterator[str]:
    """What an integration sent that it should not have, or did not send."""
    if content.get("server", "service") != "service":
        if calls:
            yield "it asked a server that is not the one it was told to believe"
        return
    asks: Sequence[Mapping[str, Any]] = content["asks"]
    attempts = _attempts(calls)
    if len(attempts) != len(asks):
        yield f"{len(attempts)} different requests came to {len(asks)} asks"
        return
    sent: list[Request] = []
    for at, (ask, call) in enumerate(zip(asks, attempts, strict=True)):
        request = _request(ask, call)
        if request is None:
            yield f"ask {at + 1}: no good {_KINDS[ask['kind']][0]} request came, by {call[0]}"
            return
        sent.append(request)
        yield from (f"ask {at + 1}: {wrong}" for wrong in _wrong_in(ask, request, began, ended))
    yield from _wrong_ids(asks, sent)
    most = content.get("most_calls")
    if most is not None and len(calls) > most:
        yield f"{len(calls)} calls came where at most {most} should"


def _attempts(calls: Sequence[Call]) -> list[Call]:
    """The calls without those that repeat the bytes of the one before."""
    return [call for at, call in enumerate(calls) if not at or call != calls[at - 1]]


def _request(ask: Mapping[str, Any], call: Call) -> Request | None:
    name, kind = _KINDS[ask["kind"]]
    request = kind()
    if call[0] != f"/platelaw.v1.DecisionService/{name}":
        return None
    try:
        request.ParseFromString(call[1])
        check_limits(request)
    except (DecodeError, RefusedCallError):
        return None
    return None if has_unknown(request) else request


def _wrong_in(
    ask: Mapping[str, Any], request: Request, began: datetime.datetime, ended: datetime.datetime
) -> Iterator[str]:
    envelope = request.envelope
    if envelope.revision != REVISION:
        yield f"the revision is {envelope.revision}, not {REVISION}"
    issued = envelope.issued_at.ToDatetime(tzinfo=datetime.UTC)
    if not began - _SKEW <= issued <= ended + _SKEW:
        yield f"issued_at is {issued.isoformat()}, which is not when it was sent"
    for wanted, got in zip(_wanted(ask), _questions(request), strict=False):
        yield from _differing(wanted, got)
    if len(_wanted(ask)) != len(list(_questions(request))):
        yield "not every question was sent"
    if isinstance(request, decision_pb2.DecideSearchRequest):
        listed = list(request.listed.keys)
        if listed != ask["owners"]:
            yield f"the owners are {listed!r}, not {ask['owners']!r}"


def _questions(request: Request) -> Sequence[question_pb2.Question]:
    if isinstance(request, decision_pb2.DecideManyRequest):
        return list(request.questions)
    return [request.question]


def _wanted(ask: Mapping[str, Any]) -> list[question_pb2.Question]:
    if "requests" in ask:
        return [question_of(one) for one in ask["requests"]]
    return [question_of(ask["request"], needs_owner=ask["kind"] != "decide_search")]


def _differing(wanted: question_pb2.Question, got: question_pb2.Question) -> Iterator[str]:
    """The fields of a question that are not as they should have been sent."""
    wanted, got = _in_order(wanted), _in_order(got)
    for field in question_pb2.Question.DESCRIPTOR.fields:
        name = field.name
        if name == "facts":
            yield from _differing_facts(wanted.facts, got.facts)
        elif getattr(wanted, name) != getattr(got, name):
            yield f"question.{name} is not as it was asked"
        elif field.has_presence and wanted.HasField(name) != got.HasField(name):
            state = "left out" if wanted.HasField(name) else "stated"
            yield f"question.{name} is {state}, which means something else"


def _differing_facts(
    wanted: Iterable[question_pb2.Fact], got: Iterable[question_pb2.Fact]
) -> Iterator[str]:
    mine, theirs = ({fact.name: fact for fact in facts} for facts in (wanted, got))
    for name in sorted(mine.keys() | theirs.keys()):
        if name not in theirs:
            yield f"the fact {name} is left out"
        elif name not in mine:
            yield f"the fact {name} was not asked"
        elif mine[name] != theirs[name]:
            yield f"the fact {name} is not as it was asked"


def _in_order(question: question_pb2.Question) -> question_pb2.Question:
    """A question with its sets in one order."""
    own = question_pb2.Question()
    own.CopyFrom(question)
    for fact in own.facts:
        if fact.WhichOneof("value") == "members":
            keys = sorted(fact.members.keys)
            del fact.members.keys[:]
            fact.members.keys.extend(keys)
    return own


def _wrong_ids(asks: Sequence[Mapping[str, Any]], sent: Sequence[Request]) -> Iterator[str]:
    """Each ask has a nonce of its own; a resumption has the id of the ask before, others not."""
    nonces = [request.envelope.nonce for request in sent]
    if len(set(nonces)) != len(nonces):
        yield "a nonce was used for two different requests"
    for at in range(1, len(sent)):
        is_same = sent[at].envelope.request_id == sent[at - 1].envelope.request_id
        if asks[at]["kind"] == "resume" and not is_same:
            yield f"ask {at + 1}: a resumption has another request id"
        if asks[at]["kind"] != "resume" and is_same:
            yield f"ask {at + 1}: a new question has the request id of the one before"
