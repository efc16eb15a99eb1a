"""Where the tree of an answer parts from what an example expects: rule by rule, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.truth import Truth
from ..decision import STRICTNESS, Decision
from ..examples import ExampleResult, cleared, is_named, touching
from ..explanation import Node
from ..reference import RuleResult, RuleState, Turn

_OPENING = (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of both trees: what stands there, what was wanted of it, and what it is.

    Attributes:
        text: The rule, the condition or the branch as it is written.
        expected: What it would be if the example passed; empty if nothing is asked of it.
        actual: What it is.
        depth: How deep it lies in the tree.
        decides: Whether it is the first condition that came out otherwise.
    """

    text: str
    expected: str
    actual: str
    depth: int = 0
    decides: bool = False


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """A rule that did otherwise than an example expects, and the steps down to the reason."""

    rule: str
    steps: tuple[Step, ...]


def differences(result: ExampleResult) -> tuple[RuleDifference, ...]:
    """Every rule that did otherwise: those expected first, then those that decided unasked.

    An example that passes has none.
    """
    if not result.faults:
        return ()
    return tuple(_found(result.example.node, result.decision))


def _found(node: tree.Example, decision: Decision) -> Iterator[RuleDifference]:
    deciding = decision.deciding()
    for name in node.by:
        among = any(is_named(result.rule.id, name.text) for result in deciding)
        if not among or node.outcome is not decision.outcome:
            yield from _expected(name.text, node.outcome, decision)
    for name in node.touched:
        if not touching(name.text, decision):
            yield from _stood_aside(name.text, decision) or (
                _expected(name.text, node.outcome, decision)
            )
    for name in node.untouched:
        for result in touching(name.text, decision):
            yield _difference(result, Truth.FALSE, RuleState.CLEAR.value)
    if node.outcome is decision.outcome:
        return
    if node.outcome is tree.Outcome.PERMIT and decision.reason == "no ground":
        openings = [r for r in decision.results if r.rule.effect is tree.Effect.PERMIT]
        for result in openings if not node.by else ():
            yield _difference(result, Truth.TRUE, RuleState.OPENS.value)
    milder = node.outcome and STRICTNESS[decision.outcome] < STRICTNESS[node.outcome]
    for result in deciding if not (milder and node.by) else ():
        if not any(is_named(result.rule.id, name.text) for name in node.by):
            yield _difference(result, Truth.FALSE, RuleState.CLEAR.value)


def _stood_aside(name: str, decision: Decision) -> list[RuleDifference]:
    """The referrals of a name that were to take part, and do not since they are cleared."""
    aside = "cleared"
    return [
        RuleDifference(rule, (Step(f"rule {rule}", "takes part", aside, decides=True),))
        for rule in (result.rule.id for result in cleared(name, decision))
    ]


def _expected(
    name: str, outcome: tree.Outcome | None, decision: Decision
) -> Iterator[RuleDifference]:
    """The rules of a name that ought to decide; one that took no part says so."""
    mine = [result for result in decision.results if is_named(result.rule.id, name)]
    for result in mine:
        wanted, state = _wanted(result, outcome)
        if result.state.value != state:
            yield _difference(result, wanted, state)
    if not mine:
        why = "no part: not of that day, act or data, or it does not bind them"
        yield RuleDifference(name, (Step(f"rule {name}", "decides", why, decides=True),))


def _wanted(result: RuleResult, outcome: tree.Outcome | None) -> tuple[Truth, str]:
    """What a rule that decides this outcome is."""
    effect = result.rule.effect
    match outcome:
        case tree.Outcome.HOLD if effect is tree.Effect.REFER:
            return Truth.TRUE, RuleState.REFERRED.value
        case tree.Outcome.HOLD if effect is tree.Effect.REQUIRE:
            return Truth.TRUE, RuleState.DUTY_FIRST.value
        case tree.Outcome.HOLD:
            return Truth.UNPROVEN, RuleState.UNPROVEN.value
        case tree.Outcome.PERMIT:
            return Truth.TRUE, RuleState.OPENS.value
        case _ if effect is tree.Effect.REFER:
            return Truth.TRUE, RuleState.REFUSED.value
        case _:
            return Truth.TRUE, RuleState.BITES.value


def _difference(result: RuleResult, wanted: Truth, state: str) -> RuleDifference:
    head = Step(f"rule {result.rule.id}", state, result.state.value)
    steps = marked((head, *_steps(result, wanted)))
    return RuleDifference(result.rule.id, steps)


