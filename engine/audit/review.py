"""A log judged row by row under the law of each day: docs/semantics.md, section 10.

The verdict of a row comes from the layers above the owner; whether the owner's own policy opens
the search stands beside it. No row is called unlawful on less than verified wording.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from ...dsl import syntax as tree
from ...dsl.lexicon import Matcher
from ...dsl.model import Vocabulary
from ...dsl.reading import PLAINLY, POSSIBLY
from ...dsl.truth import Truth
from .. import names
from ..binding import binds
from ..compiled.calendar import Calendar, Era, calendar_of
from ..dates import applied, days_of
from ..decision import Engine, needs_of
from ..explanation import Need
from ..facts import Facts
from ..outside import naming_rules
from ..reasons import MAX_TEXTS, ReasonWords
from ..reference import Answer, Case, RuleResult, RuleState
from ..registry import Body
from ..request import Reason, Request
from ..values import Cause, Span, State
from ..weight import rank, rule_status
from .errors import LogFault
from .findings import (
    ABOVE,
    ORDER,
    FileReview,
    Ground,
    Judgment,
    Review,
    RowVerdict,
    RuleCount,
    Version,
)
from .layouts import Field
from .log_row import LogRow
from .reader import SearchLog
from .repeats import Repeats
from .requesters import REQUESTER, Requester, Requesters
from .rows import RowFacts, Written, facts_of, requests_of


class NoLawBindsError(Exception):
    """No policy above the owner binds it, so that a verdict would say nothing."""


@dataclass(slots=True)
class Reviewer:
    """Judges logs as searches of one owner's data by the organizations that the rows name.

    Args:
        own_searches: Whether a log that was exported without that column is of the owner's own.
    """

    engine: Engine
    owner: Body
    simulated: bool = False
    own_searches: bool = False
    review: Review = field(init=False)
    vocabulary: Vocabulary = field(init=False)
    written: Written = field(init=False)
    matchers: tuple[Matcher, ...] = field(init=False)
    requesters: Requesters = field(init=False)
    _judged: dict[tuple[object, Era], Judgment] = field(init=False)
    _calendar: Calendar = field(init=False)
    _reasons: dict[tuple[str | None, Cause | None, Era], int] = field(init=False)
    _numbers: dict[tuple[State, ...], int] = field(init=False)
    _hint: Matcher = field(init=False)
    _hints: dict[str, bool] = field(init=False)
    _tally: Counter[tuple[Judgment, datetime.date, str]] = field(init=False)
    _seen: dict[str, tuple[bool, bool]] = field(init=False)
    _zones: tuple[str, ...] = field(init=False)
    _changes: list[datetime.date] = field(init=False)
    _repeats: Repeats = field(default_factory=Repeats, init=False)
    _times: dict[tuple[int, int], tuple[Era, datetime.date]] = field(init=False)

    def __post_init__(self) -> None:
        """Find the words and the law of the owner.

        Raises:
            NoLawBindsError: No policy above the owner binds it.
        """
        probe = self._probe(Span.of_day(datetime.date(2000, 1, 1)))
        if not any(
            policy.layer is tree.Layer.STATE and binds(policy, probe.context(policy)) is Truth.TRUE
            for policy in probe.policies()
        ):
            raise NoLawBindsError(self.owner.key)
        self.requesters = Requesters(self.engine, self.owner, self.own_searches)
        self.review = Review(self.owner, self.simulated, organizations=self.requesters.counts)
        self.vocabulary = probe.facts.vocabulary
        self.written = Written(self.vocabulary)
        lexicons = self.vocabulary.lexicons
        layers = [
            tuple(lexicon for lexicon in lexicons if lexicon.origin == words.edition)
            for words in self.vocabulary.lineage()
        ]
        self.matchers = tuple(self.engine.matchers.of(layer) for layer in layers)
        every = self.engine.library.vocabularies.values()
        self._hint = Matcher({p: p for v in every for x in v.lexicons for p in x.phrases})
        self._hints = {}
        self._tally = Counter()
        self._judged = {}
        self._reasons = {}
        self._numbers = {}
        self._seen = {}
        self._times = {}
        self._zones = tuple(sorted({policy.zone for policy in probe.policies()}))
        self._calendar = calendar_of(
            probe.policies(), self.engine.library.parameters, self.vocabulary
        )
        self._changes = self._days_of_change(probe)

    def _probe(self, at: Span) -> Case:
        request = self._request(at)
        vocabulary = self.engine.vocabulary_for(request, self.engine.registry)
        facts = Facts(request, self.engine.registry, vocabulary)
        words = ReasonWords(request.reason, self.engine.matchers)
        return Case(
            self.engine.library, self.engine.registry, request, request.data[0], facts, words
        )

    def _days_of_change(self, probe: Case) -> list[datetime.date]:
        """The days on which the law above the owner starts or stops, for the table of periods."""
        days: set[datetime.date] = set()
        for policy, rule in naming_rules(probe):
            if policy.layer in ABOVE and binds(policy, probe.context(policy)) is Truth.TRUE:
                period = rule.node.in_force
                days |= {day for day in (period.start, period.end) if day} if period else set()
        return sorted(days)

    # One log ---------------------------------------------------------------------------------

    def read(self, log: SearchLog) -> Iterable[int]:
        """Judge every row of a log, yielding the line reached, for progress."""
        file = FileReview(log)
        self.review.files.append(file)
        for item in log.rows(self._repeats):
            if isinstance(item, LogFault):
                file.note(item)
            else:
                file.rows += 1
                if item.again:
                    file.again += 1
                else:
                    self._row(item)
            yield item.last_line or item.line
        self._settle()

    def _row(self, row: LogRow) -> None:
        review = self.review
        facts, requester = facts_of(row, self.written), self.requesters.of(row)
        named = row.cell(Field.ORGANIZATION)
        self._count_words(facts)
        review.rows += 1
        if row.moment is None:
            review.verdicts[RowVerdict.CANNOT_TELL] += 1
            review.missing[row.cell(Field.TIME).state.value, "time of search"] += 1
            self.requesters.count(named, RowVerdict.CANNOT_TELL.value, barred=False)
            return
        at = Span(row.moment.earliest, row.moment.latest)
        era, day = self._when(at)
        judgment = self._judgment(facts, at, era, requester)
        self.requesters.count(named, judgment.verdict.value, barred=judgment.is_barred)
        unknown = judgment.verdict is RowVerdict.CANNOT_TELL and not requester.is_known
        self._tally[judgment, self._since(day), requester.cause if unknown else ""] += 1

    def _settle(self) -> None:
        """Count what was found of rows by how many they are."""
        review = self.review
        for (judgment, since, unknown), rows in self._tally.items():
            review.verdicts[judgment.verdict] += rows
            if unknown:
                review.missing[unknown, REQUESTER] += rows
            review.ground[judgment.ground] += rows
            for cause, name in judgment.missing:
                review.missing[cause, name] += rows
            for version, state in judgment.states:
                review.rules[version].states[state.value] += rows
            review.periods.setdefault(since, Counter())[judgment.verdict] += rows
        self._tally.clear()

    def _when(self, at: Span) -> tuple[Era, datetime.date]:
        """The era of a search and its day; all of a quarter of an hour share them in any zone."""
        first, last = at.earliest.timestamp(), at.latest.timestamp()
        key = int(first) // _QUARTER, int(last) // _QUARTER
        if key not in self._times:
            if len(self._times) >= MAX_TEXTS:
                self._times.clear()
            day = days_of(self._request(at), ZoneInfo(self._zones[0]))[0]
            self._times[key] = self._calendar.era(at), day
        return self._times[key]

    def _since(self, day: datetime.date) -> datetime.date:
        """The day since which the law of some day stands as it does."""
        review = self.review
        if review.first is None or day < review.first:
            review.first = day
        if review.last is None or day > review.last:
            review.last = day
        at = bisect_right(self._changes, day)
        return self._changes[at - 1] if at else datetime.date.min

    def _count_words(self, facts: RowFacts) -> None:
        """Whether the texts of a row indicate a use that a lexicon names."""
        if facts.category and not facts.purposes:
            self.review.unmapped_categories += 1
        texts = facts.category, facts.reason.text, facts.visible
        seen = [self._words(text) for text in texts if text]
        plainly = any(plain for plain, _ in seen)
        self.review.plainly += plainly
        self.review.possibly += not plainly and any(possible for _, possible in seen)

    def _words(self, text: str) -> tuple[bool, bool]:
        """Whether the lexicons of any layer read a text as plainly, or possibly, such a use."""
        if not self._may_say(text):
            return False, False
        if text not in self._seen:
            if len(self._seen) >= MAX_TEXTS:
                self._seen.clear()
            readings = [matcher.read(text) for matcher in self.matchers]
            self._seen[text] = (
                any(reading.plainly for reading in readings),
                any(reading.possibly for reading in readings),
            )
        return self._seen[text]

    def _may_say(self, text: str) -> bool:
        """Whether any lexicon of the library may have a word of a text."""
        if text not in self._hints:
            if len(self._hints) >= MAX_TEXTS:
                self._hints.clear()
            self._hints[text] = self._hint.may_hold(text)
        return self._hints[text]

    # One row ---------------------------------------------------------------------------------

    def _judgment(self, facts: RowFacts, at: Span, era: Era, requester: Requester) -> Judgment:
        """The judgment of a row; rows of which the law sees the same in one era share one."""
        key = (requester.seen, self._seen_of(facts, at, era)), era
        if key not in self._judged:
            requests = requests_of(
                facts, requester=requester.key, owner=self.owner.key, at=at,
                vocabulary=self.vocabulary,
            )  # fmt: skip
            found = [self._judge(request) for request in requests]
            strictest = max(found, key=lambda judgment: ORDER.index(judgment.verdict))
            self._judged[key] = strictest if requester.is_known else _of_nobody(strictest)
        return self._judged[key]

    def _seen_of(self, facts: RowFacts, at: Span, era: Era) -> object:
        """All that a rule may ask of a row: of its reason what the lexicons see, not the text."""
        text = facts.reason.text
        if text and not self._may_say(text):
            text = ""  # a text of which no lexicon has a word is as good as none
        key = text, facts.reason.cause, era
        if key not in self._reasons:
            if len(self._reasons) >= MAX_TEXTS:
                self._reasons.clear()
            seen = tuple(self._words_seen(Reason(text, facts.reason.cause), at))
            self._reasons[key] = self._numbers.setdefault(seen, len(self._numbers))
        return (
            facts.purposes,
            facts.purpose_cause,
            facts.reason.cause,
            facts.reason.text is not None and not facts.reason.text.strip(),
            self._reasons[key],
            facts.case_number.state,
            facts.case_offense.state,
        )

    def _words_seen(self, reason: Reason, at: Span) -> Iterator[State]:
        """What each layer's lexicons see, on any day that the search may fall on."""
        words = ReasonWords(reason, self.engine.matchers)
        days = {day for zone in self._zones for day in at.days(ZoneInfo(zone))}
        for vocabulary in self.engine.library.vocabularies.values():
            for day in sorted(days):
                yield words.seen(vocabulary, PLAINLY, day)
                yield words.seen(vocabulary, POSSIBLY, day)

    def _judge(self, request: Request) -> Judgment:
        """One request: what the layers above the owner say, and what the owner's policy says."""
        facts = Facts(request, self.engine.registry, self.vocabulary)
        words = ReasonWords(request.reason, self.engine.matchers)
        case = Case(
            self.engine.library, self.engine.registry, request, request.data[0], facts, words
        )
        answer = case.answer()
        above = [r for r in answer.results if r.policy.layer in ABOVE]
        verdict = self._verdict(case, above)
        holding = [r for r in above if r.state in _HOLDING]
        needs = dict.fromkeys(need for result in holding for need in needs_of(result))
        missing = tuple(dict.fromkeys(_missing(need) for need in needs))
        for result in above:
            self._know(result)
        return Judgment(
            verdict,
            _ground(answer),
            tuple((_version(r), r.state) for r in above),
            missing if verdict is RowVerdict.CANNOT_TELL else (),
        )

    def _verdict(self, case: Case, above: list[RuleResult]) -> RowVerdict:
        naming = [(p, r) for p, r in naming_rules(case) if p.layer in ABOVE]
        if not naming:
            return RowVerdict.OUTSIDE
        if all(applied(r.node, case.context(p).days) is Truth.FALSE for p, r in naming):
            return RowVerdict.NO_LAW
        biting = [r for r in above if r.state in (RuleState.BITES, RuleState.REFUSED)]
        if biting:
            verified = any(rank(rule_status(case, r)) >= rank("verified") for r in biting)
            return RowVerdict.UNLAWFUL if verified else RowVerdict.QUESTION
        holding = any(r.state in _HOLDING for r in above)
        return RowVerdict.CANNOT_TELL if holding else RowVerdict.LAWFUL

    def _know(self, result: RuleResult) -> None:
        node = result.rule.node
        version = _version(result)
        if version not in self.review.rules:
            self.review.rules[version] = RuleCount(
                result.rule.id, node.title, node.citation, node.in_force
            )

    def _request(self, at: Span) -> Request:
        own = self.owner.key
        return Request(own, own, names.SEARCH, (names.SEARCHED_DATA,), at)


_QUARTER = 900  # seconds
_HOLDING = (RuleState.UNPROVEN, RuleState.REFERRED, RuleState.DUTY_FIRST)


def _of_nobody(judgment: Judgment) -> Judgment:
    """A judgment of a search by somebody not known: nothing is shown of anyone."""
    if judgment.verdict not in (RowVerdict.UNLAWFUL, RowVerdict.QUESTION):
        return judgment
    return replace(judgment, verdict=RowVerdict.CANNOT_TELL, missing=(), is_barred=True)


def _version(result: RuleResult) -> Version:
    period = result.rule.node.in_force
    return result.rule.id, period.start if period else None


def _missing(need: Need) -> tuple[str, str]:
    """The cause and the name under which a missing fact is counted."""
    return (need.cause.value if need.cause else need.kind.value), need.name


def _ground(answer: Answer) -> Ground:
    if not answer.on_file:
        return Ground.NONE
    return Ground.SILENT if answer.ground is Truth.FALSE else Ground.YES
