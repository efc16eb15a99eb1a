"""What an author knows of and keeps: findings with a reason, in a file beside the policies."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, cast

from .findings import Check, Finding

FILE = "known.toml"


class KnownError(Exception):
    """A file of what is known cannot be gone by; the message names the mend."""


@dataclass(frozen=True, slots=True)
class Known:
    """A finding that stays, and why.

    Attributes:
        check: The check that finds it.
        at: What it is about, as the finding names it, or the rule alone.
        because: Why it stays.
        file: Where that is said.
    """

    check: Check
    at: str
    because: str
    file: str

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is this one."""
        name = finding.place.name
        return finding.place.check is self.check and f"{name} ".startswith(f"{self.at} ")


def read_known(text: str, file: str) -> list[Known]:
    """What a file says is known.

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
    return [_entry(entry, file) for entry in cast("list[dict[str, Any]]", entries)]


def _entry(entry: dict[str, Any], file: str) -> Known:
    fields = ("check", "at", "because")
    texts = [entry.get(name) for name in fields]
    if set(entry) != set(fields) or not all(isinstance(t, str) and t.strip() for t in texts):
        raise KnownError(f"{file}: an entry has `check`, `at` and `because`, each a text: {entry}")
    names = [check.value for check in Check]
    if texts[0] not in names:
        raise KnownError(f"{file}: no check is called `{texts[0]}`; one of {', '.join(names)}")
    return Known(Check(texts[0]), str(texts[1]), str(texts[2]), file)


def explained(
    findings: Iterable[Finding], known: Iterable[Known]
) -> tuple[tuple[Finding, ...], tuple[Known, ...]]:
    """Findings with why they stay, and what is said to be known and was not found."""
    known = list(known)
    used: set[int] = set()
    told: list[Finding] = []
    for finding in findings:
        at = next((n for n, each in enumerate(known) if each.covers(finding)), None)
        if at is not None:
            used.add(at)
        told.append(finding if at is None else replace(finding, because=known[at].because))
    return tuple(told), tuple(each for n, each in enumerate(known) if n not in used)
