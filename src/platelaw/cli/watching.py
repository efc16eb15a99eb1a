"""Waiting until a file changes, by looking at it now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from importlib.resources.abc import Traversable
from pathlib import Path

from ..engine.library import LibraryError, policy_files

Stamps = dict[str, tuple[int, int]]
SECONDS_BETWEEN = 0.5


def stamps(places: Iterable[Path | Traversable]) -> Stamps:
    """When each policy file of the places was last written, and its size."""
    found: Stamps = {}
    for place in places:
        try:
            files = policy_files([place])
        except LibraryError:
            continue  # it is being written, or away for the moment
        found |= {name: stamp for name, file in files if (stamp := _stamp(file))}
    return found


def _stamp(file: Path | Traversable) -> tuple[int, int] | None:
    try:
        seen = file.stat() if isinstance(file, Path) else None
    except OSError:
        return None
    return (seen.st_mtime_ns, seen.st_size) if seen else None


def until_changed(
    places: Iterable[Path | Traversable],
    before: Stamps,
    sleep: Callable[[float], object] = time.sleep,
) -> tuple[str, ...]:
    """Wait until a file is written, added or taken away; the names of those that were."""
    places = list(places)
    while True:
        now = stamps(places)
        changed = {name for name, _ in now.items() ^ before.items()}
        if changed:
            return tuple(sorted(changed))
        sleep(SECONDS_BETWEEN)
