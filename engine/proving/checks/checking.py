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


def checked(engine: Engine, seconds: float, chosen: Callable[[Rule], bool]) -> Checked:
    """What comes of all checks.

    Args:
        engine: The library and the registry.
        seconds: How long one question may take.
        chosen: Which rules are looked at; the others count as what stands beside them.

    Raises:
        SolverMissingError: The solver is not installed.
    """
    desk = Desk(engine, seconds)
    mine = [
        (policy, rule)
        for policy in engine.library.policies
        if engine.with_proposed or not policy.proposed
        for rule in policy.rules
        if chosen(rule)
    ]
    suspicions = list(_suspicions(desk, mine))
    met = desk.hunt.settle(suspicion.goal for suspicion in suspicions)
    found: list[Finding | Doubt] = []
    for suspicion in suspicions:
        judged = suspicion.judge(met[suspicion.goal])
        found += [judged] if judged is not None else []
    found += _of_dates_and_numbers(desk, mine)
    ordered = sorted(found, key=lambda each: (each.place.span.source.name, each.place.line))
    findings = tuple(each for each in ordered if isinstance(each, Finding))
    doubts = tuple(each for each in ordered if isinstance(each, Doubt))
    return Checked(len(mine), findings, doubts, desk.asked)


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
