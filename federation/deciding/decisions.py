"""The handlers of DecisionService that release: Decide and DecideMany."""

from __future__ import annotations

from dataclasses import dataclass

from ..call import Call
from ..messages import check_limits, decoded
from ..v1 import decision_pb2 as d
from .envelope import check_envelope
from .framing import as_first_field, as_first_fields
from .patience import Patience
from .point import Answered, DecisionPoint
from .questions import is_small

_MOST = 1000  # questions of a batch, as in the protos


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decide and DecideMany of one decision point."""

    point: DecisionPoint

    def decide(self, call: Call, data: bytes) -> bytes:
        """One question, one answer.

        Raises:
            RefusedCallError: It is refused before it is decided.
        """
        request = decoded(d.DecideRequest, data)
        envelope, question = request.envelope, request.question
        check_envelope(envelope, call.now.timestamp())
        if not is_small(question, len(data)):
            check_limits(request)
        point = self.point
        desk = point.desk
        answer = point.answer(call, envelope.request_id, envelope.nonce, question, desk)
        return as_first_field(point.recorded((answer,), desk)[0].serialized())

    def decide_many(self, call: Call, data: bytes) -> bytes:
        """Many questions, one answer each, by one snapshot at one moment.

        Raises:
            RefusedCallError: The batch is refused whole; a bad question in it is DENY.
        """
        request = decoded(d.DecideManyRequest, data)
        envelope, questions = request.envelope, request.questions
        check_envelope(envelope, call.now.timestamp())
        is_many = 0 < len(questions) <= _MOST
        if not is_many or not all(is_small(one, one.ByteSize()) for one in questions):
            check_limits(request)
        point = self.point
        desk, request_id, nonce = point.desk, envelope.request_id, envelope.nonce
        for requester in {one.requester for one in questions}:  # before anything is on file
            point.check_asker(call.caller, requester, desk)
        answers: list[Answered] = []
        patience = Patience.of(call, point.monotonic)
        for at, one in enumerate(questions):
            answers.append(point.answer(call, f"{request_id}.{at}", nonce, one, desk))
            patience.check()
        return as_first_fields(one.serialized() for one in point.recorded(answers, desk))
