"""A what-if as text: the answer before and after, side by side, and what moved it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...dsl.diagnostics import enumerated
from ..render_text import headline, point, words
from ..testing.differences import RuleDifference, Step
from ..testing.render_text import rule_lines, table
from .changes import Change, How
from .comparing import Compared, facts_of
from .nearest import Nearest, Verdict
from .suppositions import Stated

_SHOWN = 8


def compared_text(found: Compared, changes: Sequence[str]) -> str:
    """Both answers, and every rule that moved.

    Args:
        found: The answers.
        changes: What was supposed, as it was typed.
    """
    return "\n".join([*_heads(found, changes), *_moved(found.moved)]) + "\n"


def _heads(found: Compared, changes: Sequence[str]) -> Iterator[str]:
    yield headline(found.after)
    yield "SUPPOSED: no data may be released on this answer."
    yield ""
    yield "What if"
    yield from (f"  - {change}" for change in changes)
    for fault in found.after.faults:
        yield f"  wrong now: {fault.where}: {fault.message}"
    yield ""
    yield from table([Step("", "before", "after"), *facts_of(found)])


def _moved(moved: Sequence[RuleDifference]) -> Iterator[str]:
    if not moved:
        yield ""
        yield "No rule does anything else now."
    for difference in moved[:_SHOWN]:
        yield from rule_lines(difference)
    if len(moved) > _SHOWN:
        yield f"  and {len(moved) - _SHOWN} more rules; --json has them all"


# The nearest PERMIT -------------------------------------------------------------------------

_HEADS = {
    How.EVIDENCE: "What could be supplied, if it is so",
    How.LAW: "What counsel would have to answer",
    How.WORLD: "It would be PERMIT only if it were true that",
}


def nearest_text(found: Nearest) -> str:
    """The answer as it is, and what would make it a PERMIT."""
    return "\n".join([headline(found.decision), "", *_nearest(found)]) + "\n"


def _nearest(found: Nearest) -> Iterator[str]:
    match found.verdict:
        case Verdict.ALREADY:
            yield "It is a PERMIT already."
        case Verdict.NONE:
            yield "No PERMIT: the solver has proved that no proof, no answer to an open question of"
            yield "law and no other fact would make it one, for these bodies, this act, these data,"
            yield "this day and this reason."
        case Verdict.UNKNOWN:
            yield f"Not known: {found.why}."
        case Verdict.FOUND:
            yield from _changes(found)


def _changes(found: Nearest) -> Iterator[str]:
    assert found.after is not None
    count = len(found.changes)
    yield f"The nearest PERMIT is {count} {'change' if count == 1 else 'changes'} away."
    for how, head in _HEADS.items():
        mine = [change for change in found.changes if change.how is how]
        if mine:
            yield ""
            yield head
        for change in mine:
            yield from point(_change(change))
    if any(change.how is How.WORLD for change in found.changes):
        yield ""
        yield "What is not so cannot be supplied: to state it would be a false statement."
    by = ", ".join(result.rule.id for result in found.after.deciding())
    yield ""
    yield f"Decided again with these changes, by both evaluators: PERMIT by {by}."


def _change(change: Change) -> str:
    by = f" (by the {' or the '.join(map(words, change.roles))})" if any(change.roles) else ""
    proof = f", proven by {change.level.value}" if change.level else ""
    now = f"; now {change.now}" if change.now else ""
    return f"{_which(change)}{proof}{by}{now}"


def _which(change: Change) -> str:
    """A change; of one kind all that would do are named, so that none is suggested."""
    if not change.others or not isinstance(change.change, Stated):
        return change.words
    subject, _, _ = change.words.rpartition(" is ")
    return f"{subject} is a kind of {enumerated(change.others, 'or')}"
