"""A review as text and as JSON: counts, never a name, a plate or a single reason."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..render_text import STATUS_WORDS
from .beside import OtherReview
from .errors import FaultKind, LogFault
from .findings import MOST_FAULTS, FileReview, Ground, Review, RuleCount
from .layouts import Field
from .organization_report import organization_lines, organizations_json
from .verdicts import RowVerdict

VERSION = 1
_SHOWN_FAULTS = 10


def _weight(fault: LogFault) -> int:
    """Which faults are shown first."""
    if fault.kind is FaultKind.NOTE and fault.line <= 1:
        return 0
    return 1 if fault.kind is FaultKind.UNREAD else 2


def review_json(review: Review) -> dict[str, Any]:
    """The review as plain values."""
    return {
        "version": VERSION,
        "owner": {"key": review.owner.key, "name": review.owner.name},
        "simulated": review.simulated,
        "rows": review.rows,
        "first_day": review.first.isoformat() if review.first else None,
        "last_day": review.last.isoformat() if review.last else None,
        "verdicts": {verdict.value: review.verdicts[verdict] for verdict in RowVerdict},
        "indicated": {"plainly": review.plainly, "possibly": review.possibly},
        "policy_on_file": {ground.value: review.ground[ground] for ground in Ground},
        "missing": _missing_json(review),
        "periods": [
            {
                "from": start.isoformat() if start > datetime.date.min else None,
                "rows": verdicts.total(),
                "verdicts": {v.value: verdicts[v] for v in RowVerdict if verdicts[v]},
            }
            for start, verdicts in sorted(review.periods.items())
        ],
        "rules": [_rule_json(count) for count in _in_order(review)],
        "organizations": organizations_json(review.organizations),
        "unmapped_categories": review.unmapped_categories,
        "files": [_file_json(file) for file in review.files],
        "others": [other_json(other) for other in review.others],
        "not_read": [{"name": part.name, "why": part.why} for part in review.not_read],
        "notes": list(review.notes),
    }


def _missing_json(review: Review) -> dict[str, dict[str, int]]:
    grouped: dict[str, dict[str, int]] = {}
    for (cause, name), rows in sorted(review.missing.items()):
        grouped.setdefault(cause, {})[name] = rows
    return grouped


def _in_order(review: Review) -> list[RuleCount]:
    """The rules by name and period."""
    return [
        review.rules[version]
        for version in sorted(review.rules, key=lambda v: (v[0], v[1] or datetime.date.min))
    ]


def _rule_json(count: RuleCount) -> dict[str, Any]:
    cited = count.citation
    return {
        "id": count.rule_id,
        "title": count.title,
        "cites": {"text": cited.text, "status": cited.status.value} if cited else None,
        "in_force_from": count.in_force.start.isoformat() if count.in_force else None,
        "rows": count.states.total(),
        "states": dict(sorted(count.states.items())),
    }


def _file_json(file: FileReview) -> dict[str, Any]:
    log = file.log
    return {
        "name": log.name,
        "sha256": log.sha256,
        "layout": log.layout,
        "layout_status": log.status,
        "encoding": log.encoding,
        "rows": file.rows,
        "read_before": file.again,
        "unread": file.counts[FaultKind.UNREAD],
        "skipped": file.counts[FaultKind.SKIPPED],
        "faults": [_fault_json(fault) for fault in file.faults],
    }


def _fault_json(fault: LogFault) -> dict[str, Any]:
    return {
        "line": fault.line,
        "field": fault.field,
        "kind": fault.kind.value,
        "message": fault.message,
        "help": fault.help,
    }


def other_json(other: OtherReview) -> dict[str, Any]:
    """An export without searches as plain values."""
    return {
        "name": other.name,
        "sha256": other.sha256,
        "kind": other.kind.name.lower(),
        "records": other.records,
        "counts": dict(other.counts),
        "unread": sum(fault.kind is FaultKind.UNREAD for fault in other.faults),
        "faults": [_fault_json(fault) for fault in other.faults],
    }


# Text ---------------------------------------------------------------------------------------


def review_text(review: Review) -> str:
    """The review as a page of text."""
    return "\n".join(_lines(review)) + "\n"


def _lines(review: Review) -> Iterator[str]:
    yield f"Searches of {review.owner.name} ({review.owner.key}), judged under the law of each day"
    if review.simulated:
        yield "SIMULATED: a foreign log judged as if this agency owned the data."
    days = f", {review.first} to {review.last}" if review.first else ""
    yield f"{review.rows} rows{days}"
    for file in review.files:
        yield from _file(file)
    for other in review.others:
        yield from other_lines(other)
    yield ""
    yield from _table("Verdict (from the law above the agency)", (
        (verdict.value, review.verdicts[verdict]) for verdict in reversed(RowVerdict)
        if review.verdicts[verdict]
    ))  # fmt: skip
    yield ""
    yield from _table("The agency's own policy opens the search", (
        (_GROUNDS[ground], review.ground[ground]) for ground in Ground if review.ground[ground]
    ))  # fmt: skip
    yield ""
    yield from _table("Text that indicates a use which a lexicon names", (
        ("plainly", review.plainly), ("possibly (a person should read it)", review.possibly)
    ))  # fmt: skip
    yield from organization_lines(review.organizations)
    yield from _periods(review)
    yield from _missing(review)
    yield from _rules(review)
    yield from _notes(review)


_GROUNDS = {
    Ground.YES: "yes, or it may",
    Ground.SILENT: "no: its policy is silent",
    Ground.NONE: "no policy on file on that day",
}


def _file(file: FileReview) -> Iterator[str]:
    log = file.log
    yield f"  {log.name}: {file.rows} rows, sha256 {log.sha256[:12]}"
    yield f"    {log.title} ({log.layout})"
    if log.status != "seen":
        yield "    UNVERIFIED: no real export of this layout was seen; compare its columns"
    absent = [
        field.value.replace("_", " ")
        for field in (Field.REASON, Field.CATEGORY, Field.CASE_NUMBER)
        if field in log.absent
    ]
    if absent:
        yield f"    this export holds no {', no '.join(absent)}"
    yield from _faults(file.faults, file.counts.total())
    if file.again:
        yield f"    {file.again:,} rows are searches that were read before and stand in no count"
    if unread := file.counts[FaultKind.UNREAD]:
        plural = "s" * (unread != 1)
        yield f"    {unread:,} record{plural} could not be read and stand in no count"


def _faults(faults: Sequence[LogFault], total: int) -> Iterator[str]:
    """The first faults: those of the whole file, then what is unread, then the others."""
    order = sorted(faults, key=_weight)
    for fault in order[:_SHOWN_FAULTS]:
        where = f" line {fault.line}" if fault.line else ""
        where += f", {fault.field}" if fault.field else ""
        yield f"    {fault.kind.value}{where}: {fault.message}"
        if fault.help:
            yield f"      help: {fault.help}"
    if total > _SHOWN_FAULTS:
        listed = "lists all" if total <= MOST_FAULTS else f"lists the first {MOST_FAULTS:,}"
        yield f"    and {total - _SHOWN_FAULTS:,} more; --json {listed}"


def other_lines(other: OtherReview) -> Iterator[str]:
    """An export without searches as lines of text."""
    yield f"  {other.name}: {other.kind.value}; it holds no searches"
    counts = "; ".join(f"{count:,} {what}" for what, count in other.counts.items())
    yield f"    {other.records:,} records" + (f": {counts}" if counts else "")
    yield from _faults(other.faults, len(other.faults))


def _table(title: str, rows: Iterable[tuple[str, int]]) -> Iterator[str]:
    yield title
    listed = list(rows)
    if not listed:
        yield "       none"
    for name, count in listed:
        yield f"  {count:>7,}  {name}"


def _periods(review: Review) -> Iterator[str]:
    yield ""
    yield "By the law in force"
    for start, verdicts in sorted(review.periods.items()):
        since = f"from {start}" if start > datetime.date.min else "before any of this law"
        parts = [f"{verdicts[v]:,} {v.value}" for v in reversed(RowVerdict) if verdicts[v]]
        yield f"  {since:<24} {verdicts.total():>7,} rows: {'; '.join(parts)}"


def _missing(review: Review) -> Iterator[str]:
    if not review.missing:
        return
    yield ""
    yield "What is missing where it cannot be told (rows, by cause)"
    for cause, names in sorted(_missing_json(review).items()):
        yield f"  {cause}"
        for name, rows in sorted(names.items(), key=lambda item: (-item[1], item[0])):
            yield f"  {rows:>7,}  {name}"


def _rules(review: Review) -> Iterator[str]:
    yield ""
    yield "Rule by rule (rows in which it took part)"
    for count in _in_order(review):
        states = ", ".join(f"{rows:,} {state}" for state, rows in sorted(count.states.items()))
        yield f"  {count.rule_id}: {states}"
        yield f"           {count.title}"
        if count.citation:
            status = count.citation.status.value
            yield f"           {count.citation.text} ({status}: {STATUS_WORDS[status]})"


def _notes(review: Review) -> Iterator[str]:
    yield ""
    for note in (*review.notes, *_STANDING_NOTES):
        yield from textwrap.wrap(f"Note: {note}", 96, subsequent_indent="      ")


_STANDING_NOTES = (
    "no row is called unlawful on wording that was not verified; such a row is a question for "
    "counsel.",
    "a log proves neither who else received a result nor that no other search happened.",
    "platelaw informs counsel; it is not legal advice.",
)
