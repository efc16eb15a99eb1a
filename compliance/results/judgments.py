"""Judgments and the rules in them, each kept once by what it says."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...engine.audit.findings import Judgment, RuleCount, Version
from ...engine.audit.review import Reviewer
from ...engine.columns.coded import Ints
from .tables import Pending

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_Said = tuple[Hashable, ...]  # all that a judgment says, as plain values


class Judgments:
    """The numbers of judgments in a database."""

    def __init__(self, reviewer: Reviewer, pending: Pending) -> None:
        """None is known.

        Args:
            reviewer: Whose judgments they are.
            pending: Where new ones go to be written.
        """
        self._reviewer = reviewer
        self._pending = pending
        self._numbers: dict[_Said, int] = {}
        self._rules: dict[tuple[str, datetime.date | None], int] = {}
        self._of_answers = np.zeros(0, np.int64)  # the number of each answer of the reviewer

    def load(self, connection: DuckDBPyConnection) -> None:
        """Know the judgments that a database holds."""
        rules = connection.execute("SELECT id, rule, since FROM rule").fetchall()
        for number, rule, since in rules:
            self._rules[rule, since] = number
        told = connection.execute(
            """
            SELECT id, verdict, ground, is_barred,
                (SELECT list((rule, state) ORDER BY r.rowid) FROM judgment_rule r
                 WHERE r.judgment = j.id),
                (SELECT list((cause, fact) ORDER BY m.rowid) FROM judgment_missing m
                 WHERE m.judgment = j.id),
                (SELECT list(reading ORDER BY reading) FROM judgment_reading q
                 WHERE q.judgment = j.id)
            FROM judgment j
            """
        ).fetchall()
        for number, verdict, ground, is_barred, rules, missing, readings in told:
            said = verdict, ground, is_barred, _pairs(rules), _pairs(missing), tuple(readings or ())
            self._numbers[said] = number

    def of(self, answers: Ints) -> Ints:
        """The number of the judgment of each row, by the number of the reviewer's answer."""
        found = self._reviewer.answered
        if len(found) > len(self._of_answers):
            new = [self._number(each) for each in found[len(self._of_answers) :]]
            self._of_answers = np.concatenate([self._of_answers, np.array(new, np.int64)])
        return self._of_answers[answers]

    def _number(self, judgment: Judgment) -> int:
        rules = tuple((self._rule(version), state.value) for version, state in judgment.states)
        readings = tuple(sorted(judgment.readings))
        said = (
            judgment.verdict.value, judgment.ground.value, judgment.is_barred, rules,
            judgment.missing, readings,
        )  # fmt: skip
        known = self._numbers.get(said)
        if known is not None:
            return known
        number = self._numbers[said] = len(self._numbers) + 1
        self._pending.add(
            "judgment", number, judgment.verdict.value, judgment.ground.value, judgment.is_barred
        )
        self._pending.add_all("judgment_rule", [(number, *each) for each in rules])
        self._pending.add_all("judgment_missing", [(number, *each) for each in judgment.missing])
        self._pending.add_all("judgment_reading", [(number, each) for each in readings])
        return number

    def _rule(self, version: Version) -> int:
        number = self._rules.get(version)
        if number is None:
            number = self._rules[version] = len(self._rules) + 1
            self._pending.add("rule", number, *_told(version, self._reviewer.review.rules[version]))
        return number


def _told(version: Version, rule: RuleCount) -> Sequence[object]:
    until = rule.in_force.end if rule.in_force else None
    cited = rule.citation
    text, status = (cited.text, cited.status.value) if cited else ("", "")
    return rule.rule_id, version[1], until, rule.title, text, status


def _pairs(listed: list[tuple[Hashable, Hashable]] | None) -> tuple[tuple[Hashable, ...], ...]:
    return tuple(tuple(pair) for pair in listed or ())
