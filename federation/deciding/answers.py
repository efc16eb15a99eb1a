"""Answers in the making: what was asked, what is the same for its class, and what is its own."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence

import msgspec

from ...dsl import syntax as tree
from ...engine.render_json import View
from ..call import Call
from ..journal import Entry, Journal, JournalUnavailableError
from ..proof import Attempt, Held
from ..v1 import answer_pb2 as a
from ..v1 import question_pb2 as q
from .desk import Desk
from .explaining import faulty
from .framing import with_explanation
from .questions import attempt_of
from .ruled import Ruled

LIFE = 300  # seconds in which a release may begin
STALE_LIFE = 60
_UNRECORDED = "the answer could not be recorded, so nothing may be released; ask again"


class Answered(msgspec.Struct, gc=False):
    """One answer before it is given.

    Attributes:
        outcome: PERMIT, HOLD or DENY.
        same: What all answers of its class have in common, serialized.
        own: What is its own: times, digest, ids.
        reason: Why, in one of the words of the semantics.
        asked: The question.
    """

    outcome: tree.Outcome
    same: bytes
    own: a.Answer
    reason: str
    asked: Asked

    def serialized(self) -> bytes:
        """The answer as bytes; fields may come in any order."""
        return self.own.SerializeToString() + self.same


class Asked(msgspec.Struct, gc=False):
    """A question as it came; nothing of it changes.

    Attributes:
        call: The call.
        seconds: When it came in, in seconds since 1970.
        request_id: The caller's id of the request.
        nonce: The nonce of the call.
        raw: The question, serialized.
        digest: Its SHA-256, 32 bytes.
    """

    call: Call
    seconds: float
    request_id: str
    nonce: bytes
    raw: bytes
    digest: bytes
    _attempt: Attempt | None = None

    @classmethod
    def of(cls, call: Call, request_id: str, nonce: bytes, question: q.Question) -> Asked:
        """A question that came by a call."""
        raw = question.SerializeToString(deterministic=True)
        digest = hashlib.sha256(raw).digest()
        return cls(call, call.now.timestamp(), request_id, nonce, raw, digest)

    def question(self) -> q.Question:
        """The question, whole."""
        return q.Question.FromString(self.raw)

    def attempt(self, requester: str) -> Attempt:
        """The question as purpose shopping would see it, worked out once.

        Args:
            requester: The registry key of who asks.
        """
        if self._attempt is None:
            self._attempt = attempt_of(self.question(), requester, self.call.now)
        return self._attempt


def new_answer(asked: Asked, outcome: tree.Outcome, reason: str, same: bytes) -> Answered:
    """An answer with the moment and the question that it is about."""
    own = a.Answer(request_digest=asked.digest)
    decided = own.decided_at
    decided.seconds, decided.nanos = int(asked.seconds), asked.call.now.microsecond * 1000
    return Answered(outcome, same, own, reason, asked)


def recorded(journal: Journal, answers: Sequence[Answered], desk: Desk) -> Sequence[Answered]:
    """The answers of one call, recorded; DENY if that fails."""
    try:
        receipts = journal.record([_entry(answer, desk) for answer in answers])
    except JournalUnavailableError:
        return [_unrecorded(answer, desk) for answer in answers]
    for answer, receipt in zip(answers, receipts, strict=True):
        answer.own.recorded.origin = receipt.origin
        answer.own.recorded.index = receipt.index
    return answers


def _entry(answer: Answered, desk: Desk) -> Entry:
    """What is recorded of an answer."""
    asked = answer.asked
    call = asked.call
    return Entry(
        call.caller.spiffe_id,
        asked.request_id,
        asked.nonce,
        asked.digest,
        desk.snapshot.digest,
        answer.outcome.value,
        answer.reason,
        call.now,
    )


def permit(
    own: a.Answer, release_id: bytes, now: float, ends: float | None, *, stale: bool
) -> None:
    """Give a PERMIT its id, and its end: no later than the next change of the law."""
    end = now + (STALE_LIFE if stale else LIFE)
    if ends is not None and ends < end:
        end = ends
    own.valid_until.seconds = int(end)
    own.release_id = release_id
    if stale:
        own.stale = True


def _unrecorded(answer: Answered, desk: Desk) -> Answered:
    """DENY: an answer that could not be recorded is not given."""
    own = a.Answer(request_digest=answer.own.request_digest, decided_at=answer.own.decided_at)
    text = faulty((), _UNRECORDED).SerializeToString(deterministic=True)
    same = with_explanation(desk.same_of(tree.Outcome.DENY, "log unavailable"), text)
    return Answered(tree.Outcome.DENY, same, own, "log unavailable", answer.asked)


def held_of(asked: Asked, ruled: Ruled, question: q.Question, owner: str) -> Held:
    """The HOLD of a question about the data of one owner, not yet on file."""
    raw = question.SerializeToString(deterministic=True)
    now = asked.call.now
    return Held(
        id=os.urandom(12).hex(),
        request_id=asked.request_id,
        caller=asked.call.caller.agency,
        requester=ruled.parties.requester,
        owner=owner,
        act=question.act,
        data=tuple(question.data),
        purpose=ruled.purpose,
        digest=hashlib.sha256(raw).digest(),
        question=raw,
        explanation=ruled.explanations[View.OWNER],
        asked_at=now,
        deadline=now + ruled.deadline,
    )