def marked(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps with the first condition that came out otherwise marked: the deepest of its line.

    Steps follow one another down the tree, so that line ends where the depth falls back. Where no
    condition did, the rule itself is marked.
    """
    last = next((at for at in range(len(steps)) if _falls(steps, at)), 0)
    return tuple(
        Step(step.text, step.expected, step.actual, step.depth, at == last)
        for at, step in enumerate(steps)
    )


def _falls(steps: tuple[Step, ...], at: int) -> bool:
    own = steps[at]
    differs = bool(own.expected) and own.expected != own.actual
    is_end = at + 1 == len(steps) or steps[at + 1].depth <= own.depth
    return at > 0 and differs and is_end


def _steps(result: RuleResult, wanted: Truth) -> Iterator[Step]:
    """The lines below a rule: whom it binds, then one turn of it that is not as wanted."""
    if wanted is not Truth.FALSE:
        for node in result.bounds:
            if node.truth is not Truth.TRUE:
                yield from _down(node, Truth.TRUE, 1, "binds ")
    turn = next((turn for turn in result.turns if turn.value is not wanted), None)
    if turn is None:
        turn = next(iter(result.turns), None)
    if turn is not None:
        yield from _turn(turn, wanted)
    for must, done, done_by in result.duties:
        duty = must.duty.text.replace("_", " ")
        opens = result.rule.effect in _OPENING
        asked = Truth.TRUE.word if opens and wanted is Truth.TRUE else ""
        if done_by is not None and done is not Truth.TRUE:
            yield from _down(done_by, Truth.TRUE, 1, f"before: {duty}, done by ")
        else:
            yield Step(f"before: {duty} done", asked, done.word, 1)


def _turn(turn: Turn, wanted: Truth) -> Iterator[Step]:
    """One evaluation of a rule: its condition, then its exceptions or grounds."""
    depth = 1
    if turn.recipient is not None:
        who = turn.recipient or "another recipient, not known"
        yield Step(f"for {who}", wanted.word, turn.value.word, depth)
        depth += 1
    if turn.condition is not None:
        yield from _condition(turn, wanted, depth)
    lifted = Truth.FALSE if wanted is Truth.TRUE else ~wanted
    for result in turn.branches:
        word = "to" if result.is_ground else "unless"
        label = f"{word} {result.branch.label.text}: "
        if _blamed(turn, wanted, result.node):
            yield from _down(result.node, lifted, depth, label)
        else:
            yield Step(f"{label}{result.node.text}", "", result.node.truth.word, depth)


def _condition(turn: Turn, wanted: Truth, depth: int) -> Iterator[Step]:
    """The condition: to blame if it alone keeps the rule from what is wanted."""
    assert turn.condition is not None
    actual = turn.condition.truth
    blamed = actual is not Truth.FALSE if wanted is Truth.FALSE else actual < wanted
    if blamed or (wanted is Truth.UNPROVEN and not turn.branches and actual is not wanted):
        yield from _down(turn.condition, wanted, depth, "if ")
    else:
        yield Step(f"if {turn.condition.text}", "", actual.word, depth)


def _blamed(turn: Turn, wanted: Truth, node: Node) -> bool:
    """Whether a branch is why a rule is not as wanted: it lifts, or, unlifted, lets it apply."""
    if wanted is Truth.FALSE:
        return turn.condition is None
    if wanted is Truth.TRUE:
        return node.truth is not Truth.FALSE
    return node.truth is not Truth.UNPROVEN and turn.value is not wanted


def _down(node: Node, wanted: Truth, depth: int, prefix: str = "") -> Iterator[Step]:
    """From a condition down to the first test that makes it what it is instead of ``wanted``."""
    found = f" (it is {node.shown})" if node.shown and not node.children else ""
    yield Step(f"{prefix}{node.text}{found}", wanted.word, node.truth.word, depth)
    inner = ~wanted if node.operator == "not" else wanted
    child = _decisive(node.children, node.operator, inner)
    if child is not None and (node.operator != "not" or child.children):
        yield from _down(child, inner, depth + 1)


def _decisive(children: Iterable[Node], operator: str, wanted: Truth) -> Node | None:
    """The first child to blame: any that is not as wanted, the nearest where one would do.

    Where one would do, a reading of the law comes last: no request can change it.
    """
    others = [child for child in children if child.truth is not wanted]
    one_would_do = (operator in ("or", "some")) is (wanted is Truth.TRUE)
    if one_would_do and wanted is not Truth.UNPROVEN:
        others.sort(key=lambda child: (child.operator == "reading", abs(child.truth - wanted)))
    return next(iter(others), None)
