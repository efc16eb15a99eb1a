"""The handlers of DecisionService that release: Decide and DecideMany."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..call import Call
from ..later import Later
from ..messages import parsed, refuse_unknown
from ..refusal import RefusedCallError, Status
from ..v1 import decision_pb2 as d
from .answers import Answered
from .framing import as_first_field, as_first_fields, as_second_field
from .patience import Patience
from .point import DecisionPoint

MAX_QUESTIONS = 1_000
LONGEST_ID = 60  # of a batch, so that the numbers of its questions fit in


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decide and DecideMany of one decision point."""

    point: DecisionPoint

    def decide(self, call: Call, data: bytes) -> bytes | Later:
        """One question, one answer.

        Raises:
            RefusedCallError: It is refused before it is decided.
        """
        request = parsed(d.DecideRequest, data)
        envelope = request.envelope
        point = self.point
        repeated = point.checked(call, data, envelope, (request.question,), _one)
        if repeated is not None:
            return repeated
        refuse_unknown(request, envelope, envelope.issued_at)
        desk = point.desk
        answer = point.answer(call, envelope.request_id, envelope.nonce, request.question, desk)
        answer.asked.keeps_copy = envelope.keeps_copy
        return point.given(call, data, (answer,), desk, _one)

    def decide_many(self, call: Call, data: bytes) -> bytes | Later:
        """Many questions, one answer each, by one snapshot at one moment.

        Each has a request id of its own, by which its HOLD is resumed: that of the batch, a dot and
        its number from 0 on.

        Raises:
            RefusedCallError: The batch is refused whole; a question that cannot be gone by is
                DENY by itself.
        """
        request = parsed(d.DecideManyRequest, data)
        envelope, questions = request.envelope, request.questions
        point = self.point
        repeated = point.checked(call, data, envelope, questions, _many)
        if repeated is not None:
            return repeated
        refuse_unknown(request, envelope, envelope.issued_at)
        if not 0 < len(questions) <= MAX_QUESTIONS:
            raise RefusedCallError(
                Status.INVALID_ARGUMENT,
                f"questions: send 1 to {MAX_QUESTIONS:,} questions, not {len(questions):,}",
            )
        desk, request_id, nonce = point.desk, envelope.request_id, envelope.nonce
        if len(request_id) > LONGEST_ID:
            raise RefusedCallError(
                Status.INVALID_ARGUMENT,
                f"envelope.request_id: write at most {LONGEST_ID} characters for a batch",
            )
        for requester in {one.requester for one in questions}:  # before anything is on file
            point.check_asker(call.caller, requester, desk)
        answers: list[Answered] = []
        patience = Patience.of(call, point.monotonic)
        for at, one in enumerate(questions):
            number = f"{request_id}.{at}"
            answer = point.answer_of_many(call, number, nonce, one, desk)
            answer.asked.keeps_copy = envelope.keeps_copy
            answers.append(answer)
            patience.check()
        return point.given(call, data, answers, desk, _many)


def _one(answers: Sequence[bytes], proof: bytes) -> bytes:
    """A ``DecideResponse``; the proof stands in its answer."""
    del proof
    return as_first_field(answers[0])


def _many(answers: Sequence[bytes], proof: bytes) -> bytes:
    """A ``DecideManyResponse``."""
    return as_first_fields(answers) + as_second_field(proof)
