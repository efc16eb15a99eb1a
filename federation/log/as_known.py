"""Old answers judged anew: what would be answered by policies as they are known now, or were once.

A correction of the law never rewrites an answer. It makes a list: which answers would be others,
and which rules make them so.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from google.protobuf.message import DecodeError

from ...dsl import syntax as tree
from ..deciding.explaining import OUTCOMES
from ..v1 import log_pb2 as log
from .differing import Named
from .judging import CircumstancesError, Judge, Judged

MAX_TOLD = 1_000
_WORDS: dict[int, tree.Outcome] = {code: outcome for outcome, code in OUTCOMES.items()}


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that would be another.

    Attributes:
        index: The index of its entry.
        at: When it was given.
        recorded: What was answered.
        would_be: What would be answered.
        rules: The rules that make it so.
    """

    index: int
    at: datetime.datetime
    recorded: str
    would_be: str
    rules: tuple[Named, ...]


@dataclass(slots=True)
class Changes:
    """What would be answered otherwise.

    Attributes:
        same: How many answers would be the same.
        unread: How many cannot be judged: what they were decided from is not at hand.
        told: The answers that would be others, up to a thousand.
        counts: How many would be others, by what was and would be answered, and the first rule.
    """

    same: int = 0
    unread: int = 0
    told: list[Change] = field(default_factory=list[Change])
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])

    @property
    def changed(self) -> int:
        """How many answers would be others."""
        return sum(self.counts.values())


@dataclass(slots=True)
class Rejudging:
    """Old answers under one other version.

    Attributes:
        judge: The other version.
        circumstances: The circumstances of a digest, serialized; None if they are not at hand.
        changes: What was found so far.
    """

    judge: Judge
    circumstances: Callable[[bytes], bytes | None]
    changes: Changes = field(default_factory=Changes)
    _known: dict[object, Judged] = field(default_factory=dict[object, Judged])

    def take(self, first: int, entries: Sequence[bytes]) -> None:
        """Judge some entries anew; acts have nothing to judge."""
        for index, data in enumerate(entries, first):
            try:
                entry = log.LogEntry.FromString(data)
            except DecodeError:
                self.changes.unread += 1
                continue
            if entry.HasField("answer"):
                self._judge(index, entry)

    def _judge(self, index: int, entry: log.LogEntry) -> None:
        answer, changes = entry.answer, self.changes
        text = self.circumstances(answer.circumstances)
        if text is None:
            changes.unread += 1
            return
        try:
            at = entry.at.ToDatetime(datetime.UTC)
            circumstances = log.Circumstances.FromString(text)
            judged = self._judged(entry, circumstances, at)
        except (CircumstancesError, DecodeError, OverflowError, ValueError):
            changes.unread += 1
            return
        if (OUTCOMES[judged.outcome], judged.reason) == (answer.outcome, answer.reason):
            changes.same += 1
            return
        decision = self.judge.decision(circumstances, at)
        rules = tuple(map(Named.of, decision.deciding())) if decision else ()
        recorded = str(Judged(_WORDS.get(answer.outcome, tree.Outcome.DENY), answer.reason))
        changes.counts[recorded, str(judged), rules[0].id if rules else ""] += 1
        if len(changes.told) < MAX_TOLD:
            changes.told.append(Change(index, at, recorded, str(judged), rules))

    def _judged(
        self, entry: log.LogEntry, circumstances: log.Circumstances, at: datetime.datetime
    ) -> Judged:
        key: object = entry.answer.circumstances, entry.at.seconds // 3600
        found = self._known.get(key)
        if found is None:
            found = self.judge.judged(circumstances, at)
            if found.is_steady:
                self._known[key] = found
        return found
