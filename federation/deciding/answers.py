"""Answers in the making: what was asked, what is the same for its class, and what is its own."""

from __future__ import annotations

import hashlib
import os

import msgspec

from ...dsl import syntax as tree
from ...engine.render_json import View
from ..call import Call
from ..proof import Attempt, Held
from ..v1 import answer_pb2 as a
from ..v1 import question_pb2 as q
from .circumstances import NOTHING_KNOWN, Basis
from .classes import Texts
from .questions import attempt_of
from .ruled import Ruled

LIFE = 300  # seconds in which a release may begin
STALE_LIFE = 60


class Answered(msgspec.Struct, gc=False):
    """One answer before it is given.

    Attributes:
        outcome: PERMIT, HOLD or DENY.
        same: What all answers of its class have in common, serialized.
        own: What is its own: times, digest, ids.
        reason: Why, in one of the words of the semantics.
        asked: The question.
        owner: The registry key of whose data it is; empty if nobody's, or many owners'.
        basis: What it was decided from.
    """

    outcome: tree.Outcome
    same: bytes
    own: a.Answer
    reason: str
    asked: Asked
    owner: str = ""
    basis: Basis = NOTHING_KNOWN

    def serialized(self) -> bytes:
        """The answer as bytes; fields may come in any order."""
        return self.own.SerializeToString() + self.same


class Asked(msgspec.Struct, gc=False):
    """A question as it came, and what was found out about it.

    Attributes:
        call: The call.
        seconds: When it came in, in seconds since 1970.
        request_id: The caller's id of the request.
        nonce: The nonce of the call.
        raw: The question, serialized.
        digest: Its SHA-256, 32 bytes.
        texts: Its free texts, once they were taken out.
        basis: What it was decided from, once that is known.
        follows: The leaf hash of the answer by which a copy came; empty if that was not shown.
        keeps_copy: Whether a PERMIT is to be shown as provenance some day.
    """

    call: Call
    seconds: float
    request_id: str
    nonce: bytes
    raw: bytes
    digest: bytes
    texts: Texts | None = None
    basis: Basis | None = None
    follows: bytes = b""
    keeps_copy: bool = False
    _attempt: Attempt | None = None

    @classmethod
    def of(cls, call: Call, request_id: str, nonce: bytes, question: q.Question) -> Asked:
        """A question that came by a call, without what it shows of where a copy came from."""
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
    return Answered(outcome, same, own, reason, asked, basis=asked.basis or NOTHING_KNOWN)


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
