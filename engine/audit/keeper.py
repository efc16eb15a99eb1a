"""What takes in the rows of a log as they are judged, to keep them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..columns.coded import Ints
from .batch import Batch
from .errors import LogFault


@dataclass(frozen=True, slots=True, eq=False)
class JudgedRows:
    """The rows of a batch that were judged: those not read before of which it is known when.

    Attributes:
        rows: Their places in the batch.
        answers: The number of the judgment of each, a place in what the reviewer has answered.
        said: The places of all rows of the batch whose texts indicate a use that a lexicon
            names; None if the texts were not read.
    """

    rows: Ints
    answers: Ints
    said: Ints | None = None

    @classmethod
    def none(cls) -> JudgedRows:
        """No rows."""
        nothing = np.zeros(0, np.int64)
        return cls(nothing, nothing)


class Keeper(Protocol):
    """Keeps the rows of one log, in their order."""

    def has(self, batch: Batch) -> bool:
        """Whether all these rows are kept already; then they are not judged again."""
        ...

    def keep(self, batch: Batch, judged: JudgedRows) -> None:
        """Take in rows."""
        ...

    def note(self, fault: LogFault) -> None:
        """Take in what is to be said of a record or of the log."""
        ...
