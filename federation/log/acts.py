"""What is done, not answered, and stands in the log: who did what, with the particulars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from ...engine.json_text import Json


class ActKind(Enum):
    """What was done; the value is how the log writes it."""

    KEY_DELETED = "key_deleted"
    KEY_KEPT = "key_kept"  # a deletion that a crash cut off was not gone on with
    HOLD_SET = "legal_hold_set"
    HOLD_LIFTED = "legal_hold_lifted"
    RECALLED = "recalled"
    DELETION_STATED = "deletion_stated"
    REPAIRED = "repaired"  # what was lost of the log, and what was given back


@dataclass(frozen=True, slots=True)
class Act:
    """One act.

    Attributes:
        kind: What was done.
        by: The SPIFFE id of whoever did it.
        details: The particulars, as JSON has them.
    """

    kind: ActKind
    by: str
    details: Mapping[str, Json]


Record: TypeAlias = Callable[[Act], None]
"""Records an act; it stands in the log when this returns. What it raises means that it does not."""
