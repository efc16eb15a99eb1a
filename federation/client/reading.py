"""Answers off the wire, distrusted: one that is not about what was asked is no answer."""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from google.protobuf.message import Message

from ...dsl.syntax import Outcome
from ...engine.json_text import Json
from ..log.notes import Checkpoint, Note, NoteError
from ..log.tree import ProofError, hashes_of, leaf_hash, split
from ..messages import decoded
from ..refusal import RefusedCallError
from ..stamps import moment
from ..v1 import answer_pb2, decision_pb2, evidence_pb2, policy_pb2
from .answers import (
    Accepted,
    Answer,
    Duty,
    Explained,
    Explanation,
    Fault,
    Hold,
    Need,
    Onward,
    OwnerGroup,
    PendingHold,
    PendingRecall,
    Recorded,
    Rule,
    Snapshot,
    Supposed,
    Urgent,
)
from .errors import UnreadableAnswerError

_OUTCOMES = {
    answer_pb2.OUTCOME_PERMIT: Outcome.PERMIT,
    answer_pb2.OUTCOME_HOLD: Outcome.HOLD,
    answer_pb2.OUTCOME_DENY: Outcome.DENY,
}
_BATCH = 2  # answers that share a proof
M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Asking:
    """What an answer is read against.

    Attributes:
        request_id: The id under which was asked.
        sent_at: When it was sent first, by the caller's clock.
        received_at: When the answer came.
        development_counts: Whether answers of a development identity count.
    """

    request_id: str
    sent_at: datetime.datetime
    received_at: datetime.datetime
    development_counts: bool

    def no_answer(self, why: str) -> UnreadableAnswerError:
        """The error that says why what came is no answer."""
        return UnreadableAnswerError(why, request_id=self.request_id)

    def item(self, number: int) -> Asking:
        """What an answer of a batch is read against: it has a request id of its own."""
        return replace(self, request_id=f"{self.request_id}.{number}")

    def message(self, kind: type[M], data: bytes) -> M:
        """A message of a kind, every field of it known.

        Raises:
            UnreadableAnswerError: It is none, or has fields that may mean anything.
        """
        try:
            return decoded(kind, data)
        except RefusedCallError:
            name = kind.DESCRIPTOR.name
            raise self.no_answer(f"not a {name} that this client can read in full") from None

    def answer(self, raw: answer_pb2.Answer, about: Collection[bytes] | None) -> Answer:
        """An answer.

        Args:
            raw: As it came.
            about: The digests of which it must name one; None where the question is not known.

        Raises:
            UnreadableAnswerError: It is about another question, or says nothing that is known.
        """
        outcome = _OUTCOMES.get(raw.outcome)
        if outcome is None:
            raise self.no_answer(f"outcome {int(raw.outcome)} is none that this client knows")
        if about is not None and raw.request_digest not in about:
            raise self.no_answer("the answer is about another question")
        decided_at = moment(raw.decided_at) if raw.HasField("decided_at") else None
        if decided_at is None:
            raise self.no_answer("the answer does not say when it was decided")
        return Answer(
            outcome,
            raw.reason,
            _explanation(raw.explanation),
            self.request_id,
            decided_at,
            moment(raw.valid_until) if raw.HasField("valid_until") else None,
            raw.policy_digest,
            raw.request_digest,
            raw.release_id,
            hold(raw.hold) if raw.HasField("hold") else None,
            raw.stale,
            raw.development,
            raw.simulated,
            recorded(raw.recorded) if raw.HasField("recorded") else None,
            self._skew(decided_at),
            self.development_counts,
            raw.SerializeToString(),
        )

    def _skew(self, decided_at: datetime.datetime) -> datetime.timedelta:
        """How far the clock of the service surely is ahead: it decided between the two moments."""
        if decided_at > self.received_at:
            return decided_at - self.received_at
        return min(decided_at - self.sent_at, datetime.timedelta())

    def own_proofs(self, answers: Sequence[answer_pb2.Answer], proof: answer_pb2.TreeProof) -> None:
        """Give each answer of a batch a proof of its own, made of the one of all.

        Raises:
            UnreadableAnswerError: It is no proof of them.
        """
        if not proof.checkpoint or len(answers) < _BATCH:
            return
        try:
            size = Checkpoint.parse(Note.parse(proof.checkpoint).text).size
            leaves = [leaf_hash(answer.recorded.entry) for answer in answers]
            paths = split(leaves, answers[0].recorded.index, size, hashes_of(proof.hashes))
        except (NoteError, ProofError) as fault:
            raise self.no_answer(f"the proof of the log is none: {fault}") from None
        for answer, path in zip(answers, paths, strict=True):
            own = answer.recorded.proof
            own.CopyFrom(proof)
            own.hashes = b"".join(path)

    def group(
        self, raw: decision_pb2.OwnerGroup, owners: Sequence[str], about: Collection[bytes]
    ) -> OwnerGroup:
        """The owners of one group of a search, and their answer."""
        return OwnerGroup(self.answer(raw.answer, about), tuple(owners))

    def explained(
        self, raw: decision_pb2.ExplainResponse, about: Collection[bytes] | None
    ) -> Explained:
        """How an answer comes about."""
        return Explained(self.answer(raw.answer, about), self._json(raw.decision_json), raw.text)

    def supposed(self, raw: decision_pb2.WhatIfResponse) -> Supposed:
        """The answer under suppositions.

        Raises:
            UnreadableAnswerError: It is not marked as one.
        """
        if not raw.answer.simulated:
            raise self.no_answer("the answer to a what-if is not marked as simulated")
        return Supposed(
            self.answer(raw.answer, None), self._json(raw.decision_json), tuple(raw.diagnostics)
        )

    def _json(self, data: bytes) -> Json:
        try:
            value: Json = json.loads(data or b"null")
        except (ValueError, RecursionError):
            raise self.no_answer("the decision tree is not JSON") from None
        return value


