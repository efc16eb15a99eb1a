"""Two answers side by side: what they come to, and for each rule that moved the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...dsl import syntax as tree
from ..decision import Decision
from ..explanation import Node
from ..reference import RuleResult, RuleState, Turn
from ..testing.differences import RuleDifference, Step, marked

_NO_PART = "no part"


@dataclass(frozen=True, slots=True)
class Compared:
    """An answer before and after a change.

    Attributes:
        before: The answer to the request as it is.
        after: The answer with everything that was supposed.
        moved: Each rule that does something else now; those that decide either answer first.
    """

    before: Decision
    after: Decision
    moved: tuple[RuleDifference, ...]


def compared(before: Decision, after: Decision) -> Compared:
    """Two answers side by side."""
    earlier = {result.rule.id: result for result in before.results}
    later = {result.rule.id: result for result in after.results}
    deciding = [result.rule.id for result in (*before.deciding(), *after.deciding())]
    order = dict.fromkeys((*deciding, *earlier, *later))
    found = (_moved(name, earlier.get(name), later.get(name)) for name in order)
    return Compared(before, after, tuple(item for item in found if item is not None))


def facts_of(compared: Compared) -> Iterator[Step]:
    """The two answers in a few lines: what stands in both, and what only one of them has."""
    before, after = compared.before, compared.after
    yield Step("answer", before.outcome.value, after.outcome.value)
    yield Step("reason", before.reason, after.reason)
    yield Step("by", _names(before), _names(after))
    for text, one, other in (
        ("rests on", before.weakest_status, after.weakest_status),
        ("law of", _day(before), _day(after)),
        ("must be done", _duties(before), _duties(after)),
    ):
        if one != other:
            yield Step(text, one or "nothing", other or "nothing")


def _names(decision: Decision) -> str:
    return ", ".join(r.rule.node.name.text for r in decision.deciding()) or "none"


def _day(decision: Decision) -> str:
    first, last = decision.law_date
    return first.isoformat() if first == last else f"{first} to {last}"


def _duties(decision: Decision) -> str:
    return ", ".join(sorted({d.duty.replace("_", " ") for d in decision.duties if not d.done}))


# One rule -----------------------------------------------------------------------------------


def _moved(name: str, before: RuleResult | None, after: RuleResult | None) -> RuleDifference | None:
    if before is None or after is None:
        return _came_or_went(name, before, after)
    if before.state is after.state:
        return None
    head = Step(f"rule {name}", before.state.value, after.state.value)
    steps = marked((head, *_steps(before, after)))
    if any(step.decides and step.expected != step.actual for step in steps):
        return RuleDifference(name, steps)
    first = replace(head, decides=True)
    return RuleDifference(name, (first, *(replace(step, decides=False) for step in steps[1:])))


def _came_or_went(
    name: str, before: RuleResult | None, after: RuleResult | None
) -> RuleDifference | None:
    """A rule that takes part on one side only, unless it stood aside there."""
    taking = before or after
    assert taking is not None
    if taking.state is RuleState.CLEAR or taking.rule.effect is tree.Effect.REQUIRE:
        return None
    states = [result.state.value if result else _NO_PART for result in (before, after)]
    return RuleDifference(name, (Step(f"rule {name}", states[0], states[1], decides=True),))


def _steps(before: RuleResult, after: RuleResult) -> Iterator[Step]:
    for one, other in zip(before.bounds, after.bounds, strict=True):
        if one.truth is not other.truth:
            yield from _down(one, other, 1, "binds ")
    turns = _turn_pair(before.turns, after.turns)
    if turns is not None:
        yield from _turn(*turns)
    else:
        yield from _came(before.turns, after.turns)
    for (must, was, was_by), (_, now, now_by) in zip(before.duties, after.duties, strict=True):
        if was is not now:
            text = f"before: {must.duty.text.replace('_', ' ')} done"
            yield Step(text, was.word, now.word, 1)
            if was_by is not None and now_by is not None:
                yield from _down(was_by, now_by, 2)


def _turn_pair(before: Sequence[Turn], after: Sequence[Turn]) -> tuple[Turn, Turn] | None:
    """One recipient's turn on both sides; None if those on both came out alike."""
    known = {turn.recipient: turn for turn in after}
    pairs = [(turn, known[turn.recipient]) for turn in before if turn.recipient in known]
    return next((pair for pair in pairs if pair[0].value is not pair[1].value), None)


def _only(turns: Sequence[Turn], others: Sequence[Turn]) -> Turn | None:
    """The recipient on one side only for whom a rule does most."""
    known = {turn.recipient for turn in others}
    mine = [turn for turn in turns if turn.recipient not in known]
    return max(mine, key=lambda turn: turn.value, default=None)


def _came(before: Sequence[Turn], after: Sequence[Turn]) -> Iterator[Step]:
    """A recipient who was not there before, or is there no more."""
    gone, come = _only(before, after), _only(after, before)
    if come is not None:
        yield Step(f"for {_who(come)}", "no recipient", come.value.word, 1)
    elif gone is not None:
        yield Step(f"for {_who(gone)}", gone.value.word, "no recipient", 1)
    elif before and after:
        yield from _turn(before[0], after[0])


def _who(turn: Turn) -> str:
    return turn.recipient or "another recipient, not known"


def _turn(before: Turn, after: Turn) -> Iterator[Step]:
    depth = 1
    if before.recipient is not None:
        yield Step(f"for {_who(before)}", before.value.word, after.value.word, depth)
        depth += 1
    if before.condition is not None and after.condition is not None:
        yield from _part(before.condition, after.condition, depth, "if ")
    for one, other in zip(before.branches, after.branches, strict=False):
        word = "to" if one.is_ground else "unless"
        yield from _part(one.node, other.node, depth, f"{word} {one.branch.label.text}: ")


def _part(before: Node, after: Node, depth: int, prefix: str) -> Iterator[Step]:
    if before.truth is not after.truth:
        yield from _down(before, after, depth, prefix)
    else:
        yield Step(f"{prefix}{before.text}", before.truth.word, after.truth.word, depth)


def _down(before: Node, after: Node, depth: int, prefix: str = "") -> Iterator[Step]:
    """From a condition down to the first test below it that came out otherwise."""
    leaf = not before.children and not after.children
    values = list(dict.fromkeys(node.shown for node in (before, after) if node.shown))
    shown = f" (it is {', then '.join(values)})" if leaf and values else ""
    yield Step(f"{prefix}{before.text}{shown}", before.truth.word, after.truth.word, depth)
    pair = _first_moved(before.children, after.children)
    if pair is not None:
        yield from _down(*pair, depth + 1)


def _first_moved(before: Iterable[Node], after: Iterable[Node]) -> tuple[Node, Node] | None:
    """The first step, by its text, that is on both sides and came out otherwise."""
    known = {(node.operator, node.text, node.about): node for node in after}
    for node in before:
        other = known.get((node.operator, node.text, node.about))
        if other is not None and other.truth is not node.truth:
            return node, other
    return None
