"""The machine that a run was made on, and what ran there."""

from __future__ import annotations

import datetime
import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and when; what a machine does not tell is left blank.

    Attributes:
        cpu: The processor.
        cores: How many cores.
        memory: How much memory.
        system: The operating system.
        python: The interpreter.
        date: The day in UTC.
        load: How busy the machine was in the minute before.
    """

    cpu: str
    cores: int
    memory: str
    system: str
    python: str
    date: str
    load: float

    @property
    def short_name(self) -> str:
        """A part of a file name."""
        words = re.sub(r"\(.*?\)|@.*|\b(CPU|Processor)\b", " ", self.cpu).lower()
        return "-".join([*re.findall(r"[a-z0-9]+", words)[:4], f"{self.cores}c"])

    def __str__(self) -> str:
        """In one line."""
        parts = (self.cpu, f"{self.cores} cores", self.memory, self.system, self.python)
        return ", ".join(part for part in parts if part)


def this_machine() -> Machine:
    """The machine that this runs on."""
    kilobytes = _line("/proc/meminfo", r"MemTotal:\s*(\d+)")
    return Machine(
        _line("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.processor(),
        os.cpu_count() or 1,
        f"{int(kilobytes) / 1024 / 1024:.0f} GiB" if kilobytes else "",
        f"{platform.system()} {platform.machine()}",
        f"{platform.python_implementation()} {platform.python_version()}",
        datetime.datetime.now(datetime.UTC).date().isoformat(),
        round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0,
    )


def _line(place: str, pattern: str) -> str:
    path = Path(place)
    found = re.search(pattern, path.read_text("utf-8")) if path.is_file() else None
    return found[1].strip() if found else ""