def recorded(raw: answer_pb2.Recorded) -> Recorded:
    """Where an answer stands in the log."""
    proof = raw.proof
    return Recorded(
        raw.origin,
        raw.index,
        raw.entry,
        hashes_of(proof.hashes),
        proof.checkpoint,
        proof.signature,
        proof.key_id,
    )


def hold(raw: answer_pb2.Hold) -> Hold:
    """A HOLD on file."""
    return Hold(raw.id, raw.owner, moment(raw.deadline) if raw.HasField("deadline") else None)


def accepted(raw: evidence_pb2.Accepted) -> Accepted:
    """A statement on file."""
    return Accepted(raw.statement_id, raw.level, tuple(raw.holds))


def pending(raw: evidence_pb2.PendingHold) -> PendingHold:
    """A HOLD that waits."""
    return PendingHold(
        hold(raw.hold),
        raw.request_id,
        raw.request_digest,
        raw.requester,
        raw.act,
        tuple(raw.data),
        raw.purpose,
        moment(raw.asked_at) if raw.HasField("asked_at") else None,
        _settling(raw.settling),
        raw.mine_to_settle,
    )


def recall(raw: evidence_pb2.PendingRecall) -> PendingRecall:
    """A recall that was not answered."""
    return PendingRecall(
        raw.release_id,
        raw.statement_id,
        raw.owner,
        raw.holder,
        moment(raw.counts_from) if raw.HasField("counts_from") else None,
        moment(raw.answer_by) if raw.HasField("answer_by") else None,
        raw.mine_to_answer,
        raw.why,
    )


def snapshot(raw: policy_pb2.GetSnapshotResponse) -> Snapshot:
    """The policies that decide at a service."""
    return Snapshot(
        raw.digest,
        moment(raw.issued_at) if raw.HasField("issued_at") else None,
        moment(raw.active_since) if raw.HasField("active_since") else None,
        raw.stale,
        raw.expired,
        raw.development,
        raw.revision,
        tuple(raw.files),
    )


def _settling(sets: Iterable[answer_pb2.Settling]) -> tuple[tuple[Need, ...], ...]:
    return tuple(
        tuple(Need(n.kind, n.name, n.about, n.level, tuple(n.roles)) for n in one.needs)
        for one in sets
    )


def _explanation(raw: answer_pb2.Explanation) -> Explanation:
    return Explanation(
        tuple(
            Rule(r.id, r.title, r.layer, r.cites, r.status, r.because, r.state) for r in raw.rules
        ),
        raw.weakest_status,
        _settling(raw.settling),
        tuple(raw.not_stated),
        tuple(raw.routes),
        tuple(Duty(d.duty, d.holder, d.deadline, d.rule, d.done) for d in raw.duties),
        tuple(Onward(o.to, tuple(o.purposes), o.until, o.rule) for o in raw.onward),
        tuple(Urgent(u.role, u.desk, u.answers_within, u.rule) for u in raw.urgent),
        tuple(Fault(f.where, f.message, f.help) for f in raw.faults),
        tuple(raw.may_apply),
        tuple(raw.notes),
    )
