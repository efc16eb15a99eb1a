"""The handlers of DecisionService that release nothing: Explain and WhatIf."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from ...engine.compiled.wire import RefusedRequestError
from ...engine.decision import Decision, Engine, not_understood
from ...engine.render_json import View, decision_json
from ...engine.render_text import decision_text
from ...engine.request_json import as_of, read_request
from ..call import Call
from ..caller import OVERSEERS
from ..messages import read
from ..proof import Proof, Subject
from ..refusal import RefusedCallError, Status
from ..v1 import answer_pb2 as a
from ..v1 import decision_pb2 as d
from ..v1 import question_pb2 as q
from .answers import Asked
from .classes import take_texts
from .desk import Desk
from .drafts import Drafts
from .envelope import check_envelope
from .explaining import OUTCOMES, explanation_of, view_of
from .point import DecisionPoint
from .questions import FactError, facts_of, json_of, parties_of, utc

_NO_COPIES = (
    "question.provenance: leave it out; Explain tells what the rules of one owner say, and the "
    "answer of Decide what the chain says"
)


@dataclass(frozen=True, slots=True)
class Insights:
    """Explain and WhatIf of one decision point."""

    point: DecisionPoint
    drafts: Drafts

    def explain(self, call: Call, data: bytes) -> bytes:
        """How the answer to a question comes about now, in the view of the caller.

        Raises:
            RefusedCallError: It is refused; NOT_FOUND if the id names no HOLD of the caller.
        """
        request = read(d.ExplainRequest, data)
        check_envelope(request.envelope, call.now.timestamp())
        question = self._question(call, request)
        desk = self.point.desk
        parties = parties_of(question, desk.registry)
        caller = call.caller
        if caller.role not in OVERSEERS and caller.agency != parties.owner:
            self.point.check_asker(caller, parties.requester, desk)
        view = view_of(caller, parties.owner)
        asked = Asked.of(call, request.envelope.request_id, request.envelope.nonce, question)
        return _response(self._decision(asked, question, desk), view, desk, asked.digest)

    def _question(self, call: Call, request: d.ExplainRequest) -> q.Question:
        """The question sent, or that of the HOLD on file under the id."""
        if request.HasField("question"):
            if request.question.HasField("provenance"):
                raise RefusedCallError(Status.INVALID_ARGUMENT, _NO_COPIES)
            return request.question
        request_id = request.envelope.request_id
        held = self.point.holds.find(call.caller.agency, request_id)
        if not held:
            raise RefusedCallError(
                Status.NOT_FOUND,
                f"envelope.request_id: no HOLD of yours is on file under `{request_id}`; send the "
                "question",
            )
        return q.Question.FromString(held[0].question)

    def _decision(self, asked: Asked, question: q.Question, desk: Desk) -> Decision:
        now = asked.call.now
        parties = parties_of(question, desk.registry)
        texts = take_texts(asked.question(), desk.free)
        papers = tuple(paper.id for paper in question.instruments.presented)
        subject = Subject(asked.digest, parties.requester, parties.owner, texts.case, papers)
        try:
            request = desk.request(json_of(question, facts_of(question), utc(now)), now)
        except RefusedRequestError as refused:
            return not_understood(desk.snapshot.engine.library, refused.reading, now)
        except FactError as wrong:
            fault = wrong.fault
            raise RefusedCallError(
                Status.INVALID_ARGUMENT, f"{fault.where}: {fault.message}; {fault.help}"
            ) from None
        proof = self.point.proofs.about(subject, now) or Proof()
        retries = self.point.retries(asked, parties.requester, question.act, texts)
        return desk.decision(desk.with_proof(request, question, proof, retries), now)

    def what_if(self, call: Call, data: bytes) -> bytes:
        """The answer to a question under suppositions. It is marked, and releases nothing.

        Raises:
            RefusedCallError: It is refused.
        """
        request = read(d.WhatIfRequest, data)
        check_envelope(request.envelope, call.now.timestamp())
        desk = self.point.desk
        engine, diagnostics = self.drafts.engine(desk, request.drafts)
        if engine is None:
            return d.WhatIfResponse(diagnostics=diagnostics).SerializeToString()
        if request.with_proposed:
            engine = Engine(engine.library, engine.registry, with_proposed=True)
        decision = replace(_supposed(engine, request, call), simulated=True)
        answer = _answer(decision, View.REGULATOR, desk, b"")
        answer.simulated = True
        plain = json.dumps(decision_json(decision, View.REGULATOR), ensure_ascii=False)
        return d.WhatIfResponse(answer=answer, decision_json=plain.encode()).SerializeToString()


def _supposed(engine: Engine, request: d.WhatIfRequest, call: Call) -> Decision:
    now = call.now
    reading = read_request(request.request_json, engine, now=now, simulate=True)
    if reading.request is None:
        return not_understood(engine.library, reading, now)
    asked = reading.request
    if request.at:
        moved, faults = as_of(asked, request.at, engine.registry)
        if moved is None:
            fault = faults[0]
            raise RefusedCallError(Status.INVALID_ARGUMENT, f"at: {fault.message}; {fault.help}")
        asked = moved
    return engine.decide(asked, decided_at=now, registry=reading.registry)


def _answer(decision: Decision, view: View, desk: Desk, digest: bytes) -> a.Answer:
    """An answer that was only looked at: without an id, a HOLD or an end."""
    answer = a.Answer(
        outcome=OUTCOMES[decision.outcome],
        reason=decision.reason,
        explanation=explanation_of(decision, view),
        policy_digest=desk.snapshot.digest,
        request_digest=digest,
        development=desk.snapshot.development,
    )
    answer.decided_at.FromDatetime(decision.decided_at)
    return answer


def _response(decision: Decision, view: View, desk: Desk, digest: bytes) -> bytes:
    return d.ExplainResponse(
        answer=_answer(decision, view, desk, digest),
        decision_json=json.dumps(decision_json(decision, view), ensure_ascii=False).encode(),
        text=decision_text(decision, view),
    ).SerializeToString()
