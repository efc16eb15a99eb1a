"""What a finding rests on: the rule of the library that was in force, or the duty alone."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.model import Library
from .book import CheckText


@dataclass(frozen=True, slots=True)
class Basis:
    """A rule or duty, with its citation and how sure its wording is."""

    rule: str
    citation: str
    status: str


@dataclass(frozen=True, slots=True)
class CitedRule:
    """A rule of one period."""

    id: str
    citation: tree.Citation
    in_force: tree.InForce | None

    def counts(self, first: str, last: str) -> bool:
        """Whether it may be in force on any day from the first to the last; days may be untold."""
        period = self.in_force
        if period is None or not (first and last):
            return True
        ends = period.end is None or datetime.date.fromisoformat(first) < period.end
        return ends and period.start <= datetime.date.fromisoformat(last)


CitedRules = Mapping[str, Sequence[CitedRule]]


def cited_rules(library: Library) -> CitedRules:
    """The rules of a library that cite something, each in all its periods."""
    found: dict[str, list[CitedRule]] = {}
    for policy in library.policies:
        for rule in policy.rules:
            if rule.node.citation is not None:
                cited = CitedRule(rule.id, rule.node.citation, rule.node.in_force)
                found.setdefault(rule.id, []).append(cited)
    return found


def basis_of(check: CheckText, government: str, first: str, last: str, rules: CitedRules) -> Basis:
    """What a finding of a check rests on.

    Args:
        check: The check in words.
        government: Whose law binds the data.
        first: The first day that it is about; empty if untold.
        last: The last.
        rules: Of the library.
    """
    for rule_id in check.rules.get(government, ()):
        for rule in rules.get(rule_id, ()):
            if rule.counts(first, last):
                return Basis(rule_id, rule.citation.text, rule.citation.status.value)
    duties = ", ".join(check.duties)
    return Basis(f"duty {duties}", "no rule on file for that time", "unverified")
