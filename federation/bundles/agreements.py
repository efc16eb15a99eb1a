"""Agreements turn on sharing: all that one permits needs the record of a decided ``enable``."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping

from ...dsl import syntax as tree
from ...dsl.model import Policy, Rule
from ...engine import names
from .fitting import asked_by, only_if, owners_named
from .layout import Part, Place, place_of_file
from .records import LONGEST, Record


def uncovered(
    policies: Mapping[str, Iterable[Policy]], records: Mapping[str, Record]
) -> Iterator[str]:
    """Everything that agreements permit and no record covers, in words.

    Args:
        policies: The policies of each file, by path.
        records: The records, by path.
    """
    for path, held in policies.items():
        place = place_of_file(path)
        if place.part is not Part.AGREEMENT:
            continue
        beside = [record for at, record in records.items() if place.holds(at)]
        for policy in held:
            for rule in policy.rules:
                wrong = _wrong(rule, policy, place, beside)
                if wrong:
                    yield f"{path}: rule `{rule.id}` {wrong}"


def _wrong(rule: Rule, policy: Policy, place: Place, records: Collection[Record]) -> str:
    """What no record covers, or nothing."""
    if rule.effect is not tree.Effect.PERMIT:
        return ""
    period = rule.node.in_force or policy.in_force
    ends = [each.end for each in (rule.node.in_force, policy.in_force) if each and each.end]
    if period is None or not ends:
        return "permits without an end; write `in force from D until D`"
    if min(ends) - period.start > LONGEST:
        return f"permits for more than {LONGEST.days} days"
    for owner in owners_named(policy.binds, place.parties):
        if not any(_covers(record, owner, rule, period.start, min(ends)) for record in records):
            return (
                f"permits more of the data of {owner} than a decided `enable` turns on: "
                "`platelaw bundle enable` decides and records it"
            )
    return ""


def _covers(
    record: Record, owner: str, rule: Rule, start: datetime.date, end: datetime.date
) -> bool:
    """Whether a record turns on all that a rule permits: to whom, for what, on what, how long."""
    condition = rule.node.condition
    purposes = {
        fact.word for fact in record.question.facts if fact.name == names.PURPOSE and fact.word
    }

    def is_for_purpose(leaf: tree.Condition) -> bool:
        return (
            isinstance(leaf, tree.KindTest)
            and leaf.subject.text == names.PURPOSE
            and leaf.kind.text in purposes
        )

    return (
        record.owner == owner
        and record.starts.date() <= start
        and end <= record.expires.date()
        and set(rule.data) <= set(record.question.data)
        and asked_by(condition, {record.partner})
        and only_if(condition, is_for_purpose)
    )


def left_out(void: Collection[str], policies: Mapping[str, Iterable[Policy]]) -> set[str]:
    """The files of agreements that permit by a record that turns on nothing any more.

    A file that only forbids or limits stays: the owner's own policy may permit what it bars.

    Args:
        void: The paths of such records.
        policies: The policies of each file, by path.
    """
    places = [place_of_file(path) for path in void]
    agreed = [place for place in places if place.part is Part.AGREEMENT]
    return {
        path
        for path, held in policies.items()
        if any(place_of_file(path) == place for place in agreed)
        and any(rule.effect is tree.Effect.PERMIT for policy in held for rule in policy.rules)
    }
