"""Survivors that an author has looked at and accepts, with the reason: a small TOML text.

```toml
[[accepted]]
mutant = "example/toll-act/lookups: drop an act: search -> "
because = "No agency searches by toll account; the act is kept for the day that one does."
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, cast

from .results import OPEN, Result

FILE_NAME = "accepted.toml"
_FIELDS = {"mutant", "because"}


class AcceptedError(Exception):
    """A text of accepted survivors that cannot be gone by; the message names the place."""


def read_accepted(name: str, text: str) -> dict[str, str]:
    """Why each mutant is accepted, by its name.

    Raises:
        AcceptedError: The text is not as it must be.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise AcceptedError(f"{name}: {fault}") from fault
    entries = told.get("accepted", [])
    if set(told) - {"accepted"} or not isinstance(entries, list):
        raise AcceptedError(f"{name}: only `[[accepted]]` tables may stand here")
    found: dict[str, str] = {}
    for number, entry in enumerate(cast("list[Any]", entries), 1):  # type: ignore[redundant-cast]  # pyright asks for it
        key, because = _entry(f"{name}: entry {number}", entry)
        if key in found:
            raise AcceptedError(f"{name}: entry {number}: `{key}` is accepted twice")
        found[key] = because
    return found


def _entry(place: str, entry: object) -> tuple[str, str]:
    if not isinstance(entry, Mapping):
        raise AcceptedError(f"{place} is no table")
    said = cast("Mapping[str, object]", entry)
    unknown = sorted(set(said) - _FIELDS)
    if unknown:
        raise AcceptedError(f"{place}: `{unknown[0]}` is no field; write `mutant` and `because`")
    for field in sorted(_FIELDS):
        if not isinstance(said.get(field), str) or not str(said[field]).strip():
            raise AcceptedError(f"{place} has no `{field}`")
    return str(said["mutant"]), str(said["because"])


def stale(reasons: Mapping[str, str], results: Iterable[Result]) -> list[str]:
    """The mutants that are accepted and do not survive: what accepts them may go."""
    surviving = {result.key for result in results if result.fate in OPEN}
    return [key for key in reasons if key not in surviving]
