"""A plan: the rules that may speak of some requests, as one function, and how to read its answer.

All requests of a plan have the same act and kind of data, policies that bind them, and era of
the law. What a function gives is one integer; what that means for the outcome is worked out the
first time that it comes, and looked up afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ...dsl import syntax as tree
from ...dsl.model import Policy, Rule
from ...dsl.truth import Truth
from ..binding import OWNER_LAYERS
from ..dates import applied
from ..reference import RESTRICTING, Case, RuleState
from ..weight import rank, required_status, rule_wording
from .generate import Mark, Part, generate, repeated
from .slots import Slot
from .translate import NotCompiledError, Translator
from .words import Tables, bits

Words: TypeAlias = Sequence[int]
# The words of the known recipients, the same with somebody unknown where there may be others,
# and whether there may be.
Who: TypeAlias = tuple[tuple[Words, ...], tuple[Words, ...], bool]
Run: TypeAlias = Callable[[Words, Who, "tuple[int, ...] | None"], int]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer to a request without its explanation.

    Attributes:
        outcome: PERMIT, HOLD or DENY.
        reason: Why, in one of the words of docs/semantics.md, section 7.
        rules: The ids of the rules that made the answer, in the order of layers.
        data: The kind of data that decided, where several were asked for.
    """

    outcome: tree.Outcome
    reason: str
    rules: tuple[str, ...] = ()
    data: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A generated function, and the number of each answer that it has given so far."""

    run: Run
    numbers: dict[int, int] = field(default_factory=dict[int, int])


@dataclass(slots=True)
class Codes:
    """Generated functions by their text: policies of one shape share one function."""

    made: dict[str, Code] = field(default_factory=dict[str, Code])

    def code(self, text: str) -> Code:
        """The function of a text."""
        if text not in self.made:
            names: dict[str, Any] = {}
            exec(compile(text, "<plan>", "exec"), names)  # our own text alone
            self.made[text] = Code(names["run"])
        return self.made[text]


@dataclass(frozen=True, slots=True)
class Pivot:
    """A reading that a PERMIT must not hang on: its places among the words, and its contrary."""

    places: tuple[int, ...]
    word: int


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of a function, read: what each rule did, and the outcome as the law has it."""

    states: Mapping[int, RuleState]
    marks: frozenset[Mark]
    outcome: tree.Outcome
    reason: str
    left_open: bool


@dataclass(slots=True)
class Plan:
    """The rules of some requests, compiled.

    Attributes:
        data: The kind of data.
        code: The function; it takes the words of the request, those of its recipients, and what
            reviewers said of each referral.
        slots: Where the words of the request come from.
        recipient_slots: Where those of a recipient come from.
        rules: The rules, in the order of layers.
        marks: What each bit of an answer means.
        referrals: The places of the rules that a reviewer may clear.
        on_file: Whether the owner has a policy in force.
        required: The rank of the weakest wording on which a PERMIT may rest.
        pivots: The readings of less sure stance than that.
        rulings: What the answers met so far mean, by their numbers; None is yet to be worked out.
        trace: What gives the value of every step, once somebody has asked for it.
    """

    data: str
    code: Code
    slots: tuple[Slot, ...] = ()
    recipient_slots: tuple[Slot, ...] = ()
    rules: tuple[Part, ...] = ()
    marks: tuple[tuple[int, RuleState | Mark], ...] = ()
    referrals: tuple[int, ...] = ()
    on_file: bool = False
    required: int = 0
    pivots: tuple[Pivot, ...] = ()
    rulings: list[Ruling | None] = field(default_factory=list["Ruling | None"])
    trace: Callable[[Words, Who], tuple[tuple[Any, ...], ...]] | None = None

    def read(self, answer: int) -> Answered:
        """What an answer of the function means."""
        met = [self.marks[at] for at in range(answer.bit_length()) if answer >> at & 1]
        states = {at: what for at, what in met if isinstance(what, RuleState)}
        marks = frozenset(what for _, what in met if isinstance(what, Mark))
        restricting: set[RuleState] = set()
        permits: list[RuleState] = []
        open_states: list[RuleState] = []
        for at, state in states.items():
            part = self.rules[at]
            if part.rule.effect in RESTRICTING:
                restricting.add(state)
            elif part.rule.effect is tree.Effect.LEAVE_OPEN:
                open_states.append(state)
            elif part.policy.layer in OWNER_LAYERS:
                permits.append(state)
        left_open = _best(open_states)
        ground = max(left_open, _best(permits)) if self.on_file else left_open
        outcome, reason = self._outcome(restricting, ground, marks)
        return Answered(states, marks, outcome, reason, left_open is Truth.TRUE)

    def _outcome(
        self, states: Set[RuleState], ground: Truth, marks: Set[Mark]
    ) -> tuple[tree.Outcome, str]:
        """The strictest of all layers and the owner's ground, as the reference has it."""
        if RuleState.BITES in states:
            return tree.Outcome.DENY, "forbidden"
        if RuleState.REFUSED in states:
            return tree.Outcome.DENY, "refused on review"
        if ground is Truth.FALSE:
            return tree.Outcome.DENY, "no ground" if self.on_file else "no policy on file"
        for state, reason in _HOLDS:
            if state in states:
                return tree.Outcome.HOLD, reason
        if ground is Truth.UNPROVEN:
            return tree.Outcome.HOLD, "duty first" if Mark.DUTY_ONLY in marks else "unproven"
        return tree.Outcome.PERMIT, "permitted"

    def is_weak(self, answered: Answered) -> bool:
        """Whether a PERMIT rests on less sure wording than the owner accepts."""
        if answered.left_open:
            return False
        return Mark.WEAK in answered.marks or self._weak_opening(answered.states)

    def ruling(self, answered: Answered, *, sure: bool = True) -> Ruling:
        """The ruling; a PERMIT that is not sure is held until counsel confirms the law."""
        outcome, reason = answered.outcome, answered.reason
        if not sure:
            outcome, reason = tree.Outcome.HOLD, "law to confirm"
        wanted = DECIDING[outcome]
        made = sorted(at for at, state in answered.states.items() if state in wanted)
        ids = tuple(self.rules[at].rule.id for at in made)
        return Ruling(outcome, reason, ids, self.data)

    def keep(self, answer: int, ruling: Ruling) -> None:
        """Remember what an answer means."""
        number = self.code.numbers.setdefault(answer, len(self.code.numbers))
        self.rulings += [None] * (number + 1 - len(self.rulings))
        self.rulings[number] = ruling

    def _weak_opening(self, states: Mapping[int, RuleState]) -> bool:
        """Whether the best supported permit that opened is of less sure wording than accepted."""
        ranks = [
            rank(rule_wording(self.rules[at].rule))
            for at, state in states.items()
            if state is RuleState.OPENS and self.rules[at].policy.layer in OWNER_LAYERS
        ]
        return max(ranks, default=rank("")) < self.required


