"""What administrators did by the vendor's event log: exports, entries of hot lists, reviews."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from ...engine.audit.layouts import plain
from .admin_events import AdminEvent
from .book import Severity
from .checks import Context, Found, NotAtHandError
from .own_tables import folded

_CREATED = "create"
_CHANGED = ("create", "update")


def bulk_exports(context: Context) -> Iterator[Found]:
    """Exports beyond the size that needs approval, and those of which no size is told, by user."""
    most = int(context.book.number("export_rows"))
    exports = _of(context, "export_entities", (_CREATED,))
    approved, own = _approved_exports(context), context.own
    labels = {plain(label) for label in context.book.words["count_labels"]}
    by_group: dict[tuple[str, str], list[tuple[AdminEvent, int]]] = {}
    for event in exports:
        if (event.user, own.day(event.at)) in approved:
            continue
        count = _count(event, labels)
        size = "not told" if count is None else f"above {most:,}"
        if count is None or count > most:
            by_group.setdefault((event.user, size), []).append((event, count or 0))
    for (user, size), found in sorted(by_group.items()):
        severity = Severity.NOTE if size == "not told" else Severity.REVIEW
        measure = {
            "exports": len(found),
            "of_exports": len(exports),
            "largest": max(count for _, count in found),
            "above_rows": most,
            "approvals_given": context.approvals is not None,
        }
        subject = {"account": user, "size": size}
        yield _found(context, severity, subject, measure, [event for event, _ in found])


def _approved_exports(context: Context) -> set[tuple[str, datetime.date | None]]:
    """Users and days of exports that another approved."""
    if context.approvals is None:
        return set()
    return {
        (context.token(row.cells["requester"]), row.day("day"))
        for row in context.approvals.rows
        if _has_phrase(row.cells["matter"], context.book.words["export_entities"])
        and folded(row.cells["requester"]) != folded(row.cells["approver"])
    }


def _count(event: AdminEvent, labels: set[str]) -> int | None:
    """How many rows an export has, if its details say so."""
    for label, value in event.details.items():
        digits = re.sub("[,. ]", "", value)
        if plain(label) in labels and digits.isascii() and digits.isdecimal():
            return int(digits)
    return None


def hot_list_watched(context: Context) -> Iterator[Found]:
    """Entries of hot lists whose words state a watched use or name a barred file, by user."""
    barred = context.book.words["barred_files"]
    by_group: dict[tuple[str, str, bool], list[AdminEvent]] = {}
    for event in _of(context, "hot_list_entities", _CHANGED):
        text = " ; ".join(event.details.values())
        seen = {purpose: False for purpose, _ in context.reads(text)}
        seen |= {purpose: True for purpose, plainly in context.reads(text) if plainly}
        if _has_phrase(text, barred):
            seen = {"a barred file": True}
        for purpose, plainly in seen.items():
            by_group.setdefault((event.user, purpose, plainly), []).append(event)
    for (user, purpose, plainly), found in sorted(by_group.items()):
        severity = Severity.DENY if plainly else Severity.REVIEW
        subject = {"account": user, "purpose": purpose, "severity": severity.value}
        yield _found(context, severity, subject, {"entries": len(found)}, found)


def _has_phrase(text: str, phrases: Iterable[str]) -> bool:
    words = " ".join(re.findall(r"\w+", text.casefold()))
    return any(f" {phrase} " in f" {words} " for phrase in phrases)


def reviews_in_seconds(context: Context) -> Iterator[Found]:
    """Audits that a supervisor archived within seconds of the one before, by user."""
    seconds, share = (context.book.number(name) for name in ("review_seconds", "review_share"))
    least = int(context.book.number("least_reviews"))
    done = [
        event
        for event in _of(context, "audit_entities", ("update",))
        if _has_phrase(event.details.get("Status", ""), context.book.words["archived"])
    ]
    by_user: dict[str, list[AdminEvent]] = {}
    for event in sorted(done, key=lambda event: (event.at, event.line)):
        by_user.setdefault(event.user, []).append(event)
    for user, found in sorted(by_user.items()):
        fast = [
            event
            for before, event in pairwise(found)
            if (event.at - before.at).total_seconds() <= seconds
        ]
        if len(found) >= least and len(fast) > share * len(found):
            measure = {
                "reviews": len(found),
                "within_seconds": int(seconds),
                "in_seconds": len(fast),
                "share": round(len(fast) / len(found), 6),
            }
            yield _found(context, Severity.REVIEW, {"account": user}, measure, fast)


def _of(context: Context, words: str, acts: tuple[str, ...]) -> list[AdminEvent]:
    """The events of some kinds of entity."""
    if context.events is None:
        raise NotAtHandError("no event log of the vendor was given (--events)")
    entities = {plain(entity) for entity in context.book.words[words]}
    return [each for each in context.events if each.entity in entities and each.act in acts]


def _found(
    context: Context,
    severity: Severity,
    subject: Mapping[str, str],
    measure: Mapping[str, int | float],
    of: Sequence[AdminEvent],
) -> Found:
    moments, own = [event.at for event in of], context.own
    days = [f"{own.day(moment)}" for moment in (min(moments), max(moments))]
    told = {**measure, "first_day": days[0], "last_day": days[-1]}
    records = tuple(event.record for event in of)
    return Found(severity, dict(subject), told, first=days[0], last=days[-1], records=records)
