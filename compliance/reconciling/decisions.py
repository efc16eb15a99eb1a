"""Decisions about searches, as the log of the decision service holds them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from google.protobuf.message import DecodeError

from ...dsl import syntax as tree
from ...federation.deciding.explaining import OUTCOMES
from ...federation.log.records import Records
from ...federation.v1 import log_pb2 as log

_WORDS = {int(code): outcome for outcome, code in OUTCOMES.items()}
_ORDER = (tree.Outcome.PERMIT, tree.Outcome.HOLD, tree.Outcome.DENY)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was answered to one request; several entries if it was held first, or had many owners.

    Attributes:
        request_id: Its id, in small letters.
        entry: The index of the entry that counts: the PERMIT, else the last.
        outcome: PERMIT if any of its entries is one.
        at: When that entry was given, in UTC without a zone.
        until: Until when a release could begin; None unless it is a PERMIT.
        requester: The registry key of who asked.
        since: From when the reads asked for were, as it was written.
        before: Until when they were.
        plainly: The kinds that the reason plainly named, as the lexicons saw it then; None if no
            reason came.
    """

    request_id: str
    entry: int
    outcome: tree.Outcome
    at: datetime.datetime
    until: datetime.datetime | None
    requester: str
    since: str
    before: str
    plainly: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which decisions are read.

    Attributes:
        owner: The registry key of whose results they are held against.
        is_own: Whether those are the owner's own searches; else those of others in its data.
        act: The act.
        key_of: The registry key of a key or ORI.
    """

    owner: str
    is_own: bool
    act: str
    key_of: Callable[[str], str]

    def fits(self, found: log.Circumstances) -> bool:
        """Whether a decision of these circumstances is read."""
        question = found.question
        if question.act != self.act:
            return False
        if self.is_own:
            return self.key_of(question.requester) == self.owner
        return self.owner in {self.key_of(key) for key in (question.owner, *found.owners) if key}


@dataclass(slots=True)
class Decided:
    """The decisions of a log.

    Attributes:
        decisions: Those that were wanted, in the order of their moments.
        first: When its first entry of any kind was written; None if it is empty.
        last: When its last one was.
        unread: How many entries could not be read, or lack what they were decided from.
    """

    decisions: list[Decision]
    first: datetime.datetime | None = None
    last: datetime.datetime | None = None
    unread: int = 0


def decided(records: Records, size: int, wanted: Wanted) -> Decided:
    """The decisions of the first ``size`` entries of a log.

    Raises:
        StoreUnavailableError: It cannot be read.
    """
    found = Decided([])
    kept: dict[str, Decision] = {}
    told: dict[bytes, log.Circumstances | None] = {}
    for index, data in _entries(records, size):
        try:
            entry = log.LogEntry.FromString(data)
            moment = entry.at.ToDatetime()
        except (DecodeError, ValueError, OverflowError):
            found.unread += 1
            continue
        found.first, found.last = found.first or moment, moment
        if not entry.HasField("answer"):
            continue
        digest = entry.answer.circumstances
        if digest not in told:
            told[digest] = _circumstances(records, digest)
        circumstances = told[digest]
        if circumstances is None:
            found.unread += 1
        elif wanted.fits(circumstances):
            now = _decision(index, moment, entry.answer, circumstances, wanted)
            kept[now.request_id] = _stronger(kept.get(now.request_id), now)
    found.decisions = sorted(kept.values(), key=lambda decision: (decision.at, decision.entry))
    return found


def _entries(records: Records, size: int) -> Iterator[tuple[int, bytes]]:
    for group in records.groups(0, size):
        yield from enumerate(group.entries, group.first)


def _circumstances(records: Records, digest: bytes) -> log.Circumstances | None:
    text = records.circumstances(digest)
    try:
        return None if text is None else log.Circumstances.FromString(text)
    except DecodeError:
        return None


def _decision(
    index: int,
    moment: datetime.datetime,
    answer: log.AnswerEntry,
    circumstances: log.Circumstances,
    wanted: Wanted,
) -> Decision:
    question = circumstances.question
    stated = circumstances.reason == log.STATED_TEXT
    return Decision(
        answer.request_id.lower(),
        index,
        _WORDS.get(answer.outcome, tree.Outcome.DENY),
        moment,
        answer.valid_until.ToDatetime() if answer.HasField("valid_until") else None,
        wanted.key_of(question.requester),
        question.period.since,
        question.period.until,
        frozenset(kind for seen in circumstances.seen for kind in seen.plainly) if stated else None,
    )


def _stronger(before: Decision | None, now: Decision) -> Decision:
    """Which of two answers to one request counts."""
    if before is None or _ORDER.index(now.outcome) <= _ORDER.index(before.outcome):
        return now
    return before if before.outcome is tree.Outcome.PERMIT else now
