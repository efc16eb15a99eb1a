"""The acts of administrators that a vendor's event log tells."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ...engine.audit.errors import FaultKind, LogFault
from ...engine.audit.event_log import events
from ...engine.audit.layouts import plain
from ...engine.audit.others import Other


@dataclass(frozen=True, slots=True)
class AdminEvent:
    """One act of an administrator.

    Attributes:
        file: The log, as given, with its digest.
        user: Who did it, as a token.
        entity: Of what kind, in plain letters.
    """

    file: tuple[str, str]
    line: int
    at: datetime.datetime
    user: str
    act: str
    entity: str
    details: Mapping[str, str]

    @property
    def record(self) -> tuple[str, str, int]:
        """Its place: file, digest, line."""
        return (*self.file, self.line)


def read_events(
    other: Other, token: Callable[[str], str], faults: list[LogFault]
) -> Iterator[AdminEvent]:
    """The events of a log, their users as tokens; records that cannot be read go to ``faults``.

    Raises:
        LogError: It cannot be read to its end.
    """
    file = (other.source.name, other.source.sha256)
    for event in events(other):
        if isinstance(event, LogFault):
            if event.kind is FaultKind.UNREAD:
                faults.append(event)
            continue
        yield AdminEvent(
            file, event.line, event.moment.earliest.replace(tzinfo=None), token(event.user),
            event.act.casefold(), plain(event.entity), event.details,
        )  # fmt: skip
