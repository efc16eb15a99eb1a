"""What the law of a day says of a search: one judgment for all that it cannot tell apart.

The judgment itself is the reference's, which counts what every rule did and what is missing. It is
asked once for all requests in which the compiled rules read the same words (``sights``).
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from ...dsl import syntax as tree
from ...dsl.model import Vocabulary
from ...dsl.reading import PLAINLY, POSSIBLY
from ...dsl.truth import Truth
from .. import names
from ..columns.hints import Hints
from ..compiled.calendar import Calendar, Era, calendar_of
from ..dates import applied
from ..decision import Engine, needs_of
from ..explanation import Need
from ..facts import Facts
from ..outside import naming_rules
from ..reasons import MAX_TEXTS, ReasonWords
from ..reference import Answer, Case, RuleResult, RuleState
from ..registry import Body
from ..request import Reason, Request
from ..values import Span, State
from ..weight import rank, readings_read, rule_status
from .findings import ABOVE, Ground, Judgment, RuleCount, Version
from .requesters import Requester
from .rows import RowFacts, requests_of
from .sights import sight_of
from .verdicts import ORDER, RowVerdict

_NEARNESS = tuple(tree.Layer)  # to the owner, of whoever wrote a policy; the nearest last


@dataclass(slots=True)
class Judge:
    """Judges searches of one owner's data.

    Attributes:
        probe: A search by the owner itself, long ago.
        vocabulary: The words that logs of this owner may use.
        zones: The time zones of the policies.
        zone: That of the policy nearest to the owner: by its days an audit counts.
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
    _by_sight: dict[tuple[Hashable, Era], Judgment] = field(
        default_factory=dict[tuple[Hashable, Era], Judgment]
    )

    def __post_init__(self) -> None:
        """Find the words and the law of the owner."""
        self.probe = self._probe()
        self.vocabulary = self.probe.facts.vocabulary
        policies = tuple(self.probe.policies())
        self.zones = tuple(sorted({policy.zone for policy in policies}))
        self.zone = max(policies, key=lambda policy: _NEARNESS.index(policy.layer)).zone
        self.calendar = calendar_of(policies, self.engine.library.parameters, self.vocabulary)
        self.hints = Hints(self.engine.library)

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
        sight = sight_of(self.engine.compiled, request, self.vocabulary)
        if sight is None:
            return self.by_reference(request)
        key = sight, self.calendar.era(request.at)
        if key not in self._by_sight:
            self._by_sight[key] = self.by_reference(request)
        return self._by_sight[key]

    def by_reference(self, request: Request) -> Judgment:
        """One request: what the layers above the owner say, and what the owner's policy says."""
        case = self._case(request, self.vocabulary)
        answer = case.answer()
        above = [r for r in answer.results if r.policy.layer in ABOVE]
        verdict = _verdict(case, above)
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
            readings=frozenset(name for result in above for name in readings_read(result)),
        )

    def _know(self, result: RuleResult) -> None:
        node = result.rule.node
        version = _version(result)
        if version not in self.rules:
            self.rules[version] = RuleCount(
                result.rule.id, node.title, node.citation, node.in_force
            )


_HOLDING = (RuleState.UNPROVEN, RuleState.REFERRED, RuleState.DUTY_FIRST)


def _verdict(case: Case, above: list[RuleResult]) -> RowVerdict:
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
