"""The policy decision point: one question, one answer, whoever asks and by whatever face.

The order of things: the message is within its limits; the caller may ask for this requester; the
snapshot is young enough; the question is ruled on with what is on file; the answer is recorded;
then it is given. Whatever goes wrong on the way is DENY or a refusal, never a PERMIT.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ...dsl import syntax as tree
from ...engine.compiled.wire import RefusedRequestError
from ...engine.fault import Fault
from ..call import Call
from ..caller import Caller
from ..later import Later
from ..messages import check_limits, refuse_unknown_inside
from ..onward.chain import PROVENANCE
from ..onward.terms import DELETED, RECALLED, TERMS
from ..proof import HoldBook, Proof, ProofOnFile, Refusals, Subject
from ..refusal import RefusedCallError, Status
from ..snapshot import Snapshots
from ..v1 import answer_pb2 as a
from ..v1 import decision_pb2 as d
from ..v1 import question_pb2 as q
from .answers import Answered, Asked, held_of, new_answer, permit
from .classes import Texts, class_of, hour_of, take_texts
from .copies import Copies, check_provenance, take_provenance
from .desk import Desk
from .envelope import LateError, check_envelope
from .explaining import faulty, view_of
from .framing import with_explanation
from .questions import FactError, digest_of
from .randomness import RandomIds
from .recording import Frame, Recording
from .ruled import Ruled

NO_PROOF = Proof()
SHOWN_BY_WHO_ASKS = frozenset({PROVENANCE, TERMS})  # of a HOLD: no statement settles it
# Refusals that no other words of the requester would change, so that a retry shops for nothing.
_WHATEVER_IS_ASSERTED = frozenset(
    {
        "no policy on file",
        "outside this law",
        "no law of that day",
        "unknown agency",
        "law to confirm",
        "evaluators disagree",
        *SHOWN_BY_WHO_ASKS,
        RECALLED,
        DELETED,
        "unwitnessed log",
    }
)
_TOO_OLD = "the policies here are more than seven days old by their signed time of issue"
_STALE = (
    "the policies here are more than a day old by their signed time of issue; until they are "
    "renewed only bodies of the owner's own government get an answer"
)
_UNWITNESSED = (
    "no witness has confirmed the log of this service for more than a day; until one does only "
    "bodies of the owner's own government get an answer"
)
_FAILED = "the evaluation failed; the operator of this service has been told"
ID_OF_ANOTHER = "envelope.request_id: that of another question; ask this one under a new id"


@dataclass(slots=True)
class DecisionPoint:
    """Answers questions by the snapshot in use.

    Attributes:
        snapshots: The snapshot in use.
        proofs: What is proven.
        holds: Where HOLDs are kept.
        refusals: What was refused before.
        recording: Where answers are recorded before they are given; None records nothing, which is
            for tests and for measuring, and answers say so.
        alarm: What is told of an evaluation that failed; the answer is DENY.
        after: What is told of every answer: its call and its outcome.
        monotonic: Seconds that never go back.
        copies: What rules on questions about copies.
        unwitnessed: Whether the log has been without enough witnesses for too long.
    """

    snapshots: Snapshots
    proofs: ProofOnFile
    holds: HoldBook
    refusals: Refusals
    recording: Recording | None = None
    alarm: Callable[[Exception], None] = lambda fault: None
    after: Callable[[Call, str], None] = lambda call, outcome: None
    monotonic: Callable[[], float] = time.monotonic
    copies: Copies = field(default_factory=Copies)
    unwitnessed: Callable[[], bool] = lambda: False
    _desk: Desk | None = field(default=None, init=False)
    _ids: RandomIds = field(default_factory=RandomIds, init=False)

    @property
    def desk(self) -> Desk:
        """The snapshot in use, at work."""
        desk = self._desk
        if desk is None:
            desk = self._desk = Desk(self.snapshots.current)
        return desk

    def use(self, desk: Desk) -> None:
        """Let a snapshot that is already at work decide from the next question on."""
        self._desk = desk
        self.snapshots.replace(desk.snapshot)

    def warm(self, desk: Desk, now: datetime.datetime) -> None:
        """Let a snapshot that does not decide yet rule on what was asked lately.

        Nothing is answered. A question that it cannot rule on is left for when it is asked.
        """
        hour = hour_of(now.timestamp())
        for recent in list(self.desk.recent):
            question = q.Question.FromString(recent)
            key = class_of(question, take_texts(question, desk.free), desk.reasons, hour)
            with suppress(Exception):
                desk.ruled(key, q.Question.FromString(recent), now)
                desk.recent.append(recent)

    # One question ----------------------------------------------------------------------------

    def answer(
        self, call: Call, request_id: str, nonce: bytes, question: q.Question, desk: Desk
    ) -> Answered:
        """The answer to a question, not yet recorded.

        Args:
            call: The call.
            request_id: The caller's id of the request.
            nonce: The nonce of the call.
            question: What is asked, within its limits; it is taken apart.
            desk: The snapshot that decides.

        Raises:
            RefusedCallError: The caller may not ask it, or what is on file cannot be read.
        """
        shown = take_provenance(question)
        asked = Asked.of(call, request_id, nonce, question)
        return self._answered_by(asked, question, desk, shown)

    def answer_of_many(
        self, call: Call, request_id: str, nonce: bytes, question: q.Question, desk: Desk
    ) -> Answered:
        """The same in a batch, in which a question beyond its limits is DENY by itself.

        Raises:
            RefusedCallError: The caller may not ask it, or what is on file cannot be read.
        """
        shown = take_provenance(question)
        asked = Asked.of(call, request_id, nonce, question)
        try:
            return self._answered_by(asked, question, desk, shown)
        except RefusedCallError as refusal:
            if refusal.status is not Status.INVALID_ARGUMENT:
                raise
            fault = Fault("/question", refusal.message, "mend it; docs/messages.md has the limits")
            return self._not_understood(asked, desk, [fault])

    def _answered_by(
        self, asked: Asked, question: q.Question, desk: Desk, shown: q.Provenance | None
    ) -> Answered:
        ruled = self.ruled_or_denied(
            asked, desk, lambda: self._ruled_of_copy(asked, question, desk, shown)
        )
        if isinstance(ruled, Answered):
            return ruled
        return self.too_old(asked, desk, lambda: ruled.at_home) or self._filed(asked, ruled, desk)

    def ruled_or_denied(
        self, asked: Asked, desk: Desk, ruling: Callable[[], Ruled]
    ) -> Ruled | Answered:
        """A ruling, or the DENY of a question on which there is none.

        Raises:
            RefusedCallError: The caller may not ask it, or what is on file cannot be read.
        """
        try:
            return ruling()
        except RefusedRequestError as refused:
            return self._not_understood(asked, desk, refused.reading.faults)
        except FactError as wrong:
            return self._not_understood(asked, desk, [wrong.fault])
        except RefusedCallError:
            raise
        except Exception as fault:
            self.alarm(fault)
            return self._denied(asked, desk, "evaluation error", _FAILED)

    def too_old(self, asked: Asked, desk: Desk, is_at_home: Callable[[], bool]) -> Answered | None:
        """The DENY of policies or a witness's word too old for a question; None if neither is.

        Args:
            asked: The question.
            desk: The snapshot that decides.
            is_at_home: Whether all who ask or receive belong to the owner's government.
        """
        snapshot, now = desk.snapshot, asked.call.now
        if self.unwitnessed() and not is_at_home():
            return self._denied(asked, desk, "unwitnessed log", _UNWITNESSED)
        if not snapshot.is_stale(now):
            return None
        if snapshot.is_expired(now):
            return self._denied(asked, desk, "expired policy", _TOO_OLD)
        return None if is_at_home() else self._denied(asked, desk, "stale policy", _STALE)

    def _ruled_of_copy(
        self, asked: Asked, question: q.Question, desk: Desk, shown: q.Provenance | None
    ) -> Ruled:
        """The answer to a question, and to where a copy came from if that is shown."""
        if shown is None:
            return self._ruled(asked, question, desk)
        check_provenance(shown)
        own = self._ruled(asked, question, desk)
        assert asked.texts is not None
        retries = self.retries(asked, own.parties.requester, question.act, asked.texts)
        return self.copies.ruled(own, asked, question, shown, self.proofs, retries, desk)

    def _ruled(self, asked: Asked, question: q.Question, desk: Desk) -> Ruled:
        """The answer of the class of a question, or its own if something is on file about it."""
        now, hour = asked.call.now, hour_of(asked.seconds)
        texts = asked.texts = take_texts(question, desk.free)
        key = class_of(question, texts, desk.reasons, hour)
        ruled = desk.met(key, hour)
        papers: tuple[str, ...] = ()
        if ruled is None or not texts.is_short:  # else all but the texts was looked at before
            whole = asked.question()
            refuse_unknown_inside(whole)
            check_limits(whole, "question")
            self.check_asker(asked.call.caller, whole.requester, desk)
            papers = tuple(paper.id for paper in whole.instruments.presented)
            if ruled is None:
                ruled = desk.ruled(key, whole, now)
                desk.recent.append(asked.raw)
        else:
            self.check_asker(asked.call.caller, ruled.parties.requester, desk)
        requester, owner = ruled.parties.requester, ruled.parties.owner
        subject = Subject(asked.digest, requester, owner, texts.case, papers)
        proof = self.proofs.about(subject, now)
        retries = self.retries(asked, requester, question.act, texts)
        if proof is None and not retries:
            if self.recording is not None:
                asked.basis = desk.bases.of_class(key, texts, hour, ruled.terms)
            return ruled
        ruled = desk.ruled_with(asked.question(), proof or NO_PROOF, retries, now)
        if self.recording is not None:
            asked.basis = desk.bases.with_proof(
                key, texts, hour, ruled.terms, proof or NO_PROOF, retries
            )
        return ruled

    def retries(self, asked: Asked, requester: str, act: str, texts: Texts) -> int:
        """How often the same was refused this requester when it was asserted otherwise."""
        if not self.refusals.any_like(requester, texts.user, act, texts.subject):
            return 0
        return self.refusals.retries(asked.attempt(requester))

    def check_asker(self, caller: Caller, requester: str, desk: Desk) -> None:
        """Refuse a caller who may not ask in the name of a requester.

        Raises:
            RefusedCallError: He may not (PERMISSION_DENIED).
        """
        if caller.may_ask_for(requester):
            return
        body = desk.registry.get(requester)
        if body is None or not caller.may_ask_for(body.key):
            raise RefusedCallError(
                Status.PERMISSION_DENIED,
                f"question.requester: {caller.spiffe_id} may not ask for `{requester[:200]}`; the "
                "register of callers says for whom it may",
            )

    # Answers ---------------------------------------------------------------------------------

    def _filed(self, asked: Asked, ruled: Ruled, desk: Desk) -> Answered:
        """The answer, with its HOLD on file, or the one on file closed."""
        if ruled.outcome is not tree.Outcome.HOLD:
            for owner in ruled.others or (ruled.parties.owner,):
                self._close(asked, owner)
            return self.answered(asked, ruled, desk)
        if ruled.reason in SHOWN_BY_WHO_ASKS:  # nobody's word settles it
            return self.answered(asked, ruled, desk)
        # First, for it may be refused, and what is refused leaves nothing on file.
        held = self.holds.file(held_of(asked, ruled, asked.question(), ruled.parties.owner))
        answered = self.answered(asked, ruled, desk)
        hold = answered.own.hold
        hold.id, hold.owner = held.id, held.owner
        hold.deadline.FromDatetime(held.deadline)
        return answered

    def answered(self, asked: Asked, ruled: Ruled, desk: Desk) -> Answered:
        """The answer of a class as that of a question."""
        call = asked.call
        same = ruled.answers[view_of(call.caller, ruled.parties.owner)]
        answer = new_answer(asked, ruled.outcome, ruled.reason, same)
        answer.owner = ruled.parties.owner if ruled.parties.owner in desk.registry.bodies else ""
        if ruled.outcome is tree.Outcome.PERMIT:
            stale = desk.snapshot.is_stale(call.now)
            permit(answer.own, self._ids.take(), asked.seconds, ruled.ends, stale=stale)
        elif ruled.reason not in _WHATEVER_IS_ASSERTED:
            self.refusals.note(asked.attempt(ruled.parties.requester))
        return answer

    def _close(self, asked: Asked, owner: str) -> None:
        """Let the HOLD of this question wait no more.

        Raises:
            RefusedCallError: The HOLD under this id is that of another question.
        """
        caller = asked.call.caller.agency
        for held in self.holds.find(caller, asked.request_id, owner):
            if held.digest != asked.digest:
                raise RefusedCallError(Status.ALREADY_EXISTS, ID_OF_ANOTHER)
            if held.is_open:
                self.holds.close(held, asked.call.now)

    def _denied(self, asked: Asked, desk: Desk, reason: str, note: str) -> Answered:
        """A DENY for which no rule is to blame."""
        return self.refused(asked, desk, reason, faulty((), note))

    def _not_understood(self, asked: Asked, desk: Desk, faults: Sequence[Fault]) -> Answered:
        """A DENY of a question that cannot be gone by."""
        return self.refused(asked, desk, "not understood", faulty(faults))

    def refused(
        self, asked: Asked, desk: Desk, reason: str, explanation: a.Explanation
    ) -> Answered:
        """A DENY that no rule of the snapshot gives."""
        text = explanation.SerializeToString(deterministic=True)
        same = with_explanation(desk.same_of(tree.Outcome.DENY, reason), text)
        return new_answer(asked, tree.Outcome.DENY, reason, same)

    # Recording -------------------------------------------------------------------------------

    def given(
        self, call: Call, data: bytes, answers: Sequence[Answered], desk: Desk, frame: Frame
    ) -> bytes | Later:
        """The response to a call, as soon as its answers are recorded.

        Args:
            call: The call.
            data: Its message.
            answers: Its answers.
            desk: The snapshot that decided.
            frame: What makes a response of them.
        """
        if self.recording is not None and answers:
            return self.recording.given(call, data, answers, desk, frame, self.after)
        for answer in answers:
            self.after(call, answer.outcome.value)
        return frame([answer.serialized() for answer in answers], b"")

    def checked(
        self,
        call: Call,
        data: bytes,
        envelope: d.Envelope,
        questions: Iterable[q.Question],
        frame: Frame,
    ) -> Later | None:
        """Hold an envelope against what may be; the recorded response if it only came too late.

        Raises:
            RefusedCallError: It is refused.
        """
        try:
            check_envelope(envelope, call.now.timestamp())
        except LateError as late:
            if self.recording is None or not late.may_be_repeated:
                raise
            digests = list(map(digest_of, questions))
            return self.recording.repeated(call, envelope.nonce, digests, data, frame, late)
        return None
