"""Exports of the same vendors that are no search logs, told by their headers."""

from collections.abc import Sequence

from .layouts import plain

SHARED_NETWORKS = ("Organization Name", "Networks Shared With Me")
EVENT_LOG = ("Timestamp", "User", "Event Type", "Entity Type", "Entity Details", "Event Id")


def named_kind(header: Sequence[str]) -> str:
    """What another export a header belongs to, in words; blank for none that is known."""
    names = {plain(name) for name in header}
    if {plain(name) for name in SHARED_NETWORKS} <= names:
        return "a Shared Networks export (who shares with whom)"
    if {plain(name) for name in EVENT_LOG} <= names:
        return "an Event Log (what administrators did)"
    return ""
