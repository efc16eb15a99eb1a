"""What a client says and how it reads what comes back, without a network.

Every operation is a generator: it yields what to send, is given what came, and returns the result.
So the two clients differ in how they wait, and in nothing else.
"""

from __future__ import annotations

import datetime
import json
import secrets
import threading
import uuid
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import grpc
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2

from ..messages import REVISION
from ..v1 import decision_pb2 as pb
from ..v1 import evidence_pb2, log_keys_pb2, policy_pb2, question_pb2
from . import log_keys, reading
from .answers import (
    Accepted,
    Answer,
    Explained,
    PendingHold,
    PendingRecall,
    SearchAnswer,
    Snapshot,
    Supposed,
)
from .errors import QuestionError, SilenceError
from .groups import is_plain, read_groups
from .log_keys import LegalHold, LogKey, LogKeys
from .questions import Asked, RequestFile, digest_of, question_of, with_provenance
from .reading import Asking

MOST_QUESTIONS = 1000  # of one DecideMany
_LISTS = 16  # of owners that are remembered
_DECISION = "/platelaw.v1.DecisionService/"
_EVIDENCE = "/platelaw.v1.EvidenceService/"
_LOG_KEYS = "/platelaw.v1.LogKeyService/"
_POLICY = "/platelaw.v1.PolicyService/"
_HEALTH = "/grpc.health.v1.Health/Check"


@dataclass(frozen=True, slots=True)
class Sent:
    """One call: the full name of the method, the bytes, and the id under which is asked."""

    method: str
    data: bytes
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What came back, and when the call was sent first and answered by the caller's clock."""

    data: bytes
    sent_at: datetime.datetime
    received_at: datetime.datetime


T = TypeVar("T")
M = TypeVar("M", bound=Message)
Taken = TypeVar(
    "Taken",
    evidence_pb2.SubmitResponse,
    evidence_pb2.ReviewResponse,
    evidence_pb2.DischargeDutyResponse,
    evidence_pb2.WithdrawResponse,
)
Steps: TypeAlias = Generator[Sent, Received, T]


