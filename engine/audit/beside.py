"""What lies beside search logs in a release: who shares with whom, what administrators did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from .errors import FaultKind, LogFault
from .event_log import Event, events
from .others import Other, OtherKind
from .shared_networks import SharedNetworks, shared_networks


@dataclass(slots=True)
class OtherReview:
    """An export that holds no searches, counted; it names nobody."""

    name: str
    sha256: str
    kind: OtherKind
    records: int = 0
    counts: Counter[str] = field(default_factory=Counter[str])
    faults: list[LogFault] = field(default_factory=list[LogFault])


def review_other(export: Other) -> OtherReview:
    """Read an export without searches to its end.

    Raises:
        LogError: It cannot be read to its end.
    """
    review = OtherReview(export.source.name, export.source.sha256, export.kind)
    rows = shared_networks if export.kind is OtherKind.SHARED_NETWORKS else events
    for row in rows(export):
        if isinstance(row, LogFault):
            if row.kind is FaultKind.UNREAD:
                review.faults.append(row)
            continue
        review.records += 1
        if isinstance(row, SharedNetworks):
            _count_networks(review.counts, row)
        else:
            _count_event(review.counts, row)
    return review


def _count_networks(counts: Counter[str], row: SharedNetworks) -> None:
    counts["networks shared with the exporting agency"] += len(row.shared_with_me)
    if row.shared_by_me is not None:
        counts["networks that it shares"] += len(row.shared_by_me)


def _count_event(counts: Counter[str], row: Event) -> None:
    if row.share is not None:
        counts[_SHARES.get(row.act, "shares of networks changed")] += 1


_SHARES = {"create": "shares of networks begun", "delete": "shares of networks ended"}
