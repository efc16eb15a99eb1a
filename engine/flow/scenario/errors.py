"""What can be wrong with a scenario, in words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ScenarioError(Exception):
    """A scenario that cannot be gone by; ``help`` names the mend."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def not_there(what: str, name: str, known: Iterable[str], where: str = "the map") -> ScenarioError:
    """The error about a name that nothing bears, with the nearest names that something does."""
    names = list(known)
    near = nearest(name, names)
    first = ", ".join(f"`{each}`" for each in names[:5])
    there = (
        f"there are {len(names):,}, such as {first}" if names else f"{where} has none of that kind"
    )
    help = f"did you mean {near}?" if near else there
    return ScenarioError(f"{where} has no {what} `{name}`", help)


def nearest(name: str, known: Iterable[str]) -> str:
    """Up to three known names that are spelled most like a name, as words; blank if none is."""
    by_plain: dict[str, str] = {}
    for each in known:
        by_plain.setdefault(each.casefold(), each)
    plain = name.casefold()
    found = difflib.get_close_matches(plain, by_plain, n=3, cutoff=0.6)
    if not found:
        found = [each for each in by_plain if plain and plain in each][:3]
    return " or ".join(f"`{by_plain[each]}`" for each in found)
