"""What can be said of one row of a log."""

from enum import Enum


class RowVerdict(Enum):
    """What can be said of one row, the strictest last."""

    OUTSIDE = "outside this law"
    NO_LAW = "no law of that day"
    LAWFUL = "lawful on the record"
    CANNOT_TELL = "cannot be told"
    QUESTION = "question for counsel"
    UNLAWFUL = "shown unlawful"


ORDER = tuple(RowVerdict)
