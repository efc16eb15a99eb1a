"""Syntax trees to a checked library, or every reason why not."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..parsed import Parse
from .again import faults_within, recheck, sound_texts
from .checked import Checked
from .restored import restored
from .whole import check_beside


def check(parses: Iterable[Parse], agencies: Collection[str] | None = None) -> Checked:
    """Check files as one library.

    Args:
        parses: The files, read; their order does not matter.
        agencies: The keys of the registry, if agency names are to be looked up.
    """
    return check_beside(parses, agencies)


__all__ = ["Checked", "check", "faults_within", "recheck", "restored", "sound_texts"]
