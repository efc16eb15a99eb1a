"""What the law of a day says of a search: one judgment for all that it cannot tell apart.

The judgment itself is the reference's, which counts what every rule did and what is missing. It is
asked once for all requests in which the compiled rules read the same words (``sights``).
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from ...dsl.model import Vocabulary
from ...dsl.reading import PLAINLY, POSSIBLY
from ...dsl.truth import Truth, any_of
from .. import names
from ..binding import nearest_zone
from ..columns.hints import Hints
from ..compiled.calendar import Calendar, Era, calendar_of
from ..decision import Engine
from ..facts import Facts
from ..reasons import MAX_TEXTS, ReasonWords
from ..reference import Case, RuleResult
from ..registry import Body
from ..request import Reason, Request
from ..values import Span, State
from .findings import ABOVE, Judgment, RuleCount, Version
from .outcomes import Outcome, judged, outcome_of, silence_of, version_of
from .requesters import Requester
from .rows import RowFacts, requests_of
from .sights import Same, Sight, Sights
from .verdicts import ORDER, RowVerdict


@dataclass(slots=True)
class Judge:
    """Judges searches of one owner's data.

    Attributes:
        probe: A search by the owner itself, long ago.
        vocabulary: The words that logs of this owner may use.
        zones: The time zones of the policies.
        zone: That of the nearest policy that binds the owner: by its days an audit counts.
        calendar: When their law changes.
        hints: Which texts no lexicon can tell apart.
        rules: The rules met so far.
        asked: What each judgment was made of, and whether it is known who searched.
    """

    engine: Engine
    owner: Body
    probe: Case = field(init=False)
    vocabulary: Vocabulary = field(init=False)
    zones: tuple[str, ...] = field(init=False)
    zone: str = field(init=False)
    calendar: Calendar = field(init=False)
    hints: Hints = field(init=False)
    rules: dict[Version, RuleCount] = field(default_factory=dict[Version, RuleCount])
    asked: dict[Judgment, tuple[tuple[Request, ...], bool]] = field(
        default_factory=dict[Judgment, "tuple[tuple[Request, ...], bool]"]
    )
    _judged: dict[tuple[object, Era], Judgment] = field(
        default_factory=dict[tuple[object, Era], Judgment]
    )
    _reasons: dict[tuple[Reason, Era], int] = field(default_factory=dict[tuple[Reason, Era], int])
    _seen: dict[tuple[State, ...], int] = field(default_factory=dict[tuple[State, ...], int])
    _sights: Sights = field(init=False)
    _by_sight: dict[tuple[Sight, Era], Judgment] = field(
        default_factory=dict[tuple[Sight, Era], Judgment]
    )
    _outcomes: dict[tuple[Same, int, Truth, Hashable], Outcome | None] = field(
        default_factory=dict[tuple[Same, int, Truth, Hashable], "Outcome | None"]
    )
    _silences: dict[Era, RowVerdict | None] = field(default_factory=dict[Era, "RowVerdict | None"])

    def __post_init__(self) -> None:
        """Find the words and the law of the owner."""
        self.probe = self._probe()
        self.vocabulary = self.probe.facts.vocabulary
        policies = tuple(self.probe.policies())
        self.zones = tuple(sorted({policy.zone for policy in policies}))
        self.zone = nearest_zone(self.probe.bound() or policies)
        self.calendar = calendar_of(policies, self.engine.library.parameters, self.vocabulary)
        self.hints = Hints(self.engine.library)
        self._sights = Sights(self.engine.compiled, self.vocabulary)

    def _probe(self) -> Case:
        request = self.request(Span.of_day(datetime.date(2000, 1, 1)))
        vocabulary = self.engine.vocabulary_for(request, self.engine.registry)
        return self._case(request, vocabulary)

    def _case(self, request: Request, vocabulary: Vocabulary) -> Case:
        facts = Facts(request, self.engine.registry, vocabulary)
        words = ReasonWords(request.reason, self.engine.matchers)
        return Case(
            self.engine.library, self.engine.registry, request, request.data[0], facts, words
        )

    def request(self, at: Span) -> Request:
        """A search by the owner itself of which nothing is known but when it was."""
        own = self.owner.key
        return Request(own, own, names.SEARCH, (names.SEARCHED_DATA,), at)

    def judgment(self, facts: RowFacts, at: Span, era: Era, requester: Requester) -> Judgment:
        """The judgment of a search; those of which the law sees the same in one era share one."""
        key = (requester.seen, self._seen_of(facts, at, era)), era
        if key not in self._judged:
            requests = tuple(requests_of(
                facts, requester=requester.key, owner=self.owner.key, at=at,
                vocabulary=self.vocabulary,
            ))  # fmt: skip
            judgment = self.strictest(requests, is_known=requester.is_known)
            self._judged[key] = judgment
            self.asked[judgment] = requests, requester.is_known
        return self._judged[key]

    def strictest(self, requests: Sequence[Request], *, is_known: bool) -> Judgment:
        """The judgment of a search that is these requests.

        Args:
            requests: One for each purpose that it states.
            is_known: Whether it is known who searched.
        """
        found = [self._judge(request) for request in requests]
        strictest = max(found, key=lambda judgment: ORDER.index(judgment.verdict))
        readings = frozenset(name for judgment in found for name in judgment.readings)
        strictest = replace(strictest, readings=readings)
        return strictest if is_known else _of_nobody(strictest)

    def _seen_of(self, facts: RowFacts, at: Span, era: Era) -> object:
        """All that a rule may ask of a row: of its reason what the lexicons see, not the text."""
        key = facts.reason, era
        if key not in self._reasons:
            if len(self._reasons) >= MAX_TEXTS:
                self._reasons.clear()
            seen = tuple(self._words_seen(facts.reason, at))
            self._reasons[key] = self._seen.setdefault(seen, len(self._seen))
        return (
            facts.purposes,
            facts.purpose_cause,
            facts.reason.cause,
            facts.reason.text is not None and not facts.reason.text.strip(),
            self._reasons[key],
            facts.case_number.state,
            facts.case_offense.state,
        )

    def _words_seen(self, reason: Reason, at: Span) -> Iterable[State]:
        """What each layer's lexicons see, on any day that the search may fall on."""
        words = ReasonWords(reason, self.engine.matchers)
        days = {day for zone in self.zones for day in at.days(ZoneInfo(zone))}
        for vocabulary in self.engine.library.vocabularies.values():
            for day in sorted(days):
                yield words.seen(vocabulary, PLAINLY, day)
                yield words.seen(vocabulary, POSSIBLY, day)

    def _judge(self, request: Request) -> Judgment:
        """One request, judged once for all that the rules cannot tell from it."""
        era = self.calendar.era(request.at)
        sight = self._sights.of(request, era)
        if sight is None:
            return self.by_reference(request)
        key = sight, era
        if key not in self._by_sight:
            self._by_sight[key] = self._by_parts(request, sight, era)
        return self._by_sight[key]

    def by_reference(self, request: Request) -> Judgment:
        """One request: what the layers above the owner say, and what the owner's policy says."""
        case = self._case(request, self.vocabulary)
        answer = case.answer()
        outcomes = [self._outcome(case, result) for result in answer.results]
        return judged(outcomes, silence_of(case), on_file=answer.on_file)

    def _by_parts(self, request: Request, sight: Sight, era: Era) -> Judgment:
        """The same, each rule asked once for all that it sees alike."""
        case = self._sights.case(request, era)
        plan, left_open = sight.of.plan, Truth.FALSE
        outcomes: list[Outcome] = []
        for at, read in enumerate(self._sights.reads(sight)):
            part = plan.rules[at]
            key = sight.of, at, left_open, sight.part(read)
            if key not in self._outcomes:
                result = case.result_of(part.policy, part.rule, left_open)
                self._outcomes[key] = None if result is None else self._outcome(case, result)
            outcome = self._outcomes[key]
            if outcome is not None:
                outcomes.append(outcome)
                left_open = any_of((left_open, outcome.left_open))
        if era not in self._silences:
            self._silences[era] = silence_of(self._case(request, self.vocabulary))
        return judged(outcomes, self._silences[era], on_file=plan.on_file)

    def _outcome(self, case: Case, result: RuleResult) -> Outcome:
        if result.policy.layer in ABOVE:
            self._know(result)
        return outcome_of(case, result)

    def _know(self, result: RuleResult) -> None:
        node = result.rule.node
        version = version_of(result)
        if version not in self.rules:
            self.rules[version] = RuleCount(
                result.rule.id, node.title, node.citation, node.in_force
            )


def _of_nobody(judgment: Judgment) -> Judgment:
    """A judgment of a search by somebody not known: nothing is shown of anyone."""
    if judgment.verdict not in (RowVerdict.UNLAWFUL, RowVerdict.QUESTION):
        return judgment
    return replace(judgment, verdict=RowVerdict.CANNOT_TELL, missing=(), is_barred=True)