@dataclass(slots=True)
class Conversation:
    """The operations of a service.

    Attributes:
        clock: The caller's clock, in UTC.
        development_counts: Whether answers of a development identity count.
    """

    clock: Callable[[], datetime.datetime]
    development_counts: bool
    _lists: dict[tuple[str, ...], bytes] = field(default_factory=dict[tuple[str, ...], bytes])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # Decisions -------------------------------------------------------------------------------

    def decide(
        self,
        asked: Asked,
        request_id: str | None,
        *,
        keeps_copy: bool = False,
        provenance: Iterable[bytes] = (),
    ) -> Steps[Answer]:
        """One question, one answer."""
        question = with_provenance(question_of(asked), provenance)
        envelope = self._envelope(request_id, keeps_copy=keeps_copy)
        response, asking = yield from self._call(
            f"{_DECISION}Decide",
            pb.DecideRequest(envelope=envelope, question=question),
            pb.DecideResponse,
            envelope.request_id,
        )
        return asking.answer(response.answer, {digest_of(question)})

    def decide_many(
        self, asked: Iterable[Asked], request_id: str | None, *, keeps_copy: bool = False
    ) -> Steps[tuple[Answer, ...]]:
        """One answer each, in their order; each thousand in a call and under an id of its own."""
        questions = [question_of(one) for one in asked]
        answers: list[Answer] = []
        base = request_id or _new_id()
        for start in range(0, len(questions), MOST_QUESTIONS):
            part = questions[start : start + MOST_QUESTIONS]
            envelope = self._envelope(f"{base}-{start}" if start else base, keeps_copy=keeps_copy)
            response, asking = yield from self._call(
                f"{_DECISION}DecideMany",
                pb.DecideManyRequest(envelope=envelope, questions=part),
                pb.DecideManyResponse,
                envelope.request_id,
            )
            if len(response.answers) != len(part):
                raise asking.no_answer(
                    f"{len(response.answers)} answers came to {len(part)} questions"
                )
            asking.own_proofs(response.answers, response.proof)
            answers += (
                asking.item(at).answer(answer, {digest_of(question)})
                for at, (answer, question) in enumerate(zip(response.answers, part, strict=True))
            )
        return tuple(answers)

    def decide_search(
        self, asked: Asked, owners: Sequence[str], request_id: str | None
    ) -> Steps[SearchAnswer]:
        """One search over the data of many owners.

        A list that the service has seen is named by its digest; if the service has forgotten it,
        the list itself is sent, in a call of its own under the same id.
        """
        question = question_of(asked, needs_owner=False)
        listed = tuple(owners)
        if not listed:
            raise QuestionError("no owner is named; name whose data are to be searched")
        base = request_id or _new_id()
        known = self._lists.get(listed)
        if known is not None:
            try:
                return (yield from self._search(question, listed, base, known))
            except SilenceError as silence:
                if silence.status is not grpc.StatusCode.NOT_FOUND:
                    raise
        return (yield from self._search(question, listed, base, None))

    def _search(
        self,
        question: question_pb2.Question,
        listed: tuple[str, ...],
        request_id: str,
        known: bytes | None,
    ) -> Steps[SearchAnswer]:
        envelope = self._envelope(request_id)
        request = pb.DecideSearchRequest(envelope=envelope, question=question)
        if known is None:
            request.listed.keys.extend(listed)
        else:
            request.list_digest = known
        response, asking = yield from self._call(
            f"{_DECISION}DecideSearch", request, pb.DecideSearchResponse, request_id
        )
        asking.own_proofs([group.answer for group in response.groups], response.proof)
        by_digest = known is not None
        answer = read_groups(response, asking, question, listed, by_digest=by_digest)
        if not by_digest and is_plain(listed, answer):
            self._remember(listed, answer.list_digest)
        return answer

    def _remember(self, listed: tuple[str, ...], digest: bytes) -> None:
        with self._lock:
            self._lists.pop(listed, None)
            while len(self._lists) >= _LISTS:
                del self._lists[next(iter(self._lists))]
            self._lists[listed] = digest

    def explain(self, asked: Asked | None, request_id: str | None) -> Steps[Explained]:
        """How an answer comes about; without a question, that of the HOLD under the request id."""
        if asked is None and request_id is None:
            raise QuestionError("neither a question nor the request id of a HOLD is given")
        envelope = self._envelope(request_id)
        request = pb.ExplainRequest(envelope=envelope)
        about = None
        if asked is not None:
            question = question_of(asked)
            request.question.CopyFrom(question)
            about = {digest_of(question)}
        response, asking = yield from self._call(
            f"{_DECISION}Explain", request, pb.ExplainResponse, envelope.request_id
        )
        return asking.explained(response, about)

    def what_if(
        self,
        request_file: RequestFile,
        at: str,
        drafts: Mapping[str, str],
        with_proposed: bool,
    ) -> Steps[Supposed]:
        """The answer under suppositions."""
        envelope = self._envelope(None)
        request = pb.WhatIfRequest(
            envelope=envelope,
            request_json=json.dumps(request_file, ensure_ascii=False).encode(),
            at=at,
            drafts=[pb.DraftPolicy(name=name, text=text) for name, text in drafts.items()],
            with_proposed=with_proposed,
        )
        response, asking = yield from self._call(
            f"{_DECISION}WhatIf", request, pb.WhatIfResponse, envelope.request_id
        )
        return asking.supposed(response)

    # Evidence --------------------------------------------------------------------------------

    def submit(self, envelope: bytes) -> Steps[Accepted]:
        """A statement of a fact or an instrument."""
        request = evidence_pb2.SubmitRequest(envelope=envelope)
        return self._hand_in("Submit", request, evidence_pb2.SubmitResponse)

    def review(self, envelope: bytes) -> Steps[Accepted]:
        """A reviewer's word on one rule for one question."""
        request = evidence_pb2.ReviewRequest(envelope=envelope)
        return self._hand_in("Review", request, evidence_pb2.ReviewResponse)

    def discharge(self, envelope: bytes) -> Steps[Accepted]:
        """The word that a duty is done."""
        request = evidence_pb2.DischargeDutyRequest(envelope=envelope)
        return self._hand_in("DischargeDuty", request, evidence_pb2.DischargeDutyResponse)

    def withdraw(self, envelope: bytes) -> Steps[Accepted]:
        """A statement taken back."""
        request = evidence_pb2.WithdrawRequest(envelope=envelope)
        return self._hand_in("Withdraw", request, evidence_pb2.WithdrawResponse)

    def _hand_in(self, name: str, request: Message, kind: type[Taken]) -> Steps[Accepted]:
        response, _ = yield from self._call(_EVIDENCE + name, request, kind)
        return reading.accepted(response.accepted)

    def pending(self, page_size: int) -> Steps[tuple[PendingHold, ...]]:
        """The HOLDs that the caller can settle, and those it waits for; page by page to the end."""
        found: list[PendingHold] = []
        tokens = [""]
        while tokens[-1] or len(tokens) == 1:
            response, asking = yield from self._call(
                f"{_EVIDENCE}Pending",
                evidence_pb2.PendingRequest(page_size=page_size, page_token=tokens[-1]),
                evidence_pb2.PendingResponse,
            )
            found += map(reading.pending, response.holds)
            if response.next_page_token in tokens[1:]:
                raise asking.no_answer("the pages of HOLDs go round in a circle")
            tokens.append(response.next_page_token)
        return tuple(found)

    # Keys of the log -------------------------------------------------------------------------

    def log_keys(self, owner: str) -> Steps[LogKeys]:
        """The keys and legal holds of an owner."""
        response, _ = yield from self._call(
            f"{_LOG_KEYS}ListKeys",
            log_keys_pb2.ListKeysRequest(owner=owner),
            log_keys_pb2.ListKeysResponse,
        )
        return log_keys.log_keys(response)

    def delete_log_key(self, owner: str, month: str) -> Steps[LogKey]:
        """A key deleted."""
        response, _ = yield from self._call(
            f"{_LOG_KEYS}DeleteKey",
            log_keys_pb2.DeleteKeyRequest(owner=owner, month=month),
            log_keys_pb2.DeleteKeyResponse,
        )
        return log_keys.log_key(response.key)

    def set_legal_hold(self, owner: str, matter: str, first: str, last: str) -> Steps[LegalHold]:
        """A legal hold set."""
        response, _ = yield from self._call(
            f"{_LOG_KEYS}SetLegalHold",
            log_keys_pb2.SetLegalHoldRequest(owner=owner, matter=matter, first=first, last=last),
            log_keys_pb2.SetLegalHoldResponse,
        )
        return log_keys.legal_hold(response.hold)

    def lift_legal_hold(self, hold_id: str) -> Steps[LegalHold]:
        """A legal hold lifted."""
        response, _ = yield from self._call(
            f"{_LOG_KEYS}LiftLegalHold",
            log_keys_pb2.LiftLegalHoldRequest(hold_id=hold_id),
            log_keys_pb2.LiftLegalHoldResponse,
        )
        return log_keys.legal_hold(response.hold)

    def recalls(self) -> Steps[tuple[PendingRecall, ...]]:
        """The recalls without answer that concern the caller."""
        response, _ = yield from self._call(
            f"{_EVIDENCE}Pending",
            evidence_pb2.PendingRequest(page_size=1),
            evidence_pb2.PendingResponse,
        )
        return tuple(map(reading.recall, response.recalls))

    # Policy and health -----------------------------------------------------------------------

    def snapshot(self) -> Steps[Snapshot]:
        """Which policies decide."""
        response, _ = yield from self._call(
            f"{_POLICY}GetSnapshot",
            policy_pb2.GetSnapshotRequest(),
            policy_pb2.GetSnapshotResponse,
        )
        return reading.snapshot(response)

    def policy(self, path: str) -> Steps[str]:
        """The text of one policy file."""
        response, _ = yield from self._call(
            f"{_POLICY}GetPolicy",
            policy_pb2.GetPolicyRequest(path=path),
            policy_pb2.GetPolicyResponse,
        )
        return response.text

    def is_serving(self, service: str) -> Steps[bool]:
        """Whether the service says that it serves."""
        response, _ = yield from self._call(
            _HEALTH, health_pb2.HealthCheckRequest(service=service), health_pb2.HealthCheckResponse
        )
        return bool(response.status == health_pb2.HealthCheckResponse.SERVING)

    # Calls -----------------------------------------------------------------------------------

    def _call(
        self, method: str, request: Message, kind: type[M], request_id: str = ""
    ) -> Steps[tuple[M, Asking]]:
        received = yield Sent(method, request.SerializeToString(), request_id)
        asking = Asking(request_id, received.sent_at, received.received_at, self.development_counts)
        return asking.message(kind, received.data), asking

    def _envelope(self, request_id: str | None, *, keeps_copy: bool = False) -> pb.Envelope:
        """A new envelope; its nonce is never used for other bytes."""
        envelope = pb.Envelope(
            revision=REVISION,
            request_id=_new_id() if request_id is None else request_id,
            nonce=secrets.token_bytes(16),
            keeps_copy=keeps_copy,
        )
        envelope.issued_at.FromDatetime(self.clock())
        return envelope


def _new_id() -> str:
    return uuid.uuid4().hex
