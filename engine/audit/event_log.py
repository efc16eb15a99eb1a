"""The vendor's Event Log: what administrators did, such as switching a share on.

Columns ``Timestamp, User, Event Type, Entity Type, Entity Details, Event Id``. The details are
lines of ``Label: value``. The user is who did it; whom it concerns stands in the details.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .cells import Moment, read_moment
from .errors import FaultKind, LogError, LogFault
from .layouts import plain
from .others import EVENT_LOG
from .sources import sources_in

SHARE = "networkShare"
_COLUMNS = tuple(map(plain, EVENT_LOG))


@dataclass(frozen=True, slots=True)
class Event:
    """One act of an administrator: ``create``, ``update`` or ``delete`` of an entity."""

    line: int
    moment: Moment
    act: str
    entity: str
    details: Mapping[str, str]
    id: str

    @property
    def share(self) -> tuple[str, str] | None:
        """The network and the organization that gets it, if a share was switched on or off."""
        if self.entity != SHARE:
            return None
        network = self.details.get("Network Name", "")
        receiver = self.details.get("Receiving Organization", "")
        return (network, receiver) if network and receiver else None


def read_event_log(path: Path) -> Iterator[Event | LogFault]:
    """The events of a log, in order; who did them is not kept.

    Raises:
        LogError: It is no such export, or cannot be read.
    """
    for source in sources_in(path)[0]:
        records = source.records()
        header = next(records, None)
        columns = {plain(name): at for at, name in enumerate(header.cells)} if header else {}
        missing = [name for name in EVENT_LOG if plain(name) not in columns]
        if missing:
            raise LogError(
                f"{source.name}: no Event Log: the header lacks {', '.join(missing)}",
                "export the log again, with its header",
            )
        for record in records:
            if record.problem or len(record.cells) != len(columns):
                message, help = record.problem or (
                    f"the row has {len(record.cells)} cells, the header {len(columns)}",
                    "put quotation marks around the details",
                )
                yield LogFault(record.line, "", message, help, FaultKind.UNREAD, record.last_line)
                continue
            time, _, act, entity, details, key = (record.cells[columns[name]] for name in _COLUMNS)
            if plain(time) == _COLUMNS[0]:
                continue  # the header of another page
            moment = read_moment(time, bare_is_utc=True)
            if moment is None:
                yield LogFault(
                    record.line, "Timestamp", "not a date and time that can be read",
                    "write it as 2026-01-31T23:59:59Z", FaultKind.UNREAD, record.last_line,
                )  # fmt: skip
                continue
            yield Event(
                record.line, moment, act.strip(), entity.strip(), details_of(details), key.strip()
            )


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
