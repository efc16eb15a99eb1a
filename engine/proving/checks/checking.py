"""All checks of a library before it is published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ....dsl.model import Policy, Rule
from ...decision import Engine
from . import adoptions, branches, duties, gaps, parameters, permits
from .desk import Desk
from .findings import Doubt, Finding, Suspicion


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of the checks.

    Attributes:
        rules: How many rules were looked at.
        findings: What was found, in the order of files and lines.
        doubts: What could not be checked.
        questions: How many questions were asked of the solver.
    """

    rules: int
    findings: tuple[Finding, ...]
    doubts: tuple[Doubt, ...]
    questions: int


@dataclass(frozen=True, slots=True)
class Part:
    """What came of some of the checks.

    Attributes:
        found: What was found, and what could not be checked, as it came.
        questions: How many questions were asked of the solver.
    """

    found: tuple[Finding | Doubt, ...]
    questions: int


@dataclass(frozen=True, slots=True)
class Checks:
    """All checks of a library, in two parts that can be made at once, each by itself.

    Attributes:
        engine: The library and the registry.
        seconds: How long one question may take.
        chosen: Which rules are looked at; the others count as what stands beside them.
    """

    engine: Engine
    seconds: float
    chosen: Callable[[Rule], bool]

    def checked(self) -> Checked:
        """What comes of all checks.

        Raises:
            SolverMissingError: The solver is not installed.
        """
        return self.joined(self.of_rules(), self.of_dates_and_numbers())

    def of_rules(self) -> Part:
        """What single formulas tell of rules.

        Raises:
            SolverMissingError: The solver is not installed.
        """
        desk = Desk(self.engine, self.seconds)
        suspicions = list(_suspicions(desk, self.mine()))
        met = desk.hunt.settle(suspicion.goal for suspicion in suspicions)
        judged = [suspicion.judge(met[suspicion.goal]) for suspicion in suspicions]
        return Part(tuple(each for each in judged if each is not None), desk.asked)

    def of_dates_and_numbers(self) -> Part:
        """What is asked of several days, or of several numbers.

        Raises:
            SolverMissingError: The solver is not installed.
        """
        desk = Desk(self.engine, self.seconds)
        return Part(tuple(_of_dates_and_numbers(desk, self.mine())), desk.asked)

    def joined(self, *parts: Part) -> Checked:
        """What came of all parts, in the order of files and lines."""
        found = [each for part in parts for each in part.found]
        ordered = sorted(found, key=lambda each: (each.place.span.source.name, each.place.line))
        findings = tuple(each for each in ordered if isinstance(each, Finding))
        doubts = tuple(each for each in ordered if isinstance(each, Doubt))
        questions = sum(part.questions for part in parts)
        return Checked(len(self.mine()), findings, doubts, questions)

    def mine(self) -> list[tuple[Policy, Rule]]:
        """The rules that are looked at."""
        return [
            (policy, rule)
            for policy in self.engine.library.policies
            if self.engine.with_proposed or not policy.proposed
            for rule in policy.rules
            if self.chosen(rule)
        ]


def _suspicions(desk: Desk, mine: Iterable[tuple[Policy, Rule]]) -> Iterator[Suspicion]:
    """What formulas tell; an adopted rule is looked at where it was written."""
    mine = list(mine)
    policies = [
        p for p in desk.engine.library.policies if desk.engine.with_proposed or not p.proposed
    ]
    for policy, rule in mine:
        if not rule.adopted_from:
            yield from branches.of_rule(desk, policy, rule)
            yield from permits.of_rule(desk, policy, rule)
    yield from duties.at_odds(desk, policies, [rule for _, rule in mine])
    yield from adoptions.loosened(desk, _each(policy for policy, _ in mine))


def _of_dates_and_numbers(
    desk: Desk, mine: Iterable[tuple[Policy, Rule]]
) -> Iterator[Finding | Doubt]:
    """What is asked of several days, or of several numbers."""
    mine = list(mine)
    for policy, rule in mine:
        if not rule.adopted_from:
            yield from gaps.gaps(desk, policy, rule)
    names = {policy.name for policy, _ in mine}
    for versions in desk.engine.library.parameters.values():
        for parameter in versions:
            if parameter.policy in names:
                yield from parameters.loosening(desk, parameter)


def _each(policies: Iterable[Policy]) -> list[Policy]:
    return list({policy.name: policy for policy in policies}.values())
