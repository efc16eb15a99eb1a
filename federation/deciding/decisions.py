"""The handlers of DecisionService that release: Decide and DecideMany."""

from __future__ import annotations

from dataclasses import dataclass

from ..call import Call
from ..messages import parsed, refuse_unknown
from ..refusal import RefusedCallError, Status
from ..v1 import decision_pb2 as d
from .envelope import check_envelope
from .framing import as_first_field, as_first_fields
from .point import DecisionPoint

MAX_QUESTIONS = 1_000


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decide and DecideMany of one decision point."""

    point: DecisionPoint

    def decide(self, call: Call, data: bytes) -> bytes:
        """One question, one answer.

        Raises:
            RefusedCallError: It is refused before it is decided.
        """
        request = parsed(d.DecideRequest, data)
        envelope = request.envelope
        check_envelope(envelope, call.now.timestamp())
        refuse_unknown(request, envelope, envelope.issued_at)
        point = self.point
        desk = point.desk
        answer = point.answer(call, envelope.request_id, envelope.nonce, request.question, desk)
        return as_first_field(point.recorded((answer,), desk)[0].serialized())

    def decide_many(self, call: Call, data: bytes) -> bytes:
        """Many questions, one answer each, by one snapshot at one moment.

        Raises:
            RefusedCallError: The batch is refused whole; a question that cannot be gone by is
                DENY by itself.
        """
        request = parsed(d.DecideManyRequest, data)
        envelope, questions = request.envelope, request.questions
        check_envelope(envelope, call.now.timestamp())
        refuse_unknown(request, envelope, envelope.issued_at)
        if not 0 < len(questions) <= MAX_QUESTIONS:
            raise RefusedCallError(
                Status.INVALID_ARGUMENT,
                f"questions: send 1 to {MAX_QUESTIONS:,} questions, not {len(questions):,}",
            )
        point = self.point
        desk, request_id, nonce = point.desk, envelope.request_id, envelope.nonce
        answers = [point.answer(call, request_id, nonce, one, desk) for one in questions]
        return as_first_fields(one.serialized() for one in point.recorded(answers, desk))
