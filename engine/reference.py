"""The reference evaluator: the definition of every answer.

Read it beside docs/semantics.md; each step names its section there. Speed is for others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from zoneinfo import ZoneInfo

from ..dsl import syntax as tree
from ..dsl.kinds import DATA
from ..dsl.model import Library, Policy, Rule
from ..dsl.truth import Truth, all_of, any_of
from .binding import OWNER_LAYERS, binds, parameters_for
from .conditions import Context, Leaf, another_member, evaluate, others_of
from .dates import applied, days_of, in_force
from .explanation import Need, NeedKind, Node
from .facts import Facts
from .reasons import ReasonWords
from .registry import Registry
from .request import Request, Voucher


class RuleState(Enum):
    """What a rule did for this request."""

    BITES = "bites"
    OPENS = "opens"
    CLEAR = "clear"
    UNPROVEN = "unproven"
    REFERRED = "referred"
    REFUSED = "refused"
    DUTY_FIRST = "duty first"
    REQUIRES = "requires"


class Verdict(Enum):
    """What a layer says."""

    CLEAR = "clear"
    HOLD = "HOLD"
    DENY = "DENY"


@dataclass(frozen=True, slots=True)
class BranchResult:
    """An exception or a ground as it came out."""

    branch: tree.Branch
    is_ground: bool
    node: Node


@dataclass(frozen=True, slots=True)
class Turn:
    """One evaluation of a rule: for a recipient, or once for the whole request."""

    recipient: str | None
    condition: Node | None
    branches: tuple[BranchResult, ...]
    applies: Truth
    value: Truth


@dataclass(frozen=True, slots=True)
class RuleResult:
    """A rule that took part, and what it did."""

    policy: Policy
    rule: Rule
    state: RuleState
    turns: tuple[Turn, ...]
    duties: tuple[tuple[tree.Must, Truth, Node | None], ...]
    part_needs: tuple[Need, ...] = ()
    open_recipients: tuple[Node, ...] = ()
    live: Truth = Truth.TRUE
    bounds: tuple[Node, ...] = ()

    @property
    def applies(self) -> Truth:
        """Whether the rule's condition holds for anyone."""
        return any_of(turn.applies for turn in self.turns)

    @property
    def value(self) -> Truth:
        """Whether it bites or opens."""
        return any_of(turn.value for turn in self.turns)


@dataclass(frozen=True, slots=True)
class Answer:
    """What all layers say, before it is explained.

    Attributes:
        results: Every rule that took part, in the order of layers and names.
        verdicts: The verdict of each layer that binds the request.
        ground: Whether the owner's side opens, section 6.
        left_open: Whether the federal layer leaves this open.
        on_file: Whether the owner has a policy in force.
        outcome: The strictest of all.
        reason: Why, in one of the words of docs/semantics.md, section 7.
    """

    results: tuple[RuleResult, ...]
    verdicts: Mapping[tree.Layer, Verdict]
    ground: Truth
    left_open: Truth
    on_file: bool
    outcome: tree.Outcome
    reason: str


BITING = (RuleState.BITES, RuleState.REFUSED)
HOLDING = (RuleState.UNPROVEN, RuleState.REFERRED, RuleState.DUTY_FIRST)


