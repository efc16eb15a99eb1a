"""Small results databases, made row by row by the schema."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platelaw.compliance.results.store import create
from platelaw.compliance.results.tables import columns_of, insert_rows

OWNER = "CT/example-pd"
OWN, NEXT, FAR = "Example CT PD", "Example Elsewhere MA PD", "Example Far TX SO"
FEDERAL, NOBODY = "[Federal] Example Bureau", "Unit 7"
RELATIONS: Mapping[str, tuple[str, str, str]] = {
    OWN: ("own", "CT", ""),
    NEXT: ("other state", "MA", ""),
    FAR: ("other state", "TX", ""),
    FEDERAL: ("federal", "US", ""),
    NOBODY: ("not known", "", "organization not resolved"),
}
START = datetime.datetime(2026, 10, 5, 9)
NOTHING = ("none", "x", ".")
HIDDEN = {"***": "redacted", "": "blank"}


@dataclass(slots=True)
class Log:
    """A log that grows by `search`, and becomes a results database by `make`.

    ``uses`` says which reasons a lexicon sees something in: purpose, and whether plainly.
    """

    uses: Mapping[str, tuple[str, bool]] = field(default_factory=dict[str, "tuple[str, bool]"])
    cells: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    rows: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def search(self, times: int = 1, **told: Any) -> None:
        """Add searches that say the same, a minute after each other."""
        for _ in range(times):
            number = len(self.rows) + 1
            row = {
                "organization": OWN,
                "account": "u1",
                "reason": "stolen vehicle",
                "category": "(never recorded)",
                "case_number": f"26-{10_000 + number}",
                "kind": "search",
                "moderation": "(never recorded)",
                "verdict": "lawful on the record",
                "at": START + datetime.timedelta(minutes=number),
                "networks": 1,
                "frame": None,
                "repeated": 0,
            } | told
            self.rows.append(row)

    def make(self, path: Path, **about: str) -> Path:
        """Write it as a results database."""
        with create(path, {"owner": OWNER, "zone": "America/New_York"} | about) as made:
            made.execute(
                "INSERT INTO source VALUES (1, 'log.csv', ?, 1000, 'an audit', [], [], 'whole', "
                "?, 0, ?, NULL, NULL)",
                ["a1" * 32, len(self.rows), len(self.rows) + 1],
            )
            verdicts = sorted({row["verdict"] for row in self.rows if row["verdict"]})
            for number, verdict in enumerate(verdicts):
                made.execute("INSERT INTO judgment VALUES (?, ?, 'silent', false)",
                             [number, verdict])  # fmt: skip
            searches = [self._search(row, place, verdicts) for place, row in enumerate(self.rows)]
            cells = [(cell, name, *_cell(name, text)) for (name, text), cell in self.cells.items()]
            insert_rows(made, "cell", columns_of(made, "cell"), cells)
            for (name, text), cell in self.cells.items():
                if name == "organization":
                    relation, government, cause = RELATIONS.get(text, ("not known", "", "blank"))
                    made.execute(
                        "INSERT INTO requester VALUES (?, NULL, ?, [], ?, ?, ?)",
                        [cell, government, relation, cause,
                         ["inactive"] if "Inactive" in text else []],
                    )  # fmt: skip
                if text in self.uses and name in ("reason", "category"):
                    made.execute("INSERT INTO indicated VALUES (?, ?, ?, 'a phrase')",
                                 [cell, *self.uses[text]])  # fmt: skip
            insert_rows(made, "search", columns_of(made, "search"), searches)
        return path

    def _cell(self, name: str, text: str) -> int:
        return self.cells.setdefault((name, text), len(self.cells) + 1)

    def _search(self, row: dict[str, Any], place: int, verdicts: list[str]) -> list[Any]:
        first, last = row["frame"] or (None, None)
        cells = [
            self._cell(name, row[key])
            for name, key in (
                ("organization", "organization"), ("user", "account"), ("reason", "reason"),
                ("category", "category"), ("case_number", "case_number"), ("search_type", "kind"),
                ("moderation", "moderation"),
            )
        ]  # fmt: skip
        judged = verdicts.index(row["verdict"]) if row["verdict"] else None
        return [place + 1, 1, place + 2, place + 2, row["at"], row["at"], row["repeated"], None,
                *cells, row["networks"], None, first, last, 2, False, judged]  # fmt: skip


def _cell(name: str, text: str) -> tuple[str, str, str, bool]:
    """State, value, shape and whether it says nothing."""
    if text in HIDDEN:
        return HIDDEN[text], "", "", False
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1], "", "", False
    shape = ""
    if name in ("case_number", "user"):
        shape = re.sub("[0-9]", "9", re.sub("[A-Za-z]", "a", text))[:40]
    return "value", text, shape, text in NOTHING
