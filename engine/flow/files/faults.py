"""What is wrong with a file of a map, as values: all of it, not just the first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class FileFault:
    """One fault: the file and line or record, the field, what is wrong and how to mend it."""

    place: str
    field: str
    message: str
    help: str

    def __str__(self) -> str:
        """In one line."""
        field = f" `{self.field}`" if self.field else ""
        if field and self.message.startswith("`"):
            field += ":"
        return f"{self.place}:{field} {self.message}; {self.help}"


class MapError(Exception):
    """A file that is no map, with every fault found."""

    def __init__(self, faults: Iterable[FileFault]) -> None:
        self.faults = tuple(faults)
        shown = [str(fault) for fault in self.faults[:_SHOWN]]
        more = len(self.faults) - len(shown)
        super().__init__("\n".join([*shown, *([f"and {more:,} faults more"] if more else [])]))


def only(place: str, message: str, help: str, field: str = "") -> MapError:
    """The error of one fault."""
    return MapError([FileFault(place, field, message, help)])
