"""A whole service of the small world, behind its gate, with everything on file in memory."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import protovalidate
from google.protobuf.message import DecodeError, Message

from platelaw.engine.decision import Engine, not_understood
from platelaw.engine.request_json import read_request
from platelaw.federation.call import Handlers
from platelaw.federation.caller import Caller, CallerRole
from platelaw.federation.deciding.explaining import OUTCOMES
from platelaw.federation.deciding.handlers import DECISIONS, POLICIES, handlers
from platelaw.federation.deciding.point import DecisionPoint
from platelaw.federation.deciding.questions import (
    FactError,
    digest_of,
    facts_of,
    json_of,
    utc,
)
from platelaw.federation.messages import REVISION, has_unknown
from platelaw.federation.proof import Attempt, Held, Proof, Subject
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.server.accounts import Accounts
from platelaw.federation.server.gate import Gate
from platelaw.federation.server.limits import Limits, Pace
from platelaw.federation.snapshot import PolicySnapshot, Snapshots
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import policy_pb2 as p
from platelaw.federation.v1 import question_pb2 as q

from ...fuzz.test_requests import LAW, OWN
from ...unit.engine.small import NOW, WORDS, engine_of, plain

AGENCY = "AA/pd"
OWNERS = ("AA/pd", "AA/other", "BB/pd", "US/bureau", "AA/person")
OTHERS = 5  # of answers that are no PERMIT, one is held against the reference
EVERYTHING = Pace(rate=1e12, burst=1e12)
REQUESTS: dict[str, type[Message]] = {
    f"{DECISIONS}/Decide": d.DecideRequest,
    f"{DECISIONS}/DecideMany": d.DecideManyRequest,
    f"{DECISIONS}/DecideSearch": d.DecideSearchRequest,
    f"{DECISIONS}/Explain": d.ExplainRequest,
    f"{DECISIONS}/WhatIf": d.WhatIfRequest,
    f"{POLICIES}/GetSnapshot": p.GetSnapshotRequest,
    f"{POLICIES}/GetPolicy": p.GetPolicyRequest,
}


@cache
def small() -> Engine:
    """The engine of the small world."""
    return engine_of(LAW, OWN)


def caller(agency: str = AGENCY, role: CallerRole = CallerRole.VENDOR, acts: str = "*") -> Caller:
    """Somebody who calls, and may ask for anyone."""
    spiffe_id = f"spiffe://small.example/agency/{agency}/role/{role.value}"
    ends = NOW + datetime.timedelta(days=1)
    return Caller(spiffe_id, agency, role, "01", ends, frozenset(acts.split()))


@dataclass
class File:
    """HOLDs and refusals in memory; nothing is proven, and no retry is held against anyone."""

    holds: dict[tuple[str, str, str], Held] = field(
        default_factory=dict[tuple[str, str, str], Held]
    )
    writes: int = 0

    def about(self, subject: Subject, now: datetime.datetime) -> Proof | None:
        """Nothing is proven."""
        assert len(subject.digest) == 32
        return None if now.tzinfo is not None else Proof()

    def file(self, held: Held) -> Held:
        """Keep a HOLD, as the store does."""
        key = held.caller, held.request_id, held.owner
        found = self.holds.get(key)
        if found is None:
            self.writes += 1
            self.holds[key] = held
            return held
        if found.digest != held.digest:
            raise RefusedCallError(
                Status.ALREADY_EXISTS, "envelope.request_id: of another question"
            )
        return found

    def file_all(self, held: Iterable[Held]) -> Sequence[Held]:
        """Keep HOLDs."""
        return [self.file(each) for each in held]

    def close(self, held: Held, now: datetime.datetime) -> None:
        """The same request was answered otherwise."""
        assert now.tzinfo is not None
        self.writes += 1
        del self.holds[held.caller, held.request_id, held.owner]

    def find(self, caller: str, request_id: str, owner: str | None = None) -> Sequence[Held]:
        """The HOLDs of one caller under one request id."""
        return [
            held
            for key, held in self.holds.items()
            if key[:2] == (caller, request_id) and owner in (None, held.owner)
        ]

    def any_like(self, requester: str, user: str, act: str, subject: str) -> bool:
        """Nothing is held against anyone."""
        assert all(isinstance(word, str) for word in (requester, user, act, subject))
        return False

    def note(self, attempt: Attempt) -> None:
        """An attempt was answered HOLD or DENY."""
        assert attempt.requester
        self.writes += 1

    def retries(self, attempt: Attempt) -> int:
        """None."""
        assert attempt.at.tzinfo is not None
        return 0


@dataclass
class Lines:
    """What the gate says of failures."""

    errors: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def info(self, event: str, **fields: Any) -> None:
        """Of no interest here."""

    warning = info

    def error(self, event: str, **fields: Any) -> None:
        """Something failed."""
        self.errors.append({"event": event, **fields})


class World:
    """The service.

    Attributes:
        file: What is on file.
        alarms: Evaluations that failed.
        lines: Calls that failed.
    """

    def __init__(self, engine: Engine | None = None, more: Handlers | None = None) -> None:
        self.engine = engine or small()
        self.file = File()
        self.alarms: list[Exception] = []
        self.lines = Lines()
        texts = {"core.policy": WORDS, "aa.policy": LAW, "owner.policy": OWN}
        self.snapshots = Snapshots(PolicySnapshot(self.engine, "d" * 64, NOW, NOW, texts))
        file = self.file
        point = DecisionPoint(self.snapshots, file, file, file, alarm=self.alarms.append)
        accounts = Accounts(Limits(calls=EVERYTHING, holds=EVERYTHING))
        table = {**handlers(point), **(more or {})}
        self.gate = Gate(table, _anybody, accounts, lambda: NOW, self.lines)

    def call(self, method: str, data: bytes, by: Caller | None = None) -> bytes:
        """The answer of a method; what fails in it fails the test.

        Raises:
            RefusedCallError: The call is refused; then nothing on file has changed.
        """
        before = self.file.writes
        who = by or caller()
        try:
            found = self.gate.answer(method, data, who, lambda peer, _: peer)
        except RefusedCallError as refusal:
            self._check_refusal(method, data, refusal, before)
            raise
        assert not self.alarms, (method, data, self.alarms)
        return found

    def _check_refusal(
        self, method: str, data: bytes, refusal: RefusedCallError, before: int
    ) -> None:
        assert refusal.status is not Status.INTERNAL, (method, data, self.lines.errors)
        assert 0 < len(refusal.message) < 4000, refusal.message
        assert "Traceback" not in refusal.message
        is_told = method.endswith("Many") and refusal.status is Status.ALREADY_EXISTS
        assert is_told or self.file.writes == before, (refusal, method, data)


def _anybody(caller: Caller, method: str) -> None:
    assert caller.agency
    assert method


class AtOnce(Executor):
    """Does what it is given where it is given."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as fault:  # told by the future, as a thread would
            done.set_exception(fault)
        return done


