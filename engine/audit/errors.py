"""What can be wrong with a log as a whole, or with one record of it."""

import enum
from dataclasses import dataclass


class LogError(Exception):
    """A file that cannot be read as a search log at all, with how to mend it."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(f"{message}; {help}")
        self.message = message
        self.help = help


class FaultKind(enum.Enum):
    """What became of the record that a fault tells of."""

    UNREAD = "unread"  # it could not be read and gives no row
    SKIPPED = "skipped"  # it is no search: the header again, or cells that are all blank
    NOTE = "note"  # it was read, with something to know about it


@dataclass(frozen=True, slots=True)
class LogFault:
    """A record that gives no row, or a note on one; ``line`` counts from 1, 0 is the file."""

    line: int
    field: str
    message: str
    help: str
    kind: FaultKind = FaultKind.UNREAD
    last_line: int = 0


def unreadable(error: OSError) -> LogError:
    """A file that the system does not give out."""
    return LogError(f"the file cannot be read: {error.strerror or error}", "check path and rights")