@dataclass(slots=True)
class Case:
    """One request for one kind of data before one library and registry."""

    library: Library
    registry: Registry
    request: Request
    data: str
    facts: Facts
    words: ReasonWords
    with_proposed: bool = False
    assumed: Mapping[Leaf, Truth] = field(default_factory=dict[Leaf, Truth])
    readings: Mapping[str, bool] = field(default_factory=dict[str, bool])
    granted: frozenset[Need] = frozenset()
    _bound: list[Policy] | None = field(default=None, init=False, repr=False, compare=False)
    _may_bind: list[Policy] | None = field(default=None, init=False, repr=False, compare=False)
    _contexts: dict[str, Context] = field(
        default_factory=dict[str, Context], init=False, repr=False, compare=False
    )

    def answer(self) -> Answer:
        """The answer of all layers: sections 5 to 7."""
        results: list[RuleResult] = []
        left_open = Truth.FALSE
        for layer in tree.Layer:
            mine = [
                result
                for policy in self.may_bind()
                if policy.layer is layer
                for rule in policy.rules
                if (result := self.result_of(policy, rule, left_open)) is not None
            ]
            results += mine
            if layer is tree.Layer.FEDERAL:
                left_open = any_of(r.value for r in mine if r.rule.effect is tree.Effect.LEAVE_OPEN)
        return self.combined(tuple(results), left_open)

    def policies(self) -> Iterable[Policy]:
        """The policies that may bind; a proposed bill only where it is asked for."""
        return (p for p in self.library.policies if self.with_proposed or not p.proposed)

    def amended(self, library: Library, policies: Mapping[str, Policy]) -> Case:
        """The same request before a library in which the same policies bind it.

        Args:
            library: The library; its vocabularies have the same names, kinds and lexicons.
            policies: The policies of it that are others, by name.
        """
        vocabulary = library.vocabularies[self.facts.vocabulary.edition]
        facts = self.facts
        if vocabulary is not facts.vocabulary:
            facts = Facts(self.request, self.registry, vocabulary)
        other = replace(self, library=library, facts=facts)
        other._bound = [policies.get(p.name, p) for p in self.bound()]
        other._may_bind = [policies.get(p.name, p) for p in self.may_bind()]
        return other

    def alike(self, request: Request, facts: Facts, words: ReasonWords) -> Case:
        """Another request for the same kind of data, which the same policies bind.

        Args:
            request: The request.
            facts: Its facts.
            words: The words of its reason.
        """
        other = replace(self, request=request, facts=facts, words=words)
        other._bound, other._may_bind = self.bound(), self.may_bind()
        return other

    # Section 5: what one rule does -----------------------------------------------------------

    def result_of(self, policy: Policy, rule: Rule, left_open: Truth) -> RuleResult | None:
        """A rule's part and state; None if it has no part in this request."""
        if self.request.act not in rule.acts:
            return None
        context = self.context(policy)
        live, bounds, needs = self._part(policy, rule, context)
        part = all_of((live, *(node.truth for node in bounds)))
        if policy.layer is not tree.Layer.FEDERAL and rule.effect in RESTRICTING:
            part = all_of((part, ~left_open))
        if part is Truth.FALSE:
            return None
        turns = tuple(self._turn(rule, context, who, part) for who in self._who(rule))
        before = (must for must in rule.node.musts if self._is_before(must))
        duties = tuple((must, *self.duty_done(must, context)) for must in before)
        if rule.effect is tree.Effect.PERMIT:
            done = all_of(truth for _, truth, _ in duties)
            turns = tuple(
                Turn(t.recipient, t.condition, t.branches, t.applies, all_of((t.value, done)))
                for t in turns
            )
        state = self._state(policy, rule, turns, duties)
        others = tuple(others_of(context)) if "" in {turn.recipient for turn in turns} else ()
        return RuleResult(policy, rule, state, turns, duties, needs, others, live, bounds)

    def _part(
        self, policy: Policy, rule: Rule, context: Context
    ) -> tuple[Truth, tuple[Node, ...], tuple[Need, ...]]:
        """Whether a rule is in force and governs this kind of data, whom it binds, what is open."""
        live = applied(rule.node, context.days)
        bounds = tuple(
            evaluate(condition, context)
            for condition in (policy.binds, rule.node.binds)
            if condition is not None
        )
        by_path = binds(policy, context) if policy.path_binds else Truth.TRUE
        data = self.governs(rule, policy)
        needs: list[Need] = []
        if data is Truth.UNPROVEN:
            needs.append(Need(NeedKind.FACT, "data", level=tree.Level.ASSERTION))
        if live is Truth.UNPROVEN:
            needs.append(Need(NeedKind.DATE, "the day on which the law took effect"))
        return all_of((live, by_path, data)), bounds, tuple(needs)

    def governs(self, rule: Rule, policy: Policy) -> Truth:
        """Whether the data asked for are of a kind that the rule names."""
        kinds = policy.vocabulary.kinds
        nearest = self.facts.vocabulary.kinds.nearest(self.data, kinds) - {DATA}
        if not nearest:
            return Truth.FALSE  # a word of a lower layer, under nothing that this layer knows
        return any_of(kinds.lies_under(nearest, kind) for kind in rule.data)

    def _who(self, rule: Rule) -> tuple[str | None, ...]:
        """The recipients that a rule is asked for; the empty name is one not known."""
        if not rule.node.per_recipient:
            return (None,)
        recipients = self.facts.recipients()
        known = tuple(str(key) for key in recipients.known)
        return known if recipients.complete else tuple(dict.fromkeys((*known, "")))

    def _turn(self, rule: Rule, context: Context, who: str | None, part: Truth) -> Turn:
        """Condition and branches for one recipient."""
        here = replace(context, recipient=who)
        node = rule.node
        condition = evaluate(node.condition, here) if node.condition is not None else None
        branches = tuple(
            BranchResult(branch, is_ground, evaluate(branch.condition, here))
            for group, is_ground in ((node.grounds, True), (node.exceptions, False))
            for branch in group
        )
        applies = all_of((part, condition.truth if condition else Truth.TRUE))
        value = all_of((applies, ~any_of(branch.node.truth for branch in branches)))
        if who == "" and not self._recipients_assumed():
            value = min(value, Truth.UNPROVEN)  # somebody not known may yet be one it lets in
        elif who == "":
            value = Truth.FALSE
        return Turn(who, condition, branches, applies, value)

    def _recipients_assumed(self) -> bool:
        """Whether settling assumes that there are no other recipients."""
        return all(
            self.assumed.get(another_member(name)) is Truth.FALSE
            for name in self.facts.open_recipient_sets()
        )

    def _state(
        self,
        policy: Policy,
        rule: Rule,
        turns: tuple[Turn, ...],
        duties: tuple[tuple[tree.Must, Truth, Node | None], ...],
    ) -> RuleState:
        value = any_of(turn.value for turn in turns)
        applies = any_of(turn.applies for turn in turns)
        undone = any(done is not Truth.TRUE for _, done, _ in duties)
        match rule.effect:
            case tree.Effect.PERMIT | tree.Effect.LEAVE_OPEN:
                return _OPEN_STATES[value]
            case tree.Effect.REFER:
                state = self._reviewed(rule, value)
            case tree.Effect.REQUIRE:
                state = RuleState.REQUIRES if applies is not Truth.FALSE else RuleState.CLEAR
            case _:
                state = _BITE_STATES[value]
        first = undone and applies is not Truth.FALSE
        passes = state in (RuleState.CLEAR, RuleState.REQUIRES)
        return RuleState.DUTY_FIRST if first and passes else state

    def _reviewed(self, rule: Rule, value: Truth) -> RuleState:
        """A referral: no part if its condition is false, else HOLD until cleared."""
        if value is Truth.FALSE:
            return RuleState.CLEAR
        cleared = self.review_of(rule)
        if cleared is False:
            # What may have no part is not refused for good yet, and no review can clear it.
            return RuleState.REFUSED if value is Truth.TRUE else RuleState.UNPROVEN
        return RuleState.CLEAR if cleared else RuleState.REFERRED

    def review_of(self, rule: Rule) -> bool | None:
        """Whether reviewers cleared a rule for this request; None if none of them spoke."""
        words = [
            review
            for review in self.request.reviews
            if review.rule in (rule.id, rule.node.name.text)
            and self._speaks(review.voucher, rule.node.refer_to)
        ]
        if any(not review.cleared for review in words):
            return False
        return True if words or Need(NeedKind.REVIEW, rule.id) in self.granted else None

    def _speaks(self, voucher: Voucher | None, role: tree.Name | None) -> bool:
        """Whether a reviewer or whoever did a duty holds the role asked for."""
        if voucher is None:
            return self.request.simulated
        return role is not None and voucher.role == role.text and self.facts.may_speak(voucher)

    def _is_before(self, must: tree.Must) -> bool:
        return any(act.text == self.request.act for act in must.before)

    def duty_done(self, must: tree.Must, context: Context) -> tuple[Truth, Node | None]:
        """Whether a duty is done: proven or not proven, never false."""
        duty = context.vocabulary.duties[must.duty.text]
        if Need(NeedKind.DUTY, duty.name) in self.granted:
            return Truth.TRUE, None
        if duty.done_by is not None:
            node = evaluate(duty.done_by, context)
            return max(node.truth, Truth.UNPROVEN), node
        role = tree.Name(must.span, duty.attested_by or "")
        done = any(
            item.duty == duty.name and self._speaks(item.voucher, role)
            for item in self.request.duties
        )
        return (Truth.TRUE if done else Truth.UNPROVEN), None

    # Sections 6 and 7: layers, ground, outcome -----------------------------------------------

    def combined(self, results: tuple[RuleResult, ...], left_open: Truth) -> Answer:
        """The answer that what all rules did comes to."""
        verdicts = {
            layer: _verdict([r for r in results if r.policy.layer is layer])
            for layer in tree.Layer
            if any(r.policy.layer is layer for r in results)
        }
        on_file = self.on_file()
        permits = [
            r.value
            for r in results
            if r.rule.effect is tree.Effect.PERMIT and r.policy.layer in OWNER_LAYERS
        ]
        ground = any_of((*permits, left_open)) if on_file else left_open
        outcome, reason = outcome_of(results, verdicts, ground, on_file=on_file)
        return Answer(results, verdicts, ground, left_open, on_file, outcome, reason)

    def on_file(self) -> bool:
        """Whether the owner has a policy that is in force on the day, or may be."""
        return any(
            in_force(policy.in_force, days) is not Truth.FALSE
            and any(applied(rule.node, days) is not Truth.FALSE for rule in policy.rules)
            for policy in self.bound()
            if policy.layer is tree.Layer.OWNER
            for days in [self.bare(policy).days]
        )

    def bound(self) -> list[Policy]:
        """The policies that bind the request."""
        if self._bound is None:
            self._bound = [p for p in self.may_bind() if binds(p, self.bare(p)) is Truth.TRUE]
        return self._bound

    def may_bind(self) -> list[Policy]:
        """The policies that bind the request, or may: no rule of another has a part in it."""
        if self._may_bind is None:
            found = (p for p in self.policies() if binds(p, self.bare(p)) is not Truth.FALSE)
            self._may_bind = list(found)
        return self._may_bind

    def context(self, policy: Policy) -> Context:
        """Where the conditions of a policy are evaluated for this request."""
        if policy.name not in self._contexts:
            bare = self.bare(policy)
            parameters = parameters_for(self.library.parameters, self.bound(), bare.days)
            self._contexts[policy.name] = replace(bare, parameters=parameters)
        return self._contexts[policy.name]

    def bare(self, policy: Policy) -> Context:
        """The context of a policy without parameters, enough to see whom it binds."""
        zone = ZoneInfo(policy.zone)
        days = days_of(self.request, zone)
        return Context(self.facts, self.words, policy, {}, days, zone,
                       readings=self.readings, assumed=self.assumed)  # fmt: skip