# Good messages -------------------------------------------------------------------------------


def envelope(request_id: str = "request-0001") -> d.Envelope:
    """The beginning of a request."""
    made = d.Envelope(revision=REVISION, request_id=request_id, nonce=b"n" * 16)
    made.issued_at.FromDatetime(NOW)
    return made


def question(purpose: str = "theft", owner: str = AGENCY, **more: Any) -> q.Question:
    """A search that is permitted, unless it is changed."""
    sets = ("request.recipients", "request.on_behalf_of", "user.directed_by", "request.claims")
    said: dict[str, Any] = {
        "requester": AGENCY,
        "owner": owner,
        "act": "search",
        "data": ["plate_read"],
        "reason": "stolen car",
        "user": "user-1",
        "subject": "thing-1",
        "period": q.Period(since="2026-11-01", until="2026-11-03"),
        "instruments": q.Instruments(),
        **more,
    }
    return q.Question(
        **said,
        facts=[
            q.Fact(name="request.purpose", word=purpose),
            *(q.Fact(name=name, members=q.Members()) for name in sets),
            q.Fact(name="case.number", word="26-1"),
        ],
    )


WARRANT = q.Instrument(
    id="cv-1", kind="warrant", signed_by="AA/court", issued_to="US/bureau", probable_cause=True,
    covers=True, expires="2026-12-01",
)  # fmt: skip
REQUEST_JSON = json.dumps(plain()).encode()


def questions() -> tuple[q.Question, ...]:
    """Questions of every outcome, with every field in one of them."""
    holding = question(requester="US/bureau", instruments=q.Instruments(presented=[WARRANT]))
    many = question()
    many.facts[1].members.keys.extend(["BB/pd", "AA/other"])
    many.facts[2].members.open = True
    counted = question()
    counted.facts.add(name="case.count", count=3)
    counted.facts.add(name="case.open", flag=True)
    return (
        question(),
        question("barred"),
        question(reason="a grim thing"),
        question(data=["plate_read", "hit"], act="share"),
        holding,
        many,
        counted,
    )


