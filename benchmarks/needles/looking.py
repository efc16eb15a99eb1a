"""What an audit and a review of its findings say: by classes of results, and by checks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platelaw.compliance.findings.catalog import CHECKS
from platelaw.compliance.results.store import open_results

from .haystack import OWNER


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes:
        rows: How many records are searches.
        unread: How many could not be read.
        told: The ids of searches, by the question that results answer.
        by_check: Of each finding what it is about: ids of searches, records, actors.
    """

    rows: int
    unread: int
    told: Mapping[str, set[str]]
    by_check: Mapping[str, Sequence[set[str]]]


def audit(folder: Path, logs: Sequence[Path], results: Path) -> tuple[int, int]:
    """Audit the logs into results; how many searches there are, and records that are not read."""
    made = _platelaw("audit", "--owner", OWNER, "--results", str(results), "--json",
                     *map(str, logs), folder=folder)  # fmt: skip
    review = json.loads(made)
    return review["rows"], sum(file["unread"] for file in review["files"])


def review(folder: Path, results: Path) -> None:
    """Make all checks again, with all tables that an agency may have."""
    _platelaw("findings", "review", str(results), "--roster", "roster.csv", "--declarations",
              "declarations.csv", "--approvals", "approvals.csv", "--events", "events.csv",
              folder=folder)  # fmt: skip


def asked(results: Path, counts: tuple[int, int]) -> Found:
    """Ask the results."""
    connection: Any = open_results(results, read_only=True)
    try:
        told = {
            name: {row[0] for row in connection.execute(question).fetchall()}
            for name, question in _QUESTIONS.items()
        }
        by_check = {
            name: [set[str](row[0]) for row in connection.execute(_ABOUT, [name]).fetchall()]
            for name in CHECKS
        }
    finally:
        connection.close()
    return Found(*counts, told, by_check)


_SEEN = "SELECT search_id FROM search WHERE reason IN (SELECT cell FROM indicated WHERE {})"
_QUESTIONS = {
    "indicated plainly": _SEEN.format("plainly"),
    "indicated": _SEEN.format("true"),
    "partial": "SELECT search_id FROM search WHERE is_partial",
    "federal": "SELECT search_id FROM search JOIN requester ON cell = organization "
    "WHERE relation = 'federal'",
    "this state": "SELECT search_id FROM search JOIN requester ON cell = organization "
    "WHERE relation IN ('own', 'same state')",
    "elsewhere": "SELECT search_id FROM search WHERE repeated = 1",
    "copy": "SELECT search_id FROM search WHERE repeated = 2",
    "same id": "SELECT search_id FROM search WHERE repeated = 3",
    "second file": "SELECT search_id FROM search s JOIN source f ON f.id = s.source "
    "WHERE f.name LIKE '%network_2%' AND s.repeated = 0",
}  # fmt: skip
# A finding is about its searches; if it has none, about records of files; else about who acted.
_ABOUT = """
SELECT coalesce(
    (SELECT list(s.search_id) FROM finding_search x JOIN search s ON s.id = x.search
     WHERE x.finding = f.id),
    (SELECT list(r.name || ':' || r.line) FROM finding_record r WHERE r.finding = f.id),
    [json_extract_string(f.subject, '$.actor')]
) FROM finding_now f WHERE f.seen AND f."check" = ?
"""


def _platelaw(*arguments: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "platelaw", *arguments], capture_output=True, text=True,
        check=False, cwd=folder,
    )  # fmt: skip
    if done.returncode not in (0, 5):
        sys.exit(f"platelaw {' '.join(arguments)}: {done.stderr}")
    return done.stdout
