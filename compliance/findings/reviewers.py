"""Who ends findings in seconds, or always clears them: by the register itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from .book import Severity
from .chain import Entry, entries
from .checks import Context, Found

_ENDS = frozenset({"cleared", "upheld"})


def cleared_in_seconds(context: Context) -> Iterator[Found]:
    """Whoever cleared more than a share of findings within seconds of the one before."""
    seconds, share = (context.book.number(name) for name in ("review_seconds", "review_share"))
    for actor, ended in _by_actor(context):
        cleared = [entry for entry in ended if entry.act == "cleared"]
        fast = [
            entry
            for before, entry in pairwise(cleared)
            if (entry.moment - before.moment).total_seconds() <= seconds
        ]
        if len(fast) > share * len(cleared):
            measure = {
                "cleared": len(cleared),
                "within_seconds": int(seconds),
                "in_seconds": len(fast),
                "share": round(len(fast) / len(cleared), 6),
            }
            yield _found(context, actor, measure, fast)


def always_cleared(context: Context) -> Iterator[Found]:
    """Whoever has upheld next to nothing of all that he ended."""
    share = context.book.number("cleared_share")
    for actor, ended in _by_actor(context):
        cleared = [entry for entry in ended if entry.act == "cleared"]
        if len(cleared) > share * len(ended):
            measure = {
                "ended": len(ended),
                "cleared": len(cleared),
                "share": round(len(cleared) / len(ended), 6),
                "share_above": share,
            }
            yield _found(context, actor, measure, cleared)


def _by_actor(context: Context) -> Iterator[tuple[str, list[Entry]]]:
    """The entries by which somebody ended enough findings, by actor."""
    by_actor: dict[str, list[Entry]] = {}
    for entry in entries(context.results):
        if entry.act in _ENDS:
            by_actor.setdefault(entry.actor, []).append(entry)
    least = context.book.number("least_reviews")
    return ((actor, ended) for actor, ended in sorted(by_actor.items()) if len(ended) >= least)


def _found(
    context: Context, actor: str, measure: dict[str, int | float], of: Sequence[Entry]
) -> Found:
    own = context.own
    days = [f"{own.day(entry.moment)}" for entry in (of[0], of[-1])]
    told = {**measure, "first_day": days[0], "last_day": days[-1]}
    return Found(Severity.REVIEW, {"actor": actor}, told, first=days[0], last=days[-1])
