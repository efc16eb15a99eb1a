"""A log replayed: every answer recomputed from what it was decided from, and compared.

There are two grades. An answer is recomputed from the circumstances that the log holds in clear:
so whoever reads the log can do it, also after keys are deleted. With the keys it is recomputed
from source: the sealed texts are opened, held to the commitments, and read anew by the lexicons.

Many entries share circumstances, policies and hour; each such is decided once.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from google.protobuf.message import DecodeError

from ...dsl import syntax as tree
from ..deciding.explaining import OUTCOMES
from ..onward.terms import written
from ..v1 import answer_pb2 as a
from ..v1 import log_pb2 as log
from .differing import Difference, Differing, Why
from .judging import CircumstancesError, Judge, Judged
from .libraries import Libraries

MAX_KEPT = 200_000  # answers that are remembered
MAX_TOLD = 1_000  # differences that are told one by one; all are counted
LIFE, STALE_LIFE = 300, 60  # seconds in which a release may begin
_HOUR = 3600
_PERMIT = a.OUTCOME_PERMIT
_WORDS: dict[int, tree.Outcome] = {code: outcome for outcome, code in OUTCOMES.items()}
# What a service denies by itself: policies too old, a question that cannot be gone by.
NO_RULE = frozenset(
    {"stale policy", "expired policy", "unwitnessed log", "not understood", "unknown agency"}
)


class Grade(Enum):
    """How an answer was recomputed, or why it was not."""

    RECOMPUTED = "recomputed"
    FROM_SOURCE = "recomputed from source"
    NO_RULE = "denied without a rule"
    DIFFERENT = "different"
    NO_POLICIES = "policies not at hand"
    NO_CIRCUMSTANCES = "circumstances not at hand"


class OtherTextError(Exception):
    """A text of an entry that is not the one committed to, or is read otherwise than recorded."""


class Source(Protocol):
    """Opens the texts of entries."""

    def check(
        self, judge: Judge, entry: log.LogEntry, circumstances: log.Circumstances, sealed: bytes
    ) -> bool:
        """Whether the texts of an entry are at hand, and are what it was decided from.

        Raises:
            OtherTextError: They are at hand, and are others.
        """
        ...


@dataclass(slots=True)
class Report:
    """What a replay found.

    Attributes:
        grades: How many answers were recomputed, and how.
        acts: How many entries are acts.
        distinct: How many answers were worked out; the others are the same.
        differences: The differences, up to a thousand.
        missing: Why nothing was recomputed by some policies, by digest.
        refused: Why policies may not serve, by digest.
        broken: Entries that cannot be read, with why.
    """

    grades: Counter[Grade] = field(default_factory=Counter[Grade])
    acts: int = 0
    distinct: int = 0
    differences: list[Difference] = field(default_factory=list[Difference])
    missing: dict[str, str] = field(default_factory=dict[str, str])
    refused: dict[str, str] = field(default_factory=dict[str, str])
    broken: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    @property
    def is_clean(self) -> bool:
        """Whether every answer was recomputed and is what the log says."""
        bad = (Grade.DIFFERENT, Grade.NO_POLICIES, Grade.NO_CIRCUMSTANCES)
        return not (self.broken or self.refused or any(self.grades[grade] for grade in bad))


@dataclass(frozen=True, slots=True)
class _Known:
    """An answer worked out: the code of its outcome, its reason, and what it is."""

    code: int
    reason: str
    judged: Judged


_UNSTEADY = _Known(-1, "", Judged(tree.Outcome.DENY, ""))  # to be worked out for each second


@dataclass(slots=True)
class Replay:
    """A replay under way.

    Attributes:
        libraries: The policies.
        circumstances: The circumstances of a digest, serialized; None if they are not at hand.
        source: What opens texts; nothing if None.
        report: What was found so far.
    """

    libraries: Libraries
    circumstances: Callable[[bytes], bytes | None]
    source: Source | None = None
    report: Report = field(default_factory=Report)
    _known: dict[object, _Known] = field(default_factory=dict[object, _Known])

    def take(self, first: int, entries: Sequence[bytes], sealed: Sequence[bytes] = ()) -> None:
        """Recompute some entries.

        Args:
            first: The index of the first.
            entries: The entries as they were written.
            sealed: The sealed texts of each; none are opened if left out.
        """
        known, same = self._known, 0
        parse, is_quick = log.LogEntry.FromString, self.source is None
        for index, data in enumerate(entries, first):
            try:
                entry = parse(data)
            except DecodeError:
                self.report.broken.append((index, "is no entry of a log"))
                continue
            answer, seconds = entry.answer, entry.at.seconds
            key = answer.policy_digest, answer.circumstances, seconds // _HOUR
            found = known.get(key)  # an act has no such key
            if found is not None and is_quick:
                code = answer.outcome
                if (
                    code == found.code
                    and answer.reason == found.reason
                    and not answer.stale
                    and (code != _PERMIT or answer.valid_until.seconds - seconds <= LIFE)
                ):
                    same += 1
                    continue
            if not entry.HasField("answer"):
                self.report.acts += 1
                continue
            texts = sealed[index - first] if sealed else b""
            self.report.grades[self._grade(index, entry, key, texts)] += 1
        if same:
            self.report.grades[Grade.RECOMPUTED] += same

    # One entry -------------------------------------------------------------------------------

    def _grade(self, index: int, entry: log.LogEntry, key: object, sealed: bytes) -> Grade:
        """How one entry was recomputed; a difference is noted."""
        answer = entry.answer
        policy = answer.policy_digest.hex()
        version = self.libraries.version(policy)
        if version.refused:
            self.report.refused[policy] = version.refused
        if version.judge is None:
            self.report.missing[policy] = version.missing
            return Grade.NO_POLICIES
        text = self.circumstances(answer.circumstances)
        if text is None:
            return Grade.NO_CIRCUMSTANCES
        try:
            circumstances = log.Circumstances.FromString(text)
            found = self._known_of(entry, key, version.judge, circumstances)
        except (CircumstancesError, DecodeError) as fault:
            self.report.broken.append((index, f"its circumstances cannot be read: {fault}"))
            return Grade.NO_CIRCUMSTANCES
        at = entry.at.ToDatetime(datetime.UTC)
        if (found.code, found.reason) != (answer.outcome, answer.reason):
            if answer.outcome == a.OUTCOME_DENY and answer.reason in NO_RULE:
                return Grade.NO_RULE
            recorded = Judged(_WORDS.get(answer.outcome, tree.Outcome.DENY), answer.reason)
            differing = Differing(self.libraries)
            return self._differs(
                differing.difference(index, at, recorded, found.judged, circumstances, policy)
            )
        return self._kept(index, entry, version.judge, found.judged, circumstances, sealed)

    def _known_of(
        self, entry: log.LogEntry, key: object, judge: Judge, circumstances: log.Circumstances
    ) -> _Known:
        """The answer of an entry, worked out unless it is known."""
        found = self._known.get(key)
        if found is _UNSTEADY:
            key = key, entry.at.seconds
            found = self._known.get(key)
        if found is not None:
            return found
        judged = judge.judged(circumstances, entry.at.ToDatetime(datetime.UTC))
        self.report.distinct += 1
        found = _Known(int(OUTCOMES[judged.outcome]), judged.reason, judged)
        if len(self._known) >= MAX_KEPT:
            self._known.clear()
        if judged.is_steady:
            self._known[key] = found
        else:
            self._known[key] = _UNSTEADY
            self._known[key, entry.at.seconds] = found
        return found

    def _kept(
        self,
        index: int,
        entry: log.LogEntry,
        judge: Judge,
        judged: Judged,
        circumstances: log.Circumstances,
        sealed: bytes,
    ) -> Grade:
        """The grade of an answer that is as recomputed, if it keeps to what no rule says too."""
        answer, at = entry.answer, entry.at.ToDatetime(datetime.UTC)
        wrong = _wrong_life(entry)
        if wrong:
            return self._differs(_noted(index, at, answer, Why.LASTS_TOO_LONG, wrong))
        is_stale = answer.stale and answer.outcome == a.OUTCOME_PERMIT
        if is_stale and not judge.is_at_home(circumstances):
            return self._differs(_noted(index, at, answer, Why.STALE, _NOT_AT_HOME))
        if _has_other_terms(circumstances, judged):
            return self._differs(_noted(index, at, answer, Why.TERMS, _OTHER_TERMS))
        if self.source is None:
            return Grade.RECOMPUTED
        try:
            is_open = self.source.check(judge, entry, circumstances, sealed)
        except OtherTextError as fault:
            return self._differs(_noted(index, at, answer, Why.SOURCE, str(fault)))
        return Grade.FROM_SOURCE if is_open else Grade.RECOMPUTED

    def _differs(self, difference: Difference) -> Grade:
        if len(self.report.differences) < MAX_TOLD:
            self.report.differences.append(difference)
        return Grade.DIFFERENT


_NOT_AT_HOME = (
    "the policies were more than a day old, and then only bodies of the owner's own government get "
    "a PERMIT; others ask or receive here"
)


_OTHER_TERMS = (
    "the terms of passing on that came with it are not those of the rules; a copy released on it "
    "may have gone where it must not"
)


def _has_other_terms(circumstances: log.Circumstances, judged: Judged) -> bool:
    """Whether a PERMIT came with other terms of passing on than its rules have."""
    if judged.outcome is not tree.Outcome.PERMIT or judged.terms is None or circumstances.owners:
        return False  # a search over many owners carries none: no copy is kept by it
    return [*map(written, judged.terms)] != list(circumstances.terms)


def _wrong_life(entry: log.LogEntry) -> str:
    """What is wrong with how long a PERMIT lasts; empty if nothing is."""
    answer = entry.answer
    if answer.outcome != a.OUTCOME_PERMIT:
        return ""
    lasts = answer.valid_until.seconds - entry.at.seconds
    longest = STALE_LIFE if answer.stale else LIFE
    if lasts <= longest:
        return ""
    return f"a release may begin for {lasts:,} seconds; at most {longest} are allowed"


def _noted(
    index: int, at: datetime.datetime, answer: log.AnswerEntry, why: Why, words: str
) -> Difference:
    """A difference in something else than the answer."""
    recorded = str(Judged(_WORDS.get(answer.outcome, tree.Outcome.DENY), answer.reason))
    return Difference(index, at, recorded, recorded, why, words, (), answer.policy_digest.hex())
