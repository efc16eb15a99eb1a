"""One question that is put to both sides of a difference."""

from __future__ import annotations

from dataclasses import dataclass

from ..proving.conditions import Sources
from ..reference import Case
from .changes import Common


@dataclass(frozen=True, slots=True)
class Asked:
    """One question for both sides.

    Attributes:
        old: All its requests before the old law.
        new: The same before the new law.
        sources: What such a request may hold.
        alike: The kinds of data that every rule of both treats alike.
        tag: What tells the vocabularies of the new side from those of the old.
        common: Where two laws for one owner are compared: each side speaks its own words, and only
            what one of the two permits is told.
    """

    old: Case
    new: Case
    sources: Sources
    alike: tuple[str, ...]
    tag: str = ""
    common: Common | None = None
