"""Parameters that lower layers may move in a direction that makes an answer milder.

That a policy moves one against its direction is refused by `platelaw check` (PL307). Here the
direction itself is looked at. Tests are monotone in their bounds and rules in their tests, so that
which way an answer turns can be read off the text; only where it may turn to the milder side is a
request looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ....dsl import syntax as tree
from ....dsl.check.polarity import MILDER, STRICTER, branches
from ....dsl.model import Library, Parameter, Policy, Rule
from ...decision import STRICTNESS
from ...reference import Case
from ..conditions import NotCoveredError
from ..encoding import Encoder
from ..formulas import both, either, negated
from ..hunting import is_exact
from ..searching import Witness
from .desk import Desk, answer_in
from .findings import Check, Doubt, Finding, Place, Shown

# Whether a test is rather met when its bound is raised.
_RISES = {
    tree.Relation.OVER: False,
    tree.Relation.AT_LEAST: False,
    tree.Relation.UNDER: True,
    tree.Relation.AT_MOST: True,
    tree.Relation.FROM: False,
    tree.Relation.BEFORE: True,
}


def loosening(desk: Desk, parameter: Parameter) -> Iterator[Finding | Doubt]:
    """What moving a parameter as lower layers may makes milder."""
    if parameter.direction is None:
        return
    for policy in desk.engine.library.policies:
        for rule in policy.rules:
            if loosens(parameter, policy, rule):
                found = _Move(desk, parameter, policy, rule).found()
                if found is not None:
                    yield found


def loosens(parameter: Parameter, policy: Policy, rule: Rule) -> bool:
    """Whether a test of a rule turns its answer milder when the parameter is moved as it may be."""
    raised = parameter.direction is tree.Direction.RAISE
    conditions = list(branches(rule.node))
    if rule.effect is tree.Effect.REQUIRE and rule.node.condition is not None:
        conditions.append((rule.node.condition, STRICTER))
    return any(
        (sign if rises is raised else -sign) == MILDER
        for condition, direction in conditions
        for sign, rises in _uses(condition, direction, parameter.name, policy.defines)
    )


def _uses(
    condition: tree.Condition, sign: int, name: str, defines: Mapping[str, tree.Condition]
) -> Iterator[tuple[int, bool]]:
    """Which way the truth of each test with this bound turns the answer, and a raise the test."""
    match condition:
        case tree.And() | tree.Or():
            for item in condition.items:
                yield from _uses(item, sign, name, defines)
        case tree.Not():
            yield from _uses(condition.item, -sign, name, defines)
        case tree.Quantified():
            yield from _uses(condition.body, sign, name, defines)
        case tree.Named() if condition.name in defines:
            yield from _uses(defines[condition.name], sign, name, defines)
        case tree.Compare() if _bound(condition.bound) == name:
            yield sign, _RISES[condition.relation]
        case tree.Within() if _bound(condition.bound) == name:
            yield sign, True
        case _:
            return


def _bound(bound: object) -> str:
    return bound.text if isinstance(bound, tree.Name) else ""


@dataclass(frozen=True, slots=True)
class _Move:
    """A parameter that is moved, and a rule that reads it."""

    desk: Desk
    parameter: Parameter
    policy: Policy
    rule: Rule

    @property
    def _place(self) -> Place:
        name = f"{self.parameter.policy} {self.parameter.name} in {self.rule.id}"
        return Place(Check.LOOSENING_PARAMETER, name, self.parameter.value.span)

    def found(self) -> Finding | Doubt | None:
        """A request that gets a milder answer when the parameter is moved."""
        doubt = ""
        for moved in self._moved():
            library = self._with(moved)
            for case in self._cases():
                try:
                    found = self._in(case, library)
                except NotCoveredError as fault:
                    found = f"not covered: {fault}"
                if isinstance(found, Witness):
                    return self._finding(found, library, moved)
                doubt = doubt or found
        return Doubt(self._place, doubt) if doubt else None

    def _cases(self) -> Iterator[Case]:
        for act in sorted(self.rule.acts):
            for case in filter(is_exact, self.desk.hunt.cases(act)):
                if case.governs(self.rule, self.policy):
                    yield case

    def _moved(self) -> Iterator[tree.Value]:
        """Values on the side to which it may be moved: a step away, and far away."""
        value = self.parameter.value
        raised = self.parameter.direction is tree.Direction.RAISE
        match value:
            case tree.Count():
                yield from (replace(value, value=number) for number in _steps(value.value, raised))
            case tree.Duration():
                yield from (
                    replace(value, number=number) for number in _steps(value.number, raised)
                )
            case _:
                return

    def _with(self, value: tree.Value) -> Library:
        library = self.desk.engine.library
        name = self.parameter.name
        stated = tuple(replace(version, value=value) for version in library.parameters[name])
        policies = tuple(
            replace(p, settings={**p.settings, name: value}) if name in p.settings else p
            for p in library.policies
        )
        return replace(library, parameters={**library.parameters, name: stated}, policies=policies)

    def _in(self, case: Case, library: Library) -> Witness | str:
        hunt = self.desk.hunt
        sources = hunt.world.sources(case)
        now = hunt.scene(case, sources)
        other = replace(case, library=library)
        then = Encoder(other, sources).encoded()
        stops, opens = tree.Outcome.DENY, tree.Outcome.PERMIT
        milder = either(
            both(now.answered(stops), negated(then.outcome[stops])),
            both(negated(now.answered(opens)), then.outcome[opens]),
        )
        beside = self.desk.beside(library)

        def shows(witness: Witness, again: Case) -> bool:
            del again
            answer = answer_in(beside, witness)
            mild = witness.decision.outcome
            return answer is not None and STRICTNESS[answer.outcome] < STRICTNESS[mild]

        return self.desk.search.request(case, sources, milder, shows)

    def _finding(self, witness: Witness, library: Library, moved: tree.Value) -> Finding:
        answer = answer_in(self.desk.beside(library), witness)
        assert answer is not None, "it was decided so before"
        direction = self.parameter.direction
        assert direction is not None
        says = (
            f"agencies may {direction.value} it, and `{self.rule.id}` reads it so that this makes "
            "an answer milder"
        )
        what = f"with {_number(moved)} this request would be {answer.outcome.value}"
        return Finding(self._place, says, proved=False, shown=(Shown(what, witness),))


def _steps(number: int, raised: bool) -> list[int]:
    steps = (number + 1, number * 10) if raised else (number - 1, 1)
    return [step for step in dict.fromkeys(steps) if step >= 0 and step != number]


def _number(value: tree.Value) -> str:
    match value:
        case tree.Duration():
            return f"{value.number} {value.unit.value}s"
        case tree.Count():
            return str(value.value)
        case _:
            return value.span.text
