"""The vendor's Event Log: what administrators did, such as switching a share on.

Columns ``Timestamp, User, Event Type, Entity Type, Entity Details, Event Id``. The details are
lines of ``Label: value``. The user is who did it; whom it concerns stands in the details.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from .cells import Moment, read_moment
from .errors import LogFault
from .layouts import plain
from .others import EVENT_LOG, Other
from .table import table_of

SHARE = "networkshare"
_TIME, _USER, _ACT, _ENTITY, _DETAILS, _ID = map(plain, EVENT_LOG)


@dataclass(frozen=True, slots=True)
class Event:
    """One act of an administrator: ``create``, ``update`` or ``delete`` of an entity.

    Attributes:
        user: Who did it, as the log says; it is told to nobody but as a token.
    """

    line: int
    moment: Moment
    act: str
    entity: str
    details: Mapping[str, str]
    id: str
    user: str = field(default="", repr=False)

    @property
    def share(self) -> tuple[str, str] | None:
        """The network and the organization that gets it, if a share was switched on or off."""
        if plain(self.entity) != SHARE:
            return None
        network = self.details.get("Network Name", "")
        receiver = self.details.get("Receiving Organization", "")
        return (network, receiver) if network and receiver else None


def events(other: Other) -> Iterator[Event | LogFault]:
    """The events of a log, in order.

    Raises:
        LogError: It cannot be read to its end.
    """
    with closing(table_of(other)) as rows:
        for row in rows:
            if isinstance(row, LogFault):
                yield row
                continue
            texts = row.texts
            moment = read_moment(texts[_TIME], bare_is_utc=True)
            if moment is None:
                yield LogFault(
                    row.line, "Timestamp", "not a date and time that can be read",
                    "write it as 2026-01-31T23:59:59Z", last_line=row.last_line,
                )  # fmt: skip
                continue
            yield Event(
                row.line, moment, texts[_ACT].strip(), texts[_ENTITY].strip(),
                details_of(texts[_DETAILS]), texts[_ID].strip(), texts[_USER].strip(),
            )  # fmt: skip


def details_of(text: str) -> dict[str, str]:
    """The lines of ``Label: value``; a line without a label goes on with the one before."""
    found: dict[str, str] = {}
    last = ""
    for line in text.splitlines():
        label, colon, value = line.partition(":")
        if colon and label.strip() and len(label) <= _LONGEST_LABEL:
            last = label.strip()
            found[last] = value.strip()
        elif last and line.strip():
            found[last] = f"{found[last]} {line.strip()}".strip()
    return found


_LONGEST_LABEL = 40
