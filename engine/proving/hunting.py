"""Many formulas before all questions at once: which does some request meet, and which none?

Questions are asked the latest law first, and each is encoded once for all that is still looked for.
One request often meets several formulas, which need not be asked then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ...dsl import syntax as tree
from ...dsl.model import Policy, Rule
from ...dsl.truth import Truth
from ..dates import applied
from ..reference import Case
from .conditions import NotCoveredError, Sources
from .encoding import Encoded, Encoder, Part
from .excluding import Exclusions, Wish
from .formulas import Counting, Formula, either, negated, one
from .questions import World
from .searching import MOST_RECIPIENTS, recipients_within, where
from .solver import Found, Question

_TRIED = 8  # questions on which a formula is tried first
_FEW = 2  # recipients that are looked at there


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One question, encoded."""

    case: Case
    sources: Sources
    encoder: Encoder
    encoded: Encoded

    def part(self, rule: Rule) -> Part | None:
        """What a rule comes to; None if it has no part in any request of the question."""
        return next((part for part in self.encoded.parts if part.rule is rule), None)

    def answered(self, outcome: tree.Outcome) -> Formula:
        """Whether the answer is one."""
        return self.encoded.outcome[outcome]

    def changed(self, part: Part, rule: Rule) -> Part:
        """What another rule would come to in the place of one."""
        federal = part.policy.layer is tree.Layer.FEDERAL
        left_open = {} if federal else {"left_open": self.encoded.left_open}
        found = self.encoder.part(part.policy, rule, **left_open)
        assert found is not None, "it is in force when the other is"
        return found

    def denied(self, *but: Part) -> Formula:
        """Whether a rule denies, besides these."""
        return one(part.denies for part in self.encoded.parts if part not in but)

    def held(self, *but: Part) -> Formula:
        """Whether a rule holds the request, besides these."""
        return one(part.holds for part in self.encoded.parts if part not in but)

    def clear(self, *but: Part) -> Formula:
        """Whether no rule denies or holds, besides these."""
        return negated(either(self.denied(*but), self.held(*but)))


# What is looked for, where a rule takes part.
Wanted: TypeAlias = Callable[[Scene, Part], Formula]


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """A formula about a rule.

    Attributes:
        policy: The policy of the rule.
        rule: The rule.
        wanted: The formula.
        acts: The acts that are asked about.
    """

    policy: Policy
    rule: Rule
    wanted: Wanted
    acts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Met:
    """What became of a formula.

    Attributes:
        found: Whether there is a request that meets it.
        case: Where.
        why: What is not known, if that is so.
    """

    found: Found
    case: Case | None = None
    why: str = ""

    @property
    def never(self) -> bool:
        """Whether it is proved that no request meets it."""
        return self.found is Found.NONE