RESTRICTING = (tree.Effect.FORBID, tree.Effect.LIMIT, tree.Effect.REFER, tree.Effect.REQUIRE)
_OPEN_STATES = {
    Truth.TRUE: RuleState.OPENS,
    Truth.UNPROVEN: RuleState.UNPROVEN,
    Truth.FALSE: RuleState.CLEAR,
}
_BITE_STATES = {
    Truth.TRUE: RuleState.BITES,
    Truth.UNPROVEN: RuleState.UNPROVEN,
    Truth.FALSE: RuleState.CLEAR,
}


def _verdict(results: list[RuleResult]) -> Verdict:
    """A layer: DENY if anything bites, else HOLD if anything is open, else clear."""
    binding = [r for r in results if r.rule.effect is not tree.Effect.PERMIT]
    binding = [r for r in binding if r.rule.effect is not tree.Effect.LEAVE_OPEN]
    if any(r.state in BITING for r in binding):
        return Verdict.DENY
    return Verdict.HOLD if any(r.state in HOLDING for r in binding) else Verdict.CLEAR


def outcome_of(
    results: tuple[RuleResult, ...],
    verdicts: Mapping[tree.Layer, Verdict],
    ground: Truth,
    *,
    on_file: bool,
) -> tuple[tree.Outcome, str]:
    """The strictest of all layers and the owner's ground, and why."""
    states = {r.state for r in results if r.rule.effect in RESTRICTING}
    if Verdict.DENY in verdicts.values():
        refused = RuleState.BITES not in states
        return tree.Outcome.DENY, "refused on review" if refused else "forbidden"
    if ground is Truth.FALSE:
        return tree.Outcome.DENY, "no ground" if on_file else "no policy on file"
    if RuleState.UNPROVEN in states:
        return tree.Outcome.HOLD, "unproven"
    if RuleState.REFERRED in states:
        return tree.Outcome.HOLD, "referred"
    if RuleState.DUTY_FIRST in states:
        return tree.Outcome.HOLD, "duty first"
    if ground is Truth.UNPROVEN:
        return tree.Outcome.HOLD, _ground_reason(results)
    return tree.Outcome.PERMIT, "permitted"


def _ground_reason(results: tuple[RuleResult, ...]) -> str:
    """Why no permit opens yet: a duty to be done first, or a fact to be proven."""
    for result in results:
        if result.rule.effect is tree.Effect.PERMIT and result.state is RuleState.UNPROVEN:
            without = all_of(
                (result.applies, *(~b.node.truth for t in result.turns for b in t.branches))
            )
            if without is Truth.TRUE:
                return "duty first"
    return "unproven"