def good(method: str) -> tuple[Message, ...]:
    """Good messages of a method."""
    asked = questions()
    kind = REQUESTS[method]
    if kind is d.DecideRequest:
        return tuple(d.DecideRequest(envelope=envelope(), question=one) for one in asked)
    if kind is d.DecideManyRequest:
        return d.DecideManyRequest(envelope=envelope(), questions=asked[:3]), d.DecideManyRequest(
            envelope=envelope(), questions=asked[3:]
        )
    if kind is d.DecideSearchRequest:
        for one in asked:
            one.ClearField("owner")
        listed = d.OwnerList(keys=OWNERS)
        searches = [
            d.DecideSearchRequest(envelope=envelope(), question=one, listed=listed) for one in asked
        ]
        again = d.DecideSearchRequest(envelope=envelope(), question=asked[0], list_digest=b"x" * 32)
        return (*searches, again)
    if kind is d.ExplainRequest:
        explained = [d.ExplainRequest(envelope=envelope(), question=one) for one in asked]
        return (*explained, d.ExplainRequest(envelope=envelope()))
    if kind is d.WhatIfRequest:
        draft = d.DraftPolicy(name="mine.policy", text=OWN.replace("agency/pd", "agency/draft"))
        return (
            d.WhatIfRequest(envelope=envelope(), request_json=REQUEST_JSON),
            d.WhatIfRequest(
                envelope=envelope(), request_json=REQUEST_JSON, at="2026-11-03", with_proposed=True
            ),
            d.WhatIfRequest(envelope=envelope(), request_json=REQUEST_JSON, drafts=[draft]),
        )
    if kind is p.GetPolicyRequest:
        return (p.GetPolicyRequest(path="core.policy"),)
    return (kind(),)


# What must be true of answers ----------------------------------------------------------------


def alone(engine: Engine, asked: q.Question) -> tuple[a.Outcome, str]:
    """What the engine answers to a question that comes alone."""
    try:
        reading = read_request(json_of(asked, facts_of(asked), utc(NOW)), engine, now=NOW)
    except FactError:
        return a.OUTCOME_DENY, "not understood"
    if reading.request is None:
        decision = not_understood(engine.library, reading, NOW)
    else:
        decision = engine.decide(reading.request, decided_at=NOW, explained=False)
    return OUTCOMES[decision.outcome], decision.reason


def check_answer(engine: Engine, asked: q.Question, answer: a.Answer) -> None:
    """An answer is the one that its question gets alone, and says what it must."""
    if answer.reason == "not understood" and is_beyond(asked):
        assert answer.explanation.faults[0].where == "/question"
        return
    if is_looked_at(answer):
        assert (answer.outcome, answer.reason) == alone(engine, asked), asked
    assert (answer.outcome == a.OUTCOME_PERMIT) == bool(answer.release_id)
    if answer.reason == "not understood":
        assert answer.explanation.faults
        assert all(fault.where.startswith("/") for fault in answer.explanation.faults), answer


def is_looked_at(answer: a.Answer) -> bool:
    """Whether an answer is held against the reference: every PERMIT, and a few of the others."""
    return answer.outcome == a.OUTCOME_PERMIT or answer.request_digest[0] % OTHERS == 0


def is_beyond(asked: q.Question) -> bool:
    """Whether a question is beyond its limits, or has a field that is not known."""
    return bool(protovalidate.collect_violations(asked)) or has_unknown(asked)


def check_reply(engine: Engine, method: str, data: bytes, reply: bytes) -> a.Outcome:
    """A reply holds what the reference says of its request; its first outcome."""
    name = method.rpartition("/")[2]
    if name == "Decide":
        asked, answer = (
            d.DecideRequest.FromString(data).question,
            d.DecideResponse.FromString(reply),
        )
        check_answer(engine, asked, answer.answer)
        return answer.answer.outcome
    if name == "DecideMany":
        many = d.DecideManyRequest.FromString(data).questions
        answers = d.DecideManyResponse.FromString(reply).answers
        for one, given in zip(many, answers, strict=True):
            check_answer(engine, one, given)
        return answers[0].outcome
    if name == "DecideSearch":
        return _check_search(engine, d.DecideSearchRequest.FromString(data), reply)
    if name == "Explain":
        explained = d.ExplainResponse.FromString(reply).answer
        assert not explained.release_id
        request = d.ExplainRequest.FromString(data)
        if request.HasField("question") and is_looked_at(explained):
            found = alone(engine, request.question)
            assert (explained.outcome, explained.reason) == found
        return explained.outcome
    if name == "WhatIf":
        supposed = d.WhatIfResponse.FromString(reply)
        assert supposed.diagnostics or supposed.answer.simulated
        assert not supposed.answer.release_id
        return supposed.answer.outcome
    return a.OUTCOME_UNSPECIFIED


def _check_search(engine: Engine, request: d.DecideSearchRequest, reply: bytes) -> a.Outcome:
    response = d.DecideSearchResponse.FromString(reply)
    for group in response.groups:
        if not is_looked_at(group.answer):
            continue
        for key in group.owners:
            if engine.registry.get(key) is None:
                assert group.answer.reason == "unknown agency"
                continue
            one = q.Question()
            one.CopyFrom(request.question)
            one.owner = key
            outcome, reason = alone(engine, one)
            assert (group.answer.outcome, group.answer.reason) == (outcome, reason), (key, one)
    return min(group.answer.outcome for group in response.groups)


def reads(method: str, data: bytes) -> bool:
    """Whether bytes are a message of a method at all."""
    try:
        REQUESTS[method].FromString(data)
    except DecodeError:
        return False
    return True


def digest() -> bytes:
    """The digest of the plain question."""
    return digest_of(question())
