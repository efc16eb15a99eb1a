"""What authors say is known, from the files beside policies."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..engine.known import FILE, SURVIVOR, Known, KnownError, read_known
from ..engine.library import shipped
from ..engine.proving.checks.findings import Check
from .common import stop

_CHECKS = (*(check.value for check in Check), SURVIVOR)


def known_in(places: Iterable[Path]) -> list[Known]:
    """What is known of the policies of places; of the shipped library's if there are none."""
    folders = [place if place.is_dir() else place.parent for place in places]
    found: list[Known] = []
    for folder in dict.fromkeys(folders) or [shipped()]:
        file = folder.joinpath(FILE)
        try:
            found += read_known(file.read_text(encoding="utf-8"), str(file), _CHECKS)
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError, KnownError) as fault:
            stop(str(fault), f"mend or remove {file}; docs/proving.md shows how it is written")
    return found
