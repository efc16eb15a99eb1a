"""A fault in what a caller sent: a value, never an exception."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be gone by: where (a JSON pointer or a name), what, and the mend."""

    where: str
    message: str
    help: str = ""
