"""By which platelaw a package was made, and what that means for who verifies it by another."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .statement import FORM, is_known

_MOST = 60  # letters of a line that are shown


@dataclass(frozen=True, slots=True)
class MadeBy:
    """By which platelaw a package was made, beside the one that verifies it.

    Attributes:
        tool: The version that made it.
        form: Of its statement.
        here: The version that verifies it; empty if that is not said.
        on: When it was packed.
    """

    tool: str
    form: int
    here: str
    on: datetime.date

    @classmethod
    def of(cls, manifest: Mapping[str, Any], here: str) -> MadeBy:
        """Of a manifest; one that names no form is of before there were several."""
        on = datetime.date.fromisoformat(manifest["made_on"])
        return cls(str(manifest["platelaw"]), int(manifest.get("statement", 1)), here, on)

    @property
    def is_same(self) -> bool:
        """Whether this platelaw writes the statement in the same words."""
        return (self.tool, self.form) == (self.here, FORM)

    @property
    def told(self) -> str:
        """It, in words, with what it means."""
        made = f"made by platelaw {self.tool} on {self.on}"
        if self.is_same:
            return made
        here = f"platelaw {self.here or 'of no told version'}"
        if self.tool == self.here:
            here = "a later or earlier build of it"
        return (
            f"{made}; this is {here}. Digests, register, verdicts and intervals are checked all "
            "the same; words can be held only against those that this one would write"
        )

    def unchecked(self, wanted: str, found: str) -> str:
        """Why words that differ are no fault of the package: how many lines, and the first."""
        lines = [*_only(found, wanted), *_only(wanted, found)]
        first = f", the first: `{lines[0][:_MOST]}`" if lines else ""
        count = "1 line is" if len(lines) == 1 else f"{len(lines)} lines are"
        return (
            f"{count} not as this one would write them{first}. Whether they were changed, only "
            f"platelaw {self.tool} tells; the numbers stand in finding.json and accuracy.json too, "
            "which are checked"
        )


def unknown_files(names: Iterable[str]) -> tuple[str, ...]:
    """The files of a package that this platelaw does not know: it looks at their digests alone."""
    return tuple(sorted(name for name in names if not is_known(name)))


def _only(text: str, other: str) -> list[str]:
    """The lines of a text that another has not."""
    known = {*other.splitlines()}
    return [line for line in text.splitlines() if line not in known]
