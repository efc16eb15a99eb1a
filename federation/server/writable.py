"""Whether a folder can be written: tried, since rights, room and mounts are asked for best so."""

from __future__ import annotations

import tempfile
from pathlib import Path

_PROBE = bytes(16 * 1024)


def why_not_writable(folder: Path) -> str:
    """Why nothing can be written in a folder; empty if a small file could, which is gone again."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
            probe.write(_PROBE)
    except OSError as fault:
        return f"{folder}: nothing can be written there ({fault.strerror})"
    return ""
