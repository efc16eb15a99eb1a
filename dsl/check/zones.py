"""Time zones: the day on which law starts and ends is that of a zone, so the zone must exist."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from .. import syntax as tree
from ..codes import Code
from ..diagnostics import suggestion
from ..source import Span
from .faults import Faults


def check_zones(heads: Iterable[tree.Policy], faults: Faults) -> None:
    """Note the zones that the IANA time zone database does not have."""
    for head in heads:
        if head.zone and not _exists(head.zone):
            source = head.span.source
            start = source.text.index(head.zone, head.span.start)
            faults.add(
                Code.BAD_VALUE,
                Span(source, start, start + len(head.zone)),
                f"`{head.zone}` is no time zone",
                suggestion(head.zone, available_timezones()) or "write one such as Etc/UTC",
            )


def _exists(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
