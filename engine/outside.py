"""Whether this law speaks of an act and data at all: docs/semantics.md, section 7."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ..dsl.kinds import DATA
from ..dsl.model import Policy, Rule
from ..dsl.truth import Truth
from .dates import applied
from .reference import Case


def governs_at_all(case: Case) -> bool:
    """Whether any rule, of any layer and date, names the act and a kind above or below."""
    return any(True for _ in naming_rules(case))


def governs_on_day(case: Case) -> bool:
    """Whether one of those rules may be in force on the day."""
    return any(
        applied(rule.node, case.bare(policy).days) is not Truth.FALSE
        for policy, rule in naming_rules(case)
    )


def first_day(case: Case) -> datetime.date | None:
    """The first day on which one of those rules is in force; None if one always was."""
    periods = [rule.node.in_force for _, rule in naming_rules(case)]
    return min((p.start for p in periods if p is not None), default=None)


def law_that_may_apply(case: Case) -> tuple[str, ...]:
    """The law that the vocabulary cites for this kind of data, with its status."""
    kinds = case.facts.vocabulary.kinds
    if case.data not in kinds:
        return ()
    return tuple(
        f"{kinds.by_name[name].citation} ({kinds.by_name[name].status})"
        for name in sorted(kinds.above(case.data))
        if kinds.by_name[name].citation
    )


def naming_rules(case: Case) -> Iterator[tuple[Policy, Rule]]:
    """The rules, of any layer and date, that name the act and a kind of data above or below."""
    for policy in case.policies():
        kinds = policy.vocabulary.kinds
        nearest = case.facts.vocabulary.kinds.nearest(case.data, kinds) - {DATA}
        for rule in policy.rules:
            if case.request.act in rule.acts and any(
                kinds.related(word, kind) for word in nearest for kind in rule.data
            ):
                yield policy, rule
