"""Judges what a service answered: as recorded, and as every answer must be."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..client.questions import digest_of
from ..v1 import answer_pb2 as a
from ..v1 import question_pb2

LONGEST_LIFE = datetime.timedelta(seconds=300)
_SKEW = datetime.timedelta(seconds=30)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_STATUSES = {"verified", "secondary", "unverified", "provisional", "open"}


@dataclass(slots=True)
class Judge:
    """Holds answers against what was recorded, and against each other.

    Attributes:
        release_ids: Those seen, none of which may come again.
    """

    release_ids: set[bytes] = field(default_factory=set[bytes])

    def wrong(
        self,
        recorded: Mapping[str, Any],
        answer: a.Answer,
        question: question_pb2.Question | None,
        now: datetime.datetime,
        *,
        simulated: bool = False,
        releases: bool = True,
        has_hold: bool = True,
    ) -> Iterator[str]:
        """Where an answer is not as it was recorded, or as none may be.

        Args:
            recorded: What must come back.
            answer: What came.
            question: What it must be about; None where nobody but the service knows.
            now: The moment.
            simulated: Whether it is one under suppositions.
            releases: Whether data may be released on it, if it is a PERMIT.
            has_hold: Whether a HOLD must say where it is on file.
        """
        yield from differing(recorded, answer)
        if question is not None and answer.request_digest != digest_of(question):
            yield "request_digest is not that of the question"
        if answer.simulated != simulated:
            yield "simulated is not said" if simulated else "it says simulated"
        if not _SHA256.fullmatch(answer.policy_digest):
            yield "policy_digest is no SHA-256"
        decided = answer.decided_at.ToDatetime(tzinfo=datetime.UTC)
        if not simulated and abs(decided - now) > _SKEW:
            yield f"decided_at is {decided.isoformat()}, and it is {now.isoformat()}"
        if answer.outcome == a.OUTCOME_PERMIT and releases and not simulated:
            yield from self._wrong_permit(answer, decided)
        elif answer.release_id or answer.HasField("valid_until"):
            yield "only a PERMIT that releases has a release id and an end"
        yield from _wrong_hold(answer, decided, has_hold=has_hold and releases and not simulated)
        yield from _wrong_rules(answer.explanation)

    def _wrong_permit(self, answer: a.Answer, decided: datetime.datetime) -> Iterator[str]:
        if len(answer.release_id) < 16:
            yield "release_id has less than 16 bytes"
        if answer.release_id in self.release_ids:
            yield "release_id was given before"
        self.release_ids.add(answer.release_id)
        until = answer.valid_until.ToDatetime(tzinfo=datetime.UTC)
        if not answer.HasField("valid_until"):
            yield "a PERMIT has no end"
        elif not decided <= until <= decided + LONGEST_LIFE:
            yield f"valid_until is {until.isoformat()}, decided at {decided.isoformat()}"


def _wrong_hold(answer: a.Answer, decided: datetime.datetime, *, has_hold: bool) -> Iterator[str]:
    hold = answer.hold
    if answer.outcome != a.OUTCOME_HOLD:
        if answer.HasField("hold"):
            yield "it names a HOLD although it is none"
    elif has_hold and not (hold.id and hold.owner and hold.HasField("deadline")):
        yield "a HOLD does not say its id, its owner and its deadline"
    elif has_hold and hold.deadline.ToDatetime(tzinfo=datetime.UTC) <= decided:
        yield "the deadline of a HOLD is over"


def _wrong_rules(why: a.Explanation) -> Iterator[str]:
    for rule in why.rules:
        if not (rule.id and rule.cites and rule.layer):
            yield f"the rule {rule.id or '?'} does not say its id, its layer and what it cites"
        if rule.status not in _STATUSES:
            yield f"the rule {rule.id} has the status {rule.status!r}"
    if why.rules and why.weakest_status not in _STATUSES:
        yield f"weakest_status is {why.weakest_status!r}"


def differing(recorded: Mapping[str, Any], answer: a.Answer) -> Iterator[str]:
    """Where an answer says something else than was recorded."""
    said = {
        "outcome": a.Outcome.Name(answer.outcome).removeprefix("OUTCOME_"),
        "reason": answer.reason,
        **_why(answer.explanation),
    }
    for key, value in recorded.items():
        if said[key] != value:
            yield f"{key} is {said[key]!r}, not {value!r}"


def _why(why: a.Explanation) -> dict[str, Sequence[str]]:
    """What of an explanation is recorded: words, in order."""
    return {
        "rules": sorted({rule.id for rule in why.rules}),
        "duties": sorted({duty.duty for duty in why.duties}),
        "onward": sorted({onward.to for onward in why.onward}),
        "faults": sorted({fault.where for fault in why.faults}),
        "not_stated": sorted(why.not_stated),
        "needs": sorted({need.name for one in why.settling for need in one.needs}),
    }
