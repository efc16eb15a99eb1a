"""The policy decision point: one question, one answer, whoever asks and by whatever face.

The order of things: the caller may ask for this requester; the message is within its limits; the
snapshot is young enough; the question is ruled on with what is on file; the answer is recorded;
then it is given. Whatever goes wrong on the way is DENY or a refusal, never a PERMIT.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ...dsl import syntax as tree
from ...engine import names
from ...engine.compiled.wire import RefusedRequestError
from ...engine.fault import Fault
from ...engine.json_text import Json
from ...engine.render_json import View
from ..call import Call
from ..caller import Caller
from ..journal import Entry, Journal, JournalUnavailableError, NoJournal
from ..proof import Held, HoldBook, Proof, ProofOnFile, Refusals
from ..refusal import RefusedCallError, Status
from ..snapshot import PolicySnapshot, Snapshots
from ..v1 import answer_pb2 as a
from ..v1 import question_pb2 as q
from .desk import Desk, Ruled
from .explaining import OUTCOMES, faulty, view_of
from .framing import with_explanation
from .questions import (
    Parties,
    FactError,
    attempt_of,
    digest_of,
    facts_of,
    json_of,
    parties_of,
    subject_of,
    utc,
)

LIFE = datetime.timedelta(seconds=300)
STALE_LIFE = datetime.timedelta(seconds=60)
_NO_PROOF = Proof()


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer before it is given.

    Attributes:
        outcome: PERMIT, HOLD or DENY.
        reason: Why, in one word of the semantics.
        message: The answer without its explanation.
        explanation: The explanation in the caller's view, serialized.
        entry: What is recorded.
    """

    outcome: tree.Outcome
    reason: str
    message: a.Answer
    explanation: bytes
    entry: Entry

    def serialized(self) -> bytes:
        """The answer as bytes."""
        return with_explanation(self.message.SerializeToString(), self.explanation)


@dataclass(slots=True)
class DecisionPoint:
    """Answers questions by the snapshot in use.

    Attributes:
        snapshots: The snapshot in use.
        proofs: What is proven.
        holds: Where HOLDs are kept.
        refusals: What was refused before.
        journal: Where answers are recorded.
        alarm: What is told of an evaluation that failed; the answer is DENY.
    """

    snapshots: Snapshots
    proofs: ProofOnFile
    holds: HoldBook
    refusals: Refusals
    journal: Journal = field(default_factory=NoJournal)
    alarm: Callable[[Exception], None] = lambda fault: None
    _desk: Desk | None = field(default=None, init=False)

    @property
    def desk(self) -> Desk:
        """The snapshot in use, at work."""
        snapshot = self.snapshots.current
        desk = self._desk
        if desk is None or desk.snapshot is not snapshot:
            desk = self._desk = Desk(snapshot)
        return desk

    def use(self, desk: Desk) -> None:
        """Let a snapshot that is already at work decide from the next question on."""
        self._desk = desk
        self.snapshots.replace(desk.snapshot)

    # One question ----------------------------------------------------------------------------

    def answer(
        self, call: Call, request_id: str, nonce: bytes, question: q.Question, desk: Desk
    ) -> Answered:
        """The answer to a question, not yet recorded.

        Raises:
            RefusedCallError: The caller may not ask it, or proof on file cannot be read.
        """
        parties = parties_of(question, desk.registry)
        self.check_asker(call.caller, parties.requester)
        digest = digest_of(question)
        made = _Making(call, request_id, nonce, question, desk.snapshot, parties, digest)
        if desk.snapshot.is_expired(call.now):
            return made.denied("expired policy", _TOO_OLD)
        try:
            facts = facts_of(question)
            ruled = self._ruled(made, facts, desk)
        except RefusedRequestError as refused:
            return made.not_understood(refused.reading.faults)
        except FactError as repeated:
            return made.not_understood([repeated.fault])
        except RefusedCallError:
            raise
        except Exception as fault:
            self.alarm(fault)
            return made.denied("evaluation error", _FAILED)
        stale = desk.snapshot.is_stale(call.now)
        if stale and not _at_home(question, facts, desk):
            return made.denied("stale policy", _STALE)
        return self._filed(made, ruled, facts, stale=stale)

    def check_asker(self, caller: Caller, requester: str) -> None:
        """Refuse a caller who may not ask in the name of a requester.

        Raises:
            RefusedCallError: He may not (PERMISSION_DENIED).
        """
        if not caller.may_ask_for(requester):
            raise RefusedCallError(
                Status.PERMISSION_DENIED,
                f"question.requester: {caller.spiffe_id} may not ask for `{requester[:200]}`; the "
                "registry of callers says for whom it may",
            )

    def _ruled(self, made: _Making, facts: Mapping[str, Json], desk: Desk) -> Ruled:
        now, question, parties = made.call.now, made.question, made.parties
        text = json_of(question, facts, utc(now))
        proof = self.proofs.about(subject_of(question, facts, parties, made.digest), now)
        retries = 0
        if self.refusals.any_of(parties.requester):
            retries = self.refusals.retries(attempt_of(question, parties, now))
        if proof is None and not retries:
            return desk.ruled(text, question, facts, now)
        return desk.ruled_with(text, question, proof or _NO_PROOF, retries, now)

    def _filed(
        self, made: _Making, ruled: Ruled, facts: Mapping[str, Json], *, stale: bool
    ) -> Answered:
        """The answer, with its HOLD on file, or the one on file closed."""
        question, now = made.question, made.call.now
        if ruled.outcome is tree.Outcome.PERMIT:
            self._close(made)
            return made.permitted(ruled, stale=stale)
        self.refusals.note(attempt_of(question, made.parties, now))
        if ruled.outcome is tree.Outcome.DENY:
            self._close(made)
            return made.ruled(ruled)
        answered = made.ruled(ruled)
        held = self.holds.file(made.held(ruled, str(facts.get(names.PURPOSE) or "")))
        hold = answered.message.hold
        hold.id, hold.owner = held.id, held.owner
        hold.deadline.FromDatetime(held.deadline)
        return answered

    def _close(self, made: _Making) -> None:
        caller = made.call.caller.agency
        for held in self.holds.find(caller, made.request_id, made.parties.owner):
            if held.is_open:
                self.holds.close(held, made.call.now)

    # Recording -------------------------------------------------------------------------------

    def recorded(self, answers: Sequence[Answered]) -> Sequence[Answered]:
        """The answers of one call, recorded; DENY if that fails."""
        try:
            receipts = self.journal.record([answer.entry for answer in answers])
        except JournalUnavailableError:
            return [_unrecorded(answer) for answer in answers]
        for answer, receipt in zip(answers, receipts, strict=False):
            answer.message.recorded.origin = receipt.origin
            answer.message.recorded.index = receipt.index
        return answers


