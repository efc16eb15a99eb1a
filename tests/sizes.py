"""How much random tests try: little in passing, a hundred thousand of each when asked to."""

from __future__ import annotations

import os
from pathlib import Path

TIMES = float(os.environ.get("PLATELAW_FUZZ", "1"))
USUAL = 250  # of each kind and method; PLATELAW_FUZZ=400 makes it a hundred thousand
_PAGE = os.sysconf("SC_PAGE_SIZE")


def trials(usual: int = USUAL) -> int:
    """How many are tried."""
    return max(1, int(usual * TIMES))


def memory() -> float:
    """The memory that this process has in use, in megabytes; 0 where nobody tells."""
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[1]) * _PAGE / 1e6 if told.exists() else 0.0
