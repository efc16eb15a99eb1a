"""Exports of the same vendors that hold no searches, told by their headers."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from .layouts import plain
from .sources import Source

SHARED_NETWORKS = ("Organization Name", "Networks Shared With Me")
EVENT_LOG = ("Timestamp", "User", "Event Type", "Entity Type", "Entity Details", "Event Id")


class OtherKind(enum.Enum):
    """What an export without searches is, in words."""

    SHARED_NETWORKS = "a Shared Networks export (who shares with whom)"
    EVENT_LOG = "an Event Log (what administrators did)"


@dataclass(frozen=True, slots=True)
class Other:
    """An export that holds no searches; ``first_line`` is that of its header."""

    source: Source
    kind: OtherKind
    first_line: int


def kind_of(header: Sequence[str]) -> OtherKind | None:
    """What other export a header belongs to; None for none that is known."""
    names = {plain(name) for name in header}
    if {plain(name) for name in SHARED_NETWORKS} <= names:
        return OtherKind.SHARED_NETWORKS
    if {plain(name) for name in EVENT_LOG} <= names:
        return OtherKind.EVENT_LOG
    return None