# What deciding needs of a plan, side by side in memory, and the plan.
Head: TypeAlias = "tuple[Run, dict[int, int], list[Ruling | None], Plan]"


def head_of(plan: Plan) -> Head:
    """What deciding needs of a plan."""
    return plan.code.run, plan.code.numbers, plan.rulings, plan


_HOLDS = (
    (RuleState.UNPROVEN, "unproven"),
    (RuleState.REFERRED, "referred"),
    (RuleState.DUTY_FIRST, "duty first"),
)
DECIDING = {
    tree.Outcome.DENY: (RuleState.BITES, RuleState.REFUSED),
    tree.Outcome.HOLD: (RuleState.UNPROVEN, RuleState.REFERRED, RuleState.DUTY_FIRST),
    tree.Outcome.PERMIT: (RuleState.OPENS,),
}


def _best(states: Iterable[RuleState]) -> Truth:
    """The most that any of some opening rules gives."""
    found = set(states)
    if RuleState.OPENS in found:
        return Truth.TRUE
    return Truth.UNPROVEN if RuleState.UNPROVEN in found else Truth.FALSE


def fixed(ruling: Ruling) -> Plan:
    """A plan whose answer is known."""
    return Plan(ruling.data, Code(_nothing, {0: 0}), rulings=[ruling])


def _nothing(*_: object) -> int:
    return 0


def plan_of(case: Case, bound: Mapping[str, Truth], tables: Tables, codes: Codes) -> Plan | None:
    """The plan of all requests that are like one in act, data, policies and era.

    Args:
        case: One such request.
        bound: Of each policy that may bind, whether it does.
        tables: Tables to share.
        codes: Functions to share.

    Returns:
        The plan, or None where a rule has a form that only the reference can evaluate.
    """
    parts = tuple(_parts(case, bound))
    translator = Translator(repeated(parts))
    required = rank(required_status(case))
    try:
        generated = generate(parts, translator, required)
    except NotCompiledError:
        return None
    words = case.facts.vocabulary.edition
    return Plan(
        case.data,
        codes.code(generated.text),
        translator.request.filled(tables, words),
        translator.recipient.filled(tables, words),
        parts,
        generated.marks,
        generated.referrals,
        case.on_file(),
        required,
        tuple(_pivots(case, parts, translator, required)),
    )


def _parts(case: Case, bound: Mapping[str, Truth]) -> Iterable[Part]:
    """The rules that may take part, in the order of layers."""
    for layer in tree.Layer:
        for policy in case.policies():
            if policy.layer is not layer or bound[policy.name] is Truth.FALSE:
                continue
            context = case.context(policy)
            for rule in policy.rules:
                if case.request.act in rule.acts:
                    part = _part(case, policy, rule, bound[policy.name])
                    if part is not Truth.FALSE:
                        yield Part(policy, rule, part, context)


def _part(case: Case, policy: Policy, rule: Rule, bound: Truth) -> Truth:
    live = applied(rule.node, case.context(policy).days)
    return min(live, bound, case.governs(rule, policy))


def _pivots(
    case: Case, parts: Iterable[Part], translator: Translator, required: int
) -> Iterable[Pivot]:
    """The readings whose stance ranks below what the owner asks for."""
    for name, places in translator.readings.items():
        known = next(p.policy for p in parts if name in p.policy.vocabulary.readings)
        reading = known.vocabulary.readings[name]
        if reading.answer is not None and rank(reading.stance.value) < required:
            other = case.readings.get(name, reading.answer)
            yield Pivot(tuple(places), bits(Truth.of(not other), 0))