@dataclass(slots=True)
class Hunt:
    """Looks for many formulas.

    Attributes:
        world: All questions there are.
        seconds: How long one question may take.
        asked: How many questions were asked of the solver.
    """

    world: World
    seconds: float
    asked: int = field(default=0, init=False)
    _proved: Exclusions = field(default_factory=Exclusions, init=False)
    _cases: dict[str, list[Case]] = field(default_factory=dict[str, "list[Case]"], init=False)
    _scenes: dict[int, Scene] = field(default_factory=dict[int, Scene], init=False)

    def cases(self, act: str) -> list[Case]:
        """The questions about an act: exact times before others, and the latest first."""
        if act not in self._cases:
            found = list(self.world.cases([act], ()))
            found.sort(key=lambda case: case.request.at.latest, reverse=True)
            found.sort(key=lambda case: not is_exact(case))
            self._cases[act] = found
        return self._cases[act]

    def scene(self, case: Case, sources: Sources | None = None) -> Scene:
        """One question, encoded.

        Args:
            case: The question.
            sources: What its requests hold, where another question is about the same requests.

        Raises:
            NotCoveredError: No formula is known for a part of a rule.
        """
        if sources is not None:
            return _encoded(case, sources)
        if id(case) not in self._scenes:
            self._scenes[id(case)] = _encoded(case, self.world.sources(case))
        return self._scenes[id(case)]

    def settle(self, goals: Iterable[Goal]) -> dict[Goal, Met]:
        """What becomes of formulas, over all questions.

        First each is tried on a few questions and few recipients, which nearly all need not exceed.
        """
        goals = list(goals)
        found: dict[Goal, Met] = {}
        doubts: dict[Goal, str] = {}
        tried: Counter[Goal] = Counter()
        for act in sorted({act for goal in goals for act in goal.acts}):
            for case in filter(is_exact, self.cases(act)):
                able = [g for g in goals if tried[g] < _TRIED and _is_open(g, case, found)]
                tried.update(able)
                self._ask(case, able, found, {}, _FEW)
        for act in sorted({act for goal in goals if goal not in found for act in goal.acts}):
            for case in self.cases(act):
                able = [goal for goal in goals if _is_open(goal, case, found)]
                self._ask(case, able, found, doubts)
        for goal in goals:
            if goal not in found:
                found[goal] = _not_met(doubts.get(goal, ""))
        return found

    def within(self, goal: Goal, cases: Iterable[Case]) -> Met:
        """What becomes of a formula over some questions."""
        found: dict[Goal, Met] = {}
        doubts: dict[Goal, str] = {}
        for case in cases:
            if goal not in found:
                self._ask(case, [goal], found, doubts)
        return found.get(goal) or _not_met(doubts.get(goal, ""))

    def _ask(
        self,
        case: Case,
        goals: Sequence[Goal],
        found: dict[Goal, Met],
        doubts: dict[Goal, str],
        most: int = MOST_RECIPIENTS,
    ) -> None:
        """Whether a request of one question meets formulas."""
        if not goals:
            return
        try:
            scene = self.scene(case)
            wanted = self._wanted(scene, goals, doubts)
        except NotCoveredError as fault:
            doubts.update((goal, f"not covered: {fault}") for goal in goals)
            return
        if not wanted:
            return
        needs = max(need for _, need in wanted.values())
        question = Question(scene.sources, min(most, needs))
        question.limit(self.seconds)
        for wish, _ in wanted.values():
            question.prepare((wish.whole, *wish.parts.values()))
        question.close()
        for goal, (wish, need) in wanted.items():
            if goal in found or self._proved.excludes(wish):
                continue
            self.asked += 1
            asked = wish.parts.values()
            answer = question.able(asked)
            if answer is Found.TIMEOUT:
                limit = f"the solver did not finish in {self.seconds:g} seconds"
                doubts[goal] = f"{limit}: {where(case)}"
            if answer is Found.NONE and need <= question.most:
                self._proved.add(question.against(asked))
            if answer is Found.ONE:
                found[goal] = Met(Found.ONE, case)
                for other, (wish, _) in wanted.items():
                    if other not in found and question.meets(wish.whole):
                        found[other] = Met(Found.ONE, case)

    def _wanted(
        self, scene: Scene, goals: Iterable[Goal], doubts: dict[Goal, str]
    ) -> dict[Goal, tuple[Wish, int]]:
        """The formulas of one question that may hold, and how many recipients each needs."""
        wanted: dict[Goal, tuple[Wish, int]] = {}
        counting = Counting()
        for goal in goals:
            part = scene.part(goal.rule)
            formula = goal.wanted(scene, part) if part is not None else False
            if formula is False:
                continue
            wish = self._proved.wish(formula)
            if self._proved.excludes(wish):
                continue
            try:
                wanted[goal] = wish, recipients_within(formula, counting)
            except NotCoveredError as fault:
                doubts[goal] = f"not covered: {fault}"
        return wanted


def _encoded(case: Case, sources: Sources) -> Scene:
    encoder = Encoder(case, sources)
    return Scene(case, sources, encoder, encoder.encoded())


def _not_met(why: str) -> Met:
    return Met(Found.TIMEOUT if why else Found.NONE, None, why)


def is_exact(case: Case) -> bool:
    """Whether a question is of a time that is known."""
    at = case.request.at
    return at.day is None and at.earliest == at.latest


def _is_open(goal: Goal, case: Case, found: Mapping[Goal, Met]) -> bool:
    return goal not in found and takes_part(goal, case)


def takes_part(goal: Goal, case: Case) -> bool:
    """Whether the rule of a formula may take part in the requests of a question."""
    rule, policy = goal.rule, goal.policy
    if case.request.act not in goal.acts or case.governs(rule, policy) is Truth.FALSE:
        return False
    return applied(rule.node, case.bare(policy).days) is not Truth.FALSE
