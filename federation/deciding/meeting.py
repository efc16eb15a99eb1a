"""Several answers to one question about a copy, as one: the strictest, with what all say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import Any

from ...dsl.syntax import Outcome
from ...engine.decision import STRICTNESS
from ...engine.render_json import View
from ...engine.weight import weakest
from ..onward.chain import Bar, Chain
from ..onward.terms import end_of
from ..v1 import answer_pb2 as a
from .framing import with_explanation
from .questions import Parties
from .ruled import Ruled

MAX_SETS = 16  # settling sets that are told
_PROVENANCE = "provenance"  # the kind of a need
_LISTS = (
    "rules",
    "not_stated",
    "routes",
    "duties",
    "onward",
    "urgent",
    "faults",
    "may_apply",
    "notes",
)
# What one owner may see of another one's answer.
_SEEN_BY_OTHERS = {
    View.REQUESTER: View.REQUESTER,
    View.OWNER: View.REQUESTER,
    View.REGULATOR: View.REGULATOR,
}


def strictest(answers: Sequence[tuple[Outcome, str]]) -> int:
    """The place of the answer that counts: the strictest, and of equal ones the first.

    Args:
        answers: Outcome and reason: that of the question, those of the other owners in the order
            of the chain, and what the chain alone comes to.
    """
    return max(range(len(answers)), key=lambda at: (STRICTNESS[answers[at][0]], -at))


def met(
    own: Ruled,
    others: Sequence[Ruled],
    bar: Bar | None,
    chain: Chain,
    same_of: Callable[[Outcome, str], bytes],
) -> Ruled:
    """The answer that counts.

    A HOLD is for the owner to settle who gives it.

    Args:
        own: The answer to the question itself.
        others: Those of the other owners in the chain.
        bar: What the chain alone bars.
        chain: The chain.
        same_of: What all answers of an outcome and reason have in common, serialized.
    """
    every = (own, *others)
    answers = [(each.outcome, each.reason) for each in every]
    answers += [(bar.outcome, bar.reason)] if bar else []
    at = strictest(answers)
    outcome, reason = answers[at]
    first = every[at] if at < len(every) else None
    texts = {
        view: _explained(every, first, outcome, bar, chain, view).SerializeToString(
            deterministic=True
        )
        for view in View
    }
    same = same_of(outcome, reason)
    ends = [each.ends for each in every if each.ends is not None]
    return replace(
        own,
        outcome=outcome,
        reason=reason,
        parties=Parties(own.parties.requester, (first or own).parties.owner),
        answers={view: with_explanation(same, text) for view, text in texts.items()},
        explanations=texts,
        ends=min(ends, default=None),
        deadline=min(each.deadline for each in every),
        at_home=all(each.at_home for each in every),
        others=tuple(each.parties.owner for each in every),
    )


def _explained(
    every: Sequence[Ruled],
    first: Ruled | None,
    outcome: Outcome,
    bar: Bar | None,
    chain: Chain,
    view: View,
) -> a.Explanation:
    """Why, by those who gave the answer that counts, in one view."""
    told = a.Explanation()
    seen = [
        (each, _read(each, view if each is first else _SEEN_BY_OTHERS[view]))
        for each in sorted(every, key=lambda each: each is not first)
    ]
    for each, explanation in seen:
        if first is None or each.outcome is not outcome:
            continue
        _add(told, explanation)
    if outcome is Outcome.PERMIT:
        told.weakest_status = weakest(text.weakest_status for _, text in seen)
        _extend(told.onward, _terms(chain))
    if outcome is Outcome.HOLD:
        held = [text.settling for each, text in seen if each.outcome is outcome]
        told.settling.extend(_settling(held, bar))
    if bar is not None:
        told.notes.append(f"{bar.words}; {bar.mend}")
    return told


def _read(ruled: Ruled, view: View) -> a.Explanation:
    return a.Explanation.FromString(ruled.explanations[view])


def _add(told: a.Explanation, more: a.Explanation) -> None:
    """Add what another answer says and this one does not say yet; sets that settle are apart."""
    told.weakest_status = told.weakest_status or more.weakest_status
    for field in _LISTS:
        _extend(getattr(told, field), getattr(more, field))


def _extend(told: Any, more: Iterable[Any]) -> None:
    """Add to a repeated field what is not in it yet."""
    for each in more:
        if each not in told:
            told.append(each)


def _terms(chain: Chain) -> Iterable[a.Onward]:
    """The terms of the chain: they go on with the copy."""
    for link in chain.links:
        for terms in link.circumstances.terms:
            end = end_of(terms, link.at)
            until = f"{end:%Y-%m-%d %H:%M} UTC" if end else ""
            yield a.Onward(to=terms.to, purposes=terms.purposes, until=until, rule=terms.rule)


def _settling(held: Iterable[Iterable[a.Settling]], bar: Bar | None) -> Iterable[a.Settling]:
    """The sets that settle all that is held, and what is missing in the chain."""
    parts = [list(sets) for sets in held]
    if bar is not None and bar.outcome is Outcome.HOLD:
        need = a.Need(kind=_PROVENANCE, name=bar.words)
        parts.append([a.Settling(needs=[need])])
    for sets in islice(product(*parts), MAX_SETS):
        needs: list[a.Need] = []
        for each in sets:
            needs += (need for need in each.needs if need not in needs)
        yield a.Settling(needs=needs)
