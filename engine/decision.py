"""The answer: one typed value that is kept, printed and sent, made from the reference evaluator."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from ..dsl import syntax as tree
from ..dsl.model import Library, Vocabulary
from ..dsl.truth import Truth
from .admission import contradictions, unknown_bodies, with_keys
from .binding import binds
from .compiled import Compiled, Ruling
from .dates import changes, days_of, turns
from .duties import DutyOwed, OnwardTerms, UrgentLane, duties_owed, onward_terms, urgent_lanes
from .explanation import Need, NeedKind
from .facts import Facts
from .fault import Fault
from .outside import governs_at_all, governs_on_day, law_that_may_apply
from .reasons import Matchers, ReasonWords
from .reference import Answer, Case, RuleResult, RuleState, Verdict
from .registry import Registry
from .request import Request
from .request_json import Reading
from .routes import Change, candidates
from .settling import Settling, settling_sets
from .values import Span
from .weight import is_sure_enough, required_status, weakest, weakest_status

STRICTNESS = {tree.Outcome.PERMIT: 0, tree.Outcome.HOLD: 1, tree.Outcome.DENY: 2}


@dataclass(frozen=True, slots=True)
class Route:
    """What would be PERMIT now, by changing only who acts, what is released, and how much."""

    change: Change
    outcome: tree.Outcome


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer to one request.

    Attributes:
        outcome: PERMIT, HOLD or DENY.
        reason: Why, in one of the words of docs/semantics.md, section 7.
        request: What was asked.
        data: The kind of data that decided, where several were asked for.
        law_date: The civil day of the law, first and last if it is uncertain.
        known_as_of: The digest of the library that answered.
        decided_at: When.
        valid_until: The next day on which the law changes for this request, if any is known.
        weakest_status: The weakest wording that the answer rests on, if it rests on law.
        verdicts: What each layer says.
        results: Every rule that took part.
        on_file: Whether the owner has a policy in force.
        settling: What would turn a HOLD into a PERMIT.
        not_stated: Asserted facts that a HOLD also waits for, by name.
        routes: What is lawful now.
        duties: What must be done, by whom, by when.
        onward: To whom the data may go on.
        urgent: Who answers fast.
        faults: What in the request could not be gone by.
        notes: What the reader of the answer should know.
        may_apply: The law that may apply where this law does not.
        owner_name: What the owner is called.
        simulated: Whether stated proof was believed.
    """

    outcome: tree.Outcome
    reason: str
    request: Request
    data: str
    law_date: tuple[datetime.date, datetime.date]
    known_as_of: str
    decided_at: datetime.datetime
    valid_until: datetime.date | None = None
    weakest_status: str = ""
    verdicts: dict[tree.Layer, Verdict] = field(default_factory=dict[tree.Layer, Verdict])
    results: tuple[RuleResult, ...] = ()
    on_file: bool = False
    settling: tuple[Settling, ...] = ()
    not_stated: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    duties: tuple[DutyOwed, ...] = ()
    onward: tuple[OnwardTerms, ...] = ()
    urgent: tuple[UrgentLane, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    may_apply: tuple[str, ...] = ()
    owner_name: str = ""
    simulated: bool = False

    def deciding(self) -> tuple[RuleResult, ...]:
        """The rules that made the answer: those that bite, hold or open."""
        wanted = {
            tree.Outcome.DENY: (RuleState.BITES, RuleState.REFUSED),
            tree.Outcome.HOLD: (RuleState.UNPROVEN, RuleState.REFERRED, RuleState.DUTY_FIRST),
            tree.Outcome.PERMIT: (RuleState.OPENS,),
        }[self.outcome]
        return tuple(r for r in self.results if r.state in wanted)


@dataclass(slots=True)
class Engine:
    """A library and a registry, ready to decide; keep one for many requests."""

    library: Library
    registry: Registry
    with_proposed: bool = False
    matchers: Matchers = field(default_factory=Matchers)
    by_reference: bool = False
    compiled: Compiled = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Stand ready to compile; nothing is compiled before it is asked for."""
        self.compiled = Compiled(self.library, self.registry, self.with_proposed, self.matchers)

    def rule(self, request: Request, *, registry: Registry | None = None) -> Ruling:
        """The answer to a request without its explanation, by the compiled evaluator.

        The reference answers where ``by_reference`` asks for it, and for another registry.
        """
        if not self.by_reference and registry in (None, self.registry):
            return self.compiled.decide(self.compiled.prepare(request))
        decision = self._referred(request, registry or self.registry, _EPOCH, explained=False)
        ids = tuple(result.rule.id for result in decision.deciding())
        return Ruling(decision.outcome, decision.reason, ids, decision.data)

    def decide(
        self,
        request: Request,
        *,
        decided_at: datetime.datetime,
        explained: bool = True,
        registry: Registry | None = None,
    ) -> Decision:
        """The answer to a request.

        Args:
            request: What is asked.
            decided_at: The moment of the answer, which the engine never asks a clock for.
            explained: Whether to work out settling sets, routes and, of an answer that is no
                PERMIT, the weakest status; outcome and reason do not depend on it.
            registry: A registry to go by instead (simulation).
        """
        known = registry or self.registry
        decision = self._referred(request, known, decided_at, explained=explained)
        if known is not self.registry or self.by_reference:
            return decision
        ruling = self.compiled.decide(self.compiled.prepare(request))
        return decision if _agree(decision, ruling) else _at_odds(decision, ruling)

    def _referred(
        self,
        request: Request,
        known: Registry,
        decided_at: datetime.datetime,
        *,
        explained: bool,
    ) -> Decision:
        """The answer of the reference evaluator, with its explanation."""
        unknown = unknown_bodies(request, known)
        if unknown:
            return self._refused(request, "unknown agency", unknown, decided_at)
        request = with_keys(request, known)
        vocabulary = self.vocabulary_for(request, known)
        facts = Facts(request, known, vocabulary)
        contrary = contradictions(facts)
        if contrary:
            return self._refused(request, "contradiction", contrary, decided_at)
        decisions = [
            self._for_data(request, data, facts, known, decided_at, explained=explained)
            for data in request.data
        ]
        strictest = max(decisions, key=lambda decision: STRICTNESS[decision.outcome])
        return strictest if len(decisions) == 1 else _with_parts(strictest, decisions)

    def _for_data(
        self,
        request: Request,
        data: str,
        facts: Facts,
        registry: Registry,
        decided_at: datetime.datetime,
        *,
        explained: bool,
    ) -> Decision:
        """The answer for one kind of data."""
        case = self._case(request, data, facts, registry)
        answer = case.answer()
        decision = self._plain(case, answer, decided_at)
        if not governs_at_all(case):
            applies = law_that_may_apply(case)
            return _emptied(decision, "outside this law", may_apply=applies)
        if not governs_on_day(case):
            return _emptied(decision, "no law of that day")
        confirmed = (
            answer.outcome is not tree.Outcome.PERMIT
            or answer.left_open is Truth.TRUE
            or is_sure_enough(case, answer)
        )
        if confirmed and not explained:
            return decision
        decision = replace(decision, weakest_status=weakest_status(case, answer))
        if not confirmed:
            decision = _to_confirm(case, decision)
        return self._explained(case, answer, decision) if explained else decision

    def case(self, request: Request, data: str, *, registry: Registry | None = None) -> Case:
        """A request whose bodies are on file, for one kind of data, before its answer."""
        known = registry or self.registry
        request = with_keys(request, known)
        facts = Facts(request, known, self.vocabulary_for(request, known))
        return self._case(request, data, facts, known)

    def _case(self, request: Request, data: str, facts: Facts, registry: Registry) -> Case:
        words = ReasonWords(request.reason, self.matchers)
        return Case(self.library, registry, request, data, facts, words, self.with_proposed)

    def _explained(self, case: Case, answer: Answer, decision: Decision) -> Decision:
        """With what would settle a HOLD, and what is lawful now."""
        if answer.outcome is tree.Outcome.HOLD:
            sets = settling_sets(case, answer)
            stated = tuple(s for s in sets if not s.asserted)
            missing = {need.name for s in sets for need in s.asserted}
            open_points = {need for r in decision.deciding() for need in r.part_needs}
            missing |= {need.name for need in open_points if need.is_asserted}
            undated = any(need.kind is NeedKind.DATE for need in open_points)
            decision = replace(
                decision,
                settling=stated or sets,
                not_stated=tuple(sorted(missing)),
                notes=(*decision.notes, *([_UNDATED] if undated else [])),
            )
        if decision.outcome is not tree.Outcome.PERMIT:
            decision = replace(decision, routes=self._routes(case))
        return decision

    def _plain(self, case: Case, answer: Answer, decided_at: datetime.datetime) -> Decision:
        return Decision(
            answer.outcome,
            answer.reason,
            case.request,
            case.data,
            _law_date(case),
            self.library.digest,
            decided_at,
            valid_until=_next_change(case, answer),
            verdicts=dict(answer.verdicts),
            results=answer.results,
            on_file=answer.on_file,
            duties=duties_owed(answer, case.request.act),
            onward=onward_terms(answer),
            urgent=urgent_lanes(case, answer),
            owner_name=_name(case.registry, case.request.owner),
            simulated=case.request.simulated,
        )

    def _routes(self, case: Case) -> tuple[Route, ...]:
        """The nearest acts that would be PERMIT: by other hands, of less, to fewer."""
        found: list[Route] = []
        for change in candidates(case):
            ruling = self.rule(change.request, registry=case.registry)
            if ruling.outcome is tree.Outcome.PERMIT:
                found.append(Route(change, ruling.outcome))
        return tuple(found)

    def _refused(
        self,
        request: Request,
        reason: str,
        faults: Iterable[Fault],
        decided_at: datetime.datetime,
    ) -> Decision:
        """DENY before any rule is asked."""
        return Decision(
            tree.Outcome.DENY,
            reason,
            request,
            ", ".join(request.data),
            days_of(request, _UTC),
            self.library.digest,
            decided_at,
            faults=tuple(faults),
            simulated=request.simulated,
        )

    def vocabulary_for(self, request: Request, registry: Registry) -> Vocabulary:
        """The words that a request may use."""
        return self.compiled.vocabulary_for(request, registry)


def not_understood(library: Library, reading: Reading, now: datetime.datetime) -> Decision:
    """DENY for a request that cannot be gone by, with every fault."""
    return Decision(
        tree.Outcome.DENY,
        "not understood",
        Request("", "", "", (), Span.at(now)),
        "",
        (now.date(), now.date()),
        library.digest,
        now,
        faults=reading.faults,
        notes=reading.notes,
    )


_UTC = ZoneInfo("UTC")
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)  # a ruling tells no time
_UNDATED = (
    "whether one of these rules was in force on that day is not known; counsel can settle it by "
    "finding the day on which the law took effect"
)


def _agree(decision: Decision, ruling: Ruling) -> bool:
    ids = tuple(result.rule.id for result in decision.deciding())
    said = Ruling(decision.outcome, decision.reason, ids, decision.data)
    return said == ruling


def _at_odds(decision: Decision, ruling: Ruling) -> Decision:
    """Two evaluators that disagree are a fault of ours: nothing is released on it."""
    fault = Fault(
        "",
        f"the two evaluators disagree: {decision.outcome.value} ({decision.reason}) and "
        f"{ruling.outcome.value} ({ruling.reason})",
        "report this request; until it is mended such requests are denied",
    )
    return replace(_emptied(decision, "evaluators disagree"), faults=(fault,))


def _name(registry: Registry, key: str) -> str:
    body = registry.get(key)
    return body.name if body else key


def _law_date(case: Case) -> tuple[datetime.date, datetime.date]:
    """The civil day in the zone of the first policy that binds the request."""
    for policy in case.policies():
        if policy.layer is tree.Layer.STATE:
            context = case.bare(policy)
            if binds(policy, context) is Truth.TRUE:
                return context.days
    return days_of(case.request, _UTC)


def _next_change(case: Case, answer: Answer) -> datetime.date | None:
    """The first day after the law date on which a rule, a number or a word list may change."""
    last = _law_date(case)[1]
    bound = [p for p in case.policies() if binds(p, case.bare(p)) is not Truth.FALSE]
    names_bound = {policy.name for policy in bound}
    periods = [lexicon.in_force for lexicon in case.facts.vocabulary.lexicons]
    periods += [
        version.in_force
        for versions in case.library.parameters.values()
        for version in versions
        if version.policy in names_bound
    ]
    days = [day for period in periods for day in turns(period)]
    days += [
        day
        for policy in bound
        for rule in policy.rules
        if case.request.act in rule.acts
        for day in changes(rule.node)
    ]
    return min((day for day in days if day > last), default=None)


def _to_confirm(case: Case, decision: Decision) -> Decision:
    """A PERMIT that rests on less sure wording than the owner accepts is held."""
    note = (
        f"the answer rests on {decision.weakest_status} wording; the owner's policy asks for "
        f"{required_status(case)}"
    )
    return replace(decision, outcome=tree.Outcome.HOLD, reason="law to confirm", notes=(note,))


def _emptied(decision: Decision, reason: str, may_apply: Sequence[str] = ()) -> Decision:
    """DENY because no rule speaks of it."""
    return replace(
        decision,
        outcome=tree.Outcome.DENY,
        reason=reason,
        verdicts={},
        results=(),
        duties=(),
        onward=(),
        urgent=(),
        may_apply=tuple(may_apply),
        weakest_status="",
    )


def _with_parts(strictest: Decision, decisions: Sequence[Decision]) -> Decision:
    """Several kinds of data: a PERMIT carries the duties of all; else those PERMIT are routes."""
    if strictest.outcome is tree.Outcome.PERMIT:
        ends = [d.valid_until for d in decisions if d.valid_until is not None]
        return replace(
            strictest,
            duties=tuple(dict.fromkeys(duty for d in decisions for duty in d.duties)),
            onward=tuple(dict.fromkeys(terms for d in decisions for terms in d.onward)),
            weakest_status=weakest(d.weakest_status for d in decisions),
            valid_until=min(ends, default=None),
        )
    routes = [
        Route(Change("data", f"only {d.data}", replace(d.request, data=(d.data,))), d.outcome)
        for d in decisions
        if d.outcome is tree.Outcome.PERMIT
    ]
    return replace(strictest, routes=(*routes, *strictest.routes))


def needs_by_cause(decision: Decision) -> dict[str, tuple[Need, ...]]:
    """What is missing in the rules that hold, grouped by the cause."""
    grouped: dict[str, dict[Need, None]] = {}
    for result in decision.results:
        if result.state not in (RuleState.UNPROVEN, RuleState.REFERRED, RuleState.DUTY_FIRST):
            continue
        for need in needs_of(result):
            cause = need.cause.value if need.cause else need.kind.value
            grouped.setdefault(cause, {})[need] = None
    return {cause: tuple(needs) for cause, needs in sorted(grouped.items())}


def needs_of(result: RuleResult) -> tuple[Need, ...]:
    """Everything that a rule waits for, each once."""
    nodes = [turn.condition for turn in result.turns if turn.condition is not None]
    nodes += [branch.node for turn in result.turns for branch in turn.branches]
    nodes += [node for _, _, node in result.duties if node is not None]
    found = [need for node in nodes for need in node.needs()]
    found += [leaf.need for leaf in result.open_recipients if leaf.need is not None]
    found += list(result.part_needs)
    for must, done, node in result.duties:
        if done is not Truth.TRUE and node is None:
            duty = result.policy.vocabulary.duties[must.duty.text]
            found.append(Need(NeedKind.DUTY, duty.name, roles=(duty.attested_by or "",)))
    if result.state is RuleState.REFERRED:
        role = result.rule.node.refer_to
        found.append(Need(NeedKind.REVIEW, result.rule.id, roles=(role.text,) if role else ()))
    return tuple(dict.fromkeys(found))
