"""What authors know of and keep, with the reason: findings of checks, and mutants that survive.

```toml
[[known]]
check = "survivor"
at = "example/toll-act/lookups: drop an act: search"
because = "No agency searches by toll account; the act is kept for the day that one does."
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, cast

FILE = "known.toml"
SURVIVOR = "survivor"  # the check by which a mutant is known
_FIELDS = ("check", "at", "because")


class KnownError(Exception):
    """A file of what is known cannot be gone by; the message names the mend."""


@dataclass(frozen=True, slots=True)
class Known:
    """A finding that stays, and why.

    Attributes:
        check: What finds it.
        at: What it is about, as the finding names it, or the first words of that.
        because: Why it stays.
        file: Where that is said.
    """

    check: str
    at: str
    because: str
    file: str

    def covers(self, check: str, name: str) -> bool:
        """Whether it is about what a check found and how that is named."""
        return check == self.check and f"{name} ".startswith((f"{self.at} ", f"{self.at}: "))

    @property
    def needless(self) -> str:
        """A note that it is found no more."""
        return f"note: {self.file}: {self.check} of {self.at} is found no more: remove it"


def read_known(text: str, file: str, checks: Collection[str]) -> list[Known]:
    """What a file says is known.

    Args:
        text: The text of the file.
        file: Its name.
        checks: What may find something.

    Raises:
        KnownError: It cannot be gone by.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise KnownError(f"{file}: {fault}") from None
    entries: Any = found.pop("known", [])
    if found or not isinstance(entries, list):
        raise KnownError(f"{file}: write entries `[[known]]` with `check`, `at` and `because`")
    told: list[Known] = []
    for number, entry in enumerate(cast("list[object]", entries), 1):
        known = _entry(entry, file, f"{file}: entry {number}", checks)
        if any((known.check, known.at) == (other.check, other.at) for other in told):
            raise KnownError(f"{file}: entry {number}: {known.check} of {known.at} is said twice")
        told.append(known)
    return told


def _entry(entry: object, file: str, place: str, checks: Collection[str]) -> Known:
    said = cast("dict[str, object]", entry) if isinstance(entry, dict) else {}
    texts = [said.get(name) for name in _FIELDS]
    if set(said) != set(_FIELDS) or not all(isinstance(t, str) and t.strip() for t in texts):
        raise KnownError(f"{place} has `check`, `at` and `because`, each a text, and no more")
    check, at, because = map(str, texts)
    if check not in checks:
        raise KnownError(f"{place}: no check is called `{check}`; one of {', '.join(checks)}")
    return Known(check, at, because, file)


def reason(check: str, name: str, known: Iterable[Known]) -> str:
    """Why what a check found stays; empty if nobody says so."""
    return next((each.because for each in known if each.covers(check, name)), "")


def left_over(known: Iterable[Known], found: Collection[tuple[str, str]]) -> tuple[Known, ...]:
    """What is said to be known and was not found: ``found`` has checks and names."""
    return tuple(each for each in known if not any(each.covers(*one) for one in found))
