"""What a replay found, in words and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from ..federation.log.as_known import Changes
from ..federation.log.chaining import Chain
from ..federation.log.differing import Difference, Named, shown
from ..federation.log.replaying import Grade, Report
from .log_common import VERSION, short

MOST_TOLD = 20  # differences or changes that are printed


def tell_report(report: Report, chain: Chain, *, as_json: bool) -> None:
    """Print what a replay found."""
    if as_json:
        click.echo(json.dumps(_plain(report, chain), indent=2, ensure_ascii=False))
        return
    for line in _lines(report, chain):
        click.echo(line)


def _lines(report: Report, chain: Chain) -> Iterator[str]:
    total = sum(report.grades.values())
    yield f"answers {total:,}, acts {report.acts:,}"
    for grade in Grade:
        if report.grades[grade]:
            yield f"  {report.grades[grade]:>9,}  {grade.value}"
    yield f"worked out {report.distinct:,} times; all others share circumstances, policies and hour"
    if chain.is_checked:
        yield f"chain: {chain.fault or 'the tree of all entries is that of the head'}"
    for digest, words in report.missing.items():
        yield f"policies {short(digest)}: {words}"
    for digest, words in report.refused.items():
        yield f"policies {short(digest)} may not serve: {words}"
    for index, words in report.broken[:MOST_TOLD]:
        yield f"entry {index:,}: {words}"
    for difference in report.differences[:MOST_TOLD]:
        yield from _difference(difference)
    more = report.grades[Grade.DIFFERENT] - MOST_TOLD
    if more > 0:
        yield f"and {more:,} more differences"
    if report.is_clean and not chain.fault:
        words = "CLEAN: every answer is the one that its policies give."
        yield click.style(words, fg="green", bold=True)
    else:
        yield click.style("NOT CLEAN: see above.", fg="red", bold=True)


def _difference(found: Difference) -> Iterator[str]:
    yield ""
    yield (
        f"entry {found.index:,}, {found.at:%Y-%m-%d %H:%M:%S} UTC: {found.recorded} is recorded, "
        f"{found.recomputed} recomputed"
    )
    yield f"  {found.why.value}: {found.words}"
    if found.rules:
        yield f"  by {shown(found.rules)}"
    yield f"  policies {short(found.policy)}"


def _plain(report: Report, chain: Chain) -> dict[str, Any]:
    return {
        "version": VERSION,
        "clean": report.is_clean and not chain.fault,
        "grades": {grade.value: report.grades[grade] for grade in Grade},
        "acts": report.acts,
        "distinct": report.distinct,
        "chain": {"checked": chain.is_checked, "fault": chain.fault},
        "missing": report.missing,
        "refused": report.refused,
        "broken": [{"index": index, "words": words} for index, words in report.broken],
        "differences": [
            {
                "index": found.index,
                "at": found.at.isoformat(),
                "recorded": found.recorded,
                "recomputed": found.recomputed,
                "why": found.why.value,
                "words": found.words,
                "policies": found.policy,
                "rules": [_rule(rule) for rule in found.rules],
            }
            for found in report.differences
        ],
    }


def _rule(rule: Named) -> dict[str, str]:
    return {
        name: getattr(rule, name) for name in ("id", "title", "layer", "cites", "status", "state")
    }


def tell_changes(changes: Changes, *, as_json: bool) -> None:
    """Print what would be answered otherwise."""
    if as_json:
        click.echo(json.dumps(_plain_changes(changes), indent=2, ensure_ascii=False))
        return
    click.echo(f"{changes.same:,} answers would be the same, {changes.changed:,} would be others")
    if changes.unread:
        click.echo(f"{changes.unread:,} cannot be judged: what they were decided from is not there")
    for (recorded, would_be, rule), count in changes.counts.most_common():
        by = f", by {rule}" if rule else ""
        click.echo(f"  {count:>9,}  {recorded} would be {would_be}{by}")
    for change in changes.told[:MOST_TOLD]:
        by = f" by {shown(change.rules)}" if change.rules else ""
        click.echo(
            f"entry {change.index:,}, {change.at:%Y-%m-%d}: {change.recorded} would be "
            f"{change.would_be}{by}"
        )
    if changes.changed > MOST_TOLD:
        click.echo(f"and {changes.changed - MOST_TOLD:,} more; --json lists up to a thousand")
    click.echo("No answer in the log was changed.")


def _plain_changes(changes: Changes) -> dict[str, Any]:
    return {
        "version": VERSION,
        "same": changes.same,
        "changed": changes.changed,
        "unread": changes.unread,
        "changes": [
            {
                "index": each.index,
                "at": each.at.isoformat(),
                "recorded": each.recorded,
                "would_be": each.would_be,
                "rules": [_rule(rule) for rule in each.rules],
            }
            for each in changes.told
        ],
    }
