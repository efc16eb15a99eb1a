"""What authors say is known, from the files beside policies."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..engine.library import shipped
from ..engine.proving.checks.known import FILE, Known, KnownError, read_known
from .common import stop


def known_in(places: Iterable[Path]) -> list[Known]:
    """What is known of the policies of places; of the shipped library's if there are none."""
    folders = [place if place.is_dir() else place.parent for place in places]
    found: list[Known] = []
    for folder in dict.fromkeys(folders) or [shipped()]:
        file = folder.joinpath(FILE)
        try:
            found += read_known(file.read_text(encoding="utf-8"), str(file))
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError, KnownError) as fault:
            stop(str(fault), f"mend or remove {file}")
    return found
