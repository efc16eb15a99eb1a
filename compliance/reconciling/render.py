"""A reconciliation as text and as JSON. Reasons, accounts and plates are in neither."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from .completeness import Completeness
from .decided_beside import Beside
from .decisions import Decision
from .estimating import ASSUMPTIONS, Estimate
from .overlaps import Overlaps
from .searches import Search
from .totals import Total

SHOWN = 10  # of each list in the text
LISTED = 100_000  # of each list in the JSON


def lines_beside(found: Beside) -> Iterator[str]:
    """Decisions beside searches, in words."""
    if found.period is None:
        yield "Decisions: the log and the export cover no time together; nothing was joined."
        return
    joined = found.joined
    by_id = sum(match.by == "id" for match in joined.matches)
    yield f"Decisions and searches from {_at(found.period[0])} to {_at(found.period[1])}:"
    yield f"  {found.decisions:>9,}  decisions"
    yield f"  {found.searches:>9,}  searches"
    yield f"  {by_id:>9,}  joined by id"
    yield f"  {len(joined.matches) - by_id:>9,}  joined by requester and time, each the only one"
    yield f"  {len(joined.undecided):>9,}  searches without a decision"
    for body, count in list(found.undecided_by.items())[:SHOWN]:
        yield f"             {count:,} by {body or 'nobody on file'}"
    yield from (f"             {_search(each)}" for each in joined.undecided[:SHOWN])
    yield f"  {len(joined.unsearched):>9,}  PERMITs without a search"
    yield from (f"             {_decision(each)}" for each in joined.unsearched[:SHOWN])
    yield f"  {len(joined.refused):>9,}  HOLDs and DENYs without a search, as it should be"
    yield f"  {len(joined.ambiguous):>9,}  searches that fit several decisions, or share one"
    yield f"  {len(found.differing):>9,}  pairs that differ"
    for pair in found.differing[:SHOWN]:
        yield f"             entry {pair.match.decision.entry}, {_search(pair.match.search)}:"
        for each in pair.differences:
            yield f"               {each.fact}: {each.decided} | {each.searched}"
    if found.unread:
        yield f"  {found.unread:>9,}  entries that could not be read (see `platelaw log verify`)"


def lines_overlaps(found: Overlaps) -> Iterator[str]:
    """What other logs tell, in words."""
    yield f"Other logs, searches told apart by {found.key}:"
    yield f"  {found.own:>9,}  of the agency's own searches in the export"
    for other in (*found.others, found.together):
        name = other.name or "all together"
        elsewhen = f" ({other.elsewhen:,} more from before or after it)" if other.elsewhen else ""
        yield f"  {other.seen:>9,}  in {name}{elsewhen}, of them {other.both:,} in the export"
    yield f"  {found.lacks:>9,}  that the export lacks"
    for each in found.missing[:SHOWN]:
        networks = f", {each.networks:,} networks" if each.networks is not None else ""
        id_ = each.search_id or "no id"
        yield f"             {id_} at {_at(each.at)}{networks}: {', '.join(each.logs)}"
    if found.estimate is not None:
        yield from _estimate(found.estimate)


def _estimate(found: Estimate) -> Iterator[str]:
    sure = f"{found.confidence:.0%}"
    yield (
        f"  The export holds {found.share:.2%} of what other logs hold; of all searches between "
        f"{found.low:.2%} and {found.high:.2%} ({sure})."
    )
    if found.total is None:
        yield "  Too few are in both for an estimate of how many there were."
    else:
        most = f"at most {found.most:,} ({sure})" if found.most is not None else "without a bound"
        yield (
            f"  About {found.total:,} searches in all, {found.unseen:,} of them in no log here; "
            f"{most} (Lincoln and Petersen, by Chapman)."
        )
    yield "  This holds if:"
    yield from (f"    - {each}" for each in ASSUMPTIONS)


def lines_totals(totals: list[Total]) -> Iterator[str]:
    """Pages beside the export, in words."""
    for total in totals:
        told = total.told
        yield (
            f"Page {told.name}: {told.searches:,} searches in {told.days} days up to {told.until}; "
            f"the export holds {total.exported:,} of the agency's own"
            + (f", beside {total.of_others:,} of others" if total.of_others else "")
            + ("." if total.covers else ". It covers none of those days.")
        )
        if total.remark:
            yield f"  {total.remark}"


def lines_completeness(found: Completeness) -> Iterator[str]:
    """Whether the export can support 'no violation', in words."""
    yield (
        f"Can the export support 'no violation', at {found.asked:.2%} of all searches? "
        f"{found.support.value.upper()}"
    )
    yield from (f"  {reason}" for reason in found.reasons)


def plain_beside(found: Beside) -> dict[str, Any]:
    """Decisions beside searches, as JSON."""
    joined = found.joined
    return {
        "period": [_at(each) for each in found.period] if found.period else None,
        "within_seconds": found.within,
        "counts": {
            "decisions": found.decisions,
            "searches": found.searches,
            "joined_by_id": sum(match.by == "id" for match in joined.matches),
            "joined_by_time": sum(match.by == "time" for match in joined.matches),
            "searches_without_decision": len(joined.undecided),
            "permits_without_search": len(joined.unsearched),
            "refused_without_search": len(joined.refused),
            "ambiguous": len(joined.ambiguous),
            "differing": len(found.differing),
            "entries_unread": found.unread,
        },
        "searches_without_decision_by": found.undecided_by,
        "searches_without_decision": [_plain_search(each) for each in joined.undecided[:LISTED]],
        "permits_without_search": [_plain_decision(each) for each in joined.unsearched[:LISTED]],
        "ambiguous": [_plain_search(each) for each in joined.ambiguous[:LISTED]],
        "differing": [
            {
                "decision": _plain_decision(pair.match.decision),
                "search": _plain_search(pair.match.search),
                "joined_by": pair.match.by,
                "differences": [asdict(each) for each in pair.differences],
            }
            for pair in found.differing[:LISTED]
        ],
    }


def plain_overlaps(found: Overlaps) -> dict[str, Any]:
    """What other logs tell, as JSON."""
    return {
        **asdict(found),
        "missing": [{**asdict(each), "at": _at(each.at)} for each in found.missing],
        "assumptions": list(ASSUMPTIONS),
    }


def plain_total(found: Total) -> dict[str, Any]:
    """A page beside the export, as JSON."""
    told = {**asdict(found.told), "until": found.told.until.isoformat()}
    return {**told, "exported": found.exported, "of_others": found.of_others,
            "covers": found.covers, "share": found.share, "remark": found.remark}  # fmt: skip


def plain_completeness(found: Completeness) -> dict[str, Any]:
    """Whether the export can support 'no violation', as JSON."""
    return {
        "asked": found.asked,
        "supports_no_violation": found.support.value,
        "reasons": list(found.reasons),
    }


def _search(search: Search) -> str:
    id_ = f" {search.search_id}" if search.search_id else ""
    return f"{search.source}:{search.line}{id_} at {_at(search.at)}"


def _decision(decision: Decision) -> str:
    return f"entry {decision.entry}, request {decision.request_id} at {_at(decision.at)}"


def _plain_search(search: Search) -> dict[str, Any]:
    return {
        "search": search.number,
        "source": search.source,
        "line": search.line,
        "at": _at(search.at),
        "search_id": search.search_id,
        "requester": search.body,
    }


def _plain_decision(decision: Decision) -> dict[str, Any]:
    return {
        "entry": decision.entry,
        "request_id": decision.request_id,
        "at": _at(decision.at),
        "outcome": decision.outcome.value,
        "requester": decision.requester,
    }


def _at(moment: datetime.datetime) -> str:
    return f"{moment.isoformat(timespec='seconds')}Z"
