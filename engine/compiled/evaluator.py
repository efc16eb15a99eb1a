"""The compiled evaluator: the same answers as the reference, fast enough for every search.

A request is prepared first: its facts become words. Deciding is then one function call. Policies
are indexed by owner and requester, plans kept by act, data and era; the explanation is built by
the reference, only when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace

import msgspec

from ...dsl import syntax as tree
from ...dsl.model import Library, Policy, Vocabulary
from ...dsl.reading import OWNER, REQUESTER
from ...dsl.truth import Truth
from ..admission import contradictions, lowest_vocabulary, unknown_bodies, with_keys
from ..binding import binds
from ..facts import Facts
from ..index import PolicyIndex
from ..outside import governs_at_all, governs_on_day
from ..reasons import Matchers, ReasonWords
from ..reference import Case
from ..registry import Registry
from ..request import Request
from ..weight import is_sure_enough
from .calendar import Calendar, Era, calendar_of
from .plan import DECIDING, Codes, Head, Pivot, Plan, Ruling, Who, Words, fixed, head_of, plan_of
from .trace import Row, trace_of
from .walk import parts_of
from .words import Tables

STRICTNESS = {tree.Outcome.PERMIT: 0, tree.Outcome.HOLD: 1, tree.Outcome.DENY: 2}
# How many pairs of requester and owner, and answers of a plan, are remembered.
MAX_REMEMBERED = 100_000


NOBODY: Who = ((), (), False)


class Prepared(msgspec.Struct):
    """A request turned into words, ready to be decided; one is made for each, so it is a struct.

    ``head`` is what deciding needs of the plan, side by side, and the plan. The last word is
    nobody's. A request for several kinds of data has one more (``more``) for each. ``bound`` and
    ``case`` are what the ordinary way of preparing has worked out.
    """

    head: Head
    words: Words = ()
    who: Who = NOBODY
    reviews: tuple[int, ...] | None = None
    more: tuple[Prepared, ...] = ()
    bound: Bound | None = None
    case: Case | None = None

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.head[3]


@dataclass(slots=True)
class Bound:
    """The policies that may bind some requests, and their plans.

    Requests of many requesters and owners share one, if the same policies bind them.

    Attributes:
        candidates: The library with no policy that binds none of them.
        truths: Whether each of its policies binds.
        vocabulary: The words that such requests may use.
        calendar: When the law of these policies changes.
        is_dynamic: Whether it takes more than requester and owner to say which policies bind.
        plans: The plans met so far, by act, kind of data and era.
    """

    candidates: Library
    truths: dict[str, Truth]
    vocabulary: Vocabulary
    calendar: Calendar
    is_dynamic: bool
    plans: dict[tuple[str, str, Era], Plan | None] = field(
        default_factory=dict[tuple[str, str, Era], "Plan | None"]
    )


@dataclass(slots=True)
class Compiled:
    """A library and a registry, compiled as requests come; keep one for many requests.

    The answers are those of the reference evaluator (``engine.reference``), which defines them.
    """

    library: Library
    registry: Registry
    with_proposed: bool = False
    matchers: Matchers = field(default_factory=Matchers)
    codes: Codes = field(default_factory=Codes)
    _tables: Tables = field(default_factory=Tables)
    _index: PolicyIndex = field(init=False)
    _bound: dict[tuple[str, str], Bound] = field(default_factory=dict[tuple[str, str], Bound])
    _alike: dict[Hashable, Bound] = field(default_factory=dict[Hashable, Bound])

    def __post_init__(self) -> None:
        """Index the policies."""
        self._index = PolicyIndex(self.library.policies)

    # Deciding --------------------------------------------------------------------------------

    def decide(self, prepared: Prepared) -> Ruling:
        """The answer to a prepared request."""
        run, numbers, rulings, _ = prepared.head
        answer = run(prepared.words, prepared.who, prepared.reviews)
        try:
            ruling = rulings[numbers[answer]] or self._ruled(prepared, answer)
        except (KeyError, IndexError):
            ruling = self._ruled(prepared, answer)
        if prepared.more:
            return max(
                (ruling, *map(self.decide, prepared.more)), key=lambda one: STRICTNESS[one.outcome]
            )
        return ruling

    def _ruled(self, prepared: Prepared, answer: int) -> Ruling:
        """What an answer means that was not met before, or that may hang on readings."""
        plan = prepared.plan
        answered = plan.read(answer)
        permits = answered.outcome is tree.Outcome.PERMIT
        if permits and not answered.left_open and plan.pivots and not plan.is_weak(answered):
            sure = not any(self._turns(prepared, pivot) for pivot in plan.pivots)
            return plan.ruling(answered, sure=sure)
        ruling = plan.ruling(answered, sure=not (permits and plan.is_weak(answered)))
        if len(plan.code.numbers) < MAX_REMEMBERED:
            plan.keep(answer, ruling)
        return ruling

    def _turns(self, prepared: Prepared, pivot: Pivot) -> bool:
        """Whether a PERMIT would be none if a reading had its other answer."""
        words = list(prepared.words)
        for place in pivot.places:
            words[place] = pivot.word
        answer = prepared.plan.code.run(words, prepared.who, prepared.reviews)
        return prepared.plan.read(answer).outcome is not tree.Outcome.PERMIT

    def trace(self, prepared: Prepared) -> tuple[Row, ...]:
        """The value of every step of an explanation, for the kind of data asked for first.

        Rows stand in the order of the plan's rules, one for each turn (``engine.compiled.trace``).
        A request that no rule needs to see has none.
        """
        plan = prepared.plan
        if plan.trace is None:
            plan.trace = trace_of(plan)
        return plan.trace(prepared.words, prepared.who)

    # Preparing -------------------------------------------------------------------------------

    def prepare(self, request: Request) -> Prepared:
        """A request turned into words; one that no rule needs to see has its answer already."""
        if unknown_bodies(request, self.registry):
            return _refused("unknown agency", request)
        request = with_keys(request, self.registry)
        bound = self._bound_of(request)
        facts = Facts(request, self.registry, bound.vocabulary)
        if contradictions(facts):
            return _refused("contradiction", request)
        return self._worded(request, bound, facts)

    def worded(self, request: Request) -> Prepared:
        """The same without a look at who asks; of somebody not on file no more is to be told."""
        bound = self._bound_of(request)
        return self._worded(request, bound, Facts(request, self.registry, bound.vocabulary))

    def _worded(self, request: Request, bound: Bound, facts: Facts) -> Prepared:
        words = ReasonWords(request.reason, self.matchers)
        parts = [
            self._prepared(
                bound,
                Case(bound.candidates, self.registry, request, data, facts, words,
                     self.with_proposed),
            )
            for data in request.data
        ]  # fmt: skip
        first = parts[0]
        first.more = tuple(parts[1:])
        return first

    def _prepared(self, bound: Bound, case: Case) -> Prepared:
        """The words of one kind of data."""
        plan = self._plan(bound, case)
        if plan is None:
            return Prepared(
                head_of(fixed(reference_ruling(case, replace(case, library=self.library))))
            )
        words = (*(slot.word(case) for slot in plan.slots), 0)
        recipients = case.facts.recipients()
        known = tuple(_of_recipient(plan, case, str(key)) for key in recipients.known)
        is_open = not recipients.complete
        asked = (*known, _of_recipient(plan, case, "")) if is_open else known
        who = known, asked, is_open
        return Prepared(head_of(plan), words, who, _reviews(plan, case), (), bound, case)

    def _plan(self, bound: Bound, case: Case) -> Plan | None:
        """The plan of a request, made when its like comes for the first time."""
        key = case.request.act, case.data, bound.calendar.era(case.request.at)
        if key not in bound.plans:
            bound.plans[key] = self._made(bound, case)
        return bound.plans[key]

    def _made(self, bound: Bound, case: Case) -> Plan | None:
        plan = plan_of(case, bound.truths, self._tables, self.codes)
        if plan is not None and plan.rules:
            return plan
        whole = replace(case, library=self.library)
        if not governs_at_all(whole):
            return fixed(Ruling(tree.Outcome.DENY, "outside this law", (), case.data))
        if not governs_on_day(whole):
            return None  # days of policies that do not bind: rare, so asked each time
        return plan

    def vocabulary_for(self, request: Request, registry: Registry) -> Vocabulary:
        """The words that a request may use."""
        requester, owner = registry.get(request.requester), registry.get(request.owner)
        policies = self.library.policies
        if requester is not None and owner is not None:
            if registry is self.registry:
                return self._bound_of(with_keys(request, registry)).vocabulary
            policies = self._index.candidates(requester, owner)
        return lowest_vocabulary(self.library, policies, request, registry, self.matchers)

    # Whom the policies bind ------------------------------------------------------------------

    def _bound_of(self, request: Request) -> Bound:
        """The policies that bind, remembered where only requester and owner matter."""
        pair = request.requester, request.owner
        found = self._bound.get(pair)
        if found is None:
            found = self._bind(request)
            if not found.is_dynamic:
                if len(self._bound) >= MAX_REMEMBERED:
                    self._bound.clear()
                self._bound[pair] = found
        return found

    def _bind(self, request: Request) -> Bound:
        requester, owner = self.registry.get(request.requester), self.registry.get(request.owner)
        assert owner is not None
        policies = self.library.policies
        if requester is not None:
            policies = self._index.candidates(requester, owner)
        candidates = replace(self.library, policies=policies)
        vocabulary = lowest_vocabulary(candidates, policies, request, self.registry, self.matchers)
        facts = Facts(request, self.registry, vocabulary)
        words = ReasonWords(request.reason, self.matchers)
        case = Case(candidates, self.registry, request, request.data[0], facts, words,
                    self.with_proposed)  # fmt: skip
        truths = {policy.name: binds(policy, case.bare(policy)) for policy in case.policies()}
        alike = tuple(truths.items()), vocabulary.edition
        if alike not in self._alike:
            calendar = calendar_of(policies, self.library.parameters, vocabulary)
            dynamic = any(map(_is_dynamic, policies))
            self._alike[alike] = Bound(candidates, truths, vocabulary, calendar, dynamic)
        return self._alike[alike]


def _is_dynamic(policy: Policy) -> bool:
    """Whether it takes more than the requester and the owner to say whether a policy binds."""
    if policy.binds is None:
        return False
    return any(
        isinstance(reference := getattr(part, name, None), tree.Reference)
        and reference.head not in (REQUESTER, OWNER)
        for part in parts_of(policy.binds)
        for name in ("subject", "collection", "after", "value")
    )


def _refused(reason: str, request: Request) -> Prepared:
    ruling = Ruling(tree.Outcome.DENY, reason, (), ", ".join(request.data))
    return Prepared(head_of(fixed(ruling)))


def _of_recipient(plan: Plan, case: Case, key: str) -> Words:
    """The words of a recipient after a flag that he is known; the empty key is somebody unknown."""
    return (int(bool(key)), *(slot.word(case, key) for slot in plan.recipient_slots))


def _reviews(plan: Plan, case: Case) -> tuple[int, ...] | None:
    """What reviewers said of each referral: 1 cleared, 2 refused; None if no one spoke."""
    if not case.request.reviews:
        return None
    words = [case.review_of(plan.rules[at].rule) for at in plan.referrals]
    return tuple(0 if cleared is None else 1 if cleared else 2 for cleared in words)


def reference_ruling(case: Case, whole: Case) -> Ruling:
    """The ruling of the reference on one kind of data; ``whole`` has policies that do not bind."""
    answer = case.answer()
    outcome, reason = answer.outcome, answer.reason
    if not governs_at_all(whole):
        return Ruling(tree.Outcome.DENY, "outside this law", (), case.data)
    if not governs_on_day(whole):
        return Ruling(tree.Outcome.DENY, "no law of that day", (), case.data)
    permits = outcome is tree.Outcome.PERMIT and answer.left_open is not Truth.TRUE
    if permits and not is_sure_enough(case, answer):
        outcome, reason = tree.Outcome.HOLD, "law to confirm"
    ids = tuple(r.rule.id for r in answer.results if r.state in DECIDING[outcome])
    return Ruling(outcome, reason, ids, case.data)
