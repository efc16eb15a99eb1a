"""What every check works with: the engine, what hunts for formulas, and requests that show one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ....dsl.model import Library, Policy, Rule
from ...decision import Decision, Engine
from ...reference import Case, RuleResult
from ..conditions import NotCoveredError
from ..hunting import Goal, Hunt, Met, Wanted
from ..questions import World
from ..searching import Search, Shows, Witness, decided
from ..solver import Found


@dataclass(slots=True)
class Desk:
    """What every check works with.

    Attributes:
        engine: What decides each request that is shown.
        seconds: How long one question may take.
    """

    engine: Engine
    seconds: float
    hunt: Hunt = field(init=False)
    search: Search = field(init=False)

    def __post_init__(self) -> None:
        """Know the world of the engine."""
        self.hunt = Hunt(World.of(self.engine), self.seconds)
        self.search = Search(self.engine, self.seconds)

    @property
    def asked(self) -> int:
        """How many questions were asked of the solver."""
        return self.hunt.asked + self.search.asked

    def settled(self, goal: Goal, wanted: Wanted) -> tuple[Goal, Met]:
        """Another formula about the rule of one, and what becomes of it."""
        other = replace(goal, wanted=wanted)
        return other, self.hunt.settle([other])[other]

    def shown(self, goal: Goal, met: Met, shows: Shows) -> Witness | None:
        """A request that meets a formula and shows something; None if none could be made."""
        if met.case is None:
            return None
        scene = self.hunt.scene(met.case)
        part = scene.part(goal.rule)
        assert part is not None, "its formula holds there"
        try:
            found = self.search.request(scene.case, scene.sources, goal.wanted(scene, part), shows)
        except NotCoveredError:
            return None
        return found if isinstance(found, Witness) else None

    def beside(self, library: Library) -> Engine:
        """An engine of another library."""
        return Engine(library, self.engine.registry, with_proposed=self.engine.with_proposed)


def answer_in(engine: Engine, witness: Witness) -> Decision | None:
    """What another engine answers to a request."""
    found = decided(engine, witness.request)
    return found[0].decision if found else None


def with_rules(library: Library, policy: Policy, rules: Iterable[Rule]) -> Library:
    """A library in which a policy has other rules."""
    other = replace(policy, rules=tuple(rules))
    policies = tuple(other if p.name == policy.name else p for p in library.policies)
    return replace(library, policies=policies)


def result_of(decision: Decision, rule: Rule) -> RuleResult | None:
    """What a rule did for a request."""
    return next((r for r in decision.results if r.rule.node == rule.node), None)


def doubted(met: Met) -> bool:
    """Whether it is not known if a request meets a formula."""
    return met.found is Found.TIMEOUT


__all__ = ["Case", "Desk", "answer_in", "doubted", "result_of", "with_rules"]
