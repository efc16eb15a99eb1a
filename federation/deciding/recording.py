"""Answers on their way to the log and back: the entry of each, and the answer with its proof.

No answer is given before it is recorded. If it cannot be, the answer is DENY; if the same bytes
were answered before, it is the recorded answer.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeAlias

import msgspec

from ...dsl import syntax as tree
from ..call import Call
from ..journal import (
    Journal,
    JournalError,
    JournalUnavailableError,
    Receipt,
    ReplayedError,
    Submission,
    Told,
)
from ..later import Later
from ..v1 import answer_pb2 as a
from ..v1 import log_pb2 as log
from .answers import Answered
from .desk import Desk
from .entries import CallPart, GroupPart, entry_of, proof_of, recorded_of, texts_of
from .explaining import OUTCOMES, faulty
from .framing import as_recorded_field, with_explanation
from .randomness import RandomIds

REMEMBERED = 900.0  # seconds for which a nonce is remembered
_UNRECORDED = "the answer could not be recorded, so nothing may be released; ask again"
_REPLAYED = "envelope.nonce: it was used for another message; send new random bytes with every call"
_EARLIER = (
    "this was answered before; how it came about then, Explain tells of the policies of that time"
)

Frame: TypeAlias = Callable[[Sequence[bytes], bytes], bytes]
"""Makes a response of serialized answers and their one proof (``TreeProof``, may be empty)."""


class Sealer(Protocol):
    """Binds free texts to an entry, and keeps them for whoever holds the key."""

    def seal(
        self, owner: str, at: datetime.datetime, entry_id: bytes, texts: Mapping[str, str]
    ) -> tuple[Mapping[str, bytes], bytes]:
        """Commitments to texts, by name, and the texts sealed.

        Args:
            owner: Whose key.
            at: The moment of the entry, which tells the month of the key.
            entry_id: The id of the entry.
            texts: The texts by name.

        Raises:
            JournalUnavailableError: The key cannot be had, so nothing may be recorded.
        """
        ...


class _Waiting(msgspec.Struct, frozen=True, gc=False):
    """One call whose answers are being recorded. One is made for each, so it is a struct."""

    call: Call
    answers: Sequence[Answered]
    entries: Sequence[bytes]
    desk: Desk
    frame: Frame
    later: Later
    after: Callable[[Call, str], None]


@dataclass(slots=True)
class Recording:
    """Where answers are recorded.

    Attributes:
        journal: The log.
        sealer: What seals texts.
        operator: Whose key it is where an answer is about nobody's data, or about many owners'.
    """

    journal: Journal
    sealer: Sealer
    operator: str
    _ids: RandomIds = field(default_factory=RandomIds, init=False)
    _group: GroupPart | None = field(default=None, init=False)  # of the last receipt

    def given(
        self,
        call: Call,
        data: bytes,
        answers: Sequence[Answered],
        desk: Desk,
        frame: Frame,
        after: Callable[[Call, str], None],
    ) -> Later:
        """The response to a call, as soon as its answers are recorded.

        Args:
            call: The call.
            data: Its message.
            answers: Its answers, at least one.
            desk: The snapshot that decided.
            frame: What makes a response of them.
            after: Is told of every answer that is given: its call and its outcome.
        """
        later = Later()
        entries: list[bytes] = []
        sealed: list[bytes] = []
        waiting = _Waiting(call, answers, entries, desk, frame, later, after)
        part = CallPart.of(answers[0])
        try:
            for answer in answers:
                entry, texts = self._entry(answer, part, desk)
                entries.append(entry)
                sealed.append(texts)
        except JournalUnavailableError as fault:
            self._tell(waiting, fault)
            return later
        first = answers[0].asked
        submission = Submission(
            call.caller.spiffe_id,
            first.nonce,
            hashlib.sha256(data).digest(),
            round((first.seconds + REMEMBERED) * 1e6),
            entries,
            sealed,
            {each.basis.digest: each.basis.text for each in answers},
        )
        self.journal.record(submission, partial(self._tell, waiting))
        return later

    def repeated(
        self,
        call: Call,
        nonce: bytes,
        digests: Sequence[bytes],
        data: bytes,
        frame: Frame,
        otherwise: Exception,
    ) -> Later:
        """The response that was recorded for the same bytes, or an error if none was.

        Args:
            call: The call.
            nonce: Its nonce.
            digests: The request digests of its questions.
            data: Its message.
            frame: What makes a response.
            otherwise: The error.
        """
        later = Later()

        def tell(told: Told) -> None:
            if isinstance(told, Receipt) and len(told.recorded) == len(digests):
                answers = list(map(_as_recorded, told.recorded, digests))
                later.settle(self._framed(told, told.recorded, answers, frame, nonce))
            else:
                later.settle(otherwise)

        digest = hashlib.sha256(data).digest()
        self.journal.record(Submission(call.caller.spiffe_id, nonce, digest, 0, (), (), {}), tell)
        return later

    def _entry(self, answer: Answered, call: CallPart, desk: Desk) -> tuple[bytes, bytes]:
        """The entry of an answer, and its texts, sealed."""
        entry_id, texts = self._ids.take(), texts_of(answer.asked.texts)
        if not texts:
            return entry_of(entry_id, answer, call, desk, {}), b""
        owner = answer.owner or self.operator
        commitments, sealed = self.sealer.seal(owner, answer.asked.call.now, entry_id, texts)
        return entry_of(entry_id, answer, call, desk, commitments), sealed

    def _tell(self, waiting: _Waiting, told: Told) -> None:
        try:
            waiting.later.settle(self._response(waiting, told))
        except Exception as fault:
            waiting.later.settle(fault)

    def _response(self, waiting: _Waiting, told: Told) -> bytes:
        if isinstance(told, Receipt) and told.recorded:
            return self._repeated(waiting, told)
        answers = waiting.answers
        if not isinstance(told, Receipt):
            answers = [_unrecorded(answer, waiting.desk, told) for answer in answers]
        for answer in answers:
            waiting.after(waiting.call, answer.outcome.value)
        serialized = [answer.serialized() for answer in answers]
        if isinstance(told, Receipt):
            return self._framed(
                told, waiting.entries, serialized, waiting.frame, answers[0].asked.nonce, answers
            )
        return waiting.frame(serialized, b"")

    def _framed(
        self,
        receipt: Receipt,
        entries: Sequence[bytes],
        answers: Sequence[bytes],
        frame: Frame,
        nonce: bytes,
        decided: Sequence[Answered] = (),
    ) -> bytes:
        """A response with its proof: in the answer if it is one, else one for all.

        Args:
            receipt: What proves the answers.
            entries: The entry of each.
            answers: Each answer, serialized.
            frame: What makes a response of them.
            nonce: The nonce of the call.
            decided: What the same questions are answered now, for their circumstances.
        """
        group = self._group
        if group is None or not group.is_of(receipt):
            group = self._group = GroupPart.of(receipt)
        proof, first = proof_of(receipt, group), receipt.first
        shown = [b""] * len(entries)
        if decided and decided[0].asked.keeps_copy:  # it is one call's
            shown = list(map(_shown, decided, entries))
        if len(answers) == 1:
            only = recorded_of(group, first, entries[0], proof, nonce, shown[0])
            return frame([answers[0] + as_recorded_field(only)], b"")
        told = [
            answer + as_recorded_field(recorded_of(group, index, entry, b"", nonce, circumstances))
            for index, (answer, entry, circumstances) in enumerate(
                zip(answers, entries, shown, strict=True), first
            )
        ]
        return frame(told, proof)

    def _repeated(self, waiting: _Waiting, receipt: Receipt) -> bytes:
        """The recorded answers; explained anew where the same is decided now."""
        entries = receipt.recorded
        if len(entries) != len(waiting.answers):  # owners are grouped otherwise by now
            answers = [
                _unrecorded(each, waiting.desk, ReplayedError()).serialized()
                for each in waiting.answers
            ]
            return waiting.frame(answers, b"")
        answers = [
            _as_recorded(entry, answer.own.request_digest, answer, waiting.desk)
            for entry, answer in zip(entries, waiting.answers, strict=True)
        ]
        nonce = waiting.answers[0].asked.nonce
        return self._framed(receipt, entries, answers, waiting.frame, nonce, waiting.answers)


def _shown(decided: Answered, entry: bytes) -> bytes:
    """The circumstances of a PERMIT, by which it can be shown as provenance; else nothing."""
    recorded = log.LogEntry.FromString(entry).answer
    is_same = recorded.circumstances == decided.basis.digest
    return decided.basis.text if is_same and recorded.outcome == a.OUTCOME_PERMIT else b""


def _unrecorded(answer: Answered, desk: Desk, why: JournalError) -> Answered:
    """DENY: an answer that could not be recorded is not given."""
    is_replayed = isinstance(why, ReplayedError)
    reason = "replayed" if is_replayed else "log unavailable"
    own = a.Answer(request_digest=answer.own.request_digest, decided_at=answer.own.decided_at)
    text = faulty((), _REPLAYED if is_replayed else _UNRECORDED)
    same = with_explanation(
        desk.same_of(tree.Outcome.DENY, reason), text.SerializeToString(deterministic=True)
    )
    return Answered(tree.Outcome.DENY, same, own, reason, answer.asked)


def _as_recorded(
    entry: bytes, digest: bytes, decided_now: Answered | None = None, desk: Desk | None = None
) -> bytes:
    """An answer as its entry has it.

    Args:
        entry: The entry.
        digest: The request digest.
        decided_now: What the same question is answered now, for its explanation.
        desk: The snapshot that decides now.
    """
    read = log.LogEntry.FromString(entry)
    recorded = read.answer
    own = a.Answer(request_digest=digest, decided_at=read.at)
    if recorded.release_id:
        own.release_id, own.stale = recorded.release_id, recorded.stale
        own.valid_until.CopyFrom(recorded.valid_until)
    if recorded.hold_id:
        own.hold.id = recorded.hold_id
    if decided_now is not None and desk is not None:
        now = OUTCOMES[decided_now.outcome], decided_now.reason, desk.digest
        if now == (recorded.outcome, recorded.reason, recorded.policy_digest):
            if recorded.hold_id and decided_now.own.hold.id == recorded.hold_id:
                own.hold.CopyFrom(decided_now.own.hold)
            return own.SerializeToString() + decided_now.same
    own.outcome, own.reason = recorded.outcome, recorded.reason
    own.policy_digest = recorded.policy_digest.hex()
    own.development = recorded.development
    own.explanation.notes.append(_EARLIER)
    return own.SerializeToString()
