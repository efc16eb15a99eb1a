"""The logs of ``platelaw diff``: read as ``platelaw audit`` reads them, judged on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..engine.audit.layouts import shipped_layouts
from ..engine.audit.reader import LogError
from ..engine.diff.changes import Side
from ..engine.diff.logs import Judging, Turns
from ..engine.registry import Registry
from .common import stop
from .search_logs import open_log, own_layouts, owner_of, reviewer_of

MOST = 20  # agencies that are told by name


@dataclass(frozen=True, slots=True)
class AskedLogs:
    """Which logs are judged, and how.

    Attributes:
        paths: The files.
        maps: Column maps of one's own.
        owner: The agency whose logs they are, if it is named.
        as_if: The agency under whose law a foreign log is judged.
        own_searches: Whether a log without organizations is of the owner's own searches.
    """

    paths: tuple[Path, ...]
    maps: tuple[Path, ...]
    owner: str | None
    as_if: str | None
    own_searches: bool


def turns_of(asked: AskedLogs, registry: Registry, sides: tuple[Side, Side]) -> Turns:
    """How many searches are judged otherwise."""
    layouts = (*(x for path in asked.maps for x in own_layouts(path)), *shipped_layouts())
    logs = [log for path in asked.paths for log in open_log(path, layouts).logs]
    if not logs:
        stop("no search log is among the files", "name an export of searches; see docs/logs.md")
    body = owner_of(registry, asked.paths, asked.owner, asked.as_if)
    simulated = asked.as_if is not None
    old, new = (
        reviewer_of(side.engine, body, simulated=simulated, own_searches=asked.own_searches)
        for side in sides
    )
    try:
        return Judging(old, new, (sides[0].day, sides[1].day)).turns(logs)
    except LogError as fault:
        stop(fault.message, fault.help)


def turns_lines(turns: Turns) -> Iterator[str]:
    """What becomes of the searches, in words."""
    turned = turns.turned.total()
    yield f"Of {turns.rows:,} searches of the log {turned:,} would be judged otherwise."
    for (old, new), rows in turns.turned.most_common():
        yield f"  {rows:>9,}  {old} -> {new}"
    if turns.agencies:
        yield "  by agency"
        yield from (f"  {rows:>9,}  {name}" for name, rows in turns.agencies.most_common(MOST))
        more = len(turns.agencies) - MOST
        yield from [f"             and {more} more"] if more > 0 else []
    if turns.moved:
        yield f"In {turns.moved:,} more the verdict stays, and rests on other rules."
    if turns.rules:
        yield "By rule, the searches in which it does something else"
    for (rule, old, new), rows in turns.rules.most_common():
        yield f"  {rows:>9,}  {rule}: {old} -> {new}"
    if turns.untimed:
        yield f"  {turns.untimed:,} rows tell no time"
    if turns.unread:
        yield f"  {turns.unread:,} rows could not be read"


def turns_json(turns: Turns) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "searches": turns.rows,
        "turned": turns.turned.total(),
        "verdicts": [
            {"old": old, "new": new, "rows": rows}
            for (old, new), rows in turns.turned.most_common()
        ],
        "agencies": dict(turns.agencies.most_common()),
        "moved": turns.moved,
        "rules": [
            {"rule": rule, "old": old, "new": new, "rows": rows}
            for (rule, old, new), rows in turns.rules.most_common()
        ],
        "no_time": turns.untimed,
        "not_read": turns.unread,
    }
