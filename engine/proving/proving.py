"""Whether an ``always`` or ``never`` holds: for every request, or not, with one that breaks it.

``never O`` is broken by a request answered O for which the statement, read as a rule that
forbids, would do anything at all: its condition is not false and no exception is true. ``always
O`` is broken by a request answered otherwise for which that rule would bite.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import partial

from ...dsl import syntax as tree
from ...dsl.model import Invariant, Policy, Rule
from ...dsl.truth import Truth
from ..dates import turns
from ..decision import Engine
from ..outside import governs_on_day
from ..reference import Case
from .breaking import why_broken
from .conditions import NotCoveredError, Sources
from .encoding import Encoded, Encoder
from .formulas import Formula, Pair, both, either, negated
from .questions import World, days_tested
from .searching import Search, Shows, Witness, decided


class Verdict(Enum):
    """What became of a statement."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of a statement.

    Attributes:
        invariant: The statement.
        verdict: Proved, refuted, or unknown.
        why: What is not known, and why.
        witness: A request that breaks it.
        because: Why that request breaks it, a sentence each.
        questions: How many questions were asked of the solver.
    """

    invariant: Invariant
    verdict: Verdict
    why: str = ""
    witness: Witness | None = None
    because: tuple[str, ...] = ()
    questions: int = 0


@dataclass(slots=True)
class Prover:
    """Proves statements of one library; keep one for many.

    Attributes:
        engine: What decides each request that is shown.
        seconds: How long one question may take.
    """

    engine: Engine
    seconds: float = 20.0
    world: World = field(init=False)
    _search: Search = field(init=False)

    def __post_init__(self) -> None:
        """Know the world of the engine."""
        self.world = World.of(self.engine)
        self._search = Search(self.engine, self.seconds)

    def prove(self, invariant: Invariant) -> Proof:
        """Whether a statement holds.

        Raises:
            SolverMissingError: The solver is not installed.
        """
        self._search.asked = 0
        policy = self._policy(invariant)
        if policy.proposed and not self.engine.with_proposed:
            return Proof(invariant, Verdict.UNKNOWN, "it stands in a bill, which binds nobody")
        doubts: list[str] = []
        for case in self._cases(invariant):
            try:
                found = self._question(case, policy, invariant)
            except NotCoveredError as fault:
                return self._proof(invariant, Verdict.UNKNOWN, f"not covered: {fault}")
            if isinstance(found, Witness):
                return self._proof(invariant, Verdict.REFUTED, witness=found)
            doubts += [found] if found else []
        if doubts:
            return self._proof(invariant, Verdict.UNKNOWN, doubts[0])
        return self._proof(invariant, Verdict.PROVED)

    def _proof(
        self, invariant: Invariant, verdict: Verdict, why: str = "", witness: Witness | None = None
    ) -> Proof:
        because = self._because(invariant, witness) if witness is not None else ()
        return Proof(invariant, verdict, why, witness, because, self._search.asked)

    def _because(self, invariant: Invariant, witness: Witness) -> tuple[str, ...]:
        found = decided(self.engine, witness.request)
        assert found is not None, "it was decided before"
        decision = found[0].decision
        stated = found[1](decision.data).result_of(
            self._policy(invariant), as_rule(invariant), Truth.FALSE
        )
        return why_broken(stated, decision) if stated is not None else ()

    def _policy(self, invariant: Invariant) -> Policy:
        return next(p for p in self.engine.library.policies if p.name == invariant.policy)

    def _cases(self, invariant: Invariant) -> list[Case]:
        node = invariant.node
        acts = [name.text for name in node.acts]
        asked = [branch.condition for branch in node.exceptions]
        asked += [node.condition] if node.condition is not None else []
        days = {*turns(node.in_force), *days_tested(asked)}  # the library's own are known
        return list(self.world.cases(acts, days))

    # One question ----------------------------------------------------------------------------

    def _question(self, case: Case, policy: Policy, invariant: Invariant) -> Witness | str:
        """A request of one question that breaks it; else what is not known, if anything."""
        sources = self.world.sources(case)
        encoder = Encoder(case, sources)
        stated = encoder.part(policy, as_rule(invariant))
        if stated is None or stated.value.possible is False:
            return ""
        broken, surely = _broken(
            invariant, encoder.encoded(), stated.value, governed=governs_on_day(case)
        )
        breaks = partial(self._breaks, policy, invariant, least=Truth.UNPROVEN)
        found = self._search.request(case, sources, broken, breaks, small=False)
        if not isinstance(found, Witness):
            return found
        plainly = partial(self._breaks, policy, invariant, least=Truth.TRUE)
        return self._plainly(case, sources, surely, plainly) or (
            self._search.small(found, case.data, breaks)
        )

    def _plainly(
        self, case: Case, sources: Sources, surely: Formula, breaks: Shows
    ) -> Witness | None:
        """A request that breaks it whatever is not stated, if one is found."""
        try:
            found = self._search.request(case, sources, surely, breaks)
        except NotCoveredError:
            return None
        return found if isinstance(found, Witness) else None

    def _breaks(
        self, policy: Policy, invariant: Invariant, witness: Witness, case: Case, *, least: Truth
    ) -> bool:
        """Whether a request breaks it, and the statement is at least so true of the request."""
        result = case.result_of(policy, as_rule(invariant), Truth.FALSE)
        value = result.value if result is not None else Truth.FALSE
        same = witness.decision.outcome is invariant.node.outcome
        if invariant.node.always:
            return value is Truth.TRUE and not same
        return value >= least and same


def as_rule(invariant: Invariant) -> Rule:
    """The statement read as a rule that forbids."""
    return Rule(invariant.id, invariant.node.as_rule())


def _broken(
    invariant: Invariant, encoded: Encoded, value: Pair, *, governed: bool
) -> tuple[Formula, Formula]:
    """The requests that break a statement, and those that do whatever they do not state."""
    outcome = invariant.node.outcome
    assert outcome is not None
    may = _possible(encoded, governed=governed)
    if not invariant.node.always:
        return both(may[outcome], value.possible), both(may[outcome], value.certain)
    others = either(*(formula for other, formula in may.items() if other is not outcome))
    broken = both(others, value.certain)
    return broken, broken


def _possible(encoded: Encoded, *, governed: bool) -> dict[tree.Outcome, Formula]:
    """When each answer is possible: a PERMIT may be held until counsel confirms the law."""
    if not governed:
        return {tree.Outcome.DENY: True, tree.Outcome.HOLD: False, tree.Outcome.PERMIT: False}
    permits = encoded.outcome[tree.Outcome.PERMIT]
    unsure = both(permits, negated(encoded.left_open.certain))
    return {
        **encoded.outcome,
        tree.Outcome.HOLD: either(encoded.outcome[tree.Outcome.HOLD], unsure),
    }