@dataclass(frozen=True, slots=True)
class _Making:
    """An answer in the making."""

    call: Call
    request_id: str
    nonce: bytes
    question: q.Question
    snapshot: PolicySnapshot
    parties: Parties
    digest: bytes

    def ruled(self, ruled: Ruled) -> Answered:
        """An answer that releases nothing."""
        view = view_of(self.call.caller, self.parties.owner)
        return self._answered(ruled.outcome, ruled.reason, ruled.explanations[view])

    def permitted(self, ruled: Ruled, *, stale: bool) -> Answered:
        """A PERMIT, with its id and end."""
        answered = self.ruled(ruled)
        end = self.call.now + (STALE_LIFE if stale else LIFE)
        if ruled.ends is not None:
            end = min(end, ruled.ends)
        message = answered.message
        message.valid_until.FromDatetime(end)
        message.release_id = os.urandom(16)
        message.stale = stale
        return answered

    def denied(self, reason: str, note: str) -> Answered:
        """A DENY for which no rule is to blame."""
        return self._refused(reason, faulty((), note))

    def not_understood(self, faults: Sequence[Fault]) -> Answered:
        """A DENY of a question that cannot be gone by."""
        return self._refused("not understood", faulty(faults))

    def _refused(self, reason: str, explanation: a.Explanation) -> Answered:
        text = explanation.SerializeToString(deterministic=True)
        return self._answered(tree.Outcome.DENY, reason, text)

    def _answered(self, outcome: tree.Outcome, reason: str, explanation: bytes) -> Answered:
        now, digest = self.call.now, self.snapshot.digest
        message = a.Answer(
            outcome=OUTCOMES[outcome],
            reason=reason,
            policy_digest=digest,
            request_digest=self.digest,
            development=self.snapshot.development,
        )
        message.decided_at.FromDatetime(now)
        caller = self.call.caller.spiffe_id
        entry = Entry(
            caller, self.request_id, self.nonce, self.digest, digest, outcome.value, reason, now
        )
        return Answered(outcome, reason, message, explanation, entry)

    def held(self, ruled: Ruled, purpose: str) -> Held:
        """The HOLD to be kept."""
        now = self.call.now
        question = self.question
        return Held(
            id=os.urandom(12).hex(),
            request_id=self.request_id,
            caller=self.call.caller.agency,
            requester=self.parties.requester,
            owner=self.parties.owner,
            act=question.act,
            data=tuple(question.data),
            purpose=purpose,
            digest=self.digest,
            question=question.SerializeToString(deterministic=True),
            explanation=ruled.explanations[View.OWNER],
            asked_at=now,
            deadline=now + ruled.deadline,
        )


_TOO_OLD = "the policies here are more than seven days old by their signed time of issue"
_STALE = (
    "the policies here are more than a day old by their signed time of issue; until they are "
    "renewed only bodies of the owner's own government get an answer"
)
_FAILED = "the evaluation failed; the operator of this service has been told"


def _at_home(question: q.Question, facts: Mapping[str, Json], desk: Desk) -> bool:
    """Whether everyone who asks or receives belongs to the owner's government, by the registry."""
    owner = desk.registry.get(question.owner)
    named = [question.requester]
    for name in names.RECIPIENT_SETS:
        members = facts.get(name)
        if not isinstance(members, list):
            return False  # left out or open: there may be others
        named += map(str, members)
    bodies = [desk.registry.get(key) for key in named]
    return owner is not None and all(
        body is not None and body.sovereign == owner.sovereign for body in bodies
    )


def _unrecorded(answer: Answered) -> Answered:
    """DENY: an answer that could not be recorded is not given."""
    message = a.Answer()
    message.CopyFrom(answer.message)
    message.outcome = OUTCOMES[tree.Outcome.DENY]
    message.reason = "log unavailable"
    for name in ("valid_until", "release_id", "hold", "stale"):
        message.ClearField(name)
    note = "the answer could not be recorded, so nothing may be released; ask again"
    explanation = faulty((), note).SerializeToString(deterministic=True)
    return Answered(tree.Outcome.DENY, message.reason, message, explanation, answer.entry)
