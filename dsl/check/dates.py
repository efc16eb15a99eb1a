"""Dates and sources: everything cited, in force from a day, one version on any day."""

from __future__ import annotations

from collections.abc import Iterable

from .. import syntax as tree
from ..codes import Code
from ..diagnostics import Note
from .faults import Faults
from .sections import PolicySection


def check_dates(sections: Iterable[PolicySection], faults: Faults) -> None:
    """Note missing citations and dates, periods that end before they start, overlaps, gaps."""
    for section in sections:
        head = section.head
        for rule in section.rules:
            _check_source(rule, "rule", rule.citation, rule.in_force or head.in_force, faults)
            _check_enjoined(rule, faults)
        for parameter in section.parameters:
            period = parameter.in_force or head.in_force
            _check_source(parameter, "parameter", parameter.citation, period, faults)
        _check_versions(
            [(r.name, r.in_force or head.in_force) for r in section.rules], "rule", faults
        )
        _check_versions(
            [(p.name, p.in_force or head.in_force) for p in section.parameters], "parameter", faults
        )


def _check_source(
    node: tree.Rule | tree.Parameter,
    what: str,
    citation: tree.Citation | None,
    in_force: tree.InForce | None,
    faults: Faults,
) -> None:
    if citation is None:
        faults.add(
            Code.NO_CITATION,
            node.name.span,
            f"{what} `{node.name.text}` cites nothing",
            'add `cites "..." status verified`, `secondary` or `unverified`',
        )
    if in_force is None:
        faults.add(
            Code.NO_DATE,
            node.name.span,
            f"{what} `{node.name.text}` does not say since when it is in force",
            "add `in force from DATE`",
        )
    else:
        _check_period(in_force, faults)


def _check_period(period: tree.InForce, faults: Faults) -> None:
    latest = period.latest or period.start
    if latest < period.start:
        faults.add(
            Code.ENDS_BEFORE_START,
            period.span,
            "the latest day on which it starts lies before the earliest",
            "put the two dates the other way round",
        )
    elif period.end is not None and period.end <= latest:
        faults.add(
            Code.ENDS_BEFORE_START,
            period.span,
            "the period ends before it starts",
            "`until` is the first day on which it is no longer in force",
        )


def _check_enjoined(rule: tree.Rule, faults: Faults) -> None:
    order = rule.enjoined
    if order is not None and order.end is not None and order.end <= order.start:
        faults.add(
            Code.ENDS_BEFORE_START,
            order.span,
            "the injunction ends before it starts",
            "leave out `until` while it stands until further notice",
        )


def _check_versions(
    dated: list[tuple[tree.Name, tree.InForce | None]], what: str, faults: Faults
) -> None:
    """Versions of one name: no day with two, and a word about days with none."""
    by_name: dict[str, list[tuple[tree.Name, tree.InForce]]] = {}
    for name, period in dated:
        if period is not None:
            by_name.setdefault(name.text, []).append((name, period))
    for versions in by_name.values():
        versions.sort(key=lambda version: version[1].start)
        first, before = versions[0]  # the version that reaches farthest so far
        for second, after in versions[1:]:
            if before.end is None or after.start < before.end:
                faults.add(
                    Code.OVERLAP,
                    second.span,
                    f"two versions of {what} `{second.text}` are in force on {after.start}",
                    f"end the earlier one: `until {after.start}`",
                    Note(first.span, "the other version"),
                )
            elif after.start > before.end:
                faults.add(
                    Code.GAP,
                    second.span,
                    f"no version of {what} `{second.text}` is in force from {before.end} "
                    f"until {after.start}",
                    "close the gap, or give the later one another name if it is another rule",
                    Note(first.span, "the earlier version"),
                )
            if before.end is not None and (after.end is None or after.end > before.end):
                first, before = second, after
