"""The logs of ``platelaw diff``: read as ``platelaw audit`` reads them, judged on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..engine.audit.layouts import shipped_layouts
from ..engine.audit.reader import LogError
from ..engine.diff.changes import Side
from ..engine.diff.logs import Judging, Turns
from ..engine.registry import Registry
from .common import stop
from .search_logs import open_log, own_layouts, owner_of, reviewer_of


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


def turns_of(asked: AskedLogs, registry: Registry, sides: tuple[Side, Side]) -> dict[str, Turns]:
    """How many searches are judged otherwise, by the name of each file."""
    layouts = (*(x for path in asked.maps for x in own_layouts(path)), *shipped_layouts())
    logs = {path.name: open_log(path, layouts).logs for path in asked.paths}
    if not any(logs.values()):
        stop("no search log is among the files", "name an export of searches; see docs/logs.md")
    body = owner_of(registry, asked.paths, asked.owner, asked.as_if)
    simulated = asked.as_if is not None
    old, new = (
        reviewer_of(side.engine, body, simulated=simulated, own_searches=asked.own_searches)
        for side in sides
    )
    try:
        judging = Judging(old, new, (sides[0].day, sides[1].day))
        return {name: judging.turns(read) for name, read in logs.items()}
    except LogError as fault:
        stop(fault.message, fault.help)
