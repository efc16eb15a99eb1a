"""How a snapshot's folder is told from another, without loading what reads it."""

from __future__ import annotations

from pathlib import Path

HEADER = "snapshot.json"


def is_snapshot(place: Path) -> bool:
    """Whether a place is the folder of a snapshot."""
    return (place / HEADER).is_file()
