"""Findings as they are shown: no plate, names as tokens, reasons masked unless asked for."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from .book import Severity
from .catalog import SAMPLE, place_of
from .chain import Entry, entries

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MASK = "(masked)"


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding as it stands.

    Attributes:
        seen: Whether the last run of its check found it.
    """

    id: str
    check: str
    severity: str
    title: str
    subject: Mapping[str, Any]
    measure: Mapping[str, Any]
    rule: str
    citation: str
    source_status: str
    searches: int
    found: datetime.datetime
    status: str
    owner: str
    due: datetime.date | None
    seen: bool

    @property
    def remark(self) -> str:
        """What the last run of its check has to say of it, in words."""
        return remark_on(self.check, self.measure, seen=self.seen)


def remark_on(check: str, measure: Mapping[str, Any], *, seen: bool) -> str:
    """What the last run of a check has to say of a finding: of samples which is current.

    Args:
        check: Its name.
        measure: The numbers of the finding.
        seen: Whether that run found it.
    """
    if check == SAMPLE:
        drawn = f"of {measure.get('population', 0):,} searches"
        return f"current sample, {drawn}" if seen else f"earlier sample, {drawn} of that time"
    return "" if seen else "not found by the last run"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A search that a finding is about, by its place in a file.

    Attributes:
        number: Of the search in the results, as `platelaw unmask ask --search` takes it.
        source: The file, with its member or sheet.
        digest: SHA-256 of the file.
        reason: The reason, or `MASK` where it holds one.
        rules: What each rule did, of the search's judgment.
    """

    number: int
    source: str
    digest: str
    line: int
    last_line: int
    at: datetime.datetime | None
    organization: str
    account: str
    reason: str
    category: str
    verdict: str
    rules: list[str]


_COLUMNS = (
    'id, "check", severity, title, subject, measure, rule, citation, source_status, searches, '
    "found, status, owner, due, seen"
)


def listed(results: DuckDBPyConnection, finding: str = "") -> list[Listed]:
    """The findings as they stand, the gravest first; or one of them."""
    where = "WHERE id = ?" if finding else ""
    rows = results.execute(
        f"""
        SELECT {_COLUMNS} FROM finding_now {where}
        """,
        [finding] if finding else [],
    ).fetchall()
    names = [each.name for each in fields(Listed)]
    found = [Listed(**_read(dict(zip(names, row, strict=True)))) for row in rows]
    return sorted(found, key=_gravity)


def _gravity(one: Listed) -> tuple[int, int, int, str]:
    """What comes first: the gravest, then checks as the catalog has them, then the largest."""
    return -Severity(one.severity).rank, place_of(one.check), -one.searches, one.id


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its JSON as values."""
    return row | {name: json.loads(row[name]) for name in ("subject", "measure")}


def evidence(
    results: DuckDBPyConnection, finding: str, *, most: int, reveal: bool = False
) -> list[Evidence]:
    """The first searches of a finding, in the order read."""
    rows = results.execute(
        """
        SELECT s.id, o.name, o.digest, s.line, s.last_line, s.earliest,
               CASE WHEN n.state = 'value' THEN n.value ELSE '(' || n.state || ')' END,
               CASE WHEN a.state = 'value' THEN a.value ELSE '(' || a.state || ')' END,
               CASE WHEN r.state <> 'value' THEN '(' || r.state || ')'
                    WHEN $reveal THEN r.value ELSE $mask END,
               CASE WHEN c.state = 'value' THEN c.value ELSE '(' || c.state || ')' END,
               coalesce(j.verdict, 'not judged'),
               coalesce((SELECT list(DISTINCT u.rule || ': ' || k.state
                                     ORDER BY u.rule || ': ' || k.state)
                         FROM judgment_rule k JOIN rule u ON u.id = k.rule
                         WHERE k.judgment = s.judgment), [])
        FROM (SELECT DISTINCT search FROM finding_search WHERE finding = $finding
              ORDER BY search LIMIT $most) f
        JOIN search s ON s.id = f.search
        JOIN source o ON o.id = s.source
        JOIN cell n ON n.id = s.organization
        JOIN cell a ON a.id = s.account
        JOIN cell r ON r.id = s.reason
        JOIN cell c ON c.id = s.category
        LEFT JOIN judgment j ON j.id = s.judgment
        ORDER BY s.id
        """,
        {"finding": finding, "most": most, "reveal": reveal, "mask": MASK},
    ).fetchall()
    names = [each.name for each in fields(Evidence)]
    return [Evidence(**dict(zip(names, row, strict=True))) for row in rows]


def history(results: DuckDBPyConnection, finding: str) -> list[Entry]:
    """What became of a finding, in order."""
    return list(entries(results, finding))


def records(results: DuckDBPyConnection, finding: str, *, most: int) -> list[tuple[str, str, int]]:
    """Records of other files that a finding is about: name, digest, line."""
    return results.execute(
        "SELECT name, digest, line FROM finding_record WHERE finding = ? "
        "ORDER BY name, line LIMIT ?",
        [finding, most],
    ).fetchall()
